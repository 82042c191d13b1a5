package dev.headway.internal.limiter;

import dev.headway.Limit;
import dev.headway.TokenBucket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every scope is known to have, from one change to the next, and so the way past the lock of a scope that nothing holds: what
 * is told decides what its word says. One object, so that a call finds it in one look. Immutable.
 */
abstract class Told implements Lane {

    private final List<Limit> limits;
    private final LocalRateLimiter limiter;

    Told(List<Limit> limits, LocalRateLimiter limiter) {
        this.limits = List.copyOf(limits);
        this.limiter = limiter;
    }

    /** Chooses the lane by what is told. */
    static Told of(List<Limit> limits, LocalRateLimiter limiter) {
        if (limits.isEmpty()) {
            return new ColdLane(limiter);
        }
        @Nullable Told lane = limits.size() == 1 && limits.get(0) instanceof TokenBucket bucket
                ? BucketLane.of(bucket, limiter)
                : null;
        return lane != null ? lane : new ClosedLane(limits, limiter);
    }

    List<Limit> limits() {
        return limits;
    }

    /** Whether nothing is told, so that all is learned. */
    boolean isEmpty() {
        return limits.isEmpty();
    }

    /** Whether there is no way past the lock. */
    boolean closed() {
        return fresh() == SHUT;
    }

    /** Whose scopes they are. */
    LocalRateLimiter limiter() {
        return limiter;
    }
}
