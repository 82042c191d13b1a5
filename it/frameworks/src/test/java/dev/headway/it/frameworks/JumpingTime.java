package dev.headway.it.frameworks;

import dev.headway.spi.TimeSource;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ForkJoinPool;

/**
 * Virtual time in which no call waits, whether it holds a thread or not: many a framework has an asynchronous client below
 * its blocking calls. What is due later than the longest wait of a test is a deadline, and does not come.
 */
final class JumpingTime implements TimeSource {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final VirtualTime time = new VirtualTime();

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
        if (nanos <= LONGEST_WAIT.toNanos()) {
            time.advance(Duration.ofNanos(nanos));
        } else {
            // Until it is woken: only the deadline is so far away.
            time.park(nanos);
        }
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        Timer timer = time.schedule(delayNanos, task);
        if (delayNanos <= LONGEST_WAIT.toNanos()) {
            // On another thread, as from any clock: the caller may hold a lock.
            ForkJoinPool.commonPool().execute(() -> time.runNext(LONGEST_WAIT));
        }
        return timer;
    }
}
