package dev.headway.internal.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Permit;
import dev.headway.Permit.Answer;
import dev.headway.Permit.State;
import dev.headway.Quota;
import dev.headway.internal.Events;
import java.time.Duration;
import java.util.List;
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

        time.advance(Duration.ofMillis(2019));
        assertThat(next.state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofMillis(1));
        assertThat(next.state()).isEqualTo(State.GRANTED);
    }

    private LocalRateLimiter limiter(Quota told) {
        return new LocalRateLimiter(List.of(told), time, new Events(null), SplittableRandom::new);
    }
}
