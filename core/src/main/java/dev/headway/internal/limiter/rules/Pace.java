package dev.headway.internal.limiter.rules;

import java.util.concurrent.TimeUnit;

/**
 * A rate that was learned and changes: calls keep a distance, and what was not used is saved up to the burst. Where the rate
 * is told, {@link BucketRule} counts exactly instead.
 */
public final class Pace {

    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    /** A timer that is a little late does not cost throughput. */
    private static final long TOLERANCE = TimeUnit.MILLISECONDS.toNanos(2);

    private double rate;
    private double burst;
    /** The virtual time at which nothing was saved. */
    private double zero;

    /**
     * A rate from now on.
     *
     * @param rate calls a second
     * @param burst how many are saved at most; at least 1
     * @param saved how many of these are there already
     */
    public Pace(double rate, double burst, double saved, long now) {
        this.rate = rate;
        this.burst = burst;
        zero = now - saved * interval();
    }

    public double rate() {
        return rate;
    }

    double burst() {
        return burst;
    }

    public long earliest(long now, long ahead, int cost) {
        double wanted = ahead + Math.min(cost, burst);
        return Math.max(now, (long) Math.ceil(Math.max(zero, floor(now)) + wanted * interval()));
    }

    public void granted(long now, int cost) {
        zero = Math.max(zero, floor(now)) + cost * interval();
    }

    /** The next keeps its distance from now at least: what was late is not made up for. */
    public void departed(long now) {
        zero = Math.max(zero, (double) now);
    }

    /** A call turned out not to have been counted. */
    public void returned(int cost) {
        zero -= cost * interval();
    }

    /** Another rate; what is saved or owed stays, in calls. */
    public void change(double newRate, double newBurst, long now) {
        double saved = Math.min((now - Math.max(zero, floor(now))) / interval(), newBurst);
        rate = newRate;
        burst = newBurst;
        zero = now - saved * interval();
    }

    private double floor(long now) {
        return now - burst * interval() - TOLERANCE;
    }

    private double interval() {
        return SECOND / rate;
    }
}
