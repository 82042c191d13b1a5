package dev.headway;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a call ends without any result that could be handed over: nothing was sent yet, or the last response was
 * released for a wait that then grew too long. In all other cases the caller gets the real response or the client's own
 * exception.
 */
public final class GiveUpException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Why the call ended. */
    private final GiveUpReason reason;

    private final transient @Nullable CallTrace trace;

    /**
     * Made by the drivers.
     *
     * @param trace what happened, and why the call ended
     * @throws IllegalArgumentException if the trace is not that of a call that gave up
     */
    public GiveUpException(CallTrace trace) {
        super("Gave up: " + trace);
        this.reason = trace.gaveUp().orElseThrow(() -> new IllegalArgumentException("No call gave up: " + trace));
        this.trace = trace;
    }

    /**
     * Returns why the call ended.
     *
     * @return the reason
     */
    public GiveUpReason reason() {
        return reason;
    }

    /**
     * Returns how long after the end of the call its next attempt could have gone.
     *
     * @return a lower bound, or empty where nothing is known of it
     */
    public Optional<Duration> retryAfter() {
        return trace().retryAfter();
    }

    /**
     * Returns what happened before. Serialization keeps only the message and the reason; the trace has no
     * attempts and waits after it.
     *
     * @return the trace
     */
    public CallTrace trace() {
        return trace != null ? trace : new CallTrace(List.of(), List.of(), reason);
    }
}
