package dev.headway.internal.limiter;

import java.util.concurrent.TimeUnit;

/**
 * A rate that was learned and changes: calls keep a distance, and what was not used is saved up to the burst. Where the rate
 * is told, {@link BucketRule} counts exactly instead.
 */
final class Pace {

    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    /** So that a timer that is a little late costs no throughput; not where the server allows no burst at all. */
    static final long TOLERANCE = TimeUnit.MILLISECONDS.toNanos(2);

    private final long tolerance;
    private double rate;
    private double burst;
    /** What is saved at most: the burst, or what is left of what was saved once. */
    private double most;
    /** The virtual time at which nothing was saved. */
    private double zero;

    /**
     * A rate from now on.
     *
     * @param rate calls a second
     * @param burst how many are saved at most; at least 1
     * @param saved how many of these are there already
     * @param tolerance by how much a call may be late without moving those behind it, in nanoseconds
     */
    Pace(double rate, double burst, double saved, long tolerance, long now) {
        this.tolerance = tolerance;
        this.rate = rate;
        this.burst = burst;
        most = burst;
        zero = now - saved * interval();
    }

    double rate() {
        return rate;
    }

    double burst() {
        return burst;
    }

    long earliest(long now, long ahead, int cost) {
        double wanted = ahead + Math.min(cost, burst);
        return Math.max(now, (long) Math.ceil(Math.max(zero, floor(now)) + wanted * interval()));
    }

    void granted(long now, int cost) {
        zero = Math.max(zero, floor(now)) + cost * interval();
        most = Math.max(burst, Math.min(most, (now - zero) / interval()));
    }

    /** Another rate; what is saved or owed stays, in calls. */
    void change(double newRate, double newBurst, long now) {
        double saved = Math.min((now - Math.max(zero, floor(now))) / interval(), newBurst);
        rate = newRate;
        burst = newBurst;
        most = newBurst;
        zero = now - saved * interval();
    }

    /** Another rate from then on, and so many calls saved by then: more than the burst, but only once. */
    void restart(double newRate, double saved, long then) {
        rate = newRate;
        most = Math.max(burst, saved);
        zero = then - most * interval();
    }

    private double floor(long now) {
        return now - most * interval() - tolerance;
    }

    private double interval() {
        return SECOND / rate;
    }
}
