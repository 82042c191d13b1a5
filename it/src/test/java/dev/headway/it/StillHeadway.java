package dev.headway.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Backoff;
import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.RetryPolicy;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A Headway whose time stands still. A test moves it when it knows that the calls have come to where they wait, so nothing
 * depends on how fast the machine is.
 */
final class StillHeadway {

    /** The delay before each retry that no server named the moment of. */
    static final Duration BACKOFF = Duration.ofSeconds(1);

    /** By how much a call may come later than the server's moment. */
    static final Duration LATER = Duration.ofMillis(100);

    /** Before the deadline of any call. */
    private static final Duration SOON = Duration.ofSeconds(100);

    private static final Duration INSTANT = Duration.ofNanos(1);
    private static final long POLL_NANOS = 100_000;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    final VirtualTime time = new VirtualTime();
    final Headway headway;

    private final RollCall rollCall = new RollCall(time);
    private int attempts;

    StillHeadway(Headway.Builder builder) {
        headway = builder.time(rollCall)
                .listener(new HeadwayListener() {
                    @Override
                    public void attempt(AttemptEvent event) {
                        attemptEnded();
                    }
                })
                .build();
    }

    StillHeadway(RetryPolicy policy) {
        this(Headway.builder().retry(policy));
    }

    StillHeadway() {
        this(policy().build());
    }

    /** The default, with a backoff that a test can foretell. */
    static RetryPolicy.Builder policy() {
        return RetryPolicy.builder().backoff(Backoff.fixed(BACKOFF));
    }

    /** Waits, for real, until so many attempts have ended in all. */
    void awaitAttempts(int number) {
        await(() -> attemptsEnded() >= number, number + " attempts");
    }

    /** Waits, for real, until so many calls of that path wait for a backoff. */
    void awaitBackoff(Path path, int calls) throws InterruptedException {
        if (path.parks()) {
            time.awaitParked(calls);
        } else {
            time.awaitTasks(calls);
        }
    }

    /** Waits, for real, until so many calls of that path wait in the limiter's queue, for a moment that it knows. */
    void awaitQueued(Path path, int calls) throws InterruptedException {
        if (path.parks()) {
            time.awaitParked(calls);
            time.awaitTasks(1);
        } else {
            // One for each call's deadline, and that of the limiter.
            time.awaitTasks(calls + 1);
        }
    }

    /**
     * Waits, for real, until a call backs off or has ended: some versions of a client repeat by themselves what others leave
     * to us.
     *
     * @return whether it backs off
     */
    boolean awaitBackoffOrEnd(Path path, Ongoing call) {
        await(() -> call.end().isDone() || (path.parks() ? time.parked() : time.pending()) > 0, "a backoff or the end");
        return !call.end().isDone();
    }

    /** Waits, for real, until no task is left on the clock: a cancel may be carried out by the thread that was at work. */
    void awaitNoTasks() {
        await(() -> time.pending() == 0, "the end of all tasks");
    }

    /**
     * Waits, for real, until each of so many calls, of one attempt each, has either ended it or waits for a moment that the
     * limiter knows.
     *
     * @return whether some wait
     */
    boolean awaitSilence(Path path, int calls) {
        int before;
        do {
            before = attemptsEnded();
            rollCall.begin();
            await(() -> attemptsEnded() == calls || attemptsEnded() + waiting(path) == calls, "silence");
            // What ended meanwhile may have let others go.
        } while (attemptsEnded() != before);
        return before < calls;
    }

    private int waiting(Path path) {
        // A call that holds no thread has a task for its deadline; one more is the limiter's own.
        return path.parks() ? rollCall.present() : time.pending() - 1;
    }

    private synchronized void attemptEnded() {
        attempts++;
    }

    private synchronized int attemptsEnded() {
        return attempts;
    }

    private static void await(BooleanSupplier reached, String what) {
        long giveUpAt = System.nanoTime() + PATIENCE;
        while (!reached.getAsBoolean()) {
            assertThat(giveUpAt - System.nanoTime())
                    .as("nanoseconds left to wait for %s", what)
                    .isPositive();
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Moves the time to the last moment before that length is over. */
    void advanceAlmost(Duration length) {
        time.advance(length.minus(INSTANT));
    }

    /** Moves the time on, from moment to moment of the limiter, until these calls have ended; it stands while they are under way. */
    void moveUntilEnd(List<Ongoing> calls) {
        await(
                () -> {
                    boolean ended = calls.stream().allMatch(call -> call.end().isDone());
                    if (!ended) {
                        time.runNext(SOON);
                    }
                    return ended;
                },
                "the end of " + calls.size() + " calls");
    }

    /** Moves the time on from there until the limiter acts, which must be soon. */
    void openGate() {
        Duration before = time.elapsed();
        assertThat(time.runNext()).as("whether the limiter waits for a moment").isTrue();
        assertThat(time.elapsed().minus(before)).isLessThanOrEqualTo(LATER);
    }
}
