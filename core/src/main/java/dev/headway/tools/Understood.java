package dev.headway.tools;

import dev.headway.ErrorKind;
import dev.headway.HintParser;
import dev.headway.LimitHint;
import dev.headway.RateLimitHint;
import dev.headway.RetryPolicy;
import dev.headway.internal.Judgement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a response says.
 *
 * @param given the response
 * @param hint what was read
 */
record Understood(Given given, RateLimitHint hint) {

    /** Looks into successes as well: whoever asks wants to know. */
    static final RetryPolicy POLICY =
            RetryPolicy.builder().throttlesInSuccess(true).build();

    private static final long NANOS_PER_MILLI = 1_000_000;

    static Understood of(Given given) {
        return new Understood(given, HintParser.standard().parse(given, InstantSource.fixed(given.now())));
    }

    /** Whether the response says that the request may be sent again; null where it does not say. */
    @Nullable Boolean retry() {
        boolean error = Judgement.error(given.status());
        if (error && hint.shouldRetry().isPresent()) {
            return hint.shouldRetry().get();
        }
        ErrorKind kind = error ? hint.errorKind().orElse(null) : null;
        if (kind == ErrorKind.EXHAUSTED || kind == ErrorKind.FATAL) {
            return false;
        }
        boolean passing = kind == ErrorKind.TRANSIENT || Judgement.throttled(POLICY, given.status(), hint);
        return passing ? true : null;
    }

    /** How long until the client may send again; null where it has to hold back and is not told how long. */
    @Nullable Duration delay() {
        boolean refused = Judgement.throttled(POLICY, given.status(), hint);
        if (Judgement.error(given.status()) || refused || hint.retryAfter().isPresent()) {
            return hint.retryAfter().orElse(null);
        }
        // The next call would be refused.
        return hint.limits().stream()
                .filter(LimitHint::exhausted)
                .map(LimitHint::resetAfter)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** Rounded up, so that nobody comes too early. */
    static long millis(Duration length) {
        long millis = length.toMillis();
        return length.toNanosPart() % NANOS_PER_MILLI == 0 ? millis : millis + 1;
    }
}
