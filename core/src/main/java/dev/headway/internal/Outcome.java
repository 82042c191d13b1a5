package dev.headway.internal;

import dev.headway.CallTraceException;
import dev.headway.Evidence;
import dev.headway.GiveUpException;
import dev.headway.RateLimitHint;
import dev.headway.RefusedException;
import dev.headway.Signal;
import java.io.IOException;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What code has returned, null among it, as a response that the server accepted.
 *
 * @param value what it was
 * @param <T> its type
 */
public record Outcome<T>(T value) implements Signal.Response {

    /** As a response it would have this status. */
    public static final int OK = 200;

    @Override
    public int status() {
        return OK;
    }

    @Override
    public boolean anyName(Predicate<? super String> test) {
        return false;
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super String> visitor) {}

    /**
     * What code has thrown. Only its own word proves that nothing was done: it may make several requests, of which the first was
     * served. That a call within has given up, or was refused to the end, is no news that another attempt could change, and what is no
     * {@link IOException} ends the call at once, whatever a rule matches.
     */
    static Signal.Failure failed(Throwable thrown) {
        boolean within = Stream.of(thrown.getSuppressed()).anyMatch(CallTraceException.class::isInstance);
        if (thrown instanceof RefusedException refused && !within) {
            RateLimitHint.Builder hint = RateLimitHint.builder();
            refused.retryAfter().ifPresent(hint::retryAfter);
            return new Signal.Failure(thrown, Evidence.REFUSED, false, true, hint.build());
        }
        boolean last = thrown instanceof GiveUpException
                || thrown instanceof RefusedException
                || !(thrown instanceof IOException);
        return new Signal.Failure(thrown, Evidence.UNKNOWN, last, false);
    }
}
