package dev.headway.internal;

import dev.headway.spi.TimeSource;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The machine's own time. One daemon thread serves all timers; it only hands work off. */
public final class SystemTime implements TimeSource {

    /** The one instance of the process. */
    public static final SystemTime INSTANCE = new SystemTime();

    private SystemTime() {}

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Instant instant() {
        return Instant.now();
    }

    @Override
    public void park(long nanos) {
        LockSupport.parkNanos(nanos);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        Future<?> future = Scheduler.INSTANCE.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    /** Started by the first timer, so that a program whose calls never wait has no thread of ours. */
    static final class Scheduler {
        static final ScheduledThreadPoolExecutor INSTANCE = create();

        private static ScheduledThreadPoolExecutor create() {
            ScheduledThreadPoolExecutor executor =
                    new ScheduledThreadPoolExecutor(1, DaemonThreads.named("headway-timer"));
            // A cancelled wait must not stay in memory until its time would have come.
            executor.setRemoveOnCancelPolicy(true);
            return executor;
        }
    }
}
