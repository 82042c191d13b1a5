package dev.headway.internal.limiter.simulation;

import dev.headway.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Virtual time for millions of calls on one thread: tasks run in the order of their times, each at its own. */
final class EventLoop implements TimeSource {

    /** Shortly before an overflow, as the test kit's clock. */
    private static final long START = Long.MAX_VALUE - 1_234_567_891L;

    private static final class Task implements Timer, Comparable<Task> {
        private final long at;
        private final long sequence;
        private @Nullable Runnable work;

        Task(long at, long sequence, Runnable work) {
            this.at = at;
            this.sequence = sequence;
            this.work = work;
        }

        @Override
        public void cancel() {
            work = null;
        }

        @Override
        public int compareTo(Task other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(sequence, other.sequence);
        }
    }

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(1024);
    private long now;
    private long sequence;

    /** Nanoseconds since the beginning. */
    long now() {
        return now;
    }

    @Override
    public long nanoTime() {
        return START + now;
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(now);
    }

    @Override
    public void park(long nanos) {
        throw new UnsupportedOperationException("Nothing here may block");
    }

    @Override
    public Timer schedule(long delayNanos, Runnable work) {
        long delay = Math.max(0, delayNanos);
        Task task = new Task(delay > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + delay, sequence++, work);
        tasks.add(task);
        return task;
    }

    void at(Duration moment, Runnable work) {
        schedule(moment.toNanos() - now, work);
    }

    /** Runs the next task if it is due by then. */
    boolean runNext(long until) {
        Task next = tasks.peek();
        if (next == null || next.at > until) {
            return false;
        }
        tasks.remove();
        if (next.work != null) {
            now = next.at;
            next.work.run();
        }
        return true;
    }
}
