package dev.headway.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Backoff;
import dev.headway.CallTrace;
import dev.headway.Evidence;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.RetryPolicy;
import dev.headway.Signal;
import dev.headway.TokenBucket;
import dev.headway.WaitCause;
import dev.headway.testkit.VirtualTime;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExecutionTest {

    private static final Step RETURN = new Step.Return();
    private static final RetryPolicy ONE_SECOND =
            RetryPolicy.builder().backoff(Backoff.fixed(Duration.ofSeconds(1))).build();

    private final VirtualTime time = new VirtualTime();

    @Test
    void aResponseThatIsNoErrorIsReturned() {
        Execution execution = begin(Facts.of("GET"));

        assertThat(execution.next()).isEqualTo(new Step.Send(1));
        execution.record(Answers.status(200));

        assertThat(execution.next()).isEqualTo(RETURN);
        assertThat(execution.eventful()).isFalse();
        assertThat(time.pending()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504, 507, 508, 529, 599})
    void theStandardPolicyAsksAgain(int status) {
        assertThat(afterFirst(Facts.of("GET"), Answers.status(status))).isNotEqualTo(RETURN);
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 200, 204, 301, 304, 400, 401, 403, 404, 409, 418, 422, 501, 505, 506, 510, 511, 600, 999})
    void theStandardPolicyDoesNotAskAgain(int status) {
        assertThat(afterFirst(Facts.of("GET"), Answers.status(status))).isEqualTo(RETURN);
    }

    /** The table of the design, section 3. */
    @ParameterizedTest
    @CsvSource({
        "GET,    500, true",
        "HEAD,   500, true",
        "PUT,    500, true",
        "DELETE, 500, true",
        "OPTIONS,500, true",
        "POST,   500, false",
        "PATCH,  500, false",
        "POST,   408, false",
        "POST,   503, false",
        "POST,   429, true",
        "PATCH,  425, true",
        "get,    500, false"
    })
    void whatTheServerMayHaveDoneIsOnlyDoneAgainWhereThatIsSafe(String method, int status, boolean again) {
        Step step = afterFirst(Facts.of(method), Answers.status(status));

        assertThat(!(step instanceof Step.GiveUp)).isEqualTo(again);
        if (!again) {
            assertThat(step).isEqualTo(new Step.GiveUp(GiveUpReason.NOT_IDEMPOTENT));
        }
    }

    @Test
    void a503WithRetryAfterIsARefusalAndAnyMethodMayBeSentAgain() {
        Step step = afterFirst(Facts.of("POST"), Answers.status(503, "Retry-After", "2"));

        assertThat(step).isInstanceOf(Step.Await.class);
    }

    /** One word of a server does not close a scope for so long, but the call that was told keeps to it. */
    @Test
    void aCallThatIsToldMoreThanAScopeIsEverClosedForWaitsForAllOfIt() {
        Duration hour = Duration.ofHours(1);
        RetryPolicy patient = RetryPolicy.builder()
                .backoff(Backoff.fixed(Duration.ofSeconds(1)))
                .maxElapsed(Duration.ofHours(3))
                .build();

        assertThat(afterFirst(Facts.of("GET").with(patient), Answers.status(429, "Retry-After", "3600")))
                .isEqualTo(new Step.Wait(hour.toNanos(), WaitCause.SERVER_HINT));
    }

    @Test
    void aRefusalOfWhatARedirectAskedForProvesNothingOfThePostBeforeIt() {
        assertThat(afterFirst(Facts.of("POST"), Answers.ofAnotherRequest(429, "Retry-After", "2")))
                .isEqualTo(new Step.GiveUp(GiveUpReason.NOT_IDEMPOTENT));
        assertThat(afterFirst(Facts.of("PUT"), Answers.ofAnotherRequest(429, "Retry-After", "2")))
                .isInstanceOf(Step.Await.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Idempotency-Key", "idempotency-key", "opc-retry-token"})
    void anIdempotencyHeaderMakesAnyMethodSafe(String header) {
        assertThat(afterFirst(Facts.of("POST").withHeader(header), Answers.status(500)))
                .isInstanceOf(Step.Wait.class);
    }

    @Test
    void theCallersPromiseForOneCallMakesAnyMethodSafe() {
        Facts promised = Facts.of("POST").with(RetryPolicy.standard().forIdempotentCall());

        assertThat(afterFirst(promised, Answers.status(500))).isInstanceOf(Step.Wait.class);
        assertThatThrownBy(() -> Headway.builder().retry(RetryPolicy.standard().forIdempotentCall()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("single call");
    }

    @Test
    void aBodyThatCanNotBeSentAgainIsNot() {
        Facts facts = Facts.of("PUT").withOneShotBody();

        assertThat(afterFirst(facts, Answers.status(429, "Retry-After", "1")))
                .isEqualTo(new Step.GiveUp(GiveUpReason.NOT_REPLAYABLE));
        assertThat(afterFirst(facts, failure(new ConnectException(), Evidence.NOT_SENT)))
                .isEqualTo(new Step.GiveUp(GiveUpReason.NOT_REPLAYABLE));
    }

    @Test
    void aRequestThatNeverLeftMayBeSentAgainWhateverItsMethod() {
        assertThat(afterFirst(Facts.of("POST"), failure(new ConnectException(), Evidence.NOT_SENT)))
                .isInstanceOf(Step.Wait.class);
        assertThat(afterFirst(Facts.of("POST"), failure(new IOException("reset"), Evidence.UNKNOWN)))
                .isEqualTo(new Step.GiveUp(GiveUpReason.NOT_IDEMPOTENT));
        assertThat(afterFirst(Facts.of("GET"), failure(new IOException("reset"), Evidence.UNKNOWN)))
                .isInstanceOf(Step.Wait.class);
    }

    @Test
    void aFailureThatWillNotPassIsNotTriedAgain() {
        SSLHandshakeException untrusted = new SSLHandshakeException("PKIX path building failed");
        untrusted.initCause(new CertificateException());
        IOException circle = new IOException("circle");
        circle.initCause(new IOException(circle));
        for (Throwable cause : List.of(
                untrusted,
                new ProtocolException("bad status line"),
                new InterruptedIOException("interrupted"),
                new FileNotFoundException("gone"),
                new IllegalStateException(),
                new InterruptedException())) {
            assertThat(afterFirst(Facts.of("GET"), failure(cause, Evidence.UNKNOWN)))
                    .as(cause.toString())
                    .isEqualTo(RETURN);
        }
        assertThat(afterFirst(Facts.of("GET"), failure(circle, Evidence.UNKNOWN)))
                .isInstanceOf(Step.Wait.class);
        assertThat(afterFirst(Facts.of("GET"), failure(new SocketTimeoutException(), Evidence.UNKNOWN)))
                .isInstanceOf(Step.Wait.class);
    }

    @Test
    void aFailureAfterTheCallerBeganToSeeTheResponseIsItsOwn() {
        Signal delivered = new Signal.Failure(new IOException("truncated"), Evidence.UNKNOWN, true, false);

        assertThat(afterFirst(Facts.of("GET"), delivered)).isEqualTo(RETURN);
    }

    @Test
    void aFailureThatIsAThrottleHoldsTheWholeScopeBack() {
        Headway headway = headway();
        Execution throttled = headway.begin(Facts.of("GET").with(ONE_SECOND));
        throttled.next();
        throttled.record(new Signal.Failure(new IOException("calm"), Evidence.UNKNOWN, false, true));

        assertThat(throttled.next()).isEqualTo(new Step.Wait(1_000_000_000, WaitCause.BACKOFF));
        assertThat(headway.begin(Facts.of("GET")).next())
                .isInstanceOfSatisfying(
                        Step.Await.class, await -> assertThat(await.cause()).isEqualTo(WaitCause.SCOPE_PAUSED));
        assertThat(afterFirst(
                        Facts.of("POST"), new Signal.Failure(new IOException("calm"), Evidence.UNKNOWN, false, true)))
                .as("it may have been served")
                .isEqualTo(new Step.GiveUp(GiveUpReason.NOT_IDEMPOTENT));
    }

    @Test
    void theServersOwnWordDecidesBeforeTheStatus() {
        assertThat(afterFirst(Facts.of("GET"), Answers.status(429, "x-should-retry", "false")))
                .isEqualTo(RETURN);
        assertThat(afterFirst(Facts.of("GET"), Answers.status(409, "x-should-retry", "true")))
                .isInstanceOf(Step.Wait.class);
        assertThat(afterFirst(Facts.of("POST"), Answers.status(500, "x-should-retry", "true")))
                .as("retryable is not safe")
                .isEqualTo(new Step.GiveUp(GiveUpReason.NOT_IDEMPOTENT));
        assertThat(afterFirst(Facts.of("GET"), Answers.status(200, "x-should-retry", "true")))
                .isEqualTo(RETURN);
    }

    @Test
    void allAttemptsAreUsedAndTheLastResultStands() {
        Execution execution = begin(Facts.of("GET").with(ONE_SECOND));
        for (int attempt = 1; attempt <= 5; attempt++) {
            assertThat(execution.next()).isEqualTo(new Step.Send(attempt));
            execution.record(Answers.status(500));
            if (attempt < 5) {
                assertThat(execution.next()).isEqualTo(new Step.Wait(1_000_000_000, WaitCause.BACKOFF));
                time.advance(Duration.ofSeconds(1));
            }
        }

        assertThat(execution.next()).isEqualTo(new Step.GiveUp(GiveUpReason.ATTEMPTS));
        assertThat(execution.next()).isEqualTo(new Step.GiveUp(GiveUpReason.ATTEMPTS));
    }

    @Test
    void aSuccessOnTheLastAttemptIsASuccess() {
        Execution execution = begin(Facts.of("GET").with(twoAttempts(Duration.ofSeconds(10))));
        execution.next();
        execution.record(Answers.status(500));
        execution.next();
        time.advance(Duration.ofSeconds(1));
        execution.next();
        execution.record(Answers.status(200));

        assertThat(execution.next()).isEqualTo(RETURN);
        assertThat(execution.trace().attempts())
                .extracting(a -> a.status().getAsInt())
                .containsExactly(500, 200);
    }

    @Test
    void aSuccessThatComesAfterTheDeadlineIsStillHandedOver() {
        Execution execution = begin(Facts.of("GET").with(twoAttempts(Duration.ofSeconds(10))));
        execution.next();
        time.advance(Duration.ofMinutes(5));
        execution.record(Answers.status(200));

        assertThat(execution.next()).isEqualTo(RETURN);
    }

    @Test
    void aWaitThatCanNotEndBeforeTheDeadlineIsNotBegun() {
        Facts facts = Facts.of("GET").with(ONE_SECOND);

        assertThat(afterFirst(facts.within(Duration.ofMillis(999)), Answers.status(500)))
                .isEqualTo(new Step.GiveUp(GiveUpReason.DEADLINE));
        assertThat(afterFirst(facts.within(Duration.ofMillis(1001)), Answers.status(500)))
                .isInstanceOf(Step.Wait.class);
        assertThat(afterFirst(facts.within(Duration.ofSeconds(4)), Answers.status(429, "Retry-After", "5")))
                .isEqualTo(new Step.GiveUp(GiveUpReason.DEADLINE));
        assertThat(afterFirst(facts.within(Duration.ofSeconds(6)), Answers.status(429, "Retry-After", "5")))
                .isInstanceOf(Step.Await.class);
    }

    @Test
    void aWaitLongerThanTheServerMayAskForIsNotBegun() {
        RetryPolicy policy =
                RetryPolicy.builder().maxServerWait(Duration.ofSeconds(10)).build();

        assertThat(afterFirst(Facts.of("GET").with(policy), Answers.status(429, "Retry-After", "11")))
                .isEqualTo(new Step.GiveUp(GiveUpReason.SERVER_WAIT));
        assertThat(afterFirst(Facts.of("GET").with(policy), Answers.status(429, "Retry-After", "10")))
                .isInstanceOf(Step.Await.class);
    }

    @Test
    void aPauseThatOthersLearnOfIsForeseenBeforeABackoffBegins() {
        Headway headway = headway();
        Execution failing = headway.begin(Facts.of("GET").with(twoAttempts(Duration.ofSeconds(30))));
        failing.next();
        Execution refused = headway.begin(Facts.of("GET"));
        refused.next();
        refused.record(Answers.status(429, "Retry-After", "60"));

        failing.record(Answers.status(500));

        assertThat(failing.next()).isEqualTo(new Step.GiveUp(GiveUpReason.DEADLINE));
    }

    @Test
    void aPauseThatAnotherCallBroughtIsNotThisCallsOwn() {
        Headway headway = headway();
        Execution failing = headway.begin(Facts.of("GET").with(ONE_SECOND));
        failing.next();
        Execution refused = headway.begin(Facts.of("GET"));
        refused.next();
        failing.record(Answers.status(500));
        assertThat(failing.next()).isInstanceOf(Step.Wait.class);
        refused.record(Answers.status(429, "Retry-After", "60"));

        time.advance(Duration.ofSeconds(1));

        assertThat(failing.next())
                .isInstanceOfSatisfying(
                        Step.Await.class, await -> assertThat(await.cause()).isEqualTo(WaitCause.SCOPE_PAUSED));
        assertThat(refused.next())
                .isInstanceOfSatisfying(
                        Step.Await.class, await -> assertThat(await.cause()).isEqualTo(WaitCause.SERVER_HINT));
    }

    @Test
    void theServersMomentIsAwaitedInTheLimiterAndNotBackedOffOnTop() {
        Execution execution = begin(Facts.of("GET"));
        execution.next();
        execution.record(Answers.status(429, "Retry-After", "3"));
        Step.Await await = (Step.Await) execution.next();
        assertThat(await.cause()).isEqualTo(WaitCause.SERVER_HINT);

        time.advance(Duration.ofSeconds(3));
        assertThat(await.stage().toCompletableFuture()).isNotDone();
        time.advance(Duration.ofMillis(100));
        assertThat(await.stage().toCompletableFuture()).isDone();

        assertThat(execution.next()).isEqualTo(new Step.Send(2));
    }

    @Test
    void aFailureWithAHintWaitsForTheLongerOfHintAndBackoff() {
        assertThat(afterFirst(Facts.of("GET").with(ONE_SECOND), Answers.status(500, "Retry-After", "4")))
                .isEqualTo(new Step.Wait(4_000_000_000L, WaitCause.SERVER_HINT));
        assertThat(afterFirst(Facts.of("GET").with(ONE_SECOND), Answers.status(500, "Retry-After", "0")))
                .isEqualTo(new Step.Wait(1_000_000_000L, WaitCause.BACKOFF));
    }

    @Test
    void theRetryBudgetEndsAStormOfFailures() {
        Headway headway = headway();
        int resent = 0;
        int calls = 1000;
        for (int i = 0; i < calls; i++) {
            Execution execution = headway.begin(Facts.of("GET")
                    .with(RetryPolicy.builder().backoff(Backoff.none()).build()));
            while (execution.next() instanceof Step.Send send) {
                resent += send.attempt() > 1 ? 1 : 0;
                execution.record(Answers.status(500));
            }
            time.advance(Duration.ofMillis(1));
        }

        assertThat(resent).isBetween(100, calls / 5);
    }

    @Test
    void oneCallAloneGetsAllItsAttemptsFromTheBudget() {
        assertThat(sends(
                        Facts.of("GET")
                                .with(RetryPolicy.builder()
                                        .backoff(Backoff.none())
                                        .build()),
                        500))
                .isEqualTo(5);
    }

    @Test
    void theNonePolicySendsOnceAndGivesNothingUp() {
        Facts facts = Facts.of("GET").with(RetryPolicy.none());

        assertThat(afterFirst(facts, Answers.status(429, "Retry-After", "1"))).isEqualTo(RETURN);
        assertThat(afterFirst(facts, failure(new IOException(), Evidence.NOT_SENT)))
                .isEqualTo(RETURN);
    }

    @Test
    void anAnswerFromTheCacheIsNoWordOfAServer() {
        Headway headway =
                Headway.builder().time(time).limit(TokenBucket.perSecond(1)).build();
        Execution cached = headway.begin(Facts.of("GET"));
        cached.next();
        cached.record(Answers.local(504));
        assertThat(cached.next()).isEqualTo(RETURN);

        assertThat(headway.begin(Facts.of("GET")).next()).isEqualTo(new Step.Send(1));
    }

    @Test
    void aPermitThatComesTooLateIsAGiveUpBeforeAnythingIsSent() {
        Headway headway = Headway.builder()
                .time(time)
                .limit(TokenBucket.of(1, Duration.ofHours(1)))
                .build();
        headway.begin(Facts.of("GET")).next();

        assertThat(headway.begin(Facts.of("GET")).next()).isEqualTo(new Step.GiveUp(GiveUpReason.DEADLINE));
    }

    @Test
    void aPermitThatDoesNotComeInTimeIsGivenUpAndLeavesTheQueue() {
        Headway headway = headway();
        for (int i = 0; i < 10; i++) {
            headway.begin(Facts.of("GET")).next();
        }
        Execution waiting = headway.begin(Facts.of("GET").within(Duration.ofSeconds(1)));
        assertThat(waiting.next()).isInstanceOf(Step.Await.class);

        time.advance(Duration.ofSeconds(1));

        assertThat(waiting.next()).isEqualTo(new Step.GiveUp(GiveUpReason.DEADLINE));
        assertThat(waiting.trace().waits()).hasSize(1);
    }

    @Test
    void cancelGivesThePermitBackWhereverTheCallStands() {
        Headway headway =
                Headway.builder().time(time).limit(TokenBucket.perSecond(1)).build();
        Execution sent = headway.begin(Facts.of("GET"));
        sent.next();
        Execution queued = headway.begin(Facts.of("GET"));
        queued.next();
        Execution next = headway.begin(Facts.of("GET"));
        Step.Await await = (Step.Await) next.next();

        queued.cancel();
        queued.cancel();
        sent.cancel();
        time.advance(Duration.ofMillis(1100));

        assertThat(await.stage().toCompletableFuture()).isDone();
        assertThat(next.next()).isEqualTo(new Step.Send(1));
        assertThat(time.pending()).isZero();
    }

    /** A thread that was woken late: the limiter hears when its request really leaves. */
    @Test
    void theNextCallKeepsItsDistanceFromTheOneThatLeftLate() {
        Headway headway =
                Headway.builder().time(time).limit(TokenBucket.perSecond(1)).build();
        headway.begin(Facts.of("GET")).next();
        Execution late = headway.begin(Facts.of("GET"));
        late.next();
        Execution next = headway.begin(Facts.of("GET"));
        Step.Await await = (Step.Await) next.next();

        time.advance(Duration.ofMillis(1500));
        assertThat(late.next()).isEqualTo(new Step.Send(1));

        time.advance(Duration.ofSeconds(1));
        assertThat(await.stage().toCompletableFuture()).isNotDone();
        time.advance(Duration.ofMillis(40));
        assertThat(await.stage().toCompletableFuture()).isDone();
    }

    @Test
    void theDriverContractIsEnforced() {
        Execution execution = begin(Facts.of("GET"));
        assertThatThrownBy(() -> execution.record(Answers.status(200))).isInstanceOf(IllegalStateException.class);
        execution.next();
        assertThatThrownBy(execution::next)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("record its signal first");
    }

    @Test
    void whatMayBeSentAgainIsKnownBeforeTheBodyIsRead() {
        Execution execution = begin(Facts.of("GET").with(twoAttempts(Duration.ofSeconds(30))));
        execution.next();
        assertThat(execution.mayResend(429)).isTrue();
        assertThat(execution.mayResend(404)).as("x-should-retry may say so").isTrue();
        assertThat(execution.mayResend(200)).isFalse();
        execution.record(Answers.status(429));
        execution.next();
        time.advance(Duration.ofSeconds(2));
        assertThat(execution.next()).isEqualTo(new Step.Send(2));

        assertThat(execution.mayResend(429)).as("last attempt").isFalse();
    }

    @Test
    void whatTheClientMustNotSendTwiceByItself() {
        assertThat(begin(Facts.of("GET")).sendOnce()).isFalse();
        assertThat(begin(Facts.of("POST")).sendOnce()).isTrue();
        assertThat(begin(Facts.of("POST").withHeader("Idempotency-Key")).sendOnce())
                .isFalse();
    }

    @Test
    void aSecondAttemptIsPossibleWhereThePolicyAllowsOne() {
        assertThat(begin(Facts.of("GET")).mayRepeat()).isTrue();
        assertThat(begin(Facts.of("GET").with(RetryPolicy.none())).mayRepeat()).isFalse();
    }

    @Test
    @SuppressWarnings("NullAway") // what a parser of a user's may do
    void aParserThatReturnsNullHarmsNoCall() {
        Execution execution = Headway.builder()
                .time(time)
                .hints((response, clock) -> null)
                .build()
                .begin(Facts.of("GET"));
        execution.next();
        execution.record(Answers.status(404));

        assertThat(execution.next()).isEqualTo(RETURN);
    }

    @Test
    void userCodeThatThrowsHarmsNoCall() {
        HeadwayListener broken = new HeadwayListener() {
            @Override
            public void attempt(AttemptEvent event) {
                throw new IllegalStateException("listener");
            }
        };
        Headway headway = Headway.builder()
                .time(time)
                .listener(broken)
                .hints((response, clock) -> {
                    throw new IllegalStateException("parser");
                })
                .retry(RetryPolicy.builder()
                        .backoff((retry, throttled, random) -> {
                            throw new IllegalStateException("backoff");
                        })
                        .build())
                .build();
        Execution execution = headway.begin(Facts.of("GET"));
        execution.next();
        execution.record(Answers.status(500));

        assertThat(execution.next()).isInstanceOf(Step.Wait.class);
    }

    @Test
    void theListenerHearsTheWholeCallInOrder() {
        List<String> heard = new ArrayList<>();
        HeadwayListener listener = new HeadwayListener() {
            @Override
            public void attempt(AttemptEvent event) {
                heard.add("attempt " + event.attempt().number() + " " + event.evidence());
            }

            @Override
            public void waiting(WaitEvent event) {
                heard.add("wait before " + event.before() + " " + event.cause());
            }

            @Override
            public void waited(WaitedEvent event) {
                heard.add(event.over() + " before " + event.over().before());
            }

            @Override
            public void gateClosed(GateEvent event) {
                heard.add("closed " + event.scope());
            }

            @Override
            public void gateOpened(dev.headway.Scope scope) {
                heard.add("opened " + scope);
            }

            @Override
            public void done(DoneEvent event) {
                heard.add("done " + event.call().method() + " " + event.call().url());
            }
        };
        Execution execution =
                Headway.builder().time(time).listener(listener).build().begin(Facts.of("GET"));
        execution.next();
        execution.record(Answers.status(429, "Retry-After", "1"));
        execution.next();
        time.advance(Duration.ofSeconds(2));
        execution.next();
        execution.record(Answers.status(200));
        execution.next();

        assertThat(heard)
                .containsExactly(
                        "closed api",
                        "attempt 1 REFUSED",
                        "wait before 2 SERVER_HINT",
                        "opened api",
                        "waited 2000 ms for SERVER_HINT before 2",
                        "attempt 2 null",
                        "done GET https://api.example.com/things");
    }

    @Test
    void listenersAreToldOfACallByOneDescription() {
        List<HeadwayListener.CallInfo> heard = new ArrayList<>();
        HeadwayListener listener = new HeadwayListener() {
            @Override
            public void sending(SendEvent event) {
                heard.add(event.call());
            }

            @Override
            public void attempt(AttemptEvent event) {
                heard.add(event.call());
            }

            @Override
            public void done(DoneEvent event) {
                heard.add(event.call());
            }
        };
        Execution execution =
                Headway.builder().time(time).listener(listener).build().begin(Facts.of("GET"));
        execution.next();
        execution.record(Answers.status(200));
        execution.next();

        assertThat(heard).hasSize(3).allSatisfy(call -> assertThat(call).isSameAs(heard.get(0)));
    }

    @Test
    void theTraceTellsAttemptsAndWaits() {
        Execution execution = begin(Facts.of("GET").with(ONE_SECOND));
        execution.next();
        time.advance(Duration.ofMillis(12));
        execution.record(Answers.status(503));
        execution.next();
        time.advance(Duration.ofSeconds(1));
        execution.next();
        time.advance(Duration.ofMillis(9));
        execution.record(failure(new SocketTimeoutException(), Evidence.UNKNOWN));
        CallTrace trace = execution.trace();

        assertThat(trace).hasToString("503 after 12 ms, waited 1000 ms for BACKOFF, SocketTimeoutException after 9 ms");
        assertThat(execution.eventful()).isTrue();
    }

    private Headway headway() {
        return Headway.builder().time(time).build();
    }

    private Execution begin(Facts facts) {
        return headway().begin(facts);
    }

    private Step afterFirst(Facts facts, Signal signal) {
        Execution execution = begin(facts);
        execution.next();
        execution.record(signal);
        return execution.next();
    }

    private int sends(Facts facts, int status) {
        Execution execution = begin(facts);
        int sends = 0;
        while (execution.next() instanceof Step.Send) {
            sends++;
            execution.record(Answers.status(status));
        }
        return sends;
    }

    private static Signal failure(Throwable cause, Evidence evidence) {
        return new Signal.Failure(cause, evidence);
    }

    private static RetryPolicy twoAttempts(Duration maxElapsed) {
        return ONE_SECOND.toBuilder().maxAttempts(2).maxElapsed(maxElapsed).build();
    }
}
