package dev.headway.jdk;

import dev.headway.spi.TimeSource;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An executor for a client, and a time that stands still while it has work: what a wait leaves time for is done. */
final class Idle implements Executor, AutoCloseable {

    private final ExecutorService pool = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });
    private int working;

    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            working++;
        }
        pool.execute(() -> {
            try {
                task.run();
            } finally {
                synchronized (this) {
                    working--;
                    notifyAll();
                }
            }
        });
    }

    private synchronized void await() {
        try {
            while (working > 0) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    TimeSource time(TimeSource time) {
        return new TimeSource() {
            @Override
            public long nanoTime() {
                return time.nanoTime();
            }

            @Override
            public Instant instant() {
                return time.instant();
            }

            @Override
            public void park(long nanos) {
                await();
                time.park(nanos);
            }

            @Override
            public Timer schedule(long delayNanos, Runnable task) {
                return time.schedule(delayNanos, () -> {
                    await();
                    task.run();
                });
            }
        };
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
