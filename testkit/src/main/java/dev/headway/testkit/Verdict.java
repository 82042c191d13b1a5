package dev.headway.testkit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What a quota says of one request.
 *
 * @param accepted whether it was accepted, and so counted
 * @param limit how many requests the whole quota holds
 * @param remaining how many it still holds after this one
 * @param resetNanos time until it holds more: until the next token, or the end of the window; positive
 * @param heldNanos how long the request is held before its answer; zero but in a leaky bucket
 */
record Verdict(boolean accepted, long limit, long remaining, long resetNanos, long heldNanos) {

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** Of a request that is answered at once. */
    Verdict(boolean accepted, long limit, long remaining, long resetNanos) {
        this(accepted, limit, remaining, resetNanos, 0);
    }

    Verdict heldFor(long nanos) {
        return new Verdict(accepted, limit, remaining, resetNanos, nanos);
    }

    /** Whole milliseconds until the reset, rounded up, hence at least 1. */
    long resetMillis() {
        return (resetNanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    }

    /** Whole seconds until the reset, rounded up, hence at least 1. */
    long resetSeconds() {
        return (resetNanos + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND;
    }

    /** The moment of the reset, rounded up to a whole second. */
    Instant resetAt(Instant now) {
        return now.plusNanos(resetNanos).plusNanos(NANOS_PER_SECOND - 1).truncatedTo(ChronoUnit.SECONDS);
    }

    /** The moment of the reset, rounded up to a whole millisecond since 1970. */
    long resetAtMillis(Instant now) {
        return now.plusNanos(resetNanos).plusNanos(NANOS_PER_MILLI - 1).toEpochMilli();
    }
}
