package dev.headway.internal.limiter;

import dev.headway.Quota;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * L calls in a window, told or learned: no more than L in any W + J, which is safe for fixed and sliding windows of every
 * phase; and {@link EvenPace} where the server has shown that it counts otherwise (rules 2.1 and 2.4).
 */
final class WindowRule implements Rule {

    /** A longer window that is only learned may be aligned to a clock: its reset frees it sooner than our log would. */
    private static final long LONGEST_LEARNED = TimeUnit.SECONDS.toNanos(10);

    /** How much of what a bucket has shown to hold is believed. */
    private static final double SHOWN = 0.8;

    private final long window;
    private final boolean told;
    private final SendLog log;
    /** What went in two windows. */
    private final SendLog twice;

    private final long began;
    private long lastSent;
    private boolean reused;
    private @Nullable EvenPace even;

    WindowRule(Quota told, long now) {
        this(told.window().toNanos(), true, now, new SendLog(told.permits(), 0), new SendLog(told.permits(), 0));
    }

    private WindowRule(long window, boolean told, long now, SendLog log, SendLog twice) {
        this.window = window;
        this.told = told;
        this.began = now;
        long jitter = Jitter.of(window);
        this.log = log.resized(log.limit(), window + jitter);
        this.twice = twice.resized(log.limit(), 2 * window + jitter);
        this.lastSent = now - 3 * window;
    }

    static WindowRule learned(long limit, long window, long now) {
        return new WindowRule(window, false, now, new SendLog(limit, 0), new SendLog(limit, 0));
    }

    /** Another limit or window, with the same calls; how the server counts is looked at anew. */
    WindowRule resized(long newLimit, long newWindow, long now) {
        WindowRule resized = new WindowRule(newWindow, told, now, log.resized(newLimit, 0), twice.resized(newLimit, 0));
        resized.lastSent = lastSent;
        return resized;
    }

    @Override
    public long earliest(long now, long ahead, int cost) {
        if (even != null) {
            return even.earliest(now, ahead, cost);
        }
        return logged() ? log.earliest(now, ahead + cost) : now;
    }

    @Override
    public void granted(long now, int cost) {
        if (even != null) {
            even.granted(now, cost);
        }
        log.add(now, cost);
        twice.add(now, cost);
        lastSent = now;
    }

    @Override
    public void returned(long grantedAt, int cost) {
        log.remove(grantedAt, cost);
        twice.remove(grantedAt, cost);
    }

    long limit() {
        return log.limit();
    }

    long length() {
        return window;
    }

    long span() {
        return log.span();
    }

    /** What went, if that holds calls. */
    @Nullable SendLog log() {
        return logged() && even == null ? log : null;
    }

    private boolean logged() {
        return told || window <= LONGEST_LEARNED;
    }

    boolean even() {
        return even != null;
    }

    /**
     * Whether the quota is about to be used a second time, which is looked at before it is believed: a server that counts
     * otherwise would refuse the whole of it (rule 2.3). True once.
     */
    boolean firstReuse() {
        boolean first = !reused;
        reused = true;
        return first;
    }

    void accepted(long now) {
        if (even != null) {
            even.accepted(now);
        }
    }

    /**
     * The first refusal of an episode, although no counter explains it; before its call is taken back.
     *
     * @param repeated whether another episode came shortly before
     * @param shown how many were accepted since then
     */
    void refusedUnexplained(boolean repeated, long shown, long now) {
        if (even != null && even.refusedFree()) {
            paceAsBucket(shown, now);
        } else if (even != null) {
            even.cut(now);
        } else if (twice.room(now) <= 0) {
            paceAsCounter(now);
        } else if (repeated || now - began > twice.span()) {
            paceAsBucket(shown, now);
        }
        // Else another process may have used the quota before.
    }

    void paceAsCounter(long now) {
        even = new EvenPace(EvenPace.Kind.COUNTER, log, twice, lastSent, null, Math.max(1, log.limit() / 100), now);
    }

    private void paceAsBucket(long shown, long now) {
        double burst = Math.max(1, SHOWN * Math.min(shown, log.limit()));
        even = new EvenPace(EvenPace.Kind.BUCKET, log, twice, lastSent, null, burst, now);
    }

    void paceAsShared(double ratePerSecond, long now) {
        even = new EvenPace(EvenPace.Kind.SHARED, log, twice, lastSent, ratePerSecond, 1, now);
    }

    /** The first refusal of an episode that its counters explain. */
    void refusedExplained(long now) {
        if (even != null) {
            even.cut(now);
        }
    }
}
