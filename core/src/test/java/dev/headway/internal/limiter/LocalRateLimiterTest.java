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
import dev.headway.internal.limiter.rules.SlowStart;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
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
        List<Asked> permits = take(limiter, 30);
        assertThat(permits).filteredOn(this::granted).hasSize(10);

        permits.get(0).answered(Answer.ACCEPTED, NONE);

        assertThat(permits).filteredOn(this::granted).hasSize(12);
    }

    @Test
    void answersThatDoNotComeHoldTheOthersForTwoSecondsEach() {
        LocalRateLimiter limiter = limiter();
        List<Asked> permits = take(limiter, 13);

        time.advance(Duration.ofMillis(1999));
        assertThat(permits).filteredOn(this::granted).hasSize(10);
        time.advance(Duration.ofMillis(1));
        assertThat(permits).filteredOn(this::granted).hasSize(11);
        time.advance(Duration.ofMillis(1999));
        assertThat(permits).filteredOn(this::granted).hasSize(11);
        time.advance(Duration.ofMillis(1));
        assertThat(permits).filteredOn(this::granted).hasSize(12);

        permits.get(0).answered(Answer.ACCEPTED, NONE);
        permits.get(11).answered(Answer.ACCEPTED, NONE);

        assertThat(permits).allMatch(this::granted);
        assertThat(time.pending()).isZero();
    }

    @Test
    void aMomentOfTheServersIsWaitedForHoweverLongAnAnswerIsMissing() {
        LocalRateLimiter limiter = limiter();
        Asked first = take(limiter);
        Asked slow = take(limiter);
        first.answered(Answer.ACCEPTED, remaining(100, 0, 10));
        Asked probe = take(limiter);
        time.advance(Duration.ofSeconds(10));
        assertThat(granted(probe)).isTrue();
        slow.answered(Answer.ACCEPTED, remaining(100, 0, 60));
        Asked next = take(limiter);

        time.advance(Duration.ofSeconds(59));
        assertThat(granted(next)).isFalse();

        time.advance(Duration.ofSeconds(2));
        assertThat(granted(next)).isTrue();
    }

    @Test
    void failedAnswersFreeWhatTheyHeldButDoNotOpenTheColdStart() {
        LocalRateLimiter limiter = limiter();
        List<Asked> permits = take(limiter, 30);

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
        Asked first = take(limiter);
        Asked second = take(limiter);
        assertThat(first.state()).isEqualTo(State.GRANTED);
        assertThat(second.state()).isEqualTo(State.PENDING);

        Asked third = take(limiter);
        time.runNext();

        assertThat(second.state()).isEqualTo(State.GRANTED);
        assertThat(third.state()).isEqualTo(State.PENDING);
    }

    @Test
    void aCallThatIsSentAgainWaitsInFrontOfThoseThatWereNever() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10));
        Asked refused = take(limiter);
        List<Asked> others = take(limiter, 3);
        refused.answered(Answer.REFUSED, NONE);

        Asked again = refused.again();
        time.runNext();

        assertThat(again.state()).isEqualTo(State.GRANTED);
        assertThat(others).noneMatch(this::granted);
    }

    @Test
    void amongCallsThatAreSentAgainTheOldestGoesFirst() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10).burst(3));
        List<Asked> burst = new ArrayList<>(take(limiter, 1));
        time.advance(Duration.ofNanos(1));
        burst.add(take(limiter));
        Asked blocker = take(limiter);
        burst.get(1).answered(Answer.REFUSED, NONE);
        burst.get(0).answered(Answer.REFUSED, NONE);
        Asked younger = burst.get(1).again();
        Asked older = burst.get(0).again();

        time.advance(Duration.ofMillis(100));

        assertThat(older.state()).isEqualTo(State.GRANTED);
        assertThat(younger.state()).isEqualTo(State.PENDING);
        assertThat(blocker.state()).isEqualTo(State.PENDING);
    }

    @Test
    void waitersThatLeaveCostNothing() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10));
        List<Asked> permits = take(limiter, 1001);
        permits.subList(1, 1000).forEach(Asked::cancel);

        time.runNext();

        assertThat(permits.get(1000).state()).isEqualTo(State.GRANTED);
        assertThat(time.pending()).isZero();
    }

    @Test
    void aWaiterThatLeavesIsTold() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10));
        take(limiter);
        Asked waiter = take(limiter);

        waiter.cancel();

        assertThat(waiter.state()).isEqualTo(State.CANCELLED);
        assertThat(waiter.settled().toCompletableFuture()).isCompleted();
    }

    @Test
    void theFirstReuseOfAQuotaIsLookedAtAlsoWhenItComesBeforeTheFirstAnswer() {
        LocalRateLimiter limiter = limiter(Quota.of(8).per(Duration.ofSeconds(1)));
        List<Asked> first = take(limiter, 8);
        List<Asked> second = take(limiter, 8);
        first.forEach(permit -> permit.answered(Answer.ACCEPTED, NONE));

        time.advance(Duration.ofSeconds(2));

        assertThat(second).filteredOn(this::granted).hasSize(SlowStart.REUSE);
    }

    @Test
    void aPermitThatWasNeverUsedGoesToTheNext() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(1));
        Asked unused = take(limiter);
        Asked next = take(limiter);

        unused.cancel();

        assertThat(next.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void aPermitOfAQuotaThatWasNeverUsedGoesToTheNext() {
        LocalRateLimiter limiter = limiter(Quota.of(1).per(Duration.ofHours(1)));
        Asked unused = take(limiter);
        Asked next = take(limiter);

        unused.cancel();

        assertThat(next.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void theAnswerOfAPermitThatWaitedCountsOnce() {
        LocalRateLimiter limiter = limiter();
        List<Asked> permits = take(limiter, 30);

        permits.get(0).answered(Answer.ACCEPTED, NONE);
        assertThat(permits).filteredOn(this::granted).hasSize(12);
        Asked waited = permits.get(10);
        waited.answered(Answer.UNKNOWN, NONE);
        waited.answered(Answer.UNKNOWN, NONE);
        waited.cancel();

        assertThat(permits).filteredOn(this::granted).hasSize(13);
    }

    @Test
    void severalLimitsMustAllPass() {
        LocalRateLimiter limiter =
                limiter(TokenBucket.perSecond(100).burst(10), Quota.of(5).per(Duration.ofMinutes(1)));
        List<Asked> permits = take(limiter, 6);
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
        Asked refused = take(limiter);
        assertThat(refused.answered(Answer.REFUSED, retryAfter(7))).isTrue();
        List<Asked> others = take(limiter, 5);

        assertThat(others).noneMatch(this::granted).allMatch(permit -> permit.cause() == WaitCause.SCOPE_PAUSED);
        time.advance(Duration.ofSeconds(7));
        assertThat(others).noneMatch(this::granted);
        time.advance(Duration.ofMillis(100));
        assertThat(others).filteredOn(this::granted).hasSize(1);
        assertThat(heard).containsExactly("closed 7020", "opened");
    }

    @Test
    void afterAPauseOneCallLooksAndThenTheOthersFollowPaced() {
        LocalRateLimiter limiter = limiter();
        take(limiter).answered(Answer.REFUSED, retryAfter(1));
        List<Asked> others = take(limiter, 10);
        time.advance(Duration.ofSeconds(2));
        assertThat(others).filteredOn(this::granted).hasSize(1);

        others.get(0).answered(Answer.ACCEPTED, NONE);

        assertThat(others).filteredOn(this::granted).hasSize(2);
        time.advance(Duration.ofSeconds(1));
        assertThat(others).filteredOn(this::granted).hasSizeBetween(5, 6);
    }

    @Test
    void aRateThatIsLearnedFromRefusalsIsTold() {
        LocalRateLimiter limiter = limiter();
        Asked first = take(limiter);
        first.answered(Answer.REFUSED, retryAfter(1));
        for (int i = 0; i < 10; i++) {
            time.advance(Duration.ofMillis(1100));
            take(limiter).answered(Answer.ACCEPTED, NONE);
        }
        assertThat(heard).containsExactly("closed 1020", "opened");

        time.advance(Duration.ofMillis(1100));
        take(limiter).answered(Answer.REFUSED, retryAfter(1));

        // 10 in 11 s, by the minute, less the margin.
        assertThat(heard).contains("learned 53");
    }

    @Test
    void refusalsOfOneEpisodeCountOnce() {
        LocalRateLimiter limiter = limiter();
        List<Asked> burst = take(limiter, 10);

        burst.forEach(permit -> permit.answered(Answer.REFUSED, NONE));

        // Ten episodes would have closed the gate for ten seconds.
        Asked again = burst.get(0).again();
        time.advance(Duration.ofMillis(320));
        assertThat(again.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void aSecondRefusalOfTheSameEpisodeMayOnlyMoveTheMomentBack() {
        LocalRateLimiter limiter = limiter();
        List<Asked> burst = take(limiter, 3);
        burst.get(0).answered(Answer.REFUSED, retryAfter(5));
        burst.get(1).answered(Answer.REFUSED, retryAfter(9));
        burst.get(2).answered(Answer.REFUSED, retryAfter(1));
        Asked next = take(limiter);

        time.advance(Duration.ofSeconds(9));
        assertThat(next.state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofSeconds(1));
        assertThat(next.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void aScopeIsNeverClosedForMoreThanAQuarterOfAnHourOnOneWord() {
        LocalRateLimiter limiter = limiter();
        take(limiter).answered(Answer.REFUSED, retryAfter(999_999_999));
        Asked probe = take(limiter);

        time.advance(Duration.ofMinutes(16));

        assertThat(probe.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void aCallThatCanOnlyGoTooLateIsRefusedAtOnce() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(1));
        take(limiter, 10);

        Asked hopeless = ask(limiter, API, time.nanoTime() + seconds(9));

        assertThat(hopeless.state()).isEqualTo(State.REFUSED);
        assertThat(hopeless.settled().toCompletableFuture()).isDone();
    }

    @Test
    void aCallOfGreaterPriorityIsNotRefusedForThoseBehindIt() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(1));
        take(limiter, 10);
        long now = time.nanoTime();

        Permit urgent = limiter.acquire(API, 1, 1, now, now + seconds(3));
        Permit another = limiter.acquire(API, 1, 1, now, now + seconds(1));

        assertThat(urgent.state()).isEqualTo(State.PENDING);
        assertThat(another.state()).isEqualTo(State.REFUSED);
        time.advance(Duration.ofSeconds(2));
        assertThat(urgent.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void waitersThatAPauseMakesHopelessAreRefusedAtOnce() {
        LocalRateLimiter limiter = limiter();
        List<Asked> burst = take(limiter, 10);
        Asked waiting = ask(limiter, API, time.nanoTime() + seconds(5));
        assertThat(waiting.state()).isEqualTo(State.PENDING);

        burst.get(0).answered(Answer.REFUSED, retryAfter(60));

        assertThat(waiting.state()).isEqualTo(State.REFUSED);
        assertThat(waiting.settled().toCompletableFuture()).isDone();
    }

    @Test
    void whatRemainsLessWhatIsInFlightMayGo() {
        LocalRateLimiter limiter = limiter();
        Asked first = take(limiter);
        List<Asked> others = take(limiter, 9);

        first.answered(Answer.ACCEPTED, remaining(100, 12, 30));

        assertThat(others).allMatch(this::granted);
        List<Asked> more = take(limiter, 10);
        assertThat(more).filteredOn(this::granted).hasSize(3);
        assertThat(heard).containsExactly("learned 100");
    }

    @Test
    void atTheResetOneCallAsksAndItsAnswerIsBelieved() {
        LocalRateLimiter limiter = limiter();
        take(limiter).answered(Answer.ACCEPTED, remaining(100, 0, 30));
        List<Asked> waiting = take(limiter, 50);
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
        List<Asked> waiting = take(limiter, 3);
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
        List<Asked> waiting = take(limiter, 50);
        time.advance(Duration.ofSeconds(31));

        waiting.get(0).answered(Answer.ACCEPTED, NONE);

        assertThat(waiting).allMatch(this::granted);
    }

    @Test
    void anOlderAnswerThatComesLateDoesNotRaiseWhatRemains() {
        LocalRateLimiter limiter = limiter();
        List<Asked> burst = take(limiter, 10);
        burst.get(5).answered(Answer.ACCEPTED, remaining(100, 4, 30));
        burst.get(0).answered(Answer.ACCEPTED, remaining(100, 99, 30));
        IntStream.of(1, 2, 3, 4, 6, 7, 8, 9).forEach(i -> burst.get(i).answered(Answer.ACCEPTED, NONE));

        assertThat(take(limiter, 10)).filteredOn(this::granted).hasSize(4);
    }

    @Test
    void tokensThatAreUsedUpHoldCallsUntilTheyComeBack() {
        LocalRateLimiter limiter = limiter();
        LimitHint tokens = new LimitHint("tokens", 1000L, 0L, Duration.ofSeconds(6), null, "tokens");
        take(limiter)
                .answered(Answer.ACCEPTED, RateLimitHint.builder().limit(tokens).build());
        Asked next = take(limiter);

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
        Asked refused = take(limiter);
        assertThat(refused.answered(Answer.REFUSED, NONE)).isTrue();
        Asked again = refused.again();

        assertThat(again.state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofMillis(50));
        assertThat(again.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void withoutABurstTheNextKeepsItsDistanceFromWhenTheLastReallyLeft() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10));
        take(limiter);
        Asked late = take(limiter);
        Asked next = take(limiter);
        time.advance(Duration.ofMillis(104));
        assertThat(granted(late)).isTrue();

        time.advance(Duration.ofMillis(30));
        late.leaves();

        time.advance(Duration.ofMillis(103));
        assertThat(granted(next)).isFalse();
        time.advance(Duration.ofMillis(1));
        assertThat(granted(next)).isTrue();
    }

    @Test
    void anAnswerThatComesLateMayBeOfACallThatCameLate() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10));
        take(limiter).answered(Answer.ACCEPTED, NONE);
        List<Asked> waiting = take(limiter, 3);
        answeredAfter(1, waiting.get(0));
        answeredAfter(16, waiting.get(1));

        // The second answer took 15 ms more than usual.
        time.advance(Duration.ofMillis(102));
        assertThat(granted(waiting.get(2))).isFalse();
        time.advance(Duration.ofMillis(2));
        assertThat(granted(waiting.get(2))).isTrue();
    }

    private void answeredAfter(int millis, Asked permit) {
        while (!granted(permit)) {
            time.runNext();
        }
        time.advance(Duration.ofMillis(millis));
        permit.answered(Answer.ACCEPTED, NONE);
    }

    @Test
    void withoutABurstARefusalNowAndThenCostsOnePlaceAndOneAfterAnotherCloseTheScope() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10));
        Asked each = take(limiter);
        for (int i = 0; i < 5; i++) {
            each.answered(Answer.REFUSED, NONE);
            for (int accepted = 0; accepted < 2; accepted++) {
                each = take(limiter);
                time.advance(Duration.ofMillis(105));
                assertThat(granted(each)).isTrue();
                each.answered(Answer.ACCEPTED, NONE);
            }
            each = take(limiter);
            time.advance(Duration.ofMillis(105));
        }
        assertThat(heard).isEmpty();

        each.answered(Answer.REFUSED, NONE);
        Asked again = each.again();
        time.advance(Duration.ofMillis(105));
        again.answered(Answer.REFUSED, NONE);

        assertThat(heard).hasSize(1);
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
        Asked first = take(limiter);
        first.answered(Answer.REFUSED, retryAfter(1));
        Asked second = first.again();
        time.advance(Duration.ofSeconds(2));
        second.answered(Answer.REFUSED, retryAfter(1));
        Asked third = second.again();
        time.advance(Duration.ofSeconds(3));
        third.answered(Answer.ACCEPTED, NONE);

        assertThat(secondsUntilAnswered(limiter, 20)).isLessThan(3);
        time.advance(Duration.ofSeconds(61));
        assertThat(take(limiter, 20)).filteredOn(this::granted).hasSizeGreaterThan(9);
    }

    /** So many calls at once, each of which is accepted at once. */
    private double secondsUntilAnswered(LocalRateLimiter limiter, int calls) {
        Duration began = time.elapsed();
        for (Asked permit : take(limiter, calls)) {
            while (!granted(permit)) {
                time.runNext();
            }
            permit.answered(Answer.ACCEPTED, NONE);
        }
        return time.elapsed().minus(began).toMillis() / 1e3;
    }

    @Test
    void scopesDoNotShareAnything() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(1));
        take(limiter).answered(Answer.REFUSED, retryAfter(60));

        Asked elsewhere = ask(limiter, Scope.of("other"), deadline());

        assertThat(elsewhere.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void theEarliestRenewalForeseesAPause() {
        LocalRateLimiter limiter = limiter();
        Asked failed = take(limiter);
        Asked refused = take(limiter);
        refused.answered(Answer.REFUSED, retryAfter(10));
        failed.answered(Answer.UNKNOWN, NONE);

        long earliest = failed.permit.earliestRenewal(time.nanoTime()) - time.nanoTime();

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

    private Asked take(LocalRateLimiter limiter) {
        return ask(limiter, API, deadline());
    }

    private Asked ask(LocalRateLimiter limiter, Scope scope, long deadline) {
        long now = time.nanoTime();
        return new Asked(limiter.acquire(scope, 1, now, deadline), now, now);
    }

    private List<Asked> take(LocalRateLimiter limiter, int number) {
        return IntStream.range(0, number).mapToObj(i -> take(limiter)).toList();
    }

    private boolean granted(Asked permit) {
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
                .limit(new LimitHint(
                        null, limit, remaining, Duration.ofSeconds(resetSeconds), null, LimitHint.REQUESTS))
                .build();
    }

    /** A permit, and what its call knows of itself. */
    private final class Asked {

        private final Permit permit;
        private final long since;
        private final long at;

        Asked(Permit permit, long since, long at) {
            this.permit = permit;
            this.since = since;
            this.at = at;
        }

        State state() {
            return permit.state();
        }

        WaitCause cause() {
            return permit.cause();
        }

        CompletionStage<?> settled() {
            return permit.settled();
        }

        boolean answered(Answer answer, RateLimitHint hint) {
            return permit.answered(at, answer, hint);
        }

        void leaves() {
            permit.leaves(time.nanoTime());
        }

        void cancel() {
            permit.cancel(at);
        }

        Asked again() {
            long now = time.nanoTime();
            return new Asked(permit.renew(since, now, deadline()), since, now);
        }
    }
}
