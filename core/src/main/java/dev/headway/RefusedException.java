package dev.headway;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by code that {@link Headway#call} runs, to say that the server refused it because of a limit, and did nothing: all calls
 * of the scope hold back as after a 429, and the code runs again when its turn comes. If it does not, the caller gets this; code that
 * was its caller does not run again, since nobody knows what else it did. So throw a new one each time.
 */
public final class RefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What the server asks for. */
    private final @Nullable Duration retryAfter;

    /** A refusal that names no moment. */
    public RefusedException() {
        super("Refused because of a limit");
        retryAfter = null;
    }

    /**
     * A refusal that names a moment, as a 429 with {@code Retry-After} does.
     *
     * @param retryAfter how long the server asks to wait, not negative
     * @throws IllegalArgumentException if it is negative
     */
    public RefusedException(Duration retryAfter) {
        super("Refused because of a limit, for " + retryAfter);
        if (retryAfter.isNegative()) {
            throw new IllegalArgumentException("The wait must not be negative, but is " + retryAfter + ".");
        }
        this.retryAfter = retryAfter;
    }

    /**
     * Returns how long the server asks to wait.
     *
     * @return the length, or empty where it says none
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
