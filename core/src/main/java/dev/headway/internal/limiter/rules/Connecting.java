package dev.headway.internal.limiter.rules;

import java.util.concurrent.TimeUnit;

/**
 * Which calls in flight may have left long after they were granted: where more are in flight than lately, connections are opened,
 * and in a new process classes are loaded. The next calls find both done and overtake them, so of these a window counts what the
 * server may have seen last: the answer.
 */
public final class Connecting {

    /** By then a call has left; an answer that takes longer is the server's work. */
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(1);

    /** So long at least a connection stays open that nobody uses. */
    private static final long KEPT = TimeUnit.SECONDS.toNanos(10);

    /** The most calls in flight since a moment up to 10 s ago, and in the 10 s before that. */
    private long most;

    private long mostBefore;
    private long ends;

    /** When there were more than ever lately. */
    private long rose = Long.MIN_VALUE / 2;

    /** How many of those that were granted until then are not answered. */
    private long calls;

    /** A call goes, and so many are in flight. */
    public void granted(long inFlight, long now) {
        if (now >= ends) {
            mostBefore = now < ends + KEPT ? most : 0;
            most = 0;
            ends = now + KEPT;
        }
        if (inFlight > Math.max(most, mostBefore)) {
            rose = now;
            calls = inFlight;
        }
        most = Math.max(most, inFlight);
    }

    /** A call that was granted then is in flight no more. */
    public void landed(long grantedAt) {
        if (grantedAt <= rose && calls > 0) {
            calls--;
        }
    }

    /** Whether a call that was granted then may have had to connect. */
    public boolean suspects(long grantedAt) {
        return grantedAt <= rose;
    }

    /** When a call that was granted then, and is answered now, may have come to the server. */
    public long arrived(long grantedAt, long now) {
        return suspects(grantedAt) ? Math.min(now, grantedAt + LONGEST) : grantedAt;
    }

    /** By how much later than they were granted calls count that went no more than a span ago, while one of them may be on its way. */
    long latest(long now, long span) {
        return calls > 0 && now < rose + LONGEST + span ? LONGEST : 0;
    }
}
