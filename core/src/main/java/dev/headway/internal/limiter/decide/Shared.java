package dev.headway.internal.limiter.decide;

import dev.headway.Pacing;
import dev.headway.internal.Events;
import dev.headway.spi.TimeSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What all scopes of a limiter have in common: what the user wants, the clock and its timers, chance, and who is told. Time is
 * nanoseconds since this was made, so that it begins at 0 and never wraps.
 */
public final class Shared {

    private final Pacing pacing;
    private final int maxWaiting;
    private final TimeSource time;
    private final Events events;
    private final Supplier<RandomGenerator> random;
    private final long origin;

    public Shared(Pacing pacing, int maxWaiting, TimeSource time, Events events, Supplier<RandomGenerator> random) {
        this.pacing = pacing;
        this.maxWaiting = maxWaiting;
        this.time = time;
        this.events = events;
        this.random = random;
        this.origin = time.nanoTime();
    }

    /** How the calls of a window are spread. */
    public Pacing pacing() {
        return pacing;
    }

    /** How many calls of a scope may wait that were never sent. */
    public int maxWaiting() {
        return maxWaiting;
    }

    /** The clock's time at which ours was 0. */
    public long origin() {
        return origin;
    }

    /** From the clock's scale to ours. */
    public long scaled(long nanoTime) {
        return nanoTime - origin;
    }

    public long unscaled(long scaled) {
        return scaled + origin;
    }

    public long now() {
        return scaled(time.nanoTime());
    }

    public TimeSource.Timer schedule(long nanos, Runnable task) {
        return time.schedule(nanos, task);
    }

    public Events events() {
        return events;
    }

    public RandomGenerator random() {
        return random.get();
    }
}
