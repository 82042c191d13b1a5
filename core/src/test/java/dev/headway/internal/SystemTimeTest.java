package dev.headway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.spi.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On the real clock: only what happened, and in which order. */
@Timeout(60)
class SystemTimeTest {

    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private final TimeSource time = TimeSource.system();

    @Test
    void thereIsOne() {
        assertThat(time).isSameAs(SystemTime.INSTANCE);
    }

    @Test
    void aTaskIsNeverEarly() throws InterruptedException {
        for (long delay : new long[] {0, 1, MILLISECOND, 20 * MILLISECOND}) {
            AtomicLong ranAt = new AtomicLong();
            CountDownLatch ran = new CountDownLatch(1);
            long began = time.nanoTime();

            time.schedule(delay, () -> {
                ranAt.set(time.nanoTime());
                ran.countDown();
            });

            ran.await();
            assertThat(ranAt.get() - began).isGreaterThanOrEqualTo(delay);
        }
    }

    @Test
    void tasksRunInTheOrderOfTheirTimes() throws InterruptedException {
        List<String> order;
        long scheduling;
        do {
            order = new CopyOnWriteArrayList<>();
            CountDownLatch ran = new CountDownLatch(3);
            long began = time.nanoTime();
            schedule(60 * MILLISECOND, "late", order, ran);
            schedule(30 * MILLISECOND, "early", order, ran);
            schedule(-1, "at once", order, ran);
            scheduling = time.nanoTime() - began;
            ran.await();
        } while (scheduling > 20 * MILLISECOND); // A machine that was busy meanwhile proves nothing.

        assertThat(order).containsExactly("at once", "early", "late");
    }

    @Test
    void tasksRunOnADaemonThread() throws InterruptedException {
        LinkedBlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        time.schedule(0, () -> threads.add(Thread.currentThread()));

        Thread thread = threads.take();
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).startsWith("headway-timer-");
    }

    @Test
    void aTaskThatWasTakenBackDoesNotRun() throws InterruptedException {
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch ran = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        // There is one thread: nothing runs before the test lets it go on.
        time.schedule(0, () -> await(busy));
        TimeSource.Timer takenBack = schedule(1, "taken back", order, new CountDownLatch(1));
        schedule(MILLISECOND, "kept", order, ran);

        takenBack.cancel();
        takenBack.cancel();
        busy.countDown();

        ran.await();
        assertThat(order).containsExactly("kept");
    }

    /** A cancelled wait must not stay in memory until its time would have come. */
    @Test
    void aTaskThatWasTakenBackLeavesTheQueue() {
        assertThat(waitingForAYear()).isZero();
        List<TimeSource.Timer> timers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            timers.add(time.schedule(TimeUnit.DAYS.toNanos(366), () -> {}));
        }
        assertThat(waitingForAYear()).isEqualTo(100);

        timers.subList(0, 99).forEach(TimeSource.Timer::cancel);
        assertThat(waitingForAYear()).isEqualTo(1);

        timers.get(99).cancel();
        assertThat(waitingForAYear()).isZero();
    }

    @Test
    void aTaskThatThrowsHarmsNoOther() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        time.schedule(0, () -> {
            throw new IllegalStateException("broken");
        });
        time.schedule(MILLISECOND, ran::countDown);

        ran.await();
        assertThat(ran.getCount()).isZero();
    }

    @Test
    void aThreadThatParksIsWokenByUnparkAndByTheTime() throws InterruptedException {
        time.park(0);
        time.park(-1);
        time.park(1);
        Thread parked = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                time.park(Long.MAX_VALUE);
            }
        });
        parked.start();
        LockSupport.unpark(parked);
        parked.interrupt();
        parked.join();

        assertThat(parked.isAlive()).isFalse();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static long waitingForAYear() {
        return SystemTime.Scheduler.INSTANCE.getQueue().stream()
                .filter(task -> ((Delayed) task).getDelay(TimeUnit.DAYS) > 300)
                .count();
    }

    private TimeSource.Timer schedule(long delay, String what, List<String> order, CountDownLatch ran) {
        return time.schedule(delay, () -> {
            order.add(what);
            ran.countDown();
        });
    }
}
