package dev.headway.internal.limiter.learn;

import java.util.concurrent.TimeUnit;

/**
 * Whether what was accepted before the first refusal was a burst. The first calls of a cold client are slow: a server that takes no
 * burst accepts them one by one, and it looks like one. Then what is accepted between two refusals is not what the server refills but
 * what was sent, and far too little.
 *
 * <p>A rate half way between the two tells: a bucket that is drained refuses it soon; where it is accepted for longer than the bucket
 * could have, there is none. A bucket that is one has hardly one more refusal of it.
 */
final class BurstCheck {

    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Only this much above what seems to be refilled a refusal comes soon. */
    private static final double CLEAR = 1.5;

    private static final double MORE = 1.3;

    /** Calls that a bucket may have left, and how inexact the moments are. */
    private static final int SPARE = 2;

    private double refilled;
    private double refused;
    private boolean underWay;

    boolean underWay() {
        return underWay;
    }

    /** The slowest rate that is known to be too fast, whatever the server is. */
    double refused() {
        return refused;
    }

    /** Calls a second that the server seems to refill. */
    double refilled() {
        return refilled;
    }

    /**
     * Begins, or goes on with less, at a refusal.
     *
     * @param seems what was accepted a second since the last
     * @param rate calls a second, the one that was refused
     * @return at which rate the next calls tell, or 0 where it is a burst
     */
    double begin(double seems, double rate) {
        if (!underWay) {
            refused = rate;
        }
        refilled = seems;
        double between = Math.sqrt(seems * rate);
        underWay = between > CLEAR * seems;
        return underWay ? between : 0;
    }

    /** Whether more was accepted since the refusal than a drained bucket could. */
    boolean refuted(long accepted, long nanos) {
        return accepted > 0 && accepted - SPARE > MORE * refilled * nanos / SECOND;
    }

    void end() {
        underWay = false;
    }
}
