package dev.headway.internal.limiter.rules;

import dev.headway.Pacing;
import dev.headway.Quota;
import dev.headway.ScopeSnapshot;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * L calls in a window, told or learned: no more than L in any W + J, which is safe for fixed and sliding windows of every
 * phase; and {@link EvenPace} where the server has shown that it counts otherwise.
 */
public final class WindowRule implements Rule {

    /** A longer window that is only learned may be aligned to a clock: its reset frees it sooner than our log would. */
    private static final long LONGEST_LEARNED = TimeUnit.SECONDS.toNanos(10);

    /** How much of what a bucket has shown to hold is believed. */
    private static final double SHOWN = 0.8;

    private final long window;
    private final boolean told;
    private final Pacing pacing;
    /** Null where it is only learned: what remains says when it has been counted. */
    private final @Nullable Connecting connecting;

    private final Sent sent;
    private final SendLog log;
    private final SendLog twice;
    private final long began;
    private boolean reused;
    private @Nullable EvenPace even;

    public WindowRule(Quota told, Pacing pacing, Connecting connecting, long now) {
        this(
                told.window().toNanos(),
                true,
                pacing,
                now,
                connecting,
                Sent.nothing(told.permits(), told.window().toNanos(), now));
    }

    private WindowRule(long window, boolean told, Pacing pacing, long now, @Nullable Connecting connecting, Sent sent) {
        this.connecting = connecting;
        this.window = window;
        this.told = told;
        this.pacing = pacing;
        this.began = now;
        this.sent = sent;
        this.log = sent.window();
        this.twice = sent.twice();
        if (pacing == Pacing.EVEN) {
            even = evenly(EvenPace.Kind.STEADY, null, 1, now);
        }
    }

    public static WindowRule learned(long limit, long window, Pacing pacing, long now) {
        return new WindowRule(window, false, pacing, now, null, Sent.nothing(limit, window, now));
    }

    /** Another limit or window that is only learned, with the same calls; how the server counts is looked at anew. */
    public WindowRule resized(long newLimit, long newWindow, long now) {
        return new WindowRule(newWindow, false, pacing, now, null, sent.resized(newLimit, newWindow));
    }

    /** What is told instead, with the same calls. How the server counts does not change with its limit. */
    public WindowRule followedBy(Quota next, Connecting itsConnecting, long now) {
        long length = next.window().toNanos();
        Sent same = length > window ? sent.lengthened(next.permits(), length) : sent.resized(next.permits(), length);
        WindowRule following = new WindowRule(length, true, pacing, now, itsConnecting, same);
        if (countsOtherwise()) {
            following.paceAsCounter(now);
        }
        return following;
    }

    /** Whether a call that went in a window of that length may be remembered no more. */
    public boolean forgot(long length, long now) {
        return length > 2 * window && twice.expired(now) > 0;
    }

    /** So much was sent before, nobody knows when. */
    public void sentBefore(long cost, long now) {
        if (cost > 0) {
            sent.add(now, cost);
        }
    }

    /** Whether it holds nothing, and would not if the server counts as it has shown. */
    public boolean idle(long now) {
        return countsOtherwise() ? twice.room(now) == twice.limit() : !logged() || log.room(now) == log.limit();
    }

    /** For those who look on. */
    public ScopeSnapshot.LimitState state(long now) {
        long left = Math.max(0, log.room(now));
        return new ScopeSnapshot.LimitState(null, true, log.limit(), Duration.ofNanos(window), left);
    }

    /** How much more may go now. */
    public long room(long now) {
        return log.room(now);
    }

    @Override
    public long earliest(long now, long ahead, int cost) {
        if (even != null) {
            return even.earliest(now, ahead, cost);
        }
        // What costs more than the quota goes when nothing of it is used.
        return logged() ? log.earliest(now, ahead + Math.min(cost, log.limit())) : now;
    }

    @Override
    public void granted(long now, int cost) {
        if (even != null) {
            even.granted(now, cost);
        }
        if (connecting != null && connecting.late()) {
            sent.addLate(now, counts(now, now + Connecting.LONGEST), cost);
        } else {
            sent.add(now, cost);
        }
    }

    @Override
    public void arrived(long grantedAt, long at, int cost) {
        long expected = counts(grantedAt, grantedAt + Connecting.LONGEST);
        sent.arrived(expected, Math.min(expected, counts(grantedAt, at)), cost);
    }

    /** What goes a window after a call has come to the server comes after it, with or without jitter. */
    private long counts(long grantedAt, long at) {
        return Math.max(grantedAt, at - Jitter.of(window));
    }

    @Override
    public void returned(long grantedAt, int cost) {
        sent.remove(grantedAt, cost);
    }

    @Override
    public void adjusted(long grantedAt, long now, int more) {
        if (even != null) {
            even.adjusted(now, more);
        }
        if (more > 0) {
            sent.charge(now, more);
        } else {
            returned(grantedAt, -more);
        }
    }

    public long limit() {
        return log.limit();
    }

    public long length() {
        return window;
    }

    public long span() {
        return log.span();
    }

    /** What went, if that holds calls. */
    public @Nullable SendLog log() {
        return logged() && even == null ? log : null;
    }

    private boolean logged() {
        return told || window <= LONGEST_LEARNED;
    }

    public boolean even() {
        return even != null;
    }

    /** Whether the server has shown that it counts otherwise, so that its counters hold nothing. */
    public boolean countsOtherwise() {
        return even != null && !even.asked();
    }

    /**
     * Whether the quota is about to be used a second time, which is looked at before it is believed: a server that counts
     * otherwise would refuse the whole of it. True once, and never where calls are spread anyway.
     */
    public boolean firstReuse() {
        boolean first = !reused && (even == null || !even.asked());
        reused = true;
        return first;
    }

    public void accepted(long now) {
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
    public void refusedUnexplained(boolean repeated, long shown, long now) {
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

    public void paceAsCounter(long now) {
        even = evenly(EvenPace.Kind.COUNTER, null, (double) Math.max(1, log.limit() / 100), now);
    }

    private void paceAsBucket(long shown, long now) {
        double burst = Math.max(1, SHOWN * Math.min(shown, log.limit()));
        even = evenly(EvenPace.Kind.BUCKET, null, burst, now);
    }

    public void paceAsShared(double ratePerSecond, long now) {
        even = evenly(EvenPace.Kind.SHARED, ratePerSecond, 1, now);
    }

    private EvenPace evenly(EvenPace.Kind kind, @Nullable Double ratePerSecond, double burst, long now) {
        return new EvenPace(kind, sent, ratePerSecond, burst, now);
    }

    /** The first refusal of an episode that its counters explain. */
    public void refusedExplained(long now) {
        if (even != null) {
            even.cut(now);
        }
    }
}
