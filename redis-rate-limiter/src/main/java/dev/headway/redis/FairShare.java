package dev.headway.redis;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a process takes of the limits while it is on its own: 0.8 of the share that it had in the last 10 s, evenly. What everybody
 * had used when the engine was heard last is left alone until it does not count any more.
 */
final class FairShare {

    private static final double CAREFUL = 0.8;
    private static final long REMEMBERED = TimeUnit.SECONDS.toNanos(10);
    private static final long BETWEEN = TimeUnit.SECONDS.toNanos(1);
    /** Of fewer numbers a share tells nothing. */
    private static final long ENOUGH = 20;

    private static final double FULL = 0.95;
    /** A window that is worth waiting for. */
    private static final long SHORT = TimeUnit.SECONDS.toNanos(10);

    private record Sample(long at, long everybody, long own) {}

    private final List<Lane> lanes;
    private final double equalShare;
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();
    private final long[] next;
    private final double[] slower;
    private final long[] slowerUntil;
    private double share;

    FairShare(List<Lane> lanes, int expectedWorkers) {
        this.lanes = lanes;
        this.equalShare = 1.0 / expectedWorkers;
        this.share = equalShare;
        this.next = new long[lanes.size()];
        this.slower = new double[lanes.size()];
        this.slowerUntil = new long[lanes.size()];
    }

    /** So many numbers were given to everybody, and so many were used here. */
    void heard(long everybody, long own, long now) {
        Sample newest = samples.peekLast();
        if (newest != null && now - newest.at < BETWEEN) {
            return;
        }
        if (newest != null && everybody < newest.everybody) {
            samples.clear();
        }
        samples.addLast(new Sample(now, everybody, own));
        while (now - samples.getFirst().at > REMEMBERED) {
            samples.removeFirst();
        }
    }

    /**
     * Is on its own from now on.
     *
     * @param everybody how many numbers were given when the engine was heard last
     * @param own how many were used here until now
     * @param used what was used then of each limit
     * @param heardAt when that was
     * @param nextFree when the next number would have come
     */
    void begin(long everybody, long own, List<Long> used, long heardAt, long nextFree, long now) {
        share = equalShare;
        while (!samples.isEmpty() && now - samples.getFirst().at > REMEMBERED) {
            samples.removeFirst();
        }
        Sample oldest = samples.peekFirst();
        if (oldest != null && everybody - oldest.everybody >= ENOUGH) {
            share = Math.min(1, Math.max(1, own - oldest.own) / (double) (everybody - oldest.everybody));
        }
        for (int i = 0; i < lanes.size(); i++) {
            Lane lane = lanes.get(i);
            long free = heardAt + lane.spanNanos();
            next[i] = now;
            slower[i] = 1;
            slowerUntil[i] = free;
            if (!lane.bucket() && i < used.size()) {
                double part = used.get(i) / lane.amount();
                if (part >= FULL || lane.spanNanos() <= SHORT) {
                    // Others may have taken the rest since.
                    next[i] = Math.max(now, lane.spanNanos() <= SHORT ? free : Math.min(free, nextFree));
                } else {
                    slower[i] = 1 / (1 - part);
                }
            }
        }
    }

    long earliest(long now) {
        long time = now;
        for (long each : next) {
            time = Math.max(time, each);
        }
        return time;
    }

    void granted(int cost, long now) {
        for (int i = 0; i < next.length; i++) {
            double each = lanes.get(i).nanosEach() / (CAREFUL * share);
            double factor = now < slowerUntil[i] ? slower[i] : 1;
            next[i] = Math.max(next[i], now) + (long) (cost * each * factor);
        }
    }
}
