package dev.headway.internal.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Limit;
import dev.headway.LimitHint;
import dev.headway.Pacing;
import dev.headway.Permit;
import dev.headway.Permit.Answer;
import dev.headway.Permit.State;
import dev.headway.Quota;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.internal.Events;
import dev.headway.internal.limiter.rules.SlowStart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More scopes than are kept: who holds nothing is forgotten, nobody else, and nobody goes sooner for it. */
class BoundedScopesTest extends CallsOnVirtualTime {

    @Test
    void millionHostileScopesStayFew() {
        for (LocalRateLimiter limiter : List.of(limiter(100), limiter(100, TokenBucket.perSecond(10)))) {
            for (int i = 0; i < 500_000; i++) {
                take(limiter, Scope.of("s" + i)).answered(time.nanoTime(), Answer.ACCEPTED, NONE);
                time.advance(Duration.ofMillis(2));
            }
            assertThat(limiter.size()).isEqualTo(100);
            assertThat(limiter.beyond()).isZero();
        }
    }

    @Test
    void scopesThatAllHoldSomethingStayFew() {
        LocalRateLimiter limiter = limiter(10);
        for (int i = 0; i < 1000; i++) {
            take(limiter, Scope.of("s" + i)).answered(time.nanoTime(), Answer.REFUSED, retryAfter(3600));
        }
        assertThat(limiter.size()).isEqualTo(10);
        assertThat(limiter.beyond()).as("calls that were answered").isZero();
    }

    @Test
    void closedGateSurvivesAFlood() {
        LocalRateLimiter limiter = limiter(10);
        take(limiter, API).answered(time.nanoTime(), Answer.REFUSED, retryAfter(600));
        flood(limiter, 10_000);

        Permit held = take(limiter, API);
        assertThat(held.state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofSeconds(599));
        flood(limiter, 10_000);
        assertThat(held.state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofSeconds(2));
        assertThat(held.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void gateThatAScopeBeyondTheBoundHasClosedHoldsItWhereverItIs() {
        LocalRateLimiter limiter = limiter(2);
        Permit one = take(limiter, Scope.of("one"));
        Permit other = take(limiter, Scope.of("other"));
        Permit beyond = take(limiter, API);
        assertThat(limiter.beyond()).isEqualTo(1);
        beyond.answered(time.nanoTime(), Answer.REFUSED, retryAfter(600));
        one.answered(time.nanoTime(), Answer.ACCEPTED, NONE);
        other.answered(time.nanoTime(), Answer.ACCEPTED, NONE);

        Permit again = beyond.renew(time.nanoTime(), time.nanoTime(), deadline());
        assertThat(limiter.beyond()).as("there is room by now").isZero();
        assertThat(again.state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofSeconds(599));
        assertThat(again.state()).isEqualTo(State.PENDING);
        assertThat(take(limiter, API).state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofSeconds(2));
        assertThat(again.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void beyondTheBoundTooTheNextKeepsItsDistanceFromWhenTheLastReallyLeft() {
        LocalRateLimiter limiter = limiter(2, TokenBucket.perSecond(10));
        take(limiter, Scope.of("one"));
        take(limiter, Scope.of("other"));
        take(limiter, API);
        Permit late = take(limiter, API);
        Permit next = take(limiter, API);
        assertThat(limiter.beyond()).isEqualTo(1);
        time.advance(Duration.ofMillis(134));
        late.leaves(time.nanoTime());

        time.advance(Duration.ofMillis(103));
        assertThat(next.state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofMillis(1));
        assertThat(next.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void waiterFlightAndBudgetSurviveAFlood() {
        LocalRateLimiter limiter = limiter(10);
        List<Permit> sent = take(limiter, API, 10);
        Permit waiting = take(limiter, API);
        Scope failing = Scope.of("failing");
        Permit failed = take(limiter, failing);
        failed.answered(time.nanoTime(), Answer.UNKNOWN, NONE);
        assertThat(failed.tryResend(100)).isTrue();
        flood(limiter, 10_000);

        assertThat(take(limiter, API).state()).isEqualTo(State.PENDING);
        assertThat(take(limiter, failing).tryResend(1)).isFalse();
        sent.get(0).answered(time.nanoTime(), Answer.UNKNOWN, NONE);
        assertThat(waiting.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void usedBucketAndQuotaSurviveAFlood() {
        for (LocalRateLimiter limiter : List.of(
                limiter(10, TokenBucket.of(1, Duration.ofHours(1)).burst(1)),
                limiter(10, Quota.of(1).per(Duration.ofHours(1))))) {
            take(limiter, API).answered(time.nanoTime(), Answer.ACCEPTED, NONE);
            for (int hour = 0; hour < 3; hour++) {
                Permit next = take(limiter, API);
                assertThat(next.state()).isEqualTo(State.PENDING);
                for (int i = 0; i < 100; i++) {
                    limiter.acquire(Scope.of("s" + hour + "-" + i), 1, time.nanoTime(), time.nanoTime());
                }
                next.cancel(time.nanoTime());
                time.advance(Duration.ofMinutes(15));
            }
        }
    }

    @Test
    void whatWasLearnedSurvivesAFloodWhileItHolds() {
        LocalRateLimiter limiter = limiter(10);
        RateLimitHint exhausted = RateLimitHint.builder()
                .limit(new LimitHint(null, 100L, 0L, Duration.ofSeconds(60), null, LimitHint.REQUESTS))
                .build();
        take(limiter, API).answered(time.nanoTime(), Answer.ACCEPTED, exhausted);
        flood(limiter, 1000);
        Permit held = take(limiter, API);
        assertThat(held.state()).isEqualTo(State.PENDING);
        held.cancel(time.nanoTime());

        time.advance(Duration.ofSeconds(61));
        Object before = limiter.state(API);
        flood(limiter, 1000);
        assertThat(limiter.state(API)).as("its window has passed").isNotSameAs(before);
    }

    @Test
    void refusalIsForgottenAQuarterOfAnHourAfterItsPause() {
        LocalRateLimiter limiter = limiter(10);
        take(limiter, API).answered(time.nanoTime(), Answer.REFUSED, retryAfter(60));
        Object before = limiter.state(API);
        time.advance(Duration.ofMinutes(15));
        flood(limiter, 1000);
        assertThat(limiter.state(API)).isSameAs(before);

        time.advance(Duration.ofMinutes(2));
        flood(limiter, 1000);
        assertThat(limiter.state(API)).isNotSameAs(before);
    }

    @Test
    void refusalOfACallThatItsForgottenBucketHadLetPassIsHeard() {
        LocalRateLimiter limiter = limiter(1, TokenBucket.perSecond(10));
        long sent = time.nanoTime();
        Permit passed = take(limiter, API);
        time.advance(SECOND);
        take(limiter, Scope.of("other")).answered(time.nanoTime(), Answer.ACCEPTED, NONE);
        time.advance(SECOND);

        assertThat(passed.answered(sent, Answer.REFUSED, retryAfter(30))).isTrue();
        Permit again = passed.renew(sent, time.nanoTime(), deadline());
        Permit next = take(limiter, API);
        time.advance(Duration.ofSeconds(29));
        assertThat(again.state()).isEqualTo(State.PENDING);
        assertThat(next.state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofSeconds(2));
        assertThat(again.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void callOfAForgottenBucketThatNeverLeftGivesNothingBack() {
        LocalRateLimiter limiter = limiter(1, TokenBucket.perSecond(10));
        long sent = time.nanoTime();
        Permit passed = take(limiter, API);
        time.advance(SECOND);
        take(limiter, Scope.of("other"));
        time.advance(SECOND);
        take(limiter, API);

        passed.cancel(sent);
        assertThat(take(limiter, API).state()).isEqualTo(State.PENDING);
    }

    @Test
    void costOfACallOfAForgottenBucketIsTakenWhereTheScopeIsNow() {
        LocalRateLimiter limiter = limiter(1, TokenBucket.perSecond(10).burst(6));
        long sent = time.nanoTime();
        Permit passed = take(limiter, API);
        Permit cheap = take(limiter, API);
        time.advance(SECOND);
        take(limiter, Scope.of("other"));
        time.advance(SECOND);

        cheap.settle(sent, 0);
        passed.settle(sent, 4);
        assertThat(granted(take(limiter, API, 10))).isEqualTo(2);
    }

    @Test
    void resendOfAForgottenScopeIsCountedWhereItIsNow() {
        LocalRateLimiter limiter = limiter(1, TokenBucket.perSecond(1000).burst(1000));
        Permit failed = take(limiter, API);
        time.advance(SECOND);
        take(limiter, Scope.of("other"));
        time.advance(SECOND);
        assertThat(failed.earliestRenewal(time.nanoTime())).isEqualTo(time.nanoTime());
        assertThat(failed.tryResend(100)).isTrue();
        assertThat(take(limiter, API).tryResend(1)).isFalse();
    }

    @Test
    void wholeIsNotForgottenBeforeItsParts() {
        LocalRateLimiter limiter = limiter(4);
        Scope part = API.part("search");
        take(limiter, API).answered(time.nanoTime(), Answer.ACCEPTED, NONE);
        Permit sent = take(limiter, part);
        Object whole = limiter.state(API);
        flood(limiter, 1000);
        assertThat(limiter.state(API)).isSameAs(whole);

        sent.answered(time.nanoTime(), Answer.ACCEPTED, NONE);
        flood(limiter, 1000);
        assertThat(limiter.state(API)).isNotSameAs(whole);
        take(limiter, part).answered(time.nanoTime(), Answer.ACCEPTED, NONE);
        take(limiter, API).answered(time.nanoTime(), Answer.REFUSED, retryAfter(60));
        assertThat(take(limiter, part).state()).as("the pause of the whole").isEqualTo(State.PENDING);
    }

    @Test
    void partThatFindsNoRoomGoesWithItsWhole() {
        LocalRateLimiter limiter = limiter(2);
        Permit whole = take(limiter, API);
        take(limiter, Scope.of("other"));

        assertThat(take(limiter, API.part("search")).scope()).isEqualTo(API);
        assertThat(limiter.adopt(API.part("search"), 1)).as("not told apart").isNull();
        whole.answered(time.nanoTime(), Answer.REFUSED, retryAfter(60));
        assertThat(take(limiter, API.part("search")).state()).isEqualTo(State.PENDING);
    }

    @Test
    void allBeyondTheBoundShareOneLimit() {
        LocalRateLimiter limiter = limiter(1, TokenBucket.perSecond(10).burst(6));
        Permit within = take(limiter, Scope.of("within"));
        List<Permit> beyond = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            beyond.add(take(limiter, Scope.of("s" + i)));
        }
        assertThat(within.state()).isEqualTo(State.GRANTED);
        assertThat(granted(beyond)).isEqualTo(5);
        assertThat(beyond.get(3).scope()).as("it knows whose it is").isEqualTo(Scope.of("s3"));
        assertThat(limiter.beyond()).isEqualTo(20);
        time.advance(SECOND);
        assertThat(granted(beyond)).isEqualTo(15);

        beyond.forEach(permit -> permit.cancel(time.nanoTime()));
        assertThat(limiter.beyond()).isZero();
    }

    @Test
    void scopeLeavesTheOthersAsSoonAsNoneOfItsCallsIsThereAndTakesAlongWhatItMayHaveUsed() {
        LocalRateLimiter limiter = limiter(1, Quota.of(10).per(Duration.ofMinutes(1)));
        Permit within = take(limiter, Scope.of("within"));
        List<Permit> beyond = take(limiter, API, 8);
        within.answered(time.nanoTime(), Answer.ACCEPTED, NONE);
        time.advance(Duration.ofSeconds(67));
        beyond.subList(0, 7).forEach(permit -> permit.answered(time.nanoTime(), Answer.ACCEPTED, NONE));

        List<Permit> more = take(limiter, API, 4);
        assertThat(limiter.beyond()).as("one is there, so all are").isEqualTo(1);
        more.forEach(permit -> permit.answered(time.nanoTime(), Answer.ACCEPTED, NONE));
        beyond.get(7).answered(time.nanoTime(), Answer.ACCEPTED, NONE);
        assertThat(limiter.beyond()).isZero();

        assertThat(granted(take(limiter, API, 10)))
                .as("4 of 10 were sent there")
                .isEqualTo(6);
        assertThat(limiter.beyond()).isZero();
    }

    @Test
    void whatIsRefusedBeyondTheBoundLeavesNothing() {
        LocalRateLimiter limiter = limiter(1, TokenBucket.perSecond(1));
        take(limiter, Scope.of("within"));
        long now = time.nanoTime();
        Permit first = take(limiter, API);
        assertThat(limiter.acquire(API, 1, now, now).state()).isEqualTo(State.REFUSED);
        Permit waiting = limiter.acquire(API, 1, now, now + TimeUnit.SECONDS.toNanos(5));
        assertThat(waiting.state()).isEqualTo(State.PENDING);
        first.answered(now, Answer.REFUSED, retryAfter(60));
        assertThat(waiting.state()).isEqualTo(State.REFUSED);
        assertThat(limiter.beyond()).isZero();
    }

    @Test
    void callThatIsAdoptedBeyondTheBoundIsCountedThere() {
        LocalRateLimiter limiter = limiter(1);
        take(limiter, Scope.of("within"));
        Permit there = Objects.requireNonNull(limiter.adopt(API, 1));
        there.answered(time.nanoTime(), Answer.REFUSED, retryAfter(60));

        Permit held = take(limiter, API);
        assertThat(held.state()).isEqualTo(State.PENDING);
        assertThat(there.tryResend(1)).isTrue();
        assertThat(there.earliestRenewal(time.nanoTime()) - time.nanoTime())
                .isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(60));
    }

    @Test
    void whatIsLearnedBeyondTheBoundIsLookedAtOnceMore() {
        LocalRateLimiter limiter = limiter(1);
        Permit within = take(limiter, Scope.of("within"));
        RateLimitHint exhausted = RateLimitHint.builder()
                .limit(new LimitHint(null, 100L, 0L, Duration.ofSeconds(60), null, LimitHint.REQUESTS))
                .build();
        take(limiter, API).answered(time.nanoTime(), Answer.ACCEPTED, exhausted);
        within.answered(time.nanoTime(), Answer.ACCEPTED, NONE);

        List<Permit> own = take(limiter, API, 5);
        assertThat(limiter.beyond()).isZero();
        time.advance(Duration.ofSeconds(59));
        assertThat(granted(own)).isZero();
        time.advance(Duration.ofSeconds(1));
        assertThat(granted(own)).isEqualTo(1);
    }

    @Test
    void otherLimitsAreToldBeyondTheBoundAsWell() {
        LocalRateLimiter limiter = limiter(1, TokenBucket.perSecond(1));
        take(limiter, Scope.of("within"));
        List<Permit> beyond = take(limiter, API, 11);
        limiter.changeLimits(List.of(TokenBucket.perSecond(100)));
        time.advance(Duration.ofMillis(105));
        assertThat(granted(beyond)).isEqualTo(11);
    }

    /** A word is made anew for a scope that has lived through a change, as soon as it holds nothing. */
    @Test
    void changedScopeThatHoldsNothingGoesPastTheLockAgain() {
        LocalRateLimiter limiter = limiter(10, TokenBucket.perSecond(1).burst(5));
        take(limiter, API);
        limiter.changeLimits(List.of(TokenBucket.perSecond(10).burst(5)));
        assertThat(limiter.state(API).isOpen()).isFalse();
        Permit kept = take(limiter, API);
        kept.answered(time.nanoTime(), Answer.ACCEPTED, NONE);
        time.advance(Duration.ofMinutes(1));

        Permit passed = take(limiter, API);
        assertThat(passed).isSameAs(limiter.state(API));
        assertThat(limiter.state(API).isOpen()).isTrue();
        assertThat(granted(take(limiter, API, 10))).isEqualTo(3);
    }

    /** A call went between these times. */
    private record Went(long from, long to) {}

    /** Who asks moves on with the time, so that the others' buckets are full, and are forgotten while somebody still asks. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    @Timeout(120)
    void nobodyGoesSoonerThanHisLimitAllowsWhileScopesComeAndGo(long seed) throws InterruptedException {
        int scopes = 40;
        int steps = 2000;
        LocalRateLimiter limiter = limiter(4, TokenBucket.perSecond(1000));
        List<List<Went>> went = new ArrayList<>();
        for (int i = 0; i < scopes; i++) {
            went.add(Collections.synchronizedList(new ArrayList<>()));
        }
        AtomicInteger asked = new AtomicInteger();
        long began = time.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            SplittableRandom random = new SplittableRandom(seed * 100 + t);
            threads.add(new Thread(() -> {
                while (asked.get() < 50 * steps) {
                    int which = (asked.get() / 500 + random.nextInt(5)) % scopes;
                    long now = time.nanoTime();
                    Permit permit = limiter.acquire(Scope.of("s" + which), 1, now, now);
                    if (permit.state() == State.GRANTED) {
                        went.get(which).add(new Went(now - began, time.nanoTime() - began));
                        permit.answered(now, Answer.ACCEPTED, NONE);
                    }
                    asked.incrementAndGet();
                }
            }));
        }
        threads.forEach(Thread::start);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < steps; i++) {
            while (asked.get() < 50 * i) {
                Thread.onSpinWait();
            }
            time.advance(Duration.ofNanos(100_000));
            if (seed % 2 == 0 && random.nextInt(20) == 0) {
                limiter.changeLimits(List.of(TokenBucket.perSecond(random.nextInt(500, 1001))));
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(limiter.beyond()).isZero();
        assertThat(limiter.size()).isLessThanOrEqualTo(4);
        int calls = 0;
        for (List<Went> each : went) {
            each.sort(Comparator.comparingLong(Went::from));
            calls += each.size();
            for (int i = 1; i < each.size(); i++) {
                Went before = each.get(i - 1);
                Went after = each.get(i);
                assertThat(Math.max(before.to(), after.to()) - before.from())
                        .as("%s and %s", before, after)
                        .isGreaterThanOrEqualTo(1_000_000);
            }
        }
        assertThat(calls).isPositive();
    }

    /** In each round one asks of a full bucket in the moment in which it is forgotten for another scope. */
    @Test
    @Timeout(120)
    void whoAsksInTheMomentOfForgettingGetsNoTokenOfAGhost() throws InterruptedException {
        int rounds = 20_000;
        LocalRateLimiter limiter = limiter(1, TokenBucket.perSecond(1));
        AtomicInteger begun = new AtomicInteger(-1);
        AtomicInteger ended = new AtomicInteger(-1);
        AtomicInteger granted = new AtomicInteger();
        Thread asking = new Thread(() -> {
            for (int round = 0; round < rounds; round++) {
                while (begun.get() < round) {
                    Thread.onSpinWait();
                }
                granted.addAndGet(grantedNow(limiter, "s" + round));
                ended.set(round);
            }
        });
        asking.start();
        int most = 0;
        for (int round = 0; round < rounds; round++) {
            time.advance(Duration.ofSeconds(2));
            Scope other = Scope.of("other" + round);
            limiter.state(Scope.of("s" + round));
            granted.set(0);
            begun.set(round);
            for (int spin = round % 64; spin > 0; spin--) {
                Thread.onSpinWait();
            }
            limiter.acquire(other, 1, time.nanoTime(), time.nanoTime());
            while (ended.get() < round) {
                Thread.onSpinWait();
            }
            most = Math.max(most, granted.get() + grantedNow(limiter, "s" + round));
        }
        asking.join();
        assertThat(most).isEqualTo(1);
    }

    private int grantedNow(LocalRateLimiter limiter, String scope) {
        long now = time.nanoTime();
        return limiter.acquire(Scope.of(scope), 1, now, now).state() == State.GRANTED ? 1 : 0;
    }

    /** Nothing is told, so a scope is forgotten whenever none of its calls is on its way. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @Timeout(120)
    void neverMoreInFlightThanMayBeWhileScopesComeAndGo(long seed) throws InterruptedException {
        int scopes = 6;
        LocalRateLimiter limiter = limiter(2);
        AtomicInteger[] inFlight = new AtomicInteger[scopes];
        for (int i = 0; i < scopes; i++) {
            inFlight[i] = new AtomicInteger();
        }
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            SplittableRandom random = new SplittableRandom(seed * 100 + t);
            threads.add(new Thread(() -> {
                for (int i = 0; i < 5000; i++) {
                    int which = random.nextInt(scopes);
                    List<Permit> held = new ArrayList<>();
                    for (int calls = random.nextInt(1, 8); calls > 0; calls--) {
                        Permit permit = take(limiter, Scope.of("s" + which));
                        if (permit.state() == State.GRANTED) {
                            most.accumulateAndGet(inFlight[which].incrementAndGet(), Math::max);
                            held.add(permit);
                        } else {
                            permit.cancel(time.nanoTime());
                        }
                    }
                    for (Permit permit : held) {
                        inFlight[which].decrementAndGet();
                        if (random.nextInt(10) == 0) {
                            permit.cancel(time.nanoTime());
                        } else {
                            permit.answered(time.nanoTime(), Answer.UNKNOWN, NONE);
                        }
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(most.get()).isLessThanOrEqualTo(SlowStart.COLD);
        assertThat(limiter.beyond()).isZero();
        assertThat(granted(take(limiter, API, 20))).as("nothing is lost").isEqualTo(SlowStart.COLD);
    }

    private void flood(LocalRateLimiter limiter, int scopes) {
        for (int i = 0; i < scopes; i++) {
            take(limiter, Scope.of("hostile" + i)).answered(time.nanoTime(), Answer.ACCEPTED, NONE);
        }
    }

    private Permit take(LocalRateLimiter limiter, Scope scope) {
        return limiter.acquire(scope, 1, time.nanoTime(), deadline());
    }

    private static RateLimitHint retryAfter(long seconds) {
        return RateLimitHint.builder().retryAfter(Duration.ofSeconds(seconds)).build();
    }

    private LocalRateLimiter limiter(int maxScopes, Limit... told) {
        SplittableRandom random = new SplittableRandom(1);
        return new LocalRateLimiter(
                new Settings(List.of(told), Pacing.EAGER, Integer.MAX_VALUE, maxScopes),
                time,
                new Events(null),
                () -> random);
    }
}
