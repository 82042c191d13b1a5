package dev.headway.it;

import dev.headway.spi.TimeSource;
import dev.headway.testkit.VirtualTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A still time that can find out which threads wait in truth: it wakes them all, and those that come back to park again had
 * nothing else to do. A thread that was let go, but has not noticed yet, does not come back.
 */
final class RollCall implements TimeSource {

    private final VirtualTime time;
    private final Map<Thread, Integer> parked = new HashMap<>();
    private int round;

    RollCall(VirtualTime time) {
        this.time = time;
    }

    /** Wakes everybody; {@link #present} counts from now on. */
    synchronized void begin() {
        round++;
        parked.keySet().forEach(LockSupport::unpark);
    }

    /** How many have come back. */
    synchronized int present() {
        return (int) parked.values().stream().filter(since -> since == round).count();
    }

    @Override
    public void park(long nanos) {
        Thread thread = Thread.currentThread();
        synchronized (this) {
            parked.put(thread, round);
        }
        time.park(nanos);
        synchronized (this) {
            parked.remove(thread);
        }
    }

    @Override
    public long nanoTime() {
        return time.nanoTime();
    }

    @Override
    public Instant instant() {
        return time.instant();
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return time.schedule(delayNanos, task);
    }
}
