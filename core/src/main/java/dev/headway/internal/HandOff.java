package dev.headway.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Moves the rest of a call off the timer's thread. */
public final class HandOff {

    /**
     * Not the common pool: with one or two processors {@code CompletableFuture} starts a thread for each task there
     * (mechanics, section 17).
     */
    public static final Executor POOL = pool();

    /** An executor may run its tasks at once, and each lead to the next: so deep, and no deeper. */
    private static final int DEEPEST = 16;

    private static final ThreadLocal<Integer> DEPTH = ThreadLocal.withInitial(() -> 0);

    /** An executor may keep a task although it throws. */
    @SuppressWarnings("serial") // never serialized
    private static final class Once extends AtomicBoolean implements Runnable {

        private final Runnable task;

        Once(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (compareAndSet(false, true)) {
                task.run();
            }
        }
    }

    private HandOff() {}

    /**
     * Runs a short, non-blocking task on the executor, or, when that takes none any more or has no memory for a thread, on the
     * pool: a call must not hang because its client was shut down.
     *
     * @param executor the client's
     * @param task what to run, once
     */
    public static void run(Executor executor, Runnable task) {
        Once once = new Once(task);
        int depth = DEPTH.get();
        DEPTH.set(depth + 1);
        try {
            boolean taken = depth < DEEPEST && takes(executor, once);
            if (!taken && !takes(POOL, once)) {
                once.run();
            }
        } finally {
            DEPTH.set(depth);
        }
    }

    private static boolean takes(Executor executor, Once task) {
        try {
            executor.execute(task);
            return true;
        } catch (RuntimeException | Error e) {
            return task.get();
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
