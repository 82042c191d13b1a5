package dev.headway.okhttp;

import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Backoff;
import dev.headway.CallTrace;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.testkit.ScriptedServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** {@code timeout()} of a call of the factory bounds all that happens in it. */
class HeadwayCallTimeoutTest extends CallFactoryTest {

    /** In real time: within it an attempt ends, also on a busy machine. */
    private static final long SHORT_MILLIS = 2500;

    @Test
    void timeoutBoundsAllAttemptsTogether() throws Exception {
        ScriptedServer server = server(status(500, "broken"), silence(new CountDownLatch(1)));
        Call call = atOnce().newCall(get(server));
        call.timeout().timeout(SHORT_MILLIS, TimeUnit.MILLISECONDS);

        assertThatThrownBy(call::execute)
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("timeout");
        assertThat(call.isCanceled()).isTrue();
        assertThat(server.targets()).hasSize(2);
    }

    @Test
    void deadlineOfTheCallersBoundsAnEnqueuedCall() throws Exception {
        ScriptedServer server = server(status(500, "broken"), silence(new CountDownLatch(1)));
        HeadwayCallFactory factory = atOnce();
        Call call = factory.newCall(get(server));
        call.timeout().deadline(SHORT_MILLIS, TimeUnit.MILLISECONDS);

        Heard heard = enqueue(call);

        assertThatThrownBy(heard::response)
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("timeout");
        nothingIsLeftOf(factory);
        assertThat(server.targets()).hasSize(2);
    }

    @Test
    void timeoutEndsAWaitOfAnEnqueuedCall() throws Exception {
        ScriptedServer server = server(status(500, "broken"), OK);
        HeadwayCallFactory factory = HeadwayCallFactory.of(client, soon());
        Call call = factory.newCall(get(server));
        // By the clock of Headway, which stands still, the wait of a second would end in time.
        call.timeout().timeout(SHORT_MILLIS, TimeUnit.MILLISECONDS);

        Heard heard = enqueue(call);

        assertThatThrownBy(heard::response)
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("timeout");
        assertThat(call.isCanceled()).isTrue();
        nothingIsLeftOf(factory);
        assertThat(heard.calls()).hasSize(1);
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void timeoutEndsAWaitOfAnExecutedCall() throws Exception {
        ScriptedServer server = server(status(500, "broken"), OK);
        HeadwayCallFactory factory = HeadwayCallFactory.of(client, soon());
        Call call = factory.newCall(get(server));
        call.timeout().timeout(SHORT_MILLIS, TimeUnit.MILLISECONDS);

        assertThatThrownBy(call::execute)
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("timeout");
        nothingIsLeftOf(factory);
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void timeoutEndsACallThatWaitsInTheDispatchersQueue() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        ScriptedServer silent = server(silence(arrived));
        ScriptedServer server = server(OK);
        client.dispatcher().setMaxRequests(1);
        Call first = client.newCall(get(silent));
        Heard running = enqueue(first);
        assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();
        HeadwayCallFactory factory = factory();
        Call call = factory.newCall(get(server));
        call.timeout().timeout(SHORT_MILLIS, TimeUnit.MILLISECONDS);

        Heard heard = enqueue(call);

        assertThatThrownBy(heard::response)
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("timeout");
        first.cancel();
        assertThatThrownBy(running::response).isInstanceOf(IOException.class);
        nothingIsLeftOf(factory);
        assertThat(server.targets()).isEmpty();
    }

    @Test
    void waitThatDoesNotFitIntoTheTimeoutIsNotBegun() throws Exception {
        ScriptedServer server = server(BUSY_FOR_A_MINUTE);
        OkHttpClient limited =
                client.newBuilder().callTimeout(Duration.ofMinutes(5)).build();
        HeadwayCallFactory factory = factory(limited);
        Call executed = factory.newCall(get(server));
        executed.timeout().timeout(50, TimeUnit.SECONDS);

        try (Response response = executed.execute()) {
            assertThat(response.code()).isEqualTo(429);
            assertThat(response.body().string()).isEqualTo("busy");
            assertThat(HeadwayInterceptor.trace(response).gaveUp()).hasValue(GiveUpReason.DEADLINE);
        }
        nothingIsLeftOf(factory);
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void waitThatDoesNotFitIntoTheClientsCallTimeoutIsNotBegun() throws Exception {
        ScriptedServer server = server(BUSY_FOR_A_MINUTE);
        OkHttpClient limited =
                client.newBuilder().callTimeout(Duration.ofSeconds(50)).build();
        HeadwayCallFactory factory = factory(limited);

        Heard heard = enqueue(factory.newCall(get(server)));

        try (Response response = heard.response()) {
            assertThat(response.code()).isEqualTo(429);
            assertThat(response.body().string()).isEqualTo("busy");
            assertThat(HeadwayInterceptor.trace(response).attempts())
                    .extracting(CallTrace.Attempt::number)
                    .containsExactly(1);
        }
        nothingIsLeftOf(factory);
    }

    @Test
    void timeoutCoversTheBodyOfTheResponse() throws Exception {
        ScriptedServer server = server(socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
            socket.getInputStream().read();
        });
        Call call = factory().newCall(get(server));
        call.timeout().timeout(SHORT_MILLIS, TimeUnit.MILLISECONDS);

        try (Response response = call.execute()) {
            assertThatThrownBy(() -> response.body().string())
                    .isInstanceOf(InterruptedIOException.class)
                    .hasMessage("timeout");
        }
    }

    @Test
    void timeoutIsThatOfTheCallWhichRuns() throws Exception {
        ScriptedServer server = server(OK);
        Call call = factory().newCall(get(server));
        call.timeout().timeout(1, TimeUnit.MINUTES);

        try (Response response = call.execute()) {
            assertThat(call.timeout().hasDeadline()).isTrue();
            assertThat(call.timeout().deadlineNanoTime() - OkioClock.nanoTime())
                    .isBetween(1L, Duration.ofMinutes(1).toNanos());
            assertThat(response.body().string()).isEqualTo("ok");
        }
    }

    /** Two seconds, of which one would be waited. */
    private Headway soon() {
        return Headway.builder()
                .time(time)
                .retry(RetryPolicy.builder()
                        .backoff(Backoff.fixed(Duration.ofSeconds(1)))
                        .build())
                .build();
    }

    private HeadwayCallFactory atOnce() {
        return HeadwayCallFactory.of(
                client,
                Headway.builder()
                        .time(time)
                        .retry(RetryPolicy.builder().backoff(Backoff.none()).build())
                        .build());
    }

    @Test
    void timeoutThatFiresWhileAnAnswerWaitsForItsSignalSendsNothingMore() throws Exception {
        CompletableFuture<Call> made = new CompletableFuture<>();
        ScriptedServer server = server(status(500, "broken"), OK);
        OkHttpClient slow = client.newBuilder()
                .addInterceptor(chain -> {
                    Response response = chain.proceed(chain.request());
                    // Until the time is over.
                    eventually(() -> made.join().isCanceled());
                    return response;
                })
                .build();
        HeadwayCallFactory factory = HeadwayCallFactory.of(slow, soon());
        Call call = factory.newCall(get(server));
        made.complete(call);
        call.timeout().timeout(SHORT_MILLIS, TimeUnit.MILLISECONDS);

        assertThatThrownBy(call::execute)
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("timeout");
        nothingIsLeftOf(factory);
        assertThat(server.targets()).hasSize(1);
    }
}
