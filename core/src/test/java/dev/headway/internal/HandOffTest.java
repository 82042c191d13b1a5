package dev.headway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HandOffTest {

    @Test
    void theTaskRunsOnTheExecutor() {
        List<Runnable> handed = new ArrayList<>();
        List<String> done = new ArrayList<>();

        HandOff.run(handed::add, () -> done.add("task"));

        assertThat(done).isEmpty();
        assertThat(handed).hasSize(1);
        handed.get(0).run();
        assertThat(done).containsExactly("task");
    }

    @Test
    void whatAnExecutorDoesNotTakeRunsInThePool() throws InterruptedException {
        for (Throwable failure : List.of(
                new RejectedExecutionException(),
                new IllegalStateException("over"),
                new OutOfMemoryError("unable to create native thread"))) {
            LinkedBlockingQueue<Thread> threads = new LinkedBlockingQueue<>();

            HandOff.run(task -> sneakyThrow(failure), () -> threads.add(Thread.currentThread()));

            assertThat(threads.take().getName()).startsWith("headway-call-");
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneakyThrow(Throwable failure) throws E {
        throw (E) failure;
    }

    @Test
    void whatAnExecutorThatWasShutDownDoesNotTakeRunsInThePool() throws InterruptedException {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        executor.shutdown();
        LinkedBlockingQueue<Thread> threads = new LinkedBlockingQueue<>();

        HandOff.run(executor, () -> threads.add(Thread.currentThread()));

        assertThat(threads.take().getName()).startsWith("headway-call-");
    }

    /** A pool that has queued a task may still fail to start a thread for it. */
    @Test
    void aTaskThatWasTakenAllTheSameRunsOnce() throws InterruptedException {
        List<Runnable> taken = new ArrayList<>();
        LinkedBlockingQueue<String> done = new LinkedBlockingQueue<>();

        HandOff.run(
                task -> {
                    taken.add(task);
                    throw new OutOfMemoryError("unable to create native thread");
                },
                () -> done.add("task"));

        assertThat(done.take()).isEqualTo("task");
        taken.forEach(Runnable::run);
        assertThat(done).isEmpty();
    }

    @Test
    void aTaskThatThrowsAtOnceRunsOnce() {
        List<String> done = new ArrayList<>();

        HandOff.run(Runnable::run, () -> {
            done.add("task");
            throw new IllegalStateException("mine");
        });

        assertThat(done).containsExactly("task");
    }

    /** As {@code CallerRunsPolicy} does it. */
    @Test
    void tasksThatRunAtOnceOneInsideTheOtherDoNotOverflowTheStack() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(100_000);

        handOnward(done);

        done.await();
    }

    private static void handOnward(CountDownLatch left) {
        HandOff.run(Runnable::run, () -> {
            left.countDown();
            if (left.getCount() > 0) {
                handOnward(left);
            }
        });
    }

    @Test
    void thePoolsThreadsKeepNoProgramAlive() throws InterruptedException {
        LinkedBlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        HandOff.run(HandOff.POOL, () -> threads.add(Thread.currentThread()));

        Thread thread = threads.take();
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).startsWith("headway-call-");
    }

    @Test
    void aBurstOfTasksMakesNoBurstOfThreads() throws InterruptedException {
        int tasks = 500;
        LinkedBlockingQueue<Thread> threads = new LinkedBlockingQueue<>();

        for (int i = 0; i < tasks; i++) {
            HandOff.run(HandOff.POOL, () -> threads.add(Thread.currentThread()));
        }

        Set<Thread> distinct = new HashSet<>();
        for (int i = 0; i < tasks; i++) {
            distinct.add(threads.take());
        }
        assertThat(distinct)
                .hasSizeLessThanOrEqualTo(Math.max(2, Runtime.getRuntime().availableProcessors()));
    }
}
