package dev.headway.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Backoff;
import dev.headway.Concurrency;
import dev.headway.GiveUpException;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.OnLimit;
import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.RateLimitHint;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.WaitCause;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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

    /** It is not the limit that such a call waits for. */
    @Test
    void aLimiterThatHasToAskFirstIsWaitedFor() {
        List<Asked> asked = new ArrayList<>();
        Headway headway = failing(Headway.builder().limiter((scope, cost, priority, now, deadline) -> {
            assertThat(deadline).isEqualTo(now);
            Asked permit = new Asked(scope);
            asked.add(permit);
            return permit;
        }));
        Execution first = headway.begin(Facts.of("GET"));
        Execution second = headway.begin(Facts.of("GET"));
        assertThat(first.next()).isInstanceOf(Step.Await.class);
        assertThat(second.next()).isInstanceOf(Step.Await.class);
        assertThat(first.next()).isInstanceOf(Step.Await.class);

        asked.get(0).become(Permit.State.GRANTED);
        asked.get(1).become(Permit.State.REFUSED);

        assertThat(first.next()).isEqualTo(new Step.Send(1));
        assertThat(second.next()).isEqualTo(LIMIT);
    }

    /** Pending, as the other process has not answered yet. */
    private static final class Asked implements Permit {

        private final Scope scope;
        private final CompletableFuture<Void> settled = new CompletableFuture<>();
        private State state = State.PENDING;

        Asked(Scope scope) {
            this.scope = scope;
        }

        void become(State next) {
            state = next;
            settled.complete(null);
        }

        @Override
        public boolean undecided() {
            return state == State.PENDING;
        }

        @Override
        public Scope scope() {
            return scope;
        }

        @Override
        public State state() {
            return state;
        }

        @Override
        public CompletionStage<?> settled() {
            return settled;
        }

        @Override
        public WaitCause cause() {
            return WaitCause.PERMIT;
        }

        @Override
        public boolean answered(long sentAtNanos, Answer answer, RateLimitHint hint) {
            throw new AssertionError("Nothing was sent");
        }

        @Override
        public void cancel(long sentAtNanos) {
            throw new AssertionError("Nothing was cancelled");
        }

        @Override
        public boolean tryResend(int weight) {
            throw new AssertionError("Nothing was sent");
        }

        @Override
        public Permit renew(int priority, long sinceNanos, long nowNanos, long deadlineNanos) {
            throw new AssertionError("Nothing was sent");
        }

        @Override
        public long earliestRenewal(long nowNanos) {
            return nowNanos;
        }
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
