package dev.headway.internal.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Pacing;
import dev.headway.Permit;
import dev.headway.Permit.Answer;
import dev.headway.Permit.State;
import dev.headway.Quota;
import dev.headway.Scope;
import dev.headway.internal.Events;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Calls that leave long after they were granted, since they open a connection or load classes, at a told quota. */
class CallsThatConnectTest extends CallsOnVirtualTime {

    @Test
    void whereConnectionsAreOpenedAQuotaCountsFromTheAnswers() {
        LocalRateLimiter limiter = limiter(Quota.of(2).per(SECOND));
        long sentAt = time.nanoTime();
        List<Permit> late = take(limiter, 2);
        time.advance(Duration.ofMillis(300));
        late.forEach(permit -> permit.answered(sentAt, Answer.ACCEPTED, NONE));
        Permit next = take(limiter, 1).get(0);

        time.advance(Duration.ofMillis(999));
        assertThat(next.state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofMillis(1));
        assertThat(next.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void onOpenConnectionsAQuotaCountsFromThePermits() {
        LocalRateLimiter limiter = limiter(Quota.of(2).per(SECOND));
        take(limiter, 2).forEach(permit -> permit.answered(time.nanoTime(), Answer.ACCEPTED, NONE));
        time.advance(Duration.ofSeconds(5));
        long sentAt = time.nanoTime();
        List<Permit> again = take(limiter, 2);
        time.advance(Duration.ofMillis(300));
        again.forEach(permit -> permit.answered(sentAt, Answer.ACCEPTED, NONE));
        Permit next = take(limiter, 1).get(0);

        time.advance(Duration.ofMillis(720));
        assertThat(next.state()).isEqualTo(State.GRANTED);
    }

    @Test
    void callsThatMayStillBeConnectingAreWaitedForASecondLonger() {
        LocalRateLimiter limiter = limiter(Quota.of(2).per(SECOND));
        long sentAt = time.nanoTime();
        List<Permit> late = take(limiter, 2);
        List<Permit> next = take(limiter, 2);

        time.advance(Duration.ofMillis(1500));
        assertThat(granted(next)).isZero();
        // It has left within the first second.
        late.get(0).answered(sentAt, Answer.ACCEPTED, NONE);
        late.get(1).cancel(sentAt);
        assertThat(granted(next)).as("the call that never left").isEqualTo(1);
        time.advance(Duration.ofMillis(499));
        assertThat(granted(next)).isEqualTo(1);
        time.advance(Duration.ofMillis(1));
        assertThat(granted(next)).isEqualTo(2);
    }

    @Test
    void callsThatAreNeverAnsweredHoldAQuotaForASecondMore() {
        LocalRateLimiter limiter = limiter(Quota.of(2).per(SECOND));
        var unused = take(limiter, 2);
        Permit next = take(limiter, 1).get(0);

        time.advance(Duration.ofMillis(1999));
        assertThat(next.state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofMillis(1));
        assertThat(next.state()).isEqualTo(State.GRANTED);
    }

    /** One that is never answered is one more in flight for ever, and no reason to hold the others. */
    @Test
    void aStreamThatIsOpenedNowAndThenCostsLittle() {
        LocalRateLimiter limiter = limiter(Quota.of(100).per(SECOND));
        int went = 0;
        for (int second = 0; second < 20; second++) {
            List<Permit> permits = takeAndAnswer(limiter, 99);
            permits.addAll(take(limiter, 1));
            time.advance(Duration.ofMillis(1020));
            went += granted(permits)
                    + (int) permits.stream()
                            .filter(permit -> permit.state() == State.ANSWERED)
                            .count();
        }

        assertThat(went).isGreaterThan(1950);
    }

    @Test
    void whatWasEstimatedTooHighIsNotTakenFromOthers() {
        LocalRateLimiter limiter = limiter(Quota.of(10).per(SECOND));
        long sentAt = time.nanoTime();
        Permit cheap = limiter.acquire(API, 5, sentAt, deadline());
        Permit late = limiter.acquire(API, 5, sentAt, deadline());
        time.advance(Duration.ofMillis(50));
        cheap.settle(sentAt, 1);
        cheap.answered(sentAt, Answer.ACCEPTED, NONE);
        time.advance(Duration.ofMillis(550));
        late.answered(sentAt, Answer.ACCEPTED, NONE);
        Permit all = limiter.acquire(API, 6, time.nanoTime(), deadline());

        time.advance(Duration.ofMillis(999));
        assertThat(all.state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofMillis(1));
        assertThat(all.state()).isEqualTo(State.GRANTED);
    }

    /** A scope that has begun with the calls of the overflow has connections of its own. */
    @Test
    void aScopeThatBeginsAsAnotherLooksAtItsOwnCalls() {
        LocalRateLimiter limiter = new LocalRateLimiter(
                new Settings(List.of(Quota.of(3).per(SECOND)), Pacing.EAGER, Integer.MAX_VALUE, 1),
                time,
                new Events(null),
                SplittableRandom::new);
        long began = time.nanoTime();
        Permit within = take(limiter, Scope.of("within"), 1).get(0);
        Permit beyond = take(limiter, Scope.of("beyond"), 1).get(0);
        within.answered(began, Answer.ACCEPTED, NONE);
        beyond.answered(began, Answer.ACCEPTED, NONE);
        time.advance(Duration.ofMillis(1010));
        List<Permit> own = take(limiter, 2);
        assertThat(granted(own)).isEqualTo(2);
        Permit next = limiter.acquire(API, 3, time.nanoTime(), deadline());

        time.advance(Duration.ofMillis(1999));
        assertThat(next.state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofMillis(1));
        assertThat(next.state()).isEqualTo(State.GRANTED);
    }

    /** When it is really known depends on the answers, and those may come at once. */
    @Test
    void whoWaitsBehindThemIsNotRefusedForTheSecondThatTheyMayBeLate() {
        LocalRateLimiter limiter = limiter(Quota.of(10).per(SECOND));
        List<Permit> first = take(limiter, 20);
        long now = time.nanoTime();
        Permit patient =
                limiter.acquire(API, 1, now, now + Duration.ofMillis(2200).toNanos());

        assertThat(granted(first)).isEqualTo(10);
        assertThat(patient.state()).isEqualTo(State.PENDING);
    }

    /** It has been at the server already. */
    @Test
    void aCallThatIsAdoptedIsNotLate() {
        LocalRateLimiter limiter = limiter(Quota.of(1).per(SECOND));
        long sentAt = time.nanoTime();
        Permit adopted = Objects.requireNonNull(limiter.adopt(API, 1));
        adopted.answered(sentAt, Answer.ACCEPTED, NONE);
        Permit next = take(limiter, 1).get(0);

        time.advance(Duration.ofMillis(1020));
        assertThat(next.state()).isEqualTo(State.GRANTED);
    }

    /** One permit serves many calls of the usual cost, and can not tell whose unit was moved. */
    @Test
    void aLateCallThatHasCostNothingTakesNothingFromOthers() {
        LocalRateLimiter limiter = limiter(Quota.of(2).per(SECOND));
        long sentAt = time.nanoTime();
        List<Permit> late = take(limiter, 2);
        time.advance(Duration.ofMillis(50));
        late.get(0).settle(sentAt, 0);
        late.get(0).answered(sentAt, Answer.ACCEPTED, NONE);
        time.advance(Duration.ofMillis(550));
        late.get(1).answered(sentAt, Answer.ACCEPTED, NONE);
        List<Permit> next = take(limiter, 2);

        time.advance(Duration.ofMillis(999));
        assertThat(granted(next)).isEqualTo(1);
        time.advance(Duration.ofMillis(1));
        assertThat(granted(next)).isEqualTo(2);
    }

    private LocalRateLimiter limiter(Quota told) {
        return new LocalRateLimiter(List.of(told), time, new Events(null), SplittableRandom::new);
    }
}
