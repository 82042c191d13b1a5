package dev.headway.spi;

import dev.headway.internal.SystemTime;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The only clock, sleeper and timer that Headway uses, so that a test can replace all three at once.
 *
 * <p>Lengths are measured with {@link #nanoTime()} only; {@link #instant()} is asked only where a server names a date and
 * sends no {@code Date} of its own. Implementations are thread-safe.
 */
public interface TimeSource extends InstantSource {

    /**
     * Returns the machine's own time: {@link System#nanoTime()}, {@link Instant#now()}, and one daemon thread shared by
     * every Headway of the process for all timers.
     *
     * @return the shared instance
     */
    static TimeSource system() {
        return SystemTime.INSTANCE;
    }

    /**
     * Returns a monotonic count of nanoseconds; only differences of two values mean anything.
     *
     * @return nanoseconds since an arbitrary origin
     */
    long nanoTime();

    /**
     * Returns the date and time of the wall clock.
     *
     * @return the current instant
     */
    @Override
    Instant instant();

    /**
     * Blocks the calling thread until it is {@link java.util.concurrent.locks.LockSupport#unpark unparked}, interrupted, or
     * the time is over. May return early for no reason: callers test their condition in a loop.
     *
     * @param nanos the longest time to block, in nanoseconds; nothing happens when it is not positive
     */
    void park(long nanos);

    /**
     * Runs a short, non-blocking task once, not earlier than after the delay.
     *
     * @param delayNanos nanoseconds from now; a value that is not positive means as soon as possible
     * @param task what to run, on a thread of the time source
     * @return a handle that takes the task back
     */
    Timer schedule(long delayNanos, Runnable task);

    /** A task that waits for its time. */
    interface Timer {
        /** Takes the task back if it has not begun, and lets go of everything it holds. Idempotent. */
        void cancel();
    }
}
