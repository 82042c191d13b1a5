package dev.headway.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Backoff;
import dev.headway.Concurrency;
import dev.headway.GiveUpException;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.OnLimit;
import dev.headway.Quota;
import dev.headway.RetryPolicy;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls that end instead of waiting for a limit. */
class OnLimitTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TURN = Duration.ofSeconds(10);
    private static final Step LIMIT = new Step.GiveUp(GiveUpReason.LIMIT);

    private final VirtualTime time = new VirtualTime();

    @Test
    void aCallThatWouldBeHeldEndsAtOnceAndKnowsWhenItCouldGo() {
        Headway headway = failing(Headway.builder().limit(Quota.of(1).per(TURN)));
        begin(headway, new Step.Send(1)).record(Answers.status(200));

        Execution second = begin(headway, LIMIT);

        assertThat(new GiveUpException(second.trace()).retryAfter().orElseThrow())
                .isBetween(TURN, TURN.plus(SECOND));
        assertThat(second.trace().waits()).isEmpty();
        assertThat(time.pending()).isZero();
        time.advance(TURN.plus(SECOND));
        begin(headway, new Step.Send(1));
    }

    /** However the calls lie: not the quota at the end of one window and again at the start of the next. */
    @Test
    void noWindowWhereverItBeginsHasMoreThanTheQuota() {
        Headway headway = failing(Headway.builder().limit(Quota.of(10).per(TURN)));
        List<Duration> sent = new ArrayList<>();
        int most = 0;
        begin(headway, new Step.Send(1)).record(Answers.status(200));
        sent.add(time.elapsed());
        time.advance(Duration.ofMillis(9900));
        for (int tick = 0; tick < 1200; tick++) {
            Execution execution = headway.begin(Facts.of("GET"));
            if (execution.next() instanceof Step.Send) {
                execution.record(Answers.status(200));
                sent.add(time.elapsed());
            }
            sent.removeIf(moment -> moment.plus(TURN).compareTo(time.elapsed()) <= 0);
            most = Math.max(most, sent.size());
            time.advance(Duration.ofMillis(20));
        }

        assertThat(most).isEqualTo(10);
    }

    /** No moment is known: the limiter itself would let it wait. */
    @Test
    void aPlaceInFlightIsNotWaitedForAndNotKept() {
        Headway headway = failing(Headway.builder().limit(Concurrency.of(1)));
        Execution first = begin(headway, new Step.Send(1));
        begin(headway, LIMIT);

        first.record(Answers.status(200));

        begin(headway, new Step.Send(1));
        assertThat(time.pending()).isZero();
    }

    @Test
    void aFullQueueIsNoOtherReason() {
        Headway headway = failing(Headway.builder().limit(Concurrency.of(1)).maxWaiting(0));
        begin(headway, new Step.Send(1));

        begin(headway, LIMIT);
    }

    @Test
    void aRefusalIsNotWaitedOutAndHoldsTheOthers() {
        Headway headway = failing(Headway.builder());
        Execution refused = begin(headway, new Step.Send(1));
        refused.record(Answers.status(429, "Retry-After", "5"));

        assertThat(refused.next()).isEqualTo(LIMIT);
        assertThat(refused.trace().retryAfter().orElseThrow()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(6));
        begin(headway, LIMIT);
    }

    @Test
    void aMomentThatAFailureNamesIsNotWaitedForEither() {
        Headway headway = failing(Headway.builder());
        Execution failed = begin(headway, new Step.Send(1));
        failed.record(Answers.status(500, "Retry-After", "60"));

        assertThat(failed.next()).isEqualTo(LIMIT);
        assertThat(failed.trace().retryAfter()).hasValue(Duration.ofMinutes(1));
    }

    @Test
    void aBackoffIsNoLimit() {
        Headway headway = failing(Headway.builder()
                .retry(RetryPolicy.builder().backoff(Backoff.fixed(SECOND)).build()));
        Execution failed = begin(headway, new Step.Send(1));
        failed.record(Answers.status(500));
        assertThat(failed.next()).isInstanceOf(Step.Wait.class);
        time.advance(SECOND);

        assertThat(failed.next()).isEqualTo(new Step.Send(2));
    }

    @Test
    void aBackoffThatALimitWouldOutlastIsNotBegun() {
        Headway headway = failing(Headway.builder()
                .limit(Quota.of(1).per(TURN))
                .retry(RetryPolicy.builder().backoff(Backoff.fixed(SECOND)).build()));
        Execution failed = begin(headway, new Step.Send(1));
        failed.record(Answers.status(500));

        assertThat(failed.next()).isEqualTo(LIMIT);
    }

    private Headway failing(Headway.Builder builder) {
        return builder.onLimit(OnLimit.FAIL).time(time).build();
    }

    private static Execution begin(Headway headway, Step first) {
        Execution execution = headway.begin(Facts.of("GET"));
        assertThat(execution.next()).isEqualTo(first);
        return execution;
    }
}
