package dev.headway.internal.limiter.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Limit;
import dev.headway.LimitHint;
import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.internal.Events;
import dev.headway.internal.limiter.LocalRateLimiter;
import dev.headway.internal.limiter.rules.SlowStart;
import dev.headway.spi.TimeSource;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fast path, and the way back to it. */
class ScopeStateTest {

    private static final Scope API = Scope.of("api");
    private static final RateLimitHint NONE = RateLimitHint.none();

    private final VirtualTime time = new VirtualTime();

    @Test
    void callThatNothingHoldsPassesWithTheScopesOnePermit() {
        LocalRateLimiter limiter = limiter();

        Permit first = acquire(limiter);
        assertThat(acquire(limiter)).isSameAs(first);
        assertThat(first.state()).isEqualTo(Permit.State.GRANTED);
        assertThat(first.settled().toCompletableFuture()).isDone();
    }

    @Test
    void lookingLeavesTheWordToDecide() {
        for (LocalRateLimiter limiter :
                List.of(limiter(), limiter(TokenBucket.perSecond(10).burst(9)))) {
            Permit first = acquire(limiter);
            limiter.snapshot();

            assertThat(limiter.state(API).isOpen()).isTrue();
            assertThat(acquire(limiter)).isSameAs(first);
        }
    }

    @Test
    void lookingShowsWhatTheLockHasHandedBack() {
        LocalRateLimiter limiter = limiter();
        for (int i = 0; i < 9; i++) {
            acquire(limiter);
        }
        limiter.state(API).limiter();

        assertThat(limiter.snapshot().get(0).inFlight()).isEqualTo(9);
        assertThat(limiter.state(API).isOpen()).isTrue();
    }

    @Test
    void whatHasPassedIsInFlightWhenTheLockTakesOver() {
        LocalRateLimiter limiter = limiter();
        Permit passed = acquire(limiter);
        for (int i = 0; i < 9; i++) {
            acquire(limiter);
        }

        Permit held = acquire(limiter);
        assertThat(held.state()).isEqualTo(Permit.State.PENDING);
        passed.answered(time.nanoTime(), Permit.Answer.UNKNOWN, NONE);
        assertThat(held.state()).isEqualTo(Permit.State.GRANTED);
    }

    @Test
    void coldWindowGoesOnFromThereUnderTheLockAndBack() {
        LocalRateLimiter limiter = limiter();
        for (int i = 0; i < 7; i++) {
            acquire(limiter).answered(time.nanoTime(), Permit.Answer.ACCEPTED, NONE);
        }
        Permit passed = fill(limiter, 17);
        Permit held = acquire(limiter);
        assertThat(held.state()).isEqualTo(Permit.State.PENDING);
        for (int i = 0; i < 17; i++) {
            passed.answered(time.nanoTime(), Permit.Answer.ACCEPTED, NONE);
        }
        held.answered(time.nanoTime(), Permit.Answer.ACCEPTED, NONE);

        // Nothing holds it: the first call opens the path again, with a window of 10 + 7 + 18.
        assertThat(acquire(limiter)).isSameAs(passed);
        fill(limiter, 34);
        assertThat(acquire(limiter).state()).isEqualTo(Permit.State.PENDING);
    }

    @Test
    void refusalShutsTheLaneUntilAllIsForgotten() {
        LocalRateLimiter limiter = limiter();
        Permit passed = acquire(limiter);
        passed.answered(
                time.nanoTime(),
                Permit.Answer.REFUSED,
                RateLimitHint.builder().retryAfter(Duration.ofSeconds(2)).build());

        Permit held = acquire(limiter);
        assertThat(held.state()).isEqualTo(Permit.State.PENDING);
        time.advance(Duration.ofSeconds(3));
        assertThat(held.state()).isEqualTo(Permit.State.GRANTED);
        held.answered(time.nanoTime(), Permit.Answer.ACCEPTED, NONE);
        for (int i = 0; i < 20; i++) {
            time.advance(Duration.ofMillis(300));
            Permit next = acquire(limiter);
            assertThat(next).isNotSameAs(passed);
            next.answered(time.nanoTime(), Permit.Answer.ACCEPTED, NONE);
        }

        time.advance(Duration.ofSeconds(61));
        assertThat(acquire(limiter)).isSameAs(passed);
        assertThat(limiter.state(API).shut()).as("the word is back").isNotEqualTo(FastPath.SHUT);
    }

    @Test
    void whoForgetsARefusalBeginsAsCarefullyAsWithANewScope() {
        LocalRateLimiter limiter = limiter();
        acquire(limiter).answered(time.nanoTime(), Permit.Answer.REFUSED, NONE);
        time.advance(Duration.ofSeconds(5));
        for (int i = 0; i < 25; i++) {
            acquire(limiter).answered(time.nanoTime(), Permit.Answer.ACCEPTED, NONE);
            time.advance(Duration.ofSeconds(2));
        }
        time.advance(Duration.ofMinutes(5));

        fill(limiter, SlowStart.COLD);
        assertThat(acquire(limiter).state()).isEqualTo(Permit.State.PENDING);
    }

    @Test
    void callsThatPassedTogetherAreOneEpisodeWhenTheyAreRefused() {
        LocalRateLimiter limiter = limiter();
        long sent = time.nanoTime();
        Permit passed = fill(limiter, 8);
        time.advance(Duration.ofMillis(50));
        RateLimitHint atOnce = RateLimitHint.builder().retryAfter(Duration.ZERO).build();
        for (int i = 0; i < 8; i++) {
            passed.answered(sent, Permit.Answer.REFUSED, atOnce);
        }

        Permit held = acquire(limiter);
        time.advance(Duration.ofMillis(21));
        // Of a second episode it would not be believed.
        assertThat(held.state()).isEqualTo(Permit.State.GRANTED);
    }

    @Test
    void limitsThatAnAnswerTellsShutTheLane() {
        LocalRateLimiter limiter = limiter();
        Permit passed = acquire(limiter);
        LimitHint exhausted = new LimitHint(null, 10L, 0L, Duration.ofSeconds(5), null, LimitHint.REQUESTS);
        passed.answered(
                time.nanoTime(),
                Permit.Answer.ACCEPTED,
                RateLimitHint.builder().limit(exhausted).build());

        assertThat(acquire(limiter).state()).isEqualTo(Permit.State.PENDING);
    }

    @Test
    void callThatNeverLeftGivesItsTokenBack() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(20).burst(2));
        acquire(limiter).cancel(time.nanoTime());

        assertThat(acquire(limiter).state()).isEqualTo(Permit.State.GRANTED);
        assertThat(acquire(limiter).state()).isEqualTo(Permit.State.PENDING);
    }

    /** What is in flight has no age. */
    @Test
    void callOfAnUnknownScopeThatNeverLeftIsGivenBackWithoutAClock() {
        AtomicInteger looks = new AtomicInteger();
        LocalRateLimiter limiter = limiter(new CountedLooks(time, looks), List.of());
        Permit passed = acquire(limiter);
        int before = looks.get();

        passed.cancel(time.nanoTime());
        assertThat(looks).hasValue(before);
        fill(limiter, 10);
        assertThat(acquire(limiter).state()).isEqualTo(Permit.State.PENDING);
    }

    @Test
    void tokenThatComesBackGoesToTheFirstInTheQueue() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(20).burst(2));
        Permit passed = acquire(limiter);
        Permit held = acquire(limiter);

        passed.cancel(time.nanoTime());
        assertThat(held.state()).isEqualTo(Permit.State.GRANTED);
    }

    @Test
    void whatCanOnlyGoTooLateIsRefusedWithoutTheLock() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(1));
        acquire(limiter);
        long now = time.nanoTime();

        Permit refused = limiter.acquire(API, 1, now, now + TimeUnit.MILLISECONDS.toNanos(1039));
        assertThat(refused.state()).isEqualTo(Permit.State.REFUSED);
        assertThat(refused.settled().toCompletableFuture()).isDone();
        assertThatThrownBy(() -> refused.tryResend(1)).isInstanceOf(IllegalStateException.class);
        assertThat(limiter.acquire(API, 1, now, now + TimeUnit.MILLISECONDS.toNanos(1040))
                        .state())
                .isEqualTo(Permit.State.PENDING);
    }

    @Test
    void quotaOrASecondLimitHasNoWayPastTheLock() {
        for (LocalRateLimiter limiter : List.of(
                limiter(Quota.of(10).per(Duration.ofSeconds(1))),
                limiter(TokenBucket.perSecond(10).burst(9), TokenBucket.perSecond(100)))) {
            assertThat(limiter.state(API).fastPath()).isInstanceOf(NoFastPath.class);
            assertThat(limiter.state(API).isOpen()).isFalse();
            assertThat(acquire(limiter).state()).isEqualTo(Permit.State.GRANTED);
        }
    }

    /** Four threads race for three places, so that the lock takes over and hands back all the time. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @Timeout(120)
    void nothingIsLostOrGivenTwiceBetweenLaneAndLock(long seed) throws InterruptedException {
        LocalRateLimiter limiter = limiter();
        fill(limiter, 7);
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            SplittableRandom random = new SplittableRandom(seed * 100 + t);
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 20_000; i++) {
                    Permit permit = acquire(limiter);
                    if (permit.state() != Permit.State.GRANTED) {
                        permit.cancel(time.nanoTime());
                        continue;
                    }
                    most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
                    if (random.nextInt(100) == 0) {
                        Thread.onSpinWait();
                    }
                    inFlight.decrementAndGet();
                    if (random.nextInt(10) == 0) {
                        permit.cancel(time.nanoTime());
                    } else {
                        permit.answered(time.nanoTime(), Permit.Answer.UNKNOWN, NONE);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(most.get()).isLessThanOrEqualTo(3);
        fill(limiter, 3);
        assertThat(acquire(limiter).state()).isEqualTo(Permit.State.PENDING);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    @Timeout(120)
    void bucketGivesNoMoreThanItHoldsWhoeverAsks(int callers) throws InterruptedException {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(1000).burst(1000));
        AtomicInteger granted = new AtomicInteger();
        long now = time.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < callers; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 2000; i++) {
                    if (limiter.acquire(API, 1, now, now).state() == Permit.State.GRANTED) {
                        granted.incrementAndGet();
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        // Less what jitter bunches together, and with what a late timer may bank.
        assertThat(granted.get()).isBetween(980, 985);
    }

    private Permit fill(LocalRateLimiter limiter, int calls) {
        Permit last = acquire(limiter);
        for (int i = 1; i < calls; i++) {
            last = acquire(limiter);
            assertThat(last.state()).isEqualTo(Permit.State.GRANTED);
        }
        return last;
    }

    private Permit acquire(LocalRateLimiter limiter) {
        long now = time.nanoTime();
        return limiter.acquire(API, 1, now, now + Duration.ofDays(1).toNanos());
    }

    private LocalRateLimiter limiter(Limit... told) {
        return limiter(time, List.of(told));
    }

    private static LocalRateLimiter limiter(TimeSource clock, List<Limit> told) {
        SplittableRandom random = new SplittableRandom(1);
        return new LocalRateLimiter(told, clock, new Events(null), () -> random);
    }

    private record CountedLooks(TimeSource time, AtomicInteger looks) implements TimeSource {

        @Override
        public long nanoTime() {
            looks.incrementAndGet();
            return time.nanoTime();
        }

        @Override
        public Instant instant() {
            return time.instant();
        }

        @Override
        public void park(long nanos) {
            time.park(nanos);
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            return time.schedule(delayNanos, task);
        }
    }
}
