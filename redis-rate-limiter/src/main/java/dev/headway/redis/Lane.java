package dev.headway.redis;

import dev.headway.Concurrency;
import dev.headway.Limit;
import dev.headway.Pacing;
import dev.headway.Quota;
import dev.headway.TokenBucket;
import java.util.concurrent.TimeUnit;

/**
 * A limit as the engine keeps it: smaller than what was told by what delays on the way may bunch together, which are those of
 * the network and of a process that uses its permits late.
 *
 * @param bucket whether it is a rate and a burst, or else a number in any span
 * @param amount tokens a second, or how many in a span
 * @param extent the burst, or the span in microseconds
 * @param spanNanos after how long what went does not count any more
 * @param latenessNanos how late a permit may be used
 * @param jitterNanos by how much two calls on their way may differ that a quota has room for; 0 for a bucket
 * @param size how much may go at once
 */
record Lane(
        boolean bucket,
        double amount,
        double extent,
        long spanNanos,
        long latenessNanos,
        long jitterNanos,
        double size) {

    /** Without a burst, calls keep a few percent more than the distance that the rate asks for. */
    private static final double SINGLE_MARGIN = 1.04;

    private static final long JITTER = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_LATENESS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    static Lane of(Limit limit, Pacing pacing) {
        if (limit instanceof TokenBucket told) {
            return bucket(told, pacing);
        }
        if (limit instanceof Quota told) {
            return quota(told, pacing);
        }
        throw new IllegalArgumentException(((Concurrency) limit)
                + " can not be shared: Redis does not see when a call ends. Share rates and quotas.");
    }

    private static Lane bucket(TokenBucket told, Pacing pacing) {
        long period = told.period().toNanos();
        long late = lateness(period);
        double rate = told.permits() * NANOS / period;
        double burst = pacing == Pacing.EVEN ? 1 : told.burst();
        if (burst == 1) {
            rate /= SINGLE_MARGIN;
        } else {
            burst = Math.max(1, burst - Math.ceil(rate * (jitter(period) + Math.min(late, JITTER)) / NANOS));
        }
        return new Lane(true, rate, burst, (long) (burst / rate * NANOS), late, 0, burst);
    }

    private static Lane quota(Quota told, Pacing pacing) {
        long window = told.window().toNanos();
        long late = lateness(window);
        long span = window + jitter(window) + late;
        if (pacing == Pacing.EVEN) {
            double rate = Math.max(1, told.permits() - 1) * NANOS / span;
            return new Lane(true, rate, 1, span, late, 0, 1);
        }
        return new Lane(false, told.permits(), Time.micros(span), span, late, jitter(window), told.permits());
    }

    private static long jitter(long window) {
        return Math.min(JITTER, window / 10);
    }

    private static long lateness(long window) {
        return Math.min(LONGEST_LATENESS, window / 50);
    }

    /** What one call of cost 1 takes in the long run. */
    double nanosEach() {
        return bucket ? NANOS / amount : spanNanos / amount;
    }
}
