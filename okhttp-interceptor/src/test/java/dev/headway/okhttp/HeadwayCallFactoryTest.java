package dev.headway.okhttp;

import static dev.headway.testkit.ScriptedServer.hangUp;
import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.CallTrace;
import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.TokenBucket;
import dev.headway.testkit.ScriptedServer;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("every-okhttp")
@Timeout(60)
class HeadwayCallFactoryTest {

    private static final ScriptedServer.Answer OK = status(200, "ok");
    private static final ScriptedServer.Answer BUSY = status(429, "busy", "Retry-After: 5");

    private final VirtualTime time = new VirtualTime();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void enqueuedCallIsSentAgainAndCallsBackOnce() throws Exception {
        ScriptedServer server = server(BUSY, OK);
        Heard heard = new Heard();

        Call call = factory(new OkHttpClient()).newCall(get(server));
        call.enqueue(heard);
        passTheWait();

        try (Response response = heard.response()) {
            assertThat(response.body().string()).isEqualTo("ok");
            assertThat(HeadwayInterceptor.trace(response).attempts())
                    .extracting(CallTrace.Attempt::number)
                    .containsExactly(1, 2);
        }
        assertThat(heard.calls()).containsExactly(call);
        assertThat(call.isExecuted()).isTrue();
        assertThat(call.isCanceled()).isFalse();
    }

    @Test
    void executedCallIsSentAgain() throws Exception {
        ScriptedServer server = server(BUSY, OK);
        Headway headway = Headway.builder().time(VirtualTime.automatic()).build();

        try (Response response = HeadwayCallFactory.of(new OkHttpClient(), headway)
                .newCall(get(server))
                .execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(server.targets()).hasSize(2);
    }

    @Test
    void waitingCallHoldsNoPlaceInTheDispatcherAndNoConnection() throws Exception {
        ScriptedServer busy = server(BUSY, OK);
        ScriptedServer other = server(OK);
        OkHttpClient client = new OkHttpClient();
        client.dispatcher().setMaxRequests(1);
        HeadwayCallFactory factory = factory(client);
        Heard waiting = new Heard();
        factory.newCall(get(busy)).enqueue(waiting);
        time.awaitTasks(1);
        assertThat(client.connectionPool().idleConnectionCount())
                .isEqualTo(client.connectionPool().connectionCount());

        Heard unrelated = new Heard();
        factory.newCall(get(other)).enqueue(unrelated);

        unrelated.response().close();
        assertThat(waiting.calls()).isEmpty();
        passTheWait();
        waiting.response().close();
    }

    @Test
    void cancelWhileWaitingCallsBackOnceAndSendsNothingMore() throws Exception {
        ScriptedServer server = server(BUSY, OK);
        Heard heard = new Heard();
        Call call = factory(new OkHttpClient()).newCall(get(server));
        call.enqueue(heard);
        time.awaitTasks(1);

        call.cancel();
        call.cancel();

        assertThatThrownBy(heard::response).isInstanceOf(IOException.class).hasMessage("Canceled");
        assertThat(time.pending()).isZero();
        assertThat(call.isCanceled()).isTrue();
        assertThat(heard.calls()).hasSize(1);
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void cancelWhileAnExecutedCallWaitsEndsIt() throws Exception {
        ScriptedServer server = server(BUSY, OK);
        Call call = factory(new OkHttpClient()).newCall(get(server));
        CompletableFuture<Response> executing = CompletableFuture.supplyAsync(() -> {
            try {
                return call.execute();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        time.awaitParked(1);

        call.cancel();

        assertThatThrownBy(() -> executing.get(10, TimeUnit.SECONDS)).hasRootCauseMessage("Canceled");
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void cancelDuringAnAttemptEndsIt() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        ScriptedServer server = server(socket -> {
            arrived.countDown();
            socket.getInputStream().read();
        });
        Heard heard = new Heard();
        Call call = factory(new OkHttpClient()).newCall(get(server));
        call.enqueue(heard);
        assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();

        call.cancel();

        assertThatThrownBy(heard::response).isInstanceOf(IOException.class);
        assertThat(heard.calls()).hasSize(1);
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void cancelAfterTheResponseEndsItsBody() throws Exception {
        ScriptedServer server = server(socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            socket.getInputStream().read();
        });
        Call call = factory(new OkHttpClient()).newCall(get(server));

        try (Response response = call.execute()) {
            assertThat(response.body().source().readUtf8(4)).isEqualTo("half");
            call.cancel();
            assertThatThrownBy(() -> response.body().source().readByte()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void callThatWasCancelledBeforeSendsNothing() throws Exception {
        ScriptedServer server = server(OK);
        HeadwayCallFactory factory = factory(new OkHttpClient());
        Call executed = factory.newCall(get(server));
        Call enqueued = factory.newCall(get(server));
        executed.cancel();
        enqueued.cancel();
        Heard heard = new Heard();

        assertThatThrownBy(executed::execute).hasMessage("Canceled");
        enqueued.enqueue(heard);

        assertThatThrownBy(heard::response).hasMessage("Canceled");
        assertThat(server.targets()).isEmpty();
    }

    @Test
    void callThatTheDispatcherCancelsIsNotSentAgain() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        ScriptedServer server = server(socket -> {
            arrived.countDown();
            socket.getInputStream().read();
        });
        OkHttpClient client = new OkHttpClient();
        Heard heard = new Heard();
        factory(client).newCall(get(server)).enqueue(heard);
        assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();

        client.dispatcher().cancelAll();

        assertThatThrownBy(heard::response).isInstanceOf(IOException.class);
        assertThat(server.targets()).hasSize(1);
        assertThat(time.pending()).isZero();
    }

    @Test
    void cancelAllReachesTheCallsThatWait() throws Exception {
        ScriptedServer server = server(BUSY);
        HeadwayCallFactory factory = factory(new OkHttpClient());
        Heard heard = new Heard();
        factory.newCall(get(server)).enqueue(heard);
        time.awaitTasks(1);

        factory.cancelAll();

        assertThatThrownBy(heard::response).hasMessage("Canceled");
    }

    @Test
    void timeoutBoundsAllAttemptsTogether() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        opened.add(end::countDown);
        ScriptedServer server = server(status(500, "broken"), socket -> end.await(30, TimeUnit.SECONDS));
        Headway headway = Headway.builder()
                .retry(RetryPolicy.builder().backoff(dev.headway.Backoff.none()).build())
                .build();
        Call call = HeadwayCallFactory.of(new OkHttpClient(), headway).newCall(get(server));
        call.timeout().timeout(400, TimeUnit.MILLISECONDS);

        assertThatThrownBy(call::execute)
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("timeout");
        assertThat(call.isCanceled()).isTrue();
        assertThat(server.targets()).hasSize(2);
    }

    @Test
    void waitThatDoesNotFitIntoTheTimeoutIsNotBegun() throws Exception {
        ScriptedServer server = server(BUSY);
        OkHttpClient client =
                new OkHttpClient.Builder().callTimeout(Duration.ofSeconds(4)).build();
        Heard heard = new Heard();

        factory(client).newCall(get(server)).enqueue(heard);

        try (Response response = heard.response()) {
            assertThat(response.code()).isEqualTo(429);
            assertThat(response.body().string()).isEqualTo("busy");
        }
    }

    @Test
    void timeoutThatIsTakenBackAfterTheResponseNoLongerEndsItsBody() throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        ScriptedServer server = server(socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
            taken.await(10, TimeUnit.SECONDS);
            ScriptedServer.write(socket, "ok");
        });
        Call call = factory(new OkHttpClient()).newCall(get(server));
        call.timeout().timeout(10, TimeUnit.SECONDS);

        try (Response response = call.execute()) {
            call.timeout().clearTimeout();
            taken.countDown();
            assertThat(response.body().string()).isEqualTo("ok");
        }
    }

    @Test
    void callIsExecutedOnceAndItsCloneAnew() throws Exception {
        ScriptedServer server = server(OK);
        Call call = factory(new OkHttpClient()).newCall(get(server));
        call.execute().close();

        assertThatThrownBy(call::execute).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> call.enqueue(new Heard())).isInstanceOf(IllegalStateException.class);
        Call again = call.clone();
        assertThat(again.isExecuted()).isFalse();
        again.execute().close();
        assertThat(server.targets()).hasSize(2);
    }

    @Test
    void interceptorOnTheSameClientIsNoSecondLayer() throws Exception {
        ScriptedServer server = server(BUSY, BUSY, OK);
        Headway headway = Headway.builder()
                .time(VirtualTime.automatic())
                .retry(RetryPolicy.builder().maxAttempts(2).build())
                .build();
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(HeadwayInterceptor.of(headway))
                .build();

        try (Response response =
                HeadwayCallFactory.of(client, headway).newCall(get(server)).execute()) {
            assertThat(response.code()).isEqualTo(429);
        }
        assertThat(server.targets()).hasSize(2);
    }

    @Test
    void postWhoseConnectionClosesIsSentOnce() throws Exception {
        ScriptedServer server = server(OK, hangUp(), OK);
        HeadwayCallFactory factory = factory(new OkHttpClient());
        factory.newCall(get(server)).execute().close();
        Request post = get(server)
                .newBuilder()
                .post(RequestBody.create("text", MediaType.get("text/plain")))
                .build();

        assertThatThrownBy(() -> factory.newCall(post).execute()).isInstanceOf(IOException.class);
        assertThat(server.targets()).containsExactly("GET /", "POST /");
    }

    @Test
    void callThatCouldOnlyGoTooLateFailsOnAThreadOfTheClients() throws Exception {
        ScriptedServer server = server(OK);
        Headway headway = Headway.builder()
                .time(time)
                .limit(TokenBucket.of(1, Duration.ofHours(1)))
                .build();
        HeadwayCallFactory factory = HeadwayCallFactory.of(new OkHttpClient(), headway);
        factory.newCall(get(server)).execute().close();
        Heard heard = new Heard();

        factory.newCall(get(server)).enqueue(heard);

        assertThatThrownBy(heard::response).isInstanceOf(dev.headway.GiveUpException.class);
        assertThat(heard.thread()).isNotSameAs(Thread.currentThread());
    }

    @Test
    void callbackThatThrowsHarmsNothing() throws Exception {
        ScriptedServer server = server(OK);
        HeadwayCallFactory factory = factory(new OkHttpClient());
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch called = new CountDownLatch(1);

        factory.newCall(get(server)).enqueue(new Callback() {
            @Override
            public void onFailure(Call call, IOException e) {
                calls.incrementAndGet();
            }

            @Override
            public void onResponse(Call call, Response response) throws IOException {
                response.close();
                calls.incrementAndGet();
                called.countDown();
                throw new IOException("of the callback");
            }
        });
        assertThat(called.await(10, TimeUnit.SECONDS)).isTrue();
        factory.newCall(get(server)).execute().close();

        assertThat(calls).hasValue(1);
    }

    private void passTheWait() throws InterruptedException {
        time.awaitTasks(1);
        time.advance(Duration.ofSeconds(6));
    }

    private HeadwayCallFactory factory(OkHttpClient client) {
        return HeadwayCallFactory.of(client, Headway.builder().time(time).build());
    }

    private ScriptedServer server(ScriptedServer.Answer... answers) throws IOException {
        ScriptedServer server = new ScriptedServer(answers);
        opened.add(server);
        return server;
    }

    private static Request get(ScriptedServer server) {
        return new Request.Builder().url(server.uri("/").toString()).build();
    }

    /** What a callback heard. */
    private static final class Heard implements Callback {

        private final CompletableFuture<Response> result = new CompletableFuture<>();
        private final CompletableFuture<Thread> thread = new CompletableFuture<>();
        private final List<Call> calls = new java.util.concurrent.CopyOnWriteArrayList<>();

        @Override
        public void onFailure(Call call, IOException e) {
            calls.add(call);
            thread.complete(Thread.currentThread());
            result.completeExceptionally(e);
        }

        @Override
        public void onResponse(Call call, Response response) {
            calls.add(call);
            thread.complete(Thread.currentThread());
            result.complete(response);
        }

        List<Call> calls() {
            return calls;
        }

        Thread thread() throws Exception {
            return thread.get(10, TimeUnit.SECONDS);
        }

        Response response() throws Exception {
            try {
                return result.get(10, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw (IOException) e.getCause();
            }
        }
    }
}
