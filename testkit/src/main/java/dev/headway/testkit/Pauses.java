package dev.headway.testkit;

import dev.headway.spi.TimeSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Threads that wait by a test's clock, until a server that is closed lets all of them go. Thread-safe. */
final class Pauses implements AutoCloseable {

    private final TimeSource time;
    private final Set<CountDownLatch> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Pauses(TimeSource time) {
        this.time = time;
    }

    /** Waits that long, or until the end; returns whether the server is still open. */
    boolean pause(long nanos) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        TimeSource.Timer timer = time.schedule(nanos, over::countDown);
        try {
            return await(over);
        } finally {
            timer.cancel();
        }
    }

    /** Waits until the end. */
    void forever() throws InterruptedException {
        await(new CountDownLatch(1));
    }

    private boolean await(CountDownLatch over) throws InterruptedException {
        waiting.add(over);
        try {
            if (!closed) {
                over.await();
            }
        } finally {
            waiting.remove(over);
        }
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
        waiting.forEach(CountDownLatch::countDown);
    }
}
