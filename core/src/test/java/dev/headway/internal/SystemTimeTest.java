package dev.headway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.spi.TimeSource;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
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
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch ran = new CountDownLatch(3);

        schedule(60 * MILLISECOND, "late", order, ran);
        schedule(30 * MILLISECOND, "early", order, ran);
        schedule(-1, "at once", order, ran);

        ran.await();
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
        TimeSource.Timer takenBack = schedule(30 * MILLISECOND, "taken back", order, new CountDownLatch(1));
        schedule(60 * MILLISECOND, "kept", order, ran);

        takenBack.cancel();
        takenBack.cancel();

        ran.await();
        assertThat(order).containsExactly("kept");
    }

    @Test
    void whatATaskHeldIsLetGoWhenItIsTakenBack() {
        Object held = new Object();
        WeakReference<Object> reference = new WeakReference<>(held);
        scheduleWith(held).cancel();
        held = null;

        while (reference.get() != null) {
            System.gc();
            time.park(MILLISECOND);
        }

        assertThat(reference.get()).isNull();
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

    private TimeSource.Timer scheduleWith(Object held) {
        return time.schedule(TimeUnit.DAYS.toNanos(366), () -> assertThat(held).isNotNull());
    }

    private TimeSource.Timer schedule(long delay, String what, List<String> order, CountDownLatch ran) {
        return time.schedule(delay, () -> {
            order.add(what);
            ran.countDown();
        });
    }
}
