package dev.headway.testkit;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class VirtualTimeTest {

    private static final long SECOND = 1_000_000_000;
    private static final Executor NEW_THREAD = work -> {
        Thread thread = new Thread(work, "virtual-time-test");
        thread.setDaemon(true);
        thread.start();
    };

    private final VirtualTime time = new VirtualTime();
    private final List<String> log = new ArrayList<>();

    @Test
    void standsStillUntilItIsMoved() {
        long nanos = time.nanoTime();
        Instant instant = time.instant();

        assertThat(time.nanoTime()).isEqualTo(nanos);
        time.advance(ofSeconds(10));

        assertThat(time.nanoTime() - nanos).isEqualTo(10 * SECOND);
        assertThat(time.instant()).isEqualTo(instant.plusSeconds(10));
        assertThat(time.elapsed()).isEqualTo(ofSeconds(10));
    }

    @Test
    void itsNanosecondsOverflowOnTheWay() {
        assertThat(time.nanoTime()).isPositive();
        time.advance(ofSeconds(2));

        assertThat(time.nanoTime()).isNegative();
    }

    @Test
    void advanceRunsWhatIsDueEachAtItsOwnTimeOnThisThread() {
        Thread mover = Thread.currentThread();
        schedule("third", 3000);
        schedule("first", 1000);
        time.schedule(2 * SECOND, () -> assertThat(Thread.currentThread()).isSameAs(mover));
        schedule("later", 3001);

        time.advance(ofSeconds(3));

        assertThat(log).containsExactly("first at PT1S", "third at PT3S");
        assertThat(time.pending()).isEqualTo(1);
        assertThat(time.elapsed()).isEqualTo(ofSeconds(3));
    }

    @Test
    void tasksOfOneMomentRunInTheOrderTheyWereScheduled() {
        schedule("a", 1000);
        schedule("b", 1000);
        schedule("c", 1000);

        time.advance(ofSeconds(1));

        assertThat(log).containsExactly("a at PT1S", "b at PT1S", "c at PT1S");
    }

    @Test
    void whatATaskSchedulesRunsInTheSameAdvance() {
        time.schedule(SECOND, () -> schedule("second", 1000));

        time.advance(ofSeconds(3));

        assertThat(log).containsExactly("second at PT2S");
    }

    @Test
    void aTaskThatIsDueAtOnceWaitsForSomebodyToMoveTheTime() {
        schedule("now", 0);
        schedule("past", -5);
        assertThat(log).isEmpty();

        time.advance(ZERO);

        assertThat(log).containsExactly("now at PT0S", "past at PT0S");
    }

    @Test
    void tasksInTheFarFutureStayThere() {
        time.advance(ofSeconds(1));
        time.schedule(Long.MAX_VALUE, () -> log.add("never"));

        time.advance(ofSeconds(1_000_000));

        assertThat(time.pending()).isEqualTo(1);
        assertThat(log).isEmpty();
    }

    @Test
    void runNextJumpsToTheNextTask() {
        schedule("first", 1500);
        schedule("second", 4000);

        assertThat(time.runNext()).isTrue();
        assertThat(log).containsExactly("first at PT1.5S");
        assertThat(time.runNext()).isTrue();
        assertThat(time.runNext()).isFalse();

        assertThat(log).containsExactly("first at PT1.5S", "second at PT4S");
        assertThat(time.elapsed()).isEqualTo(ofSeconds(4));
    }

    @Test
    void aCancelledTaskIsGone() {
        TimeSource.Timer timer = time.schedule(SECOND, () -> log.add("cancelled"));
        schedule("kept", 1000);

        timer.cancel();
        timer.cancel();

        assertThat(time.pending()).isEqualTo(1);
        time.advance(ofSeconds(2));
        assertThat(log).containsExactly("kept at PT1S");
    }

    @Test
    void cancelAfterTheTaskHasRunDoesNothing() {
        TimeSource.Timer timer = time.schedule(SECOND, () -> log.add("run"));
        time.advance(ofSeconds(1));

        timer.cancel();

        assertThat(log).containsExactly("run");
    }

    @Test
    void setInstantMovesTheWallClockOnly() {
        time.advance(ofSeconds(5));
        long nanos = time.nanoTime();

        time.setInstant(Instant.EPOCH);

        assertThat(time.instant()).isEqualTo(Instant.EPOCH);
        assertThat(time.nanoTime()).isEqualTo(nanos);
        assertThat(time.elapsed()).isEqualTo(ofSeconds(5));
        time.advance(ofSeconds(1));
        assertThat(time.instant()).isEqualTo(Instant.ofEpochSecond(1));
    }

    @Test
    void aThreadStaysParkedUntilTheTimeHasBeenMovedFarEnough() throws Exception {
        CompletableFuture<Long> slept = CompletableFuture.supplyAsync(() -> sleep(SECOND), NEW_THREAD);
        time.awaitParked(1);

        time.advance(ofNanos(SECOND - 1));
        assertThat(slept).isNotDone();
        time.advance(ofNanos(1));

        assertThat(slept.get(30, TimeUnit.SECONDS)).isEqualTo(SECOND);
    }

    @Test
    void aThreadWhoseTimeHasComeIsParkedNoMore() throws Exception {
        CompletableFuture<Long> slept = CompletableFuture.supplyAsync(
                () -> {
                    time.park(SECOND);
                    return time.elapsed().toNanos();
                },
                NEW_THREAD);
        time.awaitParked(1);

        synchronized (time) {
            // The thread can not notice in here.
            time.advance(ofSeconds(1));
            assertThat(time.parked()).isZero();
        }

        assertThat(slept.get(30, TimeUnit.SECONDS)).isEqualTo(SECOND);
    }

    @Test
    void manyThreadsParkAtOnce() throws Exception {
        List<CompletableFuture<Long>> sleepers = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            long nanos = i * SECOND;
            sleepers.add(CompletableFuture.supplyAsync(() -> sleep(nanos), NEW_THREAD));
        }
        time.awaitParked(5);

        time.advance(ofSeconds(5));

        for (CompletableFuture<Long> sleeper : sleepers) {
            assertThat(sleeper.get(30, TimeUnit.SECONDS)).isEqualTo(5 * SECOND);
        }
    }

    @Test
    void anInterruptedThreadDoesNotPark() {
        Thread.currentThread().interrupt();

        time.park(SECOND);
        VirtualTime.automatic().park(SECOND);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(time.elapsed()).isEqualTo(ZERO);
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread sleeper = new Thread(
                () -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        time.park(SECOND);
                    }
                    interrupted.complete(true);
                },
                "virtual-time-test");
        sleeper.start();
        time.awaitParked(1);

        sleeper.interrupt();

        assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(time.elapsed()).isEqualTo(ZERO);
    }

    @Test
    void noTimeToParkIsNoPark() {
        time.park(0);
        time.park(-1);

        assertThat(time.elapsed()).isEqualTo(ZERO);
    }

    @Test
    void runNextWithinALengthLeavesWhatIsDueLater() {
        VirtualTime time = new VirtualTime();
        List<String> ran = new ArrayList<>();
        time.schedule(Duration.ofSeconds(2).toNanos(), () -> ran.add("soon"));
        time.schedule(Duration.ofMinutes(5).toNanos(), () -> ran.add("late"));

        assertThat(time.runNext(Duration.ofMinutes(1))).isTrue();
        assertThat(time.runNext(Duration.ofMinutes(1))).isFalse();

        assertThat(ran).containsExactly("soon");
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void awaitTaskWaitsForOneThatIsDueSoon() throws Exception {
        VirtualTime time = new VirtualTime();
        time.schedule(Duration.ofMinutes(5).toNanos(), () -> {});
        Thread scheduling = new Thread(() -> time.schedule(Duration.ofSeconds(1).toNanos(), () -> {}));
        scheduling.start();

        time.awaitTask(Duration.ofMinutes(1));

        assertThat(time.pending()).isEqualTo(2);
        scheduling.join();
    }

    @Test
    void awaitTasksWaitsForAnotherThread() throws Exception {
        NEW_THREAD.execute(() -> {
            time.schedule(SECOND, () -> {});
            time.schedule(SECOND, () -> {});
        });

        time.awaitTasks(2);

        assertThat(time.pending()).isEqualTo(2);
    }

    @Test
    void automaticTimeJumpsToTheEndOfAPark() {
        VirtualTime automatic = VirtualTime.automatic();

        automatic.park(SECOND);

        assertThat(automatic.elapsed()).isEqualTo(ofSeconds(1));
    }

    @Test
    void automaticTimeStopsAtATaskOnTheWay() {
        VirtualTime automatic = VirtualTime.automatic();
        automatic.schedule(400_000_000, () -> log.add("task at " + automatic.elapsed()));

        automatic.park(SECOND);
        assertThat(log).containsExactly("task at PT0.4S");
        assertThat(automatic.elapsed()).isEqualTo(ofMillis(400));

        automatic.park(600_000_000);
        assertThat(automatic.elapsed()).isEqualTo(ofSeconds(1));
    }

    @Test
    void automaticTimeLeavesATaskBeyondThePark() {
        VirtualTime automatic = VirtualTime.automatic();
        automatic.schedule(SECOND + 1, () -> log.add("too early"));

        automatic.park(SECOND);

        assertThat(log).isEmpty();
        assertThat(automatic.elapsed()).isEqualTo(ofSeconds(1));
    }

    private void schedule(String name, long millis) {
        time.schedule(ofMillis(millis).toNanos(), () -> log.add(name + " at " + time.elapsed()));
    }

    /** Parks as callers must, in a loop, and returns the time at which it woke. */
    private long sleep(long nanos) {
        long until = time.nanoTime() + nanos;
        while (until - time.nanoTime() > 0) {
            time.park(until - time.nanoTime());
        }
        return time.elapsed().toNanos();
    }
}
