package dev.headway.internal.limiter;

import dev.headway.Limit;
import dev.headway.Permit.State;
import dev.headway.Quota;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.internal.limiter.rules.BucketRule;
import dev.headway.internal.limiter.rules.Jitter;
import java.util.List;

/** What told limits come to, for runs that are drawn from seeds. */
final class ToldLimits {

    private ToldLimits() {}

    /** How many calls of cost 1 go at once while nothing is used. */
    static long free(List<Limit> limits) {
        return limits.stream().mapToLong(ToldLimits::free).min().orElseThrow();
    }

    private static long free(Limit limit) {
        if (limit instanceof Quota quota) {
            return quota.permits();
        }
        BucketRule rule = new BucketRule((TokenBucket) limit);
        long burst = 0;
        while (rule.earliest(0, burst, 1) <= 0) {
            burst++;
        }
        return burst;
    }

    /** How many calls of cost 1 go now; takes them. */
    static long taken(LocalRateLimiter limiter, Scope scope, long now) {
        long taken = 0;
        while (limiter.acquire(scope, 1, now, now).state() == State.GRANTED) {
            taken++;
        }
        return taken;
    }

    /** So much longer than another a call may be on its way, and the server still sees no more than the limit, in nanoseconds. */
    static long jitter(Limit limit) {
        if (limit instanceof Quota quota) {
            return Jitter.of(quota.window().toNanos());
        }
        // A quarter is for late timers.
        return Jitter.of(((TokenBucket) limit).period().toNanos()) * 3 / 4;
    }
}
