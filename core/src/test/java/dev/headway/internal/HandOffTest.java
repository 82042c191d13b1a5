package dev.headway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
    void anExecutorThatTakesNothingLetsItRunHere() {
        List<Thread> threads = new ArrayList<>();

        HandOff.run(
                task -> {
                    throw new RejectedExecutionException();
                },
                () -> threads.add(Thread.currentThread()));

        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void anExecutorThatWasShutDownLetsItRunHere() {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        executor.shutdown();
        List<Thread> threads = new ArrayList<>();

        HandOff.run(executor, () -> threads.add(Thread.currentThread()));

        assertThat(threads).containsExactly(Thread.currentThread());
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
