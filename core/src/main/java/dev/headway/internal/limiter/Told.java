package dev.headway.internal.limiter;

import dev.headway.Limit;
import dev.headway.TokenBucket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every scope is known to have, from one change to the next. Immutable. */
final class Told {

    private final List<Limit> limits;
    private final @Nullable Lane lane;
    private final LocalRateLimiter limiter;

    Told(List<Limit> limits, LocalRateLimiter limiter) {
        this.limits = List.copyOf(limits);
        this.lane = lane(this.limits);
        this.limiter = limiter;
    }

    private static @Nullable Lane lane(List<Limit> limits) {
        if (limits.isEmpty()) {
            return ColdLane.INSTANCE;
        }
        return limits.size() == 1 && limits.get(0) instanceof TokenBucket bucket ? BucketLane.of(bucket) : null;
    }

    List<Limit> limits() {
        return limits;
    }

    /** Whether nothing is told, so that all is learned. */
    boolean isEmpty() {
        return limits.isEmpty();
    }

    /** The way past the lock of a scope that nothing holds; null where there is none. */
    @Nullable Lane lane() {
        return lane;
    }

    /** Whose scopes they are. */
    LocalRateLimiter limiter() {
        return limiter;
    }
}
