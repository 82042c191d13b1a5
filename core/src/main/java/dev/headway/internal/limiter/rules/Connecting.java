package dev.headway.internal.limiter.rules;

import java.util.concurrent.TimeUnit;

/**
 * Which calls may leave long after they were granted: where more are in flight than lately, connections are opened, and in a new
 * process classes are loaded. The next calls find both done and overtake them, so a window counts these from the last moment at
 * which the server may see them: a second after they were granted, or their answer.
 */
public final class Connecting {

    /** By then a call has left; an answer that takes longer is the server's work. */
    static final long LONGEST = TimeUnit.SECONDS.toNanos(1);

    /** So long, and up to twice as long, a connection is taken to stay open that nobody uses. */
    private static final long KEPT = TimeUnit.SECONDS.toNanos(10);

    /** Of calls that are granted so soon after, any may be the one that connects, and none finds classes loaded. */
    private static final long TOGETHER = TimeUnit.MILLISECONDS.toNanos(150);

    /** The most calls in flight since a moment up to 10 s ago, and in the 10 s before that moment. */
    private long most;

    private long mostBefore;
    private long ends;

    /** When there were more than ever lately. */
    private long rose = Long.MIN_VALUE / 2;

    private boolean late;

    /** A call goes, and so many are in flight with it; whether it may leave late. */
    public boolean granted(long inFlight, long now) {
        if (now >= ends) {
            mostBefore = now < ends + KEPT ? most : 0;
            most = 0;
            ends = now + KEPT;
        }
        if (inFlight > Math.max(most, mostBefore)) {
            // Threads read the clock before they take the lock: this may be older than the last.
            rose = Math.max(rose, now);
        }
        most = Math.max(most, inFlight);
        late = now <= rose + TOGETHER;
        return late;
    }

    /** A call joins those in flight that has left before. */
    public void joined() {
        late = false;
    }

    /** Whether the call that goes now may leave late. */
    boolean late() {
        return late;
    }
}
