package dev.headway.internal.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Limit;
import dev.headway.Pacing;
import dev.headway.Permit;
import dev.headway.Permit.Answer;
import dev.headway.Permit.State;
import dev.headway.Quota;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.internal.Events;
import dev.headway.internal.limiter.scope.FastPath;
import dev.headway.internal.limiter.scope.WaitingPermit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What would let somebody go twice, or never. */
class HostileLimiterTest extends CallsOnVirtualTime {

    @Test
    void lateCancelGivesNothingBackThatTheBucketHasRefilled() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10).burst(20));
        long sent = time.nanoTime();
        List<Permit> never = take(limiter, 10);
        time.advance(Duration.ofSeconds(10));
        assertThat(granted(take(limiter, 19))).isEqualTo(19);

        never.forEach(permit -> permit.cancel(sent));
        assertThat(granted(take(limiter, 10))).isZero();
    }

    @Test
    void lateCancelUnderTheLockGivesNothingBackThatTheBucketHasRefilled() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10).burst(20));
        long sent = time.nanoTime();
        List<Permit> never = take(limiter, 10);
        time.advance(Duration.ofSeconds(10));
        assertThat(granted(take(limiter, 19))).isEqualTo(19);
        List<Permit> waiting = take(limiter, 5);

        never.forEach(permit -> permit.cancel(sent));
        assertThat(granted(waiting)).isZero();
    }

    @Test
    void promptCancelGivesTheTokenBack() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10).burst(20));
        List<Permit> never = take(limiter, 19);
        never.forEach(permit -> permit.cancel(time.nanoTime()));
        assertThat(granted(take(limiter, 20))).isEqualTo(19);
    }

    @Test
    void costsOfAHostileServerDoNotOpenTheBucket() {
        LocalRateLimiter limiter = limiter(TokenBucket.of(1, Duration.ofDays(1)).burst(20));
        List<Permit> sent = take(limiter, 8);
        assertThat(granted(sent)).isEqualTo(8);
        for (Permit permit : sent) {
            permit.settle(time.nanoTime(), Integer.MAX_VALUE);
            permit.answered(time.nanoTime(), Answer.ACCEPTED, NONE);
            assertThat(limiter.acquire(API, 1, time.nanoTime(), deadline()).state())
                    .isEqualTo(State.REFUSED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void callThatCostsMoreThanTheQuotaGoesWhenNothingOfItIsUsed(Pacing pacing) {
        LocalRateLimiter limiter = limiter(pacing, Quota.of(10).per(SECOND));
        take(limiter, 1).get(0).answered(time.nanoTime(), Answer.ACCEPTED, NONE);
        for (int cost : new int[] {10, 11, 25, Integer.MAX_VALUE}) {
            Permit heavy = limiter.acquire(API, cost, time.nanoTime(), deadline());
            Permit next = limiter.acquire(API, 1, time.nanoTime(), deadline());
            time.advance(Duration.ofSeconds(4));
            assertThat(heavy.state()).as("cost %s", cost).isEqualTo(State.GRANTED);
            heavy.answered(time.nanoTime(), Answer.ACCEPTED, NONE);
            time.advance(Duration.ofSeconds(4));
            if (cost < 100) {
                assertThat(next.state()).as("behind cost %s", cost).isEqualTo(State.GRANTED);
                next.answered(time.nanoTime(), Answer.ACCEPTED, NONE);
            }
        }
    }

    @Test
    void quotaOfOneIsUsedEvenlyToo() {
        LocalRateLimiter limiter = limiter(Pacing.EVEN, Quota.of(1).per(SECOND));
        List<Permit> permits = takeAndAnswer(limiter, 10);
        time.advance(Duration.ofSeconds(5));
        assertThat(sent(permits)).isBetween(4, 5);
        time.advance(Duration.ofSeconds(6));
        assertThat(sent(permits)).isEqualTo(10);
    }

    @Test
    void callThatCostsMoreThanALearnedWindowGoes() {
        LocalRateLimiter limiter = limiter();
        take(limiter, 1).get(0).answered(time.nanoTime(), Answer.ACCEPTED, remaining(10, 9, 2));
        Permit heavy = limiter.acquire(API, 25, time.nanoTime(), deadline());
        time.advance(Duration.ofSeconds(20));
        assertThat(heavy.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void partThatAUserTellsApartKeepsItsUsedQuotaWhenLimitsChange() {
        LocalRateLimiter limiter = limiter(Quota.of(10).per(Duration.ofMinutes(1)));
        Scope part = API.part("search");
        Permit first = limiter.acquire(part, 1, time.nanoTime(), deadline());
        first.answered(time.nanoTime(), Answer.ACCEPTED, NONE);
        for (int i = 0; i < 9; i++) {
            Permit permit = limiter.acquire(part, 1, time.nanoTime(), deadline());
            assertThat(permit.state()).isEqualTo(State.GRANTED);
            permit.answered(time.nanoTime(), Answer.ACCEPTED, NONE);
        }
        limiter.changeLimits(List.of(Quota.of(10).per(Duration.ofMinutes(1))));
        assertThat(limiter.acquire(part, 1, time.nanoTime(), deadline()).state())
                .isEqualTo(State.PENDING);
    }

    @Test
    void waiterThatWasRefusedBeforeItsPermitWasWrappedLeavesTheOverflow() {
        LocalRateLimiter limiter = limiter();
        take(limiter, 1).get(0).answered(time.nanoTime(), Answer.REFUSED, pause(1));
        Permit waiting = limiter.acquire(API, 1, time.nanoTime(), time.nanoTime() + SECOND.toNanos() * 2);
        Overflow overflow = new Overflow(limiter, FastPath.of(List.of(), limiter), new ArrayList<>());
        Scope other = Scope.of("other");
        overflow.enter(other, FastPath.of(List.of(), limiter), 0);
        ((WaitingPermit) waiting).become(State.REFUSED);
        Permit late = new OverflowPermit(overflow, other, 1, waiting);
        ((WaitingPermit) waiting).announce();
        assertThat(late.state()).isEqualTo(State.REFUSED);
        assertThat(overflow.has(other)).isFalse();
    }

    @Test
    void oneBucketBeforeTwoQuotasIsChargedOnce() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10).burst(20));
        land(take(limiter, 1));
        limiter.changeLimits(List.of(
                Quota.of(10_000).per(Duration.ofMinutes(1)), Quota.of(100_000).per(Duration.ofHours(1))));
        land(take(limiter, 1));
        List<Permit> more = takeAndAnswer(limiter, 1000);
        long before = sent(more);
        time.advance(Duration.ofSeconds(10));
        assertThat(sent(more) - before).isEqualTo(100);
    }

    @Test
    void quotaOfALongerWindowDoesNotComeOnTopOfWhatWasForgotten() {
        LocalRateLimiter limiter = limiter(Quota.of(10).per(SECOND));
        List<Permit> sent = takeAndAnswer(limiter, 5000);
        time.advance(Duration.ofSeconds(60));
        long before = sent(sent);
        limiter.changeLimits(List.of(Quota.of(600).per(Duration.ofMinutes(1))));
        time.advance(Duration.ofMillis(1));
        assertThat(sent(sent)).as("sent in a minute, after %s", before).isLessThanOrEqualTo(620);
    }

    @Test
    @Timeout(60)
    void limitsThatChangeAHundredThousandTimesLeaveNothing() {
        LocalRateLimiter limiter = limiter();
        for (int i = 0; i < 100_000; i++) {
            limiter.changeLimits(List.of(
                    i % 2 == 0
                            ? TokenBucket.of(10, Duration.ofDays(366)).burst(20)
                            : Quota.of(10).per(Duration.ofDays(366))));
            if (i == 0) {
                take(limiter, 1);
            }
        }
        take(limiter, 1);
    }

    private void land(List<Permit> permits) {
        permits.forEach(permit -> permit.answered(time.nanoTime(), Answer.ACCEPTED, NONE));
    }

    private static RateLimitHint pause(long seconds) {
        return RateLimitHint.builder().retryAfter(Duration.ofSeconds(seconds)).build();
    }

    private LocalRateLimiter limiter(Limit... told) {
        return limiter(Pacing.EAGER, told);
    }

    private LocalRateLimiter limiter(Pacing pacing, Limit... told) {
        SplittableRandom random = new SplittableRandom(1);
        return new LocalRateLimiter(
                new Settings(List.of(told), pacing, Integer.MAX_VALUE, 100), time, new Events(null), () -> random);
    }
}
