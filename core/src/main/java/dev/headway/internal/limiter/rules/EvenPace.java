package dev.headway.internal.limiter.rules;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What goes instead of the free burst at a server that has refused within the quota: calls evenly spaced over
 * the window and its jitter.
 *
 * <p>Which part of the burst stays free depends on the evidence, see {@link Kind}. A refusal all the same cuts, and time
 * without one grows back.
 */
final class EvenPace {

    /** How the server seems to count. */
    enum Kind {
        /** Nobody knows otherwise: the user wants a steady flow. */
        STEADY(0.9, 1.01),
        /**
         * A sliding counter: what went in a window still weighs in the next one. L in any two windows is safe for every server
         * that counts, so a burst at an idle scope stays free.
         */
        COUNTER(0.9, 1.01),
        /** A bucket: no burst but what it has shown. */
        BUCKET(0.9, 1.01),
        /** Most of the quota is used by others: what was ours, then a little more, and much less when refused. */
        SHARED(0.8, 1.04);

        private final double cut;
        private final double growth;

        Kind(double cut, double growth) {
            this.cut = cut;
            this.growth = growth;
        }
    }

    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    /** A burst that has begun may go on for this part of a window. */
    private static final int BURST_PART = 10;

    private static final double SLOWEST = 0.02;

    private final Kind kind;
    private final SendLog log;
    private final SendLog twice;
    private final long spare;
    private final double most;
    private final Pace pace;
    private long changedAt;
    private long lastFree;
    private boolean free;

    /**
     * From now on.
     *
     * @param sent what went; the last of it may have been part of a burst
     * @param rate calls a second, or null for the quota's own
     * @param burst of a bucket
     */
    EvenPace(Kind kind, Sent sent, @Nullable Double rate, double burst, long now) {
        this.kind = kind;
        this.log = sent.window();
        this.twice = sent.twice();
        // Two windows do not begin where ours do: one call less than the limit, where there is more than one.
        spare = kind == Kind.STEADY ? 0 : Math.min(log.limit() - 1, 1);
        most = (log.limit() - spare) * SECOND / log.span();
        pace = new Pace(rate == null ? most : Math.min(rate, most), burst, kind == Kind.STEADY ? 1 : 0, now);
        lastFree = kind == Kind.COUNTER ? sent.last() : now - log.span();
        changedAt = now;
    }

    /** Whether the user has asked for it, and not the server. */
    boolean asked() {
        return kind == Kind.STEADY;
    }

    /** Whether, at what seemed a counter, the last call went as part of a free burst: it can not be one. */
    boolean refusedFree() {
        return kind == Kind.COUNTER && free;
    }

    long earliest(long now, long ahead, int cost) {
        long even = evenly(now, ahead, cost);
        return even > now && burstIsFree(now) ? Math.min(even, twice.earliest(now, ahead + cost)) : even;
    }

    private long evenly(long now, long ahead, int cost) {
        // Whatever the burst of a bucket, never more than the quota.
        long safe = kind == Kind.BUCKET
                ? log.earliest(now, Math.min(cost, log.limit()))
                : Math.max(lastFree + log.span(), log.earliest(now, Math.min(cost + spare, log.limit())));
        return pace.earliest(Math.max(now, safe), ahead, cost);
    }

    private boolean burstIsFree(long now) {
        if (kind != Kind.COUNTER) {
            return false;
        }
        long room = twice.room(now);
        return 2 * room >= twice.limit() || (free && room > 0 && now - lastFree < log.span() / BURST_PART);
    }

    void granted(long now, int cost) {
        free = evenly(now, 0, cost) > now;
        if (free) {
            lastFree = now;
        }
        pace.granted(now, cost);
    }

    /** A call has taken so much more than it was charged, or less. */
    void adjusted(long now, int more) {
        if (more > 0) {
            pace.granted(now, more);
        } else {
            pace.returned(-more);
        }
    }

    /** The first refusal of an episode. */
    void cut(long now) {
        double slowest = SLOWEST * log.limit() * SECOND / log.span();
        pace.change(Math.max(slowest, kind.cut * pace.rate()), Math.max(1, pace.burst() / 2), now);
        changedAt = now;
    }

    void accepted(long now) {
        if (pace.rate() < most && now - changedAt > Math.max(SECOND, (double) log.span())) {
            pace.change(Math.min(most, kind.growth * pace.rate()), pace.burst(), now);
            changedAt = now;
        }
    }
}
