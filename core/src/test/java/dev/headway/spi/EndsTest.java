package dev.headway.spi;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.headway.Backoff;
import dev.headway.CallTraceException;
import dev.headway.Evidence;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.RateLimitHint;
import dev.headway.RetryPolicy;
import dev.headway.Signal;
import dev.headway.TokenBucket;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** How calls end that would have gone on. */
class EndsTest {

    private static final RetryPolicy TWO_SECONDS =
            RetryPolicy.builder().backoff(Backoff.fixed(Duration.ofSeconds(2))).build();

    /** The clock overflows between the two moments that are compared. */
    @Test
    void aHopelessWaitIsForeseenAlsoWhereTheClockOverflows() {
        VirtualTime time = new VirtualTime();
        Headway headway = Headway.builder().time(time).build();

        assertThat(afterFirst(headway, Facts.of("GET").with(TWO_SECONDS).within(Duration.ofMillis(1999)), 500))
                .isEqualTo(new Step.GiveUp(GiveUpReason.DEADLINE));
        assertThat(afterFirst(headway, Facts.of("GET").with(TWO_SECONDS).within(Duration.ofMillis(2001)), 500))
                .isInstanceOf(Step.Wait.class);
    }

    @Test
    void aHopelessWaitCostsTheRetryBudgetNothing() {
        VirtualTime time = new VirtualTime();
        Headway headway = Headway.builder().time(time).build();
        Facts hurried = Facts.of("GET").with(TWO_SECONDS).within(Duration.ofSeconds(1));
        for (int i = 0; i < 150; i++) {
            assertThat(afterFirst(headway, hurried, 500)).isEqualTo(new Step.GiveUp(GiveUpReason.DEADLINE));
        }

        assertThat(afterFirst(headway, Facts.of("GET").with(TWO_SECONDS), 500)).isInstanceOf(Step.Wait.class);
    }

    @Test
    void anEmptyBudgetEndsACallBeforeItsWait() {
        VirtualTime time = new VirtualTime();
        Headway headway = Headway.builder().time(time).build();
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < 101; i++) {
            steps.add(afterFirst(headway, Facts.of("GET").with(TWO_SECONDS), 500));
        }

        assertThat(steps.subList(0, 100)).allMatch(Step.Wait.class::isInstance);
        assertThat(steps.get(100)).isEqualTo(new Step.GiveUp(GiveUpReason.BUDGET));
    }

    /** One permit serves all calls that nothing delays: ended twice it would let one more through for ever. */
    @Test
    void anErrorOfTheCallersOwnBackoffEndsThePermitOnce() {
        AssertionError mine = new AssertionError("mine");
        RetryPolicy policy = RetryPolicy.builder()
                .backoff((attempt, throttled, random) -> {
                    throw mine;
                })
                .build();
        Headway headway =
                Headway.builder().time(new VirtualTime()).retry(policy).build();
        Execution broken = headway.begin(Facts.of("GET"));
        broken.next();

        assertThatThrownBy(() -> broken.record(Answers.status(500))).isSameAs(mine);
        broken.cancel();

        for (int i = 0; i < 10; i++) {
            assertThat(headway.begin(Facts.of("GET")).next()).isInstanceOf(Step.Send.class);
        }
        assertThat(headway.begin(Facts.of("GET")).next()).isInstanceOf(Step.Await.class);
    }

    @Test
    void aRefusalThatIsNotTriedAgainIsStillToldAsARefusal() {
        List<String> heard = new ArrayList<>();
        Headway.Builder builder = Headway.builder()
                .time(new VirtualTime())
                .listener(new HeadwayListener() {
                    @Override
                    public void attempt(AttemptEvent event) {
                        heard.add(event.attempt().status().orElse(0) + " " + event.evidence());
                    }
                })
                .hints((response, clock) ->
                        RateLimitHint.builder().shouldRetry(false).build());
        for (int status : new int[] {200, 404, 429, 425, 500}) {
            assertThat(afterFirst(builder.build(), Facts.of("GET"), status)).isEqualTo(new Step.Return());
        }

        assertThat(heard).containsExactly("200 null", "404 null", "429 REFUSED", "425 REFUSED", "500 UNKNOWN");
    }

    /** The permit that was foreseen is gone when the backoff is over. */
    @Test
    void aFailureIsHandedOverAlsoAfterAWaitInVain() {
        Throwable blocking = catchThrowable(() -> {
            VirtualTime time = VirtualTime.automatic();
            BlockingDriver.run(failing(time), new Failing(time));
        });
        assertHandedOver(blocking);

        VirtualTime time = new VirtualTime();
        CompletableFuture<String> future = FutureDriver.run(failing(time), new Failing(time), Runnable::run);
        while (!future.isDone()) {
            assertThat(time.runNext()).isTrue();
        }
        Throwable wrapped = catchThrowable(future::join);
        assertThat(wrapped).isInstanceOf(CompletionException.class);
        assertHandedOver(requireNonNull(wrapped.getCause()));
    }

    private static void assertHandedOver(Throwable thrown) {
        assertThat(thrown).isExactlyInstanceOf(IOException.class).hasMessage("reset");
        assertThat(thrown.getSuppressed()).singleElement().isInstanceOfSatisfying(CallTraceException.class, rider -> {
            assertThat(rider.trace().gaveUp()).contains(GiveUpReason.DEADLINE);
            assertThat(rider.trace().waits()).hasSize(1);
        });
    }

    /** While the call backs off, another one takes the only token of the hour. */
    private Execution failing(VirtualTime time) {
        Headway headway = Headway.builder()
                .time(time)
                .limit(TokenBucket.of(1, Duration.ofHours(1)))
                .build();
        Execution failing = headway.begin(Facts.of("GET").with(TWO_SECONDS).within(Duration.ofSeconds(30)));
        time.schedule(1_000_000_000, () -> headway.begin(Facts.of("GET")).next());
        return failing;
    }

    private static Step afterFirst(Headway headway, Facts facts, int status) {
        Execution execution = headway.begin(facts);
        execution.next();
        execution.record(Answers.status(status));
        return execution.next();
    }

    /** A client that never reaches its server. */
    private static final class Failing implements BlockingExchange<String>, FutureExchange<String, String> {

        private final VirtualTime time;

        Failing(VirtualTime time) {
            this.time = time;
        }

        @Override
        public String send(int attempt) throws IOException {
            assertThat(attempt).isEqualTo(1);
            assertThat(time.elapsed()).isZero();
            throw new IOException("reset");
        }

        @Override
        public CompletableFuture<String> sendAsync(int attempt) {
            try {
                return CompletableFuture.completedFuture(send(attempt));
            } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public CompletableFuture<String> deliver(String response) {
            throw new AssertionError("There is none");
        }

        @Override
        public Signal signalOf(String response, Execution execution) {
            throw new AssertionError("There is none");
        }

        @Override
        public Signal signalOf(Throwable failure) {
            return new Signal.Failure(failure, Evidence.NOT_SENT);
        }

        @Override
        public void discard(String response) {
            throw new AssertionError("There is none");
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
            return new IOException("Canceled");
        }
    }
}
