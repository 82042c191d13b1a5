package dev.headway.testkit;

import dev.headway.Limit;
import dev.headway.Quota;
import dev.headway.TokenBucket;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;

/**
 * A limit as its server keeps it: in whole nanoseconds, without rounding, and without a clock of its own. Not thread-safe.
 */
sealed interface ServerQuota
        permits ServerBucket, ServerLeakyBucket, ServerSlidingCounter, ServerSlidingLog, ServerWindow {

    /**
     * Judges one request and counts it if it is accepted.
     *
     * @param now nanoseconds since an origin that the caller keeps; not negative, never less than before
     */
    Verdict judge(long now);

    /**
     * Returns a full quota.
     *
     * @param origin when the caller's nanoseconds began
     * @throws IllegalStateException if a limit of that kind is not counted so
     */
    static ServerQuota of(Limit limit, Counting counting, Instant origin) {
        if (counting.ofBuckets() != (limit instanceof TokenBucket)) {
            throw new IllegalStateException(counting + " does not count " + limit);
        }
        return limit instanceof TokenBucket bucket ? of(bucket, counting) : of((Quota) limit, counting, origin);
    }

    private static ServerQuota of(TokenBucket bucket, Counting counting) {
        return counting == Counting.LEAKY_BUCKET ? new ServerLeakyBucket(bucket) : new ServerBucket(bucket);
    }

    private static ServerQuota of(Quota quota, Counting counting, Instant origin) {
        long window = quota.window().toNanos();
        return switch (counting) {
            case SLIDING_LOG -> new ServerSlidingLog(quota.permits(), window);
            case SLIDING_COUNTER -> new ServerSlidingCounter(quota.permits(), window);
            case CLOCK_WINDOW -> {
                long phase =
                        Math.floorMod(Duration.between(Instant.EPOCH, origin).toNanos(), window);
                yield new ServerWindow(quota.permits(), now -> now + window - (now % window + phase) % window);
            }
            default -> new ServerWindow(quota.permits(), now -> now + window);
        };
    }

    /** Returns a full quota, counted as one usually is. */
    static ServerQuota of(Limit limit) {
        return of(limit, usual(limit), Instant.EPOCH);
    }

    /** Returns how a limit is counted unless one says otherwise. */
    static Counting usual(Limit limit) {
        return limit instanceof TokenBucket ? Counting.TOKEN_BUCKET : Counting.FIXED_WINDOW;
    }

    /** Returns the time in which a quota that is used up is whole again, at the latest. */
    static Duration window(Limit limit) {
        if (limit instanceof TokenBucket bucket) {
            BigInteger permits = BigInteger.valueOf(bucket.permits());
            BigInteger nanos = BigInteger.valueOf(bucket.burst())
                    .multiply(BigInteger.valueOf(bucket.period().toNanos()));
            return Duration.ofNanos(nanos.add(permits)
                    .subtract(BigInteger.ONE)
                    .divide(permits)
                    .min(BigInteger.valueOf(Long.MAX_VALUE / 2))
                    .longValueExact());
        }
        return ((Quota) limit).window();
    }
}
