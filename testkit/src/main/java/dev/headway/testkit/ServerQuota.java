package dev.headway.testkit;

import dev.headway.Limit;
import dev.headway.Quota;
import dev.headway.TokenBucket;
import java.time.Duration;
import java.time.Instant;

/**
 * A limit as its server keeps it: in whole nanoseconds, without rounding, and without a clock of its own. Not thread-safe.
 */
sealed interface ServerQuota permits ServerBucket, ServerWindow {

    /**
     * Judges one request and counts it if it is accepted.
     *
     * @param now nanoseconds since an origin that the caller keeps; not negative, never less than before
     */
    Verdict judge(long now);

    /** Returns a full quota; a window begins with the first request after the last window's end. */
    static ServerQuota of(Limit limit) {
        if (limit instanceof TokenBucket bucket) {
            return new ServerBucket(bucket);
        }
        Quota quota = (Quota) limit;
        long window = quota.window().toNanos();
        return new ServerWindow(quota.permits(), now -> now + window);
    }

    /** Returns a full quota; windows begin at whole multiples of their length since 1970 in UTC. */
    static ServerQuota clockAligned(Limit limit, Instant origin) {
        if (!(limit instanceof Quota quota)) {
            return of(limit);
        }
        long window = quota.window().toNanos();
        long phase = Math.floorMod(Duration.between(Instant.EPOCH, origin).toNanos(), window);
        return new ServerWindow(quota.permits(), now -> now + window - (now % window + phase) % window);
    }
}
