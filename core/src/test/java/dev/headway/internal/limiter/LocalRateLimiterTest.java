package dev.headway.internal.limiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.HeadwayListener;
import dev.headway.Limit;
import dev.headway.LimitHint;
import dev.headway.Permit;
import dev.headway.Permit.Answer;
import dev.headway.Permit.State;
import dev.headway.Quota;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.WaitCause;
import dev.headway.internal.Events;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LocalRateLimiterTest {

    private static final Scope API = Scope.of("api");
    private static final RateLimitHint NONE = RateLimitHint.none();

    private final VirtualTime time = new VirtualTime();
    private final List<String> heard = new ArrayList<>();

    @Test
    void callsPassWithoutAWaitWhileNothingSpeaksAgainstIt() {
        LocalRateLimiter limiter = limiter();

        assertThat(take(limiter).state()).isEqualTo(State.GRANTED);
        assertThat(time.pending()).isZero();
    }

    @Test
    void anUnknownScopeBeginsWithTenInFlightAndOneMoreForEachAcceptedAnswer() {
        LocalRateLimiter limiter = limiter();
        List<Permit> permits = take(limiter, 30);
        assertThat(permits).filteredOn(this::granted).hasSize(10);

        permits.get(0).answered(Answer.ACCEPTED, NONE);

        assertThat(permits).filteredOn(this::granted).hasSize(12);
    }

    @Test
    void failedAnswersFreeWhatTheyHeldButDoNotOpenTheColdStart() {
        LocalRateLimiter limiter = limiter();
        List<Permit> permits = take(limiter, 30);

        permits.get(0).answered(Answer.UNKNOWN, NONE);

        assertThat(permits).filteredOn(this::granted).hasSize(11);
    }

    @Test
    void waitersGoFirstComeFirstServed() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10));
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            take(limiter).settled().thenRun(() -> order.add(number));
        }

        time.advance(Duration.ofSeconds(1));

        assertThat(order).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void nobodyOvertakesAWaiterEvenWhenItsTimeHasJustCome() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(1000));
        Permit first = take(limiter);
        Permit second = take(limiter);
        assertThat(first.state()).isEqualTo(State.GRANTED);
        assertThat(second.state()).isEqualTo(State.PENDING);

        Permit third = take(limiter);
        time.runNext();

        assertThat(second.state()).isEqualTo(State.GRANTED);
        assertThat(third.state()).isEqualTo(State.PENDING);
    }

    @Test
    void aCallThatIsSentAgainWaitsInFrontOfThoseThatWereNever() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10));
        Permit refused = take(limiter);
        List<Permit> others = take(limiter, 3);
        refused.answered(Answer.REFUSED, NONE);

        Permit again = refused.renew(time.nanoTime(), deadline());
        time.runNext();

        assertThat(again.state()).isEqualTo(State.GRANTED);
        assertThat(others).noneMatch(this::granted);
    }

    @Test
    void amongCallsThatAreSentAgainTheOldestGoesFirst() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10).burst(3));
        List<Permit> burst = take(limiter, 2);
        Permit blocker = take(limiter);
        burst.get(1).answered(Answer.REFUSED, NONE);
        burst.get(0).answered(Answer.REFUSED, NONE);
        Permit younger = burst.get(1).renew(time.nanoTime(), deadline());
        Permit older = burst.get(0).renew(time.nanoTime(), deadline());

        time.advance(Duration.ofMillis(100));

        assertThat(older.state()).isEqualTo(State.GRANTED);
        assertThat(younger.state()).isEqualTo(State.PENDING);
        assertThat(blocker.state()).isEqualTo(State.PENDING);
    }

    @Test
    void waitersThatLeaveCostNothing() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10));
        List<Permit> permits = take(limiter, 1001);
        permits.subList(1, 1000).forEach(Permit::cancel);

        time.runNext();

        assertThat(permits.get(1000).state()).isEqualTo(State.GRANTED);
        assertThat(time.pending()).isZero();
    }

    @Test
    void aWaiterThatLeavesIsTold() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10));
        take(limiter);
        Permit waiter = take(limiter);

        waiter.cancel();

        assertThat(waiter.state()).isEqualTo(State.CANCELLED);
        assertThat(waiter.settled().toCompletableFuture()).isCompleted();
    }

    @Test
    void theFirstReuseOfAQuotaIsLookedAtAlsoWhenItComesBeforeTheFirstAnswer() {
        LocalRateLimiter limiter = limiter(Quota.of(8).per(Duration.ofSeconds(1)));
        List<Permit> first = take(limiter, 8);
        List<Permit> second = take(limiter, 8);
        first.forEach(permit -> permit.answered(Answer.ACCEPTED, NONE));

        time.advance(Duration.ofSeconds(2));

        assertThat(second).filteredOn(this::granted).hasSize(4);
    }

    @Test
    void aPermitThatWasNeverUsedGoesToTheNext() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(1));
        Permit unused = take(limiter);
        Permit next = take(limiter);

        unused.cancel();

        assertThat(next.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void aPermitOfAQuotaThatWasNeverUsedGoesToTheNext() {
        LocalRateLimiter limiter = limiter(Quota.of(1).per(Duration.ofHours(1)));
        Permit unused = take(limiter);
        Permit next = take(limiter);

        unused.cancel();

        assertThat(next.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void anAnswerCountsOnce() {
        LocalRateLimiter limiter = limiter();
        List<Permit> permits = take(limiter, 30);

        permits.get(0).answered(Answer.ACCEPTED, NONE);
        permits.get(0).answered(Answer.ACCEPTED, NONE);
        permits.get(0).cancel();

        assertThat(permits).filteredOn(this::granted).hasSize(12);
    }

    @Test
    void severalLimitsMustAllPass() {
        LocalRateLimiter limiter =
                limiter(TokenBucket.perSecond(100).burst(10), Quota.of(5).per(Duration.ofMinutes(1)));
        List<Permit> permits = take(limiter, 6);
        permits.subList(0, 5).forEach(permit -> permit.answered(Answer.ACCEPTED, NONE));

        assertThat(permits).filteredOn(this::granted).hasSize(5);
        time.advance(Duration.ofSeconds(59));
        assertThat(permits).filteredOn(this::granted).hasSize(5);
        time.advance(Duration.ofSeconds(2));
        assertThat(permits).filteredOn(this::granted).hasSize(6);
    }

    @Test
    void oneRefusalStopsEverybodyUntilTheServersMoment() {
        LocalRateLimiter limiter = limiter();
        Permit refused = take(limiter);
        assertThat(refused.answered(Answer.REFUSED, retryAfter(7))).isTrue();
        List<Permit> others = take(limiter, 5);

        assertThat(others).noneMatch(this::granted).allMatch(permit -> permit.cause() == WaitCause.SCOPE_PAUSED);
        time.advance(Duration.ofSeconds(7));
        assertThat(others).noneMatch(this::granted);
        time.advance(Duration.ofMillis(100));
        assertThat(others).filteredOn(this::granted).hasSize(1);
        assertThat(heard).containsExactly("closed 7020", "opened");
    }

    @Test
    void afterAPauseOneCallLooksAndThenMoreFollow() {
        LocalRateLimiter limiter = limiter();
        take(limiter).answered(Answer.REFUSED, retryAfter(1));
        List<Permit> others = take(limiter, 10);
        time.advance(Duration.ofSeconds(2));
        assertThat(others).filteredOn(this::granted).hasSize(1);

        others.get(0).answered(Answer.ACCEPTED, NONE);

        assertThat(others).filteredOn(this::granted).hasSize(3);
    }

    @Test
    void refusalsOfOneEpisodeCountOnce() {
        LocalRateLimiter limiter = limiter();
        List<Permit> burst = take(limiter, 10);

        burst.forEach(permit -> permit.answered(Answer.REFUSED, NONE));

        // Ten episodes would have closed the gate for ten seconds.
        Permit again = burst.get(0).renew(time.nanoTime(), deadline());
        time.advance(Duration.ofMillis(320));
        assertThat(again.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void aSecondRefusalOfTheSameEpisodeMayOnlyMoveTheMomentBack() {
        LocalRateLimiter limiter = limiter();
        List<Permit> burst = take(limiter, 3);
        burst.get(0).answered(Answer.REFUSED, retryAfter(5));
        burst.get(1).answered(Answer.REFUSED, retryAfter(9));
        burst.get(2).answered(Answer.REFUSED, retryAfter(1));
        Permit next = take(limiter);

        time.advance(Duration.ofSeconds(9));
        assertThat(next.state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofSeconds(1));
        assertThat(next.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void aScopeIsNeverClosedForMoreThanAQuarterOfAnHourOnOneWord() {
        LocalRateLimiter limiter = limiter();
        take(limiter).answered(Answer.REFUSED, retryAfter(999_999_999));
        Permit probe = take(limiter);

        time.advance(Duration.ofMinutes(16));

        assertThat(probe.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void aCallThatCanOnlyGoTooLateIsRefusedAtOnce() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(1));
        take(limiter, 10);

        Permit hopeless = limiter.acquire(API, 1, time.nanoTime(), time.nanoTime() + seconds(9));

        assertThat(hopeless.state()).isEqualTo(State.REFUSED);
        assertThat(hopeless.settled().toCompletableFuture()).isDone();
    }

    @Test
    void waitersThatAPauseMakesHopelessAreRefusedAtOnce() {
        LocalRateLimiter limiter = limiter();
        List<Permit> burst = take(limiter, 10);
        Permit waiting = limiter.acquire(API, 1, time.nanoTime(), time.nanoTime() + seconds(5));
        assertThat(waiting.state()).isEqualTo(State.PENDING);

        burst.get(0).answered(Answer.REFUSED, retryAfter(60));

        assertThat(waiting.state()).isEqualTo(State.REFUSED);
        assertThat(waiting.settled().toCompletableFuture()).isDone();
    }

    @Test
    void whatRemainsLessWhatIsInFlightMayGo() {
        LocalRateLimiter limiter = limiter();
        Permit first = take(limiter);
        List<Permit> others = take(limiter, 9);

        first.answered(Answer.ACCEPTED, remaining(100, 12, 30));

        assertThat(others).allMatch(this::granted);
        List<Permit> more = take(limiter, 10);
        assertThat(more).filteredOn(this::granted).hasSize(3);
        assertThat(heard).containsExactly("learned 100");
    }

    @Test
    void atTheResetOneCallAsksAndItsAnswerIsBelieved() {
        LocalRateLimiter limiter = limiter();
        take(limiter).answered(Answer.ACCEPTED, remaining(100, 0, 30));
        List<Permit> waiting = take(limiter, 50);
        time.advance(Duration.ofSeconds(29));
        assertThat(waiting).noneMatch(this::granted);

        time.advance(Duration.ofSeconds(2));
        assertThat(waiting).filteredOn(this::granted).hasSize(1);

        waiting.get(0).answered(Answer.ACCEPTED, remaining(100, 20, 30));
        assertThat(waiting).filteredOn(this::granted).hasSize(21);
    }

    @Test
    void aProbeThatFailsIsFollowedByAnother() {
        LocalRateLimiter limiter = limiter();
        take(limiter).answered(Answer.ACCEPTED, remaining(100, 0, 30));
        List<Permit> waiting = take(limiter, 3);
        time.advance(Duration.ofSeconds(31));
        assertThat(waiting).filteredOn(this::granted).hasSize(1);

        waiting.get(0).answered(Answer.UNKNOWN, NONE);
        assertThat(waiting).filteredOn(this::granted).hasSize(2);
        waiting.get(1).cancel();
        assertThat(waiting).filteredOn(this::granted).containsExactly(waiting.get(0), waiting.get(2));
    }

    @Test
    void aServerThatNoLongerTellsIsNoLongerHeldToItsWord() {
        LocalRateLimiter limiter = limiter();
        take(limiter).answered(Answer.ACCEPTED, remaining(100, 0, 30));
        List<Permit> waiting = take(limiter, 50);
        time.advance(Duration.ofSeconds(31));

        waiting.get(0).answered(Answer.ACCEPTED, NONE);

        assertThat(waiting).allMatch(this::granted);
    }

    @Test
    void anOlderAnswerThatComesLateDoesNotRaiseWhatRemains() {
        LocalRateLimiter limiter = limiter();
        List<Permit> burst = take(limiter, 10);
        burst.get(5).answered(Answer.ACCEPTED, remaining(100, 4, 30));
        burst.get(0).answered(Answer.ACCEPTED, remaining(100, 99, 30));
        burst.forEach(permit -> permit.answered(Answer.ACCEPTED, NONE));

        assertThat(take(limiter, 10)).filteredOn(this::granted).hasSize(4);
    }

    @Test
    void tokensThatAreUsedUpHoldCallsUntilTheyComeBack() {
        LocalRateLimiter limiter = limiter();
        LimitHint tokens = new LimitHint("tokens", 1000L, 0L, Duration.ofSeconds(6), null, "tokens");
        take(limiter)
                .answered(Answer.ACCEPTED, RateLimitHint.builder().limit(tokens).build());
        Permit next = take(limiter);

        assertThat(next.state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofSeconds(6));
        assertThat(next.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void aToldBucketIsLoweredToWhatTheServerSaysItHolds() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(20).burst(20));
        take(limiter).answered(Answer.ACCEPTED, remaining(20, 3, 1));

        assertThat(take(limiter, 19)).filteredOn(this::granted).hasSize(4);
    }

    @Test
    void aRefusalInAToldBucketWaitsForTheNextTokenOnly() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(20).burst(20));
        Permit refused = take(limiter);
        assertThat(refused.answered(Answer.REFUSED, NONE)).isTrue();
        Permit again = refused.renew(time.nanoTime(), deadline());

        assertThat(again.state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofMillis(50));
        assertThat(again.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void aRefusalWithoutAMomentAndWithoutAKnownRateIsNotPaced() {
        assertThat(take(limiter()).answered(Answer.REFUSED, NONE)).isFalse();
        assertThat(take(limiter(Quota.of(10).per(Duration.ofSeconds(1)))).answered(Answer.REFUSED, NONE))
                .isFalse();
    }

    @Test
    void oneEarlyRefusalOfAQuietScopeDoesNotPaceItForEver() {
        LocalRateLimiter limiter = limiter();
        Permit first = take(limiter);
        first.answered(Answer.REFUSED, retryAfter(1));
        Permit second = first.renew(time.nanoTime(), deadline());
        time.advance(Duration.ofSeconds(2));
        second.answered(Answer.REFUSED, retryAfter(1));
        Permit third = second.renew(time.nanoTime(), deadline());
        time.advance(Duration.ofSeconds(3));
        third.answered(Answer.ACCEPTED, NONE);

        List<Permit> burst = take(limiter, 20);
        IntStream.range(0, 20).forEach(i -> burst.get(i).answered(Answer.ACCEPTED, NONE));

        assertThat(burst).allMatch(this::granted);
    }

    @Test
    void scopesDoNotShareAnything() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(1));
        take(limiter).answered(Answer.REFUSED, retryAfter(60));

        Permit elsewhere = limiter.acquire(Scope.of("other"), 1, time.nanoTime(), deadline());

        assertThat(elsewhere.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void theEarliestRenewalForeseesAPause() {
        LocalRateLimiter limiter = limiter();
        Permit failed = take(limiter);
        Permit refused = take(limiter);
        refused.answered(Answer.REFUSED, retryAfter(10));
        failed.answered(Answer.UNKNOWN, NONE);

        long earliest = failed.earliestRenewal(time.nanoTime()) - time.nanoTime();

        assertThat(Duration.ofNanos(earliest)).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
    }

    @Test
    void aCostBelowOneIsAnError() {
        LocalRateLimiter limiter = limiter();

        assertThatThrownBy(() -> limiter.acquire(API, 0, time.nanoTime(), deadline()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1");
    }

    private LocalRateLimiter limiter(Limit... limits) {
        SplittableRandom random = new SplittableRandom(1);
        return new LocalRateLimiter(List.of(limits), time, new Events(listener()), () -> random);
    }

    private HeadwayListener listener() {
        return new HeadwayListener() {
            @Override
            public void gateClosed(GateEvent event) {
                heard.add("closed " + event.length().toMillis());
            }

            @Override
            public void gateOpened(Scope scope) {
                heard.add("opened");
            }

            @Override
            public void limitLearned(LimitEvent event) {
                heard.add("learned " + event.limit().limit());
            }
        };
    }

    private Permit take(LocalRateLimiter limiter) {
        return limiter.acquire(API, 1, time.nanoTime(), deadline());
    }

    private List<Permit> take(LocalRateLimiter limiter, int number) {
        return IntStream.range(0, number).mapToObj(i -> take(limiter)).toList();
    }

    private boolean granted(Permit permit) {
        return permit.state() == State.GRANTED || permit.state() == State.ANSWERED;
    }

    private long deadline() {
        return time.nanoTime() + Duration.ofDays(1).toNanos();
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    private static RateLimitHint retryAfter(long seconds) {
        return RateLimitHint.builder().retryAfter(Duration.ofSeconds(seconds)).build();
    }

    private static RateLimitHint remaining(long limit, long remaining, long resetSeconds) {
        return RateLimitHint.builder()
                .limit(Simulation.limit(limit, remaining, resetSeconds))
                .build();
    }
}
