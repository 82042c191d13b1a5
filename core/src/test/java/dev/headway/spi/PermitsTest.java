package dev.headway.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Backoff;
import dev.headway.CallOptions;
import dev.headway.Evidence;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.RateLimiter;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.Signal;
import dev.headway.WaitCause;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a limiter of one's own is asked and told: each permit that was granted ends once, with what the server did. */
class PermitsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = new VirtualTime();
    private final List<String> told = new ArrayList<>();
    private Permit.State first = Permit.State.GRANTED;
    /** Whether this limiter knows when the next attempt may go. */
    private boolean paces;

    private @Nullable CallOptions options;

    @Test
    void anAnsweredCall() {
        Execution call = begin(Headway.builder());
        call.next();
        call.record(Answers.status(200));
        call.cancel();

        assertThat(told).containsExactly("acquire api cost 1 priority 0", "api ACCEPTED");
    }

    @Test
    void aFailureOfTheServerSaysNothingOfTheLimit() {
        Execution call = begin(Headway.builder());
        call.next();
        call.record(Answers.status(500));

        assertThat(told).containsExactly("acquire api cost 1 priority 0", "api UNKNOWN");
    }

    @Test
    void aRequestThatNeverLeftIsGivenBack() {
        Execution call = begin(Headway.builder());
        call.next();
        call.record(new Signal.Failure(new IOException("no route"), Evidence.NOT_SENT));

        assertThat(told).containsExactly("acquire api cost 1 priority 0", "api cancelled");
    }

    @Test
    void anAnswerThatTheClientMadeItselfIsGivenBackAndStillHeardOf() {
        Execution call = begin(Headway.builder());
        call.next();
        call.record(new Signal.Failure(new SocketTimeoutException(), Evidence.UNKNOWN));
        call.next();
        time.advance(SECOND);
        call.next();
        told.clear();

        call.record(Answers.local(504));

        assertThat(told).containsExactly("api cancelled");
        assertThat(call.next()).isEqualTo(new Step.Return());
        assertThat(call.trace().attempts()).hasSize(2);
    }

    @Test
    void costAndPriorityOfACallHoldForEveryAttempt() {
        options = CallOptions.builder().cost(3).priority(7).build();
        Execution call = begin(Headway.builder());
        call.next();
        call.record(Answers.status(500));
        call.next();
        time.advance(SECOND);
        call.next();

        assertThat(told)
                .containsExactly(
                        "acquire api cost 3 priority 7", "api UNKNOWN", "api resend 1", "renew api priority 7");
    }

    @Test
    void aTimeoutCostsTheBudgetTwice() {
        Execution call = begin(Headway.builder());
        call.next();
        call.record(new Signal.Failure(new SocketTimeoutException(), Evidence.UNKNOWN));
        call.next();

        assertThat(told).endsWith("api resend 2");
    }

    @Test
    void whereTheLimiterKnowsTheMomentTheBudgetIsNotAskedAndNothingIsAddedToIt() {
        paces = true;
        Execution call = begin(Headway.builder());
        call.next();
        call.record(Answers.status(429));

        assertThat(call.next()).isEqualTo(new Step.Send(2));
        assertThat(told).containsExactly("acquire api cost 1 priority 0", "api REFUSED", "renew api priority 0");
    }

    @Test
    void aPlaceInTheQueueIsGivenBackWhenTheWaitHasBecomeTooLong() {
        first = Permit.State.PENDING;
        Execution call = begin(Headway.builder().maxWait(SECOND));
        assertThat(call.next()).isInstanceOf(Step.Await.class);
        time.advance(SECOND.dividedBy(2));
        Step.Await rest = (Step.Await) call.next();
        assertThat(Duration.ofNanos(rest.maxNanos())).isEqualTo(SECOND.dividedBy(2));

        time.advance(SECOND.dividedBy(2));

        assertThat(call.next()).isEqualTo(new Step.GiveUp(GiveUpReason.MAX_WAIT));
        assertThat(told).containsExactly("acquire api cost 1 priority 0", "api cancelled");
    }

    /** The other place is told of the refusal, and the call's own scope only that it was served. */
    @Test
    void aRedirectsTargetThatRefusesIsToldInItsOwnScope() {
        Execution call = begin(Headway.builder().hints(HintedAnswer.PARSER));
        call.next();
        call.record(HintedAnswer.of(429, null, false, SECOND, Scope.of("target")));

        assertThat(told)
                .containsExactly(
                        "acquire api cost 1 priority 0", "adopt target cost 1", "api ACCEPTED", "target REFUSED");
        assertThat(call.next()).isInstanceOf(Step.Wait.class);
    }

    private Execution begin(Headway.Builder builder) {
        RetryPolicy second =
                RetryPolicy.builder().backoff(Backoff.fixed(SECOND)).build();
        return builder.time(time)
                .retry(paces ? RetryPolicy.standard() : second)
                .limiter(new Limiter())
                .build()
                .begin(new Request());
    }

    private final class Limiter implements RateLimiter {

        @Override
        public Permit acquire(Scope scope, int cost, int priority, long nowNanos, long deadlineNanos) {
            told.add("acquire " + scope + " cost " + cost + " priority " + priority);
            return new Told(scope, first);
        }

        @Override
        public Permit adopt(Scope scope, int cost) {
            told.add("adopt " + scope + " cost " + cost);
            return new Told(scope, Permit.State.GRANTED);
        }
    }

    private final class Told implements Permit {

        private final Scope scope;
        private final State state;

        Told(Scope scope, State state) {
            this.scope = scope;
            this.state = state;
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
            return new CompletableFuture<>();
        }

        @Override
        public WaitCause cause() {
            return WaitCause.PERMIT;
        }

        @Override
        public boolean answered(long sentAtNanos, Answer answer, RateLimitHint hint) {
            told.add(scope + " " + answer);
            return paces;
        }

        @Override
        public void cancel(long sentAtNanos) {
            told.add(scope + " cancelled");
        }

        @Override
        public boolean tryResend(int weight) {
            told.add(scope + " resend " + weight);
            return true;
        }

        @Override
        public Permit renew(int priority, long sinceNanos, long nowNanos, long deadlineNanos) {
            told.add("renew " + scope + " priority " + priority);
            return new Told(scope, State.GRANTED);
        }

        @Override
        public long earliestRenewal(long nowNanos) {
            return nowNanos;
        }
    }

    private final class Request implements RequestFacts {

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String url() {
            return "https://api.example.com/things";
        }

        @Override
        public Scope scope() {
            return Scope.of("api");
        }

        @Override
        public boolean replayable() {
            return true;
        }

        @Override
        public List<String> headers(String name) {
            return List.of();
        }

        @Override
        public @Nullable RetryPolicy policy() {
            return null;
        }

        @Override
        public @Nullable CallOptions options() {
            return options;
        }

        @Override
        public OptionalLong timeLeftNanos() {
            return OptionalLong.empty();
        }
    }
}
