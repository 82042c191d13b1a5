package dev.headway.spi;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Backoff;
import dev.headway.CallTraceException;
import dev.headway.Evidence;
import dev.headway.GiveUpException;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.Signal;
import dev.headway.TokenBucket;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DriversTest {

    /** Trap 65: the same script gives the same sends, waits, discards and results, to the nanosecond. */
    @Test
    void bothDriversDoTheSameForTwentyThousandRandomScripts() throws Exception {
        for (long seed = 0; seed < 20_000; seed++) {
            String blocking = blocking(seed);
            String future = future(seed);
            assertThat(future).as("seed %d", seed).isEqualTo(blocking);
        }
    }

    private static String blocking(long seed) throws InterruptedException {
        VirtualTime time = VirtualTime.automatic();
        Script script = new Script(seed, time);
        Execution execution = script.execution();
        try {
            script.say("result " + BlockingDriver.run(execution, script));
        } catch (IOException e) {
            script.failed(e);
        }
        script.say(execution.trace().toString());
        assertThat(time.pending()).isZero();
        return script.log();
    }

    private static String future(long seed) {
        VirtualTime time = new VirtualTime();
        Script script = new Script(seed, time);
        Execution execution = script.execution();
        CompletableFuture<String> future = FutureDriver.run(execution, script, Runnable::run);
        while (!future.isDone()) {
            assertThat(time.runNext()).isTrue();
        }
        try {
            script.say("result " + future.join());
        } catch (CompletionException e) {
            script.failed(requireNonNull(e.getCause()));
        }
        script.say(execution.trace().toString());
        assertThat(time.pending()).isZero();
        return script.log();
    }

    @Test
    void aFailureKeepsItsTypeAndCarriesTheTrace() {
        VirtualTime time = VirtualTime.automatic();
        IOException own = new java.net.ProtocolException("bad");
        Script script = new Script(time, own);

        assertThatThrownBy(() -> BlockingDriver.run(script.execution(), script))
                .isSameAs(own)
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .isInstanceOfSatisfying(
                                CallTraceException.class,
                                t -> assertThat(t.trace().attempts()).hasSize(1)));
    }

    @Test
    void withoutAnyResultTheCallFailsWithTheReason() {
        VirtualTime time = VirtualTime.automatic();
        Headway headway = Headway.builder()
                .time(time)
                .limit(TokenBucket.of(1, Duration.ofHours(1)))
                .build();
        headway.begin(Facts.of("GET")).next();

        assertThatThrownBy(() -> BlockingDriver.run(headway.begin(Facts.of("GET")), new Script(time, 200)))
                .isInstanceOfSatisfying(
                        GiveUpException.class, e -> assertThat(e.reason()).isEqualTo(GiveUpReason.DEADLINE))
                .hasMessageContaining("nothing was sent");
        assertThat(FutureDriver.run(headway.begin(Facts.of("GET")), new Script(time, 200), Runnable::run))
                .isCompletedExceptionally();
    }

    @Test
    void aRuntimeExceptionOfTheClientPassesAndGivesThePermitBack() {
        VirtualTime time = VirtualTime.automatic();
        IllegalArgumentException invalid = new IllegalArgumentException("CONNECT");
        Script script = new Script(time, invalid);
        Headway headway = Headway.builder().time(time).build();

        for (int i = 0; i < 50; i++) {
            assertThatThrownBy(() -> BlockingDriver.run(headway.begin(Facts.of("GET")), script))
                    .isSameAs(invalid);
            assertThatThrownBy(() -> FutureDriver.run(headway.begin(Facts.of("GET")), script, Runnable::run))
                    .isSameAs(invalid);
        }
    }

    @Test
    void cancelWhileWaitingEndsTheCallAndSendsNothingMore() {
        VirtualTime time = new VirtualTime();
        Script script = new Script(time, 429, 200);
        CompletableFuture<String> future = FutureDriver.run(script.execution(), script, Runnable::run);
        assertThat(time.pending()).isPositive();

        assertThat(future.cancel(true)).isTrue();

        assertThat(time.pending()).isZero();
        time.advance(Duration.ofMinutes(10));
        assertThat(script.log()).doesNotContain("send 2");
        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
    }

    @Test
    void cancellingADerivedFutureCancelsTheCall() {
        VirtualTime time = new VirtualTime();
        Script script = new Script(time, 429, 200);
        CompletableFuture<String> future = FutureDriver.run(script.execution(), script, Runnable::run);

        future.thenApply(String::length)
                .thenCompose(CompletableFuture::completedFuture)
                .cancel(true);

        assertThat(future).isCancelled();
        assertThat(time.pending()).isZero();
    }

    /** As with the JDK client: what is over has nothing left to cancel. */
    @Test
    void cancellingADerivedFutureThatIsDoneLeavesTheCall() {
        VirtualTime time = new VirtualTime();
        Script script = new Script(time, 429, 200);
        CompletableFuture<String> future = FutureDriver.run(script.execution(), script, Runnable::run);

        CompletableFuture<String> derived = future.copy();
        derived.complete("mine");
        derived.cancel(true);
        time.advance(Duration.ofMinutes(1));

        assertThat(future).isCompletedWithValue("2");
    }

    /** As with the JDK client, whose users look for the cause. */
    @Test
    void whatHangsOnTheFutureSeesTheFailureWrappedOnce() {
        VirtualTime time = new VirtualTime();
        IOException own = new java.net.ProtocolException("bad");
        Script script = new Script(time, own);
        CompletableFuture<String> future = FutureDriver.run(script.execution(), script, Runnable::run);

        assertThat(future.handle((value, thrown) -> thrown).join())
                .isInstanceOf(CompletionException.class)
                .hasCause(own);
        assertThatThrownBy(future::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isSameAs(own);
        assertThat(own.getSuppressed()).singleElement().isInstanceOf(CallTraceException.class);
    }

    @Test
    void completingTheFutureEndsTheCall() {
        VirtualTime time = new VirtualTime();
        Script script = new Script(time, 429, 200);
        CompletableFuture<String> future = FutureDriver.run(script.execution(), script, Runnable::run);

        future.complete("mine");

        assertThat(time.pending()).isZero();
        assertThat(script.log()).contains("discard 1").doesNotContain("send 2");
    }

    @Test
    void cancelDuringAnAttemptCancelsItAndWhatComesLateIsReleased() {
        VirtualTime time = new VirtualTime();
        CompletableFuture<String> attempt = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                return false;
            }
        };
        Script script = new Script(time, 200) {
            @Override
            public CompletableFuture<String> sendAsync(int number) {
                return attempt;
            }
        };
        CompletableFuture<String> future = FutureDriver.run(script.execution(), script, Runnable::run);
        future.cancel(true);

        attempt.complete("late");

        assertThat(script.log()).contains("discard late");
    }

    @Test
    void aResultThatIsReadyAfterTheEndIsReleased() {
        VirtualTime time = new VirtualTime();
        CompletableFuture<String> delivery = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                return false;
            }
        };
        Script script = new Script(time, 200) {
            @Override
            public CompletableFuture<String> deliver(String response) {
                return delivery;
            }
        };
        CompletableFuture<String> future = FutureDriver.run(script.execution(), script, Runnable::run);
        future.cancel(true);

        delivery.complete("late");

        assertThat(script.log()).contains("release late");
    }

    @Test
    void aResultThatTheCallerGetsIsNotReleased() {
        VirtualTime time = new VirtualTime();
        Script script = new Script(time, 200);
        CompletableFuture<String> future = FutureDriver.run(script.execution(), script, Runnable::run);
        future.cancel(true);

        assertThat(future).isCompletedWithValue("1");
        assertThat(script.log()).doesNotContain("release");
    }

    @Test
    void anExecutorThatWasShutDownDoesNotHangTheCall() throws Exception {
        VirtualTime time = new VirtualTime();
        Script script = new Script(time, 429, 200);
        CompletableFuture<String> future = FutureDriver.run(script.execution(), script, task -> {
            throw new java.util.concurrent.RejectedExecutionException();
        });

        time.advance(Duration.ofMinutes(1));

        assertThat(future.get(30, TimeUnit.SECONDS)).isEqualTo("2");
    }

    @Test
    void aThreadThatIsInterruptedWhileItWaitsSendsNothingMore() throws Exception {
        VirtualTime time = new VirtualTime();
        Script script = new Script(time, 429, 200);
        List<Throwable> thrown = new ArrayList<>();
        Thread thread = new Thread(() -> {
            try {
                BlockingDriver.run(script.execution(), script);
            } catch (IOException | InterruptedException e) {
                thrown.add(e);
            }
        });
        thread.start();
        time.awaitParked(1);

        thread.interrupt();
        thread.join();

        assertThat(thrown).singleElement().isInstanceOf(InterruptedException.class);
        assertThat(script.log()).contains("discard 1").doesNotContain("send 2");
        assertThat(time.pending()).isZero();
    }

    @Test
    void theClientsCancelEndsABlockingWaitWithTheClientsException() throws Exception {
        VirtualTime time = new VirtualTime();
        Script script = new Script(time, 429, 200);
        List<Throwable> thrown = new ArrayList<>();
        Thread thread = new Thread(() -> {
            try {
                BlockingDriver.run(script.execution(), script);
            } catch (IOException | InterruptedException e) {
                thrown.add(e);
            }
        });
        thread.start();
        time.awaitParked(1);

        script.cancel();
        thread.join();

        assertThat(thrown).singleElement().satisfies(e -> assertThat(e).hasMessage("Canceled"));
        assertThat(script.log()).doesNotContain("send 2");
        assertThat(time.pending()).isZero();
    }

    /** A client that answers as scripted: an {@link Integer} is a status, a {@link Throwable} is thrown. */
    private static class Script implements BlockingExchange<String>, FutureExchange<String, String> {
        private final VirtualTime time;
        private final SplittableRandom random;
        private final List<Object> answers;
        private final List<String> log = new ArrayList<>();
        private int sent;
        private volatile boolean cancelled;
        private volatile Runnable wake = () -> {};

        Script(VirtualTime time, Object... answers) {
            this.time = time;
            this.random = new SplittableRandom(1);
            this.answers = List.of(answers);
        }

        Script(long seed, VirtualTime time) {
            this.time = time;
            this.random = new SplittableRandom(seed);
            this.answers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                int status = new int[] {200, 404, 429, 500, 503, 408}[random.nextInt(6)];
                boolean fails = random.nextInt(4) == 0;
                answers.add(fails ? new IOException("broken " + i) : (Object) status);
            }
        }

        Execution execution() {
            SplittableRandom jitter = new SplittableRandom(7);
            RetryPolicy policy = RetryPolicy.builder()
                    .maxAttempts(2 + random.nextInt(4))
                    .maxElapsed(Duration.ofNanos(1_000_000 + random.nextLong(20_000_000_000L)))
                    .backoff(Backoff.exponential(Duration.ofNanos(777_777_777), 1.7, Duration.ofSeconds(9))
                            .withEqualJitterOnThrottle())
                    .build();
            Facts facts = Facts.of(random.nextBoolean() ? "GET" : "POST");
            return Headway.builder()
                    .time(time)
                    .retry(answers.size() == 6 ? policy : RetryPolicy.standard())
                    .random(jitter)
                    .build()
                    .begin(answers.size() == 6 ? facts : Facts.of("GET"));
        }

        void say(String what) {
            log.add(what + " at " + time.elapsed().toNanos());
        }

        void failed(Throwable e) {
            say("failed " + e.getMessage());
        }

        String log() {
            return String.join("\n", log);
        }

        void cancel() {
            cancelled = true;
            wake.run();
        }

        @Override
        public void release(String delivered) {
            say("release " + delivered);
        }

        @Override
        public String send(int attempt) throws IOException {
            Object answer = answer(attempt);
            if (answer instanceof IOException e) {
                throw e;
            }
            if (answer instanceof RuntimeException e) {
                throw e;
            }
            return String.valueOf(sent);
        }

        @Override
        public CompletableFuture<String> sendAsync(int attempt) {
            Object answer = answer(attempt);
            if (answer instanceof RuntimeException e) {
                throw e;
            }
            return answer instanceof Throwable t
                    ? CompletableFuture.failedFuture(t)
                    : CompletableFuture.completedFuture(String.valueOf(sent));
        }

        private Object answer(int attempt) {
            say("send " + attempt);
            assertThat(attempt).isEqualTo(answers.size() == 1 ? 1 : sent + 1);
            sent = attempt;
            return answers.get(attempt - 1);
        }

        @Override
        public CompletableFuture<String> deliver(String response) {
            return CompletableFuture.completedFuture(response);
        }

        @Override
        public Signal signalOf(String response, Execution execution) {
            String[] fields = random.nextBoolean() ? new String[0] : new String[] {"Retry-After", "3"};
            return Answers.status((Integer) answers.get(Integer.parseInt(response) - 1), fields);
        }

        @Override
        public Signal signalOf(Throwable failure) {
            return new Signal.Failure(failure, random.nextBoolean() ? Evidence.NOT_SENT : Evidence.UNKNOWN);
        }

        @Override
        public void discard(String response) {
            say("discard " + response);
        }

        @Override
        public Registration onCancel(Runnable task) {
            wake = task;
            if (cancelled) {
                task.run();
            }
            return () -> wake = () -> {};
        }

        @Override
        public boolean cancelled() {
            return cancelled;
        }

        @Override
        public IOException cancellation() {
            return new IOException("Canceled");
        }
    }
}
