package dev.headway.redis;

import java.util.concurrent.TimeUnit;

/**
 * Which calls of this process may leave long after they were granted: those with which more are in flight than in the last 10 to 20 s,
 * and what goes soon after them. They open connections, and in a new process load classes. As in the core, which shows it to nobody. Under the lock of the scope.
 */
final class Connecting {

    /** By then a call has left; an answer that takes longer is the server's work. */
    static final long LONGEST = TimeUnit.SECONDS.toNanos(1);

    private static final long TOGETHER = TimeUnit.MILLISECONDS.toNanos(150);
    private static final long KEPT = TimeUnit.SECONDS.toNanos(10);

    private int most;
    private int mostBefore;
    private long ends;
    private long rose = -Time.NEVER;

    /** A call goes, and so many are in flight with it; whether it may leave late. */
    boolean granted(int inFlight, long now) {
        if (now >= ends) {
            mostBefore = now < ends + KEPT ? most : 0;
            most = 0;
            ends = now + KEPT;
        }
        if (inFlight > Math.max(most, mostBefore)) {
            rose = now;
        }
        most = Math.max(most, inFlight);
        return now <= rose + TOGETHER;
    }
}
