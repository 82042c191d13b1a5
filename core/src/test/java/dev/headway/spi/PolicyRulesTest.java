package dev.headway.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Backoff;
import dev.headway.Evidence;
import dev.headway.GiveUpException;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.RetryPolicy;
import dev.headway.RetryRule;
import dev.headway.Signal;
import dev.headway.StopRule;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;

/** What the rules, stops and listeners of a policy do to a call. */
class PolicyRulesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = new VirtualTime();

    private static RetryPolicy.Builder policy() {
        return RetryPolicy.builder().backoff(Backoff.fixed(SECOND));
    }

    private Headway headway(RetryPolicy.Builder policy) {
        return Headway.builder().time(time).retry(policy.build()).build();
    }

    private Step after(RetryPolicy.Builder policy, String method, Signal signal) {
        Execution execution = headway(policy).begin(Facts.of(method));
        execution.next();
        execution.record(signal);
        return execution.next();
    }

    private static Signal failure(Throwable thrown) {
        return new Signal.Failure(thrown, Evidence.UNKNOWN);
    }

    @Test
    void theRuleAloneDecides() {
        RetryRule rule = RetryRule.status(404).or(RetryRule.failure(SSLPeerUnverifiedException.class));

        assertThat(after(policy().retryIf(rule), "GET", Answers.status(404))).isInstanceOf(Step.Wait.class);
        assertThat(after(policy().retryIf(rule), "GET", Answers.status(500))).isInstanceOf(Step.Return.class);
        assertThat(after(policy().retryIf(rule), "GET", failure(new SSLPeerUnverifiedException("who"))))
                .isInstanceOf(Step.Wait.class);
        assertThat(after(policy().retryIf(rule), "GET", failure(new IOException())))
                .isInstanceOf(Step.Return.class);
    }

    @Test
    void theEvidenceDecidesWhatIsSafe() {
        assertThat(after(policy().retryIf(RetryRule.status(404)), "POST", Answers.status(404)))
                .isEqualTo(new Step.GiveUp(GiveUpReason.NOT_IDEMPOTENT));
    }

    @Test
    void theServersWordGoesBefore() {
        RetryRule rule = RetryRule.status(404);

        assertThat(after(policy().retryIf(rule), "GET", Answers.status(404, "x-should-retry", "false")))
                .isInstanceOf(Step.Return.class);
        assertThat(after(policy().retryIf(rule), "GET", Answers.status(500, "x-should-retry", "true")))
                .isInstanceOf(Step.Wait.class);
    }

    @Test
    void whoInterruptsACallIsNotAsked() {
        assertThat(after(policy().retryIf(RetryRule.failure()), "GET", failure(new InterruptedIOException())))
                .isInstanceOf(Step.Return.class);
    }

    @Test
    void aSuccessThatARuleMatchesIsSentAgain() {
        RetryRule rule = RetryRule.header("X-Partial", "yes"::equals);
        Execution execution = headway(policy().retryIf(rule)).begin(Facts.of("GET"));
        execution.next();

        assertThat(execution.mayResend(200)).isTrue();
        assertThat(after(policy().retryIf(rule), "GET", Answers.status(200, "X-Partial", "yes")))
                .isInstanceOf(Step.Wait.class);
        assertThat(after(policy().retryIf(rule), "GET", Answers.status(200))).isInstanceOf(Step.Return.class);
    }

    @Test
    void bodiesAreHeldBackAndReadOnlyWhereTheyMatter() {
        RetryRule rule = RetryRule.status(404).or(RetryRule.status(409).and(RetryRule.errorCode("Busy")));
        Execution execution = headway(policy().retryIf(rule)).begin(Facts.of("GET"));
        execution.next();

        assertThat(execution.mayResend(200)).isFalse();
        assertThat(execution.likelyResent(404)).isTrue();
        assertThat(execution.likelyResent(409)).isFalse();
        Signal.Response json = Answers.status(409, "Content-Type", "application/json");
        assertThat(execution.readsBody(409, json)).isTrue();
        assertThat(execution.readsBody(404, json)).isFalse();
    }

    @Test
    void theCodeInABodyDecides() {
        RetryRule rule = RetryRule.status(409).and(RetryRule.errorCode("Busy"));

        assertThat(after(policy().retryIf(rule), "GET", coded("Busy"))).isInstanceOf(Step.Wait.class);
        assertThat(after(policy().retryIf(rule), "GET", coded("Gone"))).isInstanceOf(Step.Return.class);
    }

    private static Signal coded(String code) {
        return Answers.withBody(409, "{\"code\": \"" + code + "\"}", "Content-Type", "application/json");
    }

    @Test
    void aRuleThatThrowsMatchesNothing() {
        RetryRule rule = RetryRule.response(response -> {
            throw new IllegalStateException("mine");
        });

        assertThat(after(policy().retryIf(rule), "GET", Answers.status(500))).isInstanceOf(Step.Return.class);
    }

    @Test
    void aCallStopsByItsRule() {
        AtomicBoolean shutdown = new AtomicBoolean();
        RetryPolicy.Builder stopping = policy().stop(StopRule.when(shutdown::get));
        assertThat(after(stopping, "GET", Answers.status(500))).isInstanceOf(Step.Wait.class);

        shutdown.set(true);

        assertThat(after(stopping, "GET", Answers.status(500))).isEqualTo(new Step.GiveUp(GiveUpReason.STOPPED));
        // Nothing is stopped that does not want to go on.
        assertThat(after(stopping, "GET", Answers.status(200))).isInstanceOf(Step.Return.class);
    }

    @Test
    void aStopKnowsTheDelayToCome() {
        RetryPolicy.Builder shorter = policy().stop(StopRule.beforeDelay(SECOND));
        RetryPolicy.Builder longer = policy().stop(StopRule.beforeDelay(SECOND.plusNanos(1)));

        assertThat(after(shorter, "GET", Answers.status(500))).isEqualTo(new Step.GiveUp(GiveUpReason.STOPPED));
        assertThat(after(longer, "GET", Answers.status(500))).isInstanceOf(Step.Wait.class);
    }

    @Test
    void aStopThatThrowsDoesNotStop() {
        RetryPolicy.Builder throwing = policy().stop(StopRule.when(() -> {
            throw new IllegalStateException("mine");
        }));

        assertThat(after(throwing, "GET", Answers.status(500))).isInstanceOf(Step.Wait.class);
    }

    @Test
    void thePolicysListenerHearsEachStepBeforeTheHeadways() {
        List<String> heard = new ArrayList<>();
        Headway headway = Headway.builder()
                .time(time)
                .listener(new Telling("headway", heard))
                .build();
        RetryPolicy own =
                policy().maxAttempts(2).listener(new Telling("policy", heard)).build();
        Execution execution = headway.begin(Facts.of("GET").with(own));
        execution.next();
        execution.record(Answers.status(500));
        execution.next();
        time.advance(SECOND);
        execution.next();
        execution.record(Answers.status(500));
        execution.next();

        List<String> policys =
                heard.stream().filter(each -> each.startsWith("policy")).toList();
        assertThat(policys)
                .containsExactly(
                        "policy sends 1",
                        "policy sent 1",
                        "policy waits before 2",
                        "policy sends 2",
                        "policy sent 2",
                        "policy gave up ATTEMPTS",
                        "policy done");
        assertThat(heard).startsWith("policy sends 1", "headway sends 1").hasSize(2 * policys.size());
    }

    private record Telling(String name, List<String> heard) implements HeadwayListener {
        @Override
        public void sending(SendEvent event) {
            heard.add(name + " sends " + event.attempt());
        }

        @Override
        public void attempt(AttemptEvent event) {
            heard.add(name + " sent " + event.attempt().number());
        }

        @Override
        public void waiting(WaitEvent event) {
            heard.add(name + " waits before " + event.before());
        }

        @Override
        public void gaveUp(GiveUpEvent event) {
            heard.add(name + " gave up " + event.reason());
        }

        @Override
        public void done(DoneEvent event) {
            heard.add(name + " done");
        }
    }

    @Test
    void aCallThatGivesUpThrowsWhereItIsAskedTo() {
        RetryPolicy throwing = policy().maxAttempts(2).throwOnGiveUp().build();
        Refusing server = new Refusing();
        VirtualTime automatic = VirtualTime.automatic();
        Headway headway = Headway.builder().time(automatic).build();

        assertThatThrownBy(
                        () -> BlockingDriver.run(headway.begin(Facts.of("GET").with(throwing)), server))
                .isInstanceOfSatisfying(GiveUpException.class, thrown -> {
                    assertThat(thrown.reason()).isEqualTo(GiveUpReason.ATTEMPTS);
                    assertThat(thrown.trace().attempts()).hasSize(2);
                });
        assertThat(server.discarded).isEqualTo(2);
    }

    @Test
    void aFutureOfACallThatGivesUpFailsWhereItIsAskedTo() {
        RetryPolicy throwing = policy().maxAttempts(2).throwOnGiveUp().build();
        Refusing server = new Refusing();
        Headway headway = Headway.builder().time(time).build();

        CompletableFuture<String> end =
                FutureDriver.run(headway.begin(Facts.of("GET").with(throwing)), server, Runnable::run);
        time.advance(SECOND);

        assertThatThrownBy(end::join).isInstanceOf(CompletionException.class).hasCauseInstanceOf(GiveUpException.class);
        assertThat(server.discarded).isEqualTo(2);
    }

    /** A server that is always broken. */
    private static final class Refusing implements BlockingExchange<String>, FutureExchange<String, String> {
        int discarded;

        @Override
        public String send(int attempt) {
            return "broken";
        }

        @Override
        public CompletableFuture<String> sendAsync(int attempt) {
            return CompletableFuture.completedFuture("broken");
        }

        @Override
        public CompletableFuture<String> deliver(String response) {
            return CompletableFuture.completedFuture(response);
        }

        @Override
        public void release(String delivered) {
            throw new AssertionError("Nothing was delivered");
        }

        @Override
        public Signal signalOf(String response, Execution execution) {
            return Answers.status(500);
        }

        @Override
        public Signal signalOf(Throwable failure) {
            return failure(failure);
        }

        @Override
        public void discard(String response) {
            discarded++;
        }

        @Override
        public Registration onCancel(Runnable wake) {
            return () -> {};
        }

        @Override
        public boolean cancelled() {
            return false;
        }

        @Override
        public IOException cancellation() {
            throw new AssertionError("Nobody cancels");
        }
    }
}
