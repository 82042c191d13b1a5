package dev.headway.internal.limiter;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * A rate learned from refusals alone ("goodput-anchored probing", algorithms study, section 4.2): under a limit the accepted
 * rate <em>is</em> the limit. Cut to it once an episode, hold, probe a little more, and hold twice as long after a probe that
 * failed.
 */
final class Probing implements Rule {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long TOLERANCE = TimeUnit.MILLISECONDS.toNanos(2);
    private static final double MARGIN = 0.02;
    private static final double STEP = 0.03;
    private static final double LARGEST_STEP = 0.5;
    private static final double SLOWEST = 0.2;
    private static final double USED = 0.7;
    private static final long LONG_RETRY_AFTER = 3 * SECOND;

    private enum Mode {
        HOLD,
        PROBE
    }

    /** Accepted calls, in slices of a 50th of the window. */
    private record Slice(long at, long count) {}

    private final ArrayDeque<Slice> accepted = new ArrayDeque<>();
    private double rate;
    private double lastGood;
    private double step = STEP;
    private Mode mode = Mode.HOLD;
    private long window = SECOND;
    private long hold = 2 * SECOND;
    private long shortestHold = 2 * SECOND;
    private long longestHold = 60 * SECOND;
    private long changeAt;
    private long nextAt;
    private long windowBegan;

    /** Begins at that rate, which a refusal has just proved. */
    Probing(double ratePerSecond, long now) {
        rate = Math.max(SLOWEST, ratePerSecond * (1 - MARGIN));
        lastGood = rate;
        changeAt = now + hold;
        nextAt = now;
        windowBegan = now;
    }

    @Override
    public long earliest(long now, long ahead, int cost) {
        return Math.max(now, nextAt + ahead * interval());
    }

    @Override
    public void granted(long now, int cost) {
        // A timer that is a little late does not cost throughput.
        nextAt = Math.max(nextAt, now - TOLERANCE) + cost * interval();
    }

    double ratePerSecond() {
        return rate;
    }

    void accepted(long now) {
        count(now);
        if (now < changeAt) {
            return;
        }
        if (mode == Mode.HOLD) {
            lastGood = rate;
            probe(now);
        } else if (acceptedRate(now, Math.min(window, 5 * SECOND)) < USED * rate) {
            // Nobody used it: it proves nothing.
            rate = lastGood;
            holdFor(hold, now);
        } else {
            hold = Math.max(shortestHold, hold / 2);
            step = Math.min(LARGEST_STEP, step * 2);
            lastGood = rate;
            probe(now);
        }
    }

    /** The first refusal of an episode. */
    void refused(Duration retryAfter, long now) {
        // No single word lasts: the gate does not believe more either.
        long asked = Math.min(Nanos.of(retryAfter), Gate.LONGEST);
        if (asked >= LONG_RETRY_AFTER) {
            countOverLongWindow(asked, now);
        }
        double goodput = acceptedRate(now, window) * (1 - MARGIN);
        double target = Math.max(goodput, rate / 2);
        if (mode == Mode.PROBE) {
            hold = Math.min(longestHold, hold * 2);
            double before = Math.max(lastGood * (1 - MARGIN / 2), rate / 2);
            target = step > 2 * STEP ? Math.min(before, target) : before;
        }
        rate = Math.max(SLOWEST, Math.min(target, rate * (1 - STEP)));
        holdFor(hold, now);
    }

    private void countOverLongWindow(long asked, long now) {
        long length = Math.min(asked + (now - windowBegan), 3 * asked);
        windowBegan = now + asked;
        if (length > window) {
            window = length;
            shortestHold = Math.max(shortestHold, 2 * length);
            longestHold = Math.max(longestHold, 10 * length);
            hold = Math.max(hold, shortestHold);
        }
    }

    private void probe(long now) {
        rate *= 1 + step;
        mode = Mode.PROBE;
        changeAt = now + Math.max(2 * window, 8 * interval());
    }

    private void holdFor(long length, long now) {
        mode = Mode.HOLD;
        step = STEP;
        changeAt = now + length;
    }

    private long interval() {
        return (long) (SECOND / rate);
    }

    private void count(long now) {
        Slice newest = accepted.peekLast();
        if (newest != null && now - newest.at() < window / 50) {
            accepted.removeLast();
            accepted.addLast(new Slice(newest.at(), newest.count() + 1));
        } else {
            accepted.addLast(new Slice(now, 1));
        }
        while (accepted.getFirst().at() < now - 4 * window - SECOND) {
            accepted.removeFirst();
        }
    }

    private double acceptedRate(long now, long span) {
        long sum = 0;
        for (Slice slice : accepted) {
            if (slice.at() > now - span) {
                sum += slice.count();
            }
        }
        return sum * (double) SECOND / span;
    }
}
