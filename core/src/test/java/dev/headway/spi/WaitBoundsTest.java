package dev.headway.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Backoff;
import dev.headway.CallCost;
import dev.headway.CallTrace;
import dev.headway.Concurrency;
import dev.headway.GiveUpException;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.Pacing;
import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.RateLimiter;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.Signal;
import dev.headway.TokenBucket;
import dev.headway.internal.Events;
import dev.headway.internal.limiter.LocalRateLimiter;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How long a call may wait for a permit, how many may, and what it is told if it may not; and what it costs. */
class WaitBoundsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = new VirtualTime();

    @Test
    void aCallThatWouldWaitTooLongEndsAtOnceAndKnowsWhenItCouldGo() {
        Headway headway =
                build(Headway.builder().limit(TokenBucket.perSecond(1)).maxWait(Duration.ofMillis(1500)));
        sent(headway);
        assertThat(begin(headway).next()).isInstanceOf(Step.Await.class);

        Execution third = begin(headway);

        assertThat(third.next()).isEqualTo(new Step.GiveUp(GiveUpReason.MAX_WAIT));
        assertThat(third.trace().retryAfter().orElseThrow()).isBetween(SECOND.multipliedBy(2), Duration.ofMillis(2200));
        assertThat(new GiveUpException(third.trace()))
                .hasMessageContaining("longer wait than allowed, at the earliest in 2")
                .extracting(GiveUpException::retryAfter)
                .isEqualTo(third.trace().retryAfter());
    }

    @Test
    void aWaitThatTurnsOutTooLongEnds() {
        Headway headway = build(Headway.builder().limit(Concurrency.of(1)).maxWait(SECOND));
        sent(headway);
        Execution waiting = begin(headway);
        Step.Await await = (Step.Await) waiting.next();
        assertThat(Duration.ofNanos(await.maxNanos())).isEqualTo(SECOND);

        time.advance(SECOND);

        assertThat(waiting.next()).isEqualTo(new Step.GiveUp(GiveUpReason.MAX_WAIT));
        assertThat(waiting.trace().waits()).hasSize(1);
    }

    @Test
    void aPauseThatIsTooLongEndsThoseThatWaitWithTheSameReason() {
        Headway headway = build(Headway.builder().limit(Concurrency.of(1)).maxWait(SECOND));
        Execution sent = sent(headway);
        Execution waiting = begin(headway);
        Step.Await await = (Step.Await) waiting.next();

        sent.record(Answers.status(429, "Retry-After", "60"));

        assertThat(await.stage().toCompletableFuture()).isDone();
        assertThat(waiting.next()).isEqualTo(new Step.GiveUp(GiveUpReason.MAX_WAIT));
        assertThat(waiting.trace().retryAfter().orElseThrow()).isGreaterThan(Duration.ofSeconds(59));
        // And the one that was refused keeps the refusal.
        assertThat(sent.next()).isEqualTo(new Step.GiveUp(GiveUpReason.MAX_WAIT));
    }

    @Test
    void theDeadlineIsTheReasonWhereItComesFirst() {
        Headway headway =
                build(Headway.builder().limit(TokenBucket.perSecond(1)).maxWait(Duration.ofSeconds(5)));
        sent(headway);
        Execution hurried = headway.begin(Facts.of("GET").within(Duration.ofMillis(10)));

        assertThat(hurried.next()).isEqualTo(new Step.GiveUp(GiveUpReason.DEADLINE));
        assertThat(hurried.trace().retryAfter().orElseThrow()).isBetween(SECOND, Duration.ofMillis(1100));
    }

    /** Foreseen, so that the response is still in hand; the back-off itself is no wait for a permit. */
    @Test
    void aPermitThatCouldOnlyBeHadTooLateAfterABackoffIsNotWaitedFor() {
        RetryPolicy policy = RetryPolicy.builder()
                .backoff(Backoff.fixed(SECOND.multipliedBy(2)))
                .build();
        Headway headway = build(Headway.builder()
                .retry(policy)
                .limit(Quota.of(1).per(Duration.ofSeconds(10)))
                .maxWait(SECOND));
        Execution failed = sent(headway);
        failed.record(Answers.status(500));
        assertThat(failed.next()).isEqualTo(new Step.GiveUp(GiveUpReason.MAX_WAIT));

        Headway roomy = build(Headway.builder().retry(policy).maxWait(SECOND));
        Execution again = sent(roomy);
        again.record(Answers.status(500));
        assertThat(again.next()).isInstanceOf(Step.Wait.class);
    }

    @Test
    void whatTheServerAsksForIsToldWithTheResponse() {
        Headway headway = build(Headway.builder()
                .retry(RetryPolicy.builder()
                        .maxServerWait(Duration.ofMinutes(1))
                        .build()));
        Execution refused = sent(headway);
        refused.record(Answers.status(429, "Retry-After", "7200"));

        assertThat(refused.next()).isEqualTo(new Step.GiveUp(GiveUpReason.SERVER_WAIT));
        assertThat(refused.trace().retryAfter()).hasValue(Duration.ofHours(2));
        assertThat(refused.trace())
                .hasToString(
                        "429 after 0 ms; the server asks for a longer wait than allowed, at the earliest in 7200000 ms");
    }

    @Test
    void anotherReasonHasNoMoment() {
        Execution failed = sent(build(Headway.builder().limit(TokenBucket.perSecond(1))), "POST");
        failed.record(Answers.status(500));

        assertThat(failed.next()).isEqualTo(new Step.GiveUp(GiveUpReason.NOT_IDEMPOTENT));
        assertThat(failed.trace().retryAfter()).isEmpty();
    }

    @Test
    void oneMoreThanMayWaitEndsAtOnce() {
        Headway headway =
                build(Headway.builder().limit(TokenBucket.perSecond(1)).maxWaiting(1));
        sent(headway);
        assertThat(begin(headway).next()).isInstanceOf(Step.Await.class);

        Execution third = begin(headway);

        assertThat(third.next()).isEqualTo(new Step.GiveUp(GiveUpReason.QUEUE_FULL));
        assertThat(third.trace().retryAfter().orElseThrow()).isBetween(SECOND.multipliedBy(2), Duration.ofMillis(2200));
        assertThat(third.trace()).asString().startsWith("nothing was sent; too many calls wait");
    }

    @Test
    void otherLimitsEndTheWaitsThatHaveBecomeHopeless() {
        Headway headway =
                build(Headway.builder().limit(TokenBucket.perSecond(1)).maxWait(Duration.ofSeconds(6)));
        sent(headway);
        Execution second = begin(headway);
        Step.Await await = (Step.Await) second.next();
        assertThat(await.stage().toCompletableFuture()).isNotDone();

        headway.changeLimits(TokenBucket.of(1, Duration.ofHours(1)));

        assertThat(await.stage().toCompletableFuture()).isDone();
        assertThat(second.next()).isEqualTo(new Step.GiveUp(GiveUpReason.MAX_WAIT));
        assertThat(second.trace().retryAfter().orElseThrow()).isGreaterThan(Duration.ofMinutes(50));
    }

    @Test
    void aLimiterThatSaysNothingOfTheMomentIsNotQuoted() {
        RateLimiter refuses = new RateLimiter() {
            private final RateLimiter full = full();

            @Override
            public Permit acquire(Scope scope, int cost, int priority, long nowNanos, long deadlineNanos) {
                full.acquire(scope, cost, nowNanos, nowNanos);
                return full.acquire(scope, cost, nowNanos, nowNanos);
            }
        };
        Execution execution = begin(build(Headway.builder().limiter(refuses)));

        assertThat(execution.next()).isEqualTo(new Step.GiveUp(GiveUpReason.DEADLINE));
        assertThat(execution.trace().retryAfter()).isEmpty();
    }

    private RateLimiter full() {
        return new LocalRateLimiter(List.of(TokenBucket.perSecond(1)), time, new Events(null), SplittableRandom::new);
    }

    @Test
    void boundsThatSayNothingAreRefused() {
        Headway.Builder builder = Headway.builder();

        assertThatThrownBy(() -> builder.maxWait(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not be negative");
        assertThatThrownBy(() -> builder.maxWaiting(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 or more");
        assertThatThrownBy(() -> Headway.builder().limiter(full()).maxWaiting(3).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("maxWaiting");
        assertThatThrownBy(() ->
                        Headway.builder().limiter(full()).pace(Pacing.EVEN).build())
                .isInstanceOf(IllegalStateException.class);
        assertThat(sent(build(Headway.builder().maxWait(Duration.ofSeconds(Long.MAX_VALUE))))
                        .trace())
                .isNotNull();
    }

    // ---- cost

    @Test
    void aCallCostsWhatIsEstimatedAndThenWhatTheResponseSays() {
        CallCost points = new CallCost() {
            @Override
            public int estimate(RequestFacts request) {
                return request.method().equals("POST") ? 5 : 1;
            }

            @Override
            public OptionalInt actual(Signal.Response response) {
                return response.first("x-cost")
                        .map(Integer::parseInt)
                        .map(OptionalInt::of)
                        .orElse(OptionalInt.empty());
            }
        };
        Headway headway = build(Headway.builder()
                .limit(Quota.of(10).per(Duration.ofSeconds(10)))
                .cost(points));
        Execution heavy = sent(headway, "POST");
        heavy.record(Answers.status(200, "X-Cost", "9"));
        sent(headway).record(Answers.status(200));

        assertThat(begin(headway).next()).isInstanceOf(Step.Await.class);
    }

    /** A refusal takes nothing, whatever its header says. */
    @Test
    void aRefusalIsNotSettled() {
        CallCost dear = new CallCost() {
            @Override
            public int estimate(RequestFacts request) {
                return 1;
            }

            @Override
            public OptionalInt actual(Signal.Response response) {
                return OptionalInt.of(1000);
            }
        };
        Headway headway = build(
                Headway.builder().limit(Quota.of(10).per(Duration.ofSeconds(1))).cost(dear));
        Execution refused = sent(headway);
        refused.record(Answers.status(429, "Retry-After", "1"));
        refused.next();
        time.advance(Duration.ofMillis(1100));

        assertThat(refused.next()).isEqualTo(new Step.Send(2));
    }

    @Test
    void aCostThatThrowsOrIsNoneIsOne() {
        CallCost broken = new CallCost() {
            @Override
            public int estimate(RequestFacts request) {
                if (request.method().equals("PUT")) {
                    return -7;
                }
                throw new IllegalStateException("no");
            }

            @Override
            public OptionalInt actual(Signal.Response response) {
                throw new IllegalStateException("no");
            }
        };
        Headway headway = build(
                Headway.builder().limit(Quota.of(3).per(Duration.ofSeconds(10))).cost(broken));
        sent(headway, "PUT").record(Answers.status(200));
        sent(headway, "GET").record(Answers.status(200));
        sent(headway, "GET");

        assertThat(begin(headway).next()).isInstanceOf(Step.Await.class);
    }

    private Headway build(Headway.Builder builder) {
        return builder.time(time).build();
    }

    private static Execution begin(Headway headway) {
        return headway.begin(Facts.of("GET"));
    }

    private static Execution sent(Headway headway) {
        return sent(headway, "GET");
    }

    private static Execution sent(Headway headway, String method) {
        Execution execution = headway.begin(Facts.of(method));
        assertThat(execution.next()).isEqualTo(new Step.Send(1));
        return execution;
    }

    @Test
    void aTraceWithoutAMomentSaysNoneOfIt() {
        assertThat(new CallTrace(List.of(), List.of(), GiveUpReason.DEADLINE).retryAfter())
                .isEmpty();
    }
}
