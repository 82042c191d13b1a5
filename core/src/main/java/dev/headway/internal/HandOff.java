package dev.headway.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Moves the rest of a call off the timer's thread. */
public final class HandOff {

    /**
     * Not the common pool: with one or two processors {@code CompletableFuture} starts a thread for each task there
     * (mechanics, section 17).
     */
    public static final Executor POOL = pool();

    private HandOff() {}

    /**
     * Runs a short, non-blocking task on the executor, or, when that takes none any more, here: a call must not hang because
     * its client was shut down.
     *
     * @param executor the client's
     * @param task what to run
     */
    public static void run(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    private static Executor pool() {
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                threads,
                threads,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                DaemonThreads.named("headway-call"));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
