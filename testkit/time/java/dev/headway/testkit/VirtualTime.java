package dev.headway.testkit;

import dev.headway.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A clock, sleeper and timer for tests.
 *
 * <p>Moved by hand ({@link #VirtualTime()}): time stands still until {@link #advance} or {@link #runNext}; due tasks run on the
 * thread that moves it, in the order of their times, each at its own. A thread that parks waits for real, until the time has
 * been moved far enough. {@link #awaitTasks} and {@link #awaitParked} wait, for real, until the code under test has come to
 * where it waits.
 *
 * <p>Moving by itself ({@link #automatic}): a thread that parks lets the time jump to the next task that is due within its
 * wait, or to the end of the wait. For one blocking call at a time: with several, one that waits for another's answer would
 * jump over it.
 *
 * <p>Thread-safe.
 */
public final class VirtualTime implements TimeSource {

    /** Shortly before an overflow, and no whole millisecond: code that truncates or compares clock values shows itself. */
    private static final long START = Long.MAX_VALUE - 1_234_567_891L;

    private static final Duration LONGEST_REAL_WAIT = Duration.ofSeconds(30);

    private record Task(long at, long sequence, Runnable work) {}

    private final boolean automatic;
    private final TreeSet<Task> tasks =
            new TreeSet<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::sequence));
    private final Map<Thread, Long> parked = new HashMap<>();
    private Instant began = Instant.parse("2026-01-01T00:00:00Z");
    private long elapsed;
    private long sequence;

    /** Makes a clock that is moved by hand. */
    public VirtualTime() {
        this(false);
    }

    private VirtualTime(boolean automatic) {
        this.automatic = automatic;
    }

    /**
     * Returns a clock that moves by itself when a thread parks.
     *
     * @return a new clock
     */
    public static VirtualTime automatic() {
        return new VirtualTime(true);
    }

    @Override
    public synchronized long nanoTime() {
        return START + elapsed;
    }

    @Override
    public synchronized Instant instant() {
        return began.plusNanos(elapsed);
    }

    /**
     * Sets the wall clock and nothing else.
     *
     * @param now what {@link #instant()} shall be now
     */
    public synchronized void setInstant(Instant now) {
        began = now.minusNanos(elapsed);
    }

    /**
     * Returns the time that has passed since the clock was made.
     *
     * @return the length
     */
    public synchronized Duration elapsed() {
        return Duration.ofNanos(elapsed);
    }

    /**
     * Returns how many tasks wait for their time.
     *
     * @return the number of tasks
     */
    public synchronized int pending() {
        return tasks.size();
    }

    /**
     * Returns how many threads are parked; none of them misses a move of the time any more.
     *
     * @return the number of threads
     */
    public synchronized int parked() {
        return parked.size();
    }

    /**
     * Moves the time, and runs what becomes due on the way on this thread.
     *
     * @param length by how much
     */
    public void advance(Duration length) {
        long until;
        synchronized (this) {
            until = plus(elapsed, length.toNanos());
        }
        boolean more = true;
        while (more) {
            more = runDue(until);
        }
        moveTo(until);
    }

    /**
     * Moves the time to the next task and runs it on this thread.
     *
     * @return whether there was one
     */
    public boolean runNext() {
        return runDue(Long.MAX_VALUE);
    }

    /**
     * Moves the time to the next task, if that is due soon, and runs it on this thread: a timer that only bounds a wait, far
     * in the future, then stays where it is.
     *
     * @param within how soon
     * @return whether there was one
     */
    public boolean runNext(Duration within) {
        long until;
        synchronized (this) {
            until = plus(elapsed, within.toNanos());
        }
        return runDue(until);
    }

    /**
     * Waits, for real, until so many tasks are scheduled.
     *
     * @param number at least so many
     * @throws InterruptedException if the thread is interrupted
     * @throws AssertionError if it does not come to that within 30 s
     */
    public void awaitTasks(int number) throws InterruptedException {
        await(() -> tasks.size() >= number, number + " tasks");
    }

    /**
     * Waits, for real, until a task is due soon.
     *
     * @param within how soon
     * @throws InterruptedException if the thread is interrupted
     * @throws AssertionError if it does not come to that within 30 s
     */
    public void awaitTask(Duration within) throws InterruptedException {
        await(
                () -> !tasks.isEmpty() && tasks.first().at() <= plus(elapsed, within.toNanos()),
                "a task that is due within " + within);
    }

    /**
     * Waits, for real, until so many threads are parked.
     *
     * @param number at least so many
     * @throws InterruptedException if the thread is interrupted
     * @throws AssertionError if it does not come to that within 30 s
     */
    public void awaitParked(int number) throws InterruptedException {
        await(() -> parked.size() >= number, number + " parked threads");
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        Task scheduled;
        synchronized (this) {
            scheduled = new Task(plus(elapsed, Math.max(0, delayNanos)), sequence++, task);
            tasks.add(scheduled);
            notifyAll();
        }
        return () -> {
            synchronized (this) {
                tasks.remove(scheduled);
            }
        };
    }

    @Override
    public void park(long nanos) {
        Thread thread = Thread.currentThread();
        if (nanos <= 0 || thread.isInterrupted()) {
            return;
        }
        long until;
        synchronized (this) {
            until = plus(elapsed, nanos);
            if (!automatic) {
                parked.put(thread, until);
                notifyAll();
            }
        }
        if (automatic) {
            if (!runDue(until)) {
                moveTo(until);
            }
            return;
        }
        LockSupport.park(this);
        synchronized (this) {
            parked.remove(thread);
        }
    }

    private boolean runDue(long until) {
        Task task;
        synchronized (this) {
            if (tasks.isEmpty() || tasks.first().at() > until) {
                return false;
            }
            task = tasks.first();
            tasks.remove(task);
        }
        moveTo(task.at());
        task.work().run();
        return true;
    }

    private synchronized void moveTo(long moment) {
        elapsed = Math.max(elapsed, moment);
        // Who has been woken is not waited for again, however late it notices.
        parked.entrySet().removeIf(each -> {
            boolean due = each.getValue() <= elapsed;
            if (due) {
                LockSupport.unpark(each.getKey());
            }
            return due;
        });
    }

    private synchronized void await(BooleanSupplier reached, String what) throws InterruptedException {
        long giveUpAt = System.nanoTime() + LONGEST_REAL_WAIT.toNanos();
        while (!reached.getAsBoolean()) {
            long left = giveUpAt - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("Waited " + LONGEST_REAL_WAIT + " for " + what + ": there are " + tasks.size()
                        + " tasks and " + parked.size() + " parked threads");
            }
            wait(1 + left / 1_000_000);
        }
    }

    /** Tasks in the far future stay there. */
    private static long plus(long moment, long length) {
        return length > Long.MAX_VALUE - moment ? Long.MAX_VALUE : moment + length;
    }
}
