package dev.headway.internal.limiter;

import dev.headway.spi.TimeSource;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until {@link #pass}, and one timer, which is all that a scope has. So plain that a model checker
 * gets through it in a few steps.
 */
public final class StillTime implements TimeSource {

    private volatile long now;
    private @Nullable Runnable task;
    private long due;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(now);
    }

    /** Moves the time by one caller at a time, and runs on its thread what is due then. */
    void pass(long nanos) {
        Runnable dueNow = null;
        synchronized (this) {
            now = now + nanos;
            if (task != null && due <= now) {
                dueNow = task;
                task = null;
            }
        }
        if (dueNow != null) {
            dueNow.run();
        }
    }

    @Override
    public synchronized Timer schedule(long delayNanos, Runnable scheduled) {
        task = scheduled;
        due = now + delayNanos;
        return () -> forget(scheduled);
    }

    private synchronized void forget(Runnable scheduled) {
        if (scheduled.equals(task)) {
            task = null;
        }
    }

    @Override
    public void park(long nanos) {
        throw new UnsupportedOperationException("Nobody waits here");
    }
}
