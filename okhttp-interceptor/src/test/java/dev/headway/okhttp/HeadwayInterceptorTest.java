package dev.headway.okhttp;

import static dev.headway.testkit.ScriptedServer.hangUp;
import static dev.headway.testkit.ScriptedServer.status;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Backoff;
import dev.headway.CallTrace;
import dev.headway.CallTraceException;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.RetryPolicy;
import dev.headway.testkit.ScriptedServer;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import okhttp3.CacheControl;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import okio.BufferedSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("every-okhttp")
@Timeout(60)
class HeadwayInterceptorTest {

    private static final MediaType TEXT = MediaType.get("text/plain");
    private static final ScriptedServer.Answer OK = status(200, "ok");
    private static final ScriptedServer.Answer BUSY = status(429, "busy", "Retry-After: 5");
    private static final ScriptedServer.Answer BROKEN = status(500, "broken");

    /** For calls that wait until the test lets them: its time stands still. */
    private final VirtualTime still = new VirtualTime();

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    // ---- the usual way

    @Test
    void refusedCallIsSentAgainAndItsResponseHandedOver() throws IOException {
        ScriptedServer server = server(BUSY, OK);

        try (Response response = client(moving()).newCall(get(server)).execute()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(response.body().string()).isEqualTo("ok");
            assertThat(statuses(response)).containsExactly(429, 200);
            assertThat(HeadwayInterceptor.trace(response).waits()).hasSize(1);
        }
        assertThat(server.targets()).containsExactly("GET /", "GET /");
    }

    @Test
    void responseOfACallThatIsNeitherDelayedNorRepeatedIsTheClientsOwn() throws IOException {
        ScriptedServer server = server(OK);
        List<Response> inner = new ArrayList<>();
        OkHttpClient client = client(moving(), chain -> {
            inner.add(chain.proceed(chain.request()));
            return inner.get(inner.size() - 1);
        });

        try (Response response = client.newCall(get(server)).execute()) {
            assertThat(response).isSameAs(inner.get(0));
            assertThat(statuses(response)).containsExactly(200);
            assertThat(HeadwayInterceptor.trace(response).gaveUp()).isEmpty();
        }
    }

    @Test
    void exhaustedCallHandsOverItsLastResponseWithABodyToRead() throws IOException {
        ScriptedServer server = server(BROKEN);
        OkHttpClient client = client(headway(moving(), 3));

        try (Response response = client.newCall(get(server)).execute()) {
            assertThat(response.code()).isEqualTo(500);
            assertThat(response.body().string()).isEqualTo("broken");
            assertThat(HeadwayInterceptor.trace(response).gaveUp()).hasValue(GiveUpReason.ATTEMPTS);
        }
        assertThat(server.targets()).hasSize(3);
    }

    @Test
    void failureIsTheClientsOwnWithTheTraceSuppressed() throws IOException {
        ClosedPort closed = new ClosedPort();
        opened.add(closed);
        Request request = new Request.Builder().url(closed.url("/")).build();

        assertThatThrownBy(() -> client(headway(moving(), 3)).newCall(request).execute())
                .isInstanceOf(ConnectException.class)
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .filteredOn(CallTraceException.class::isInstance)
                        .singleElement()
                        .satisfies(trace -> assertThat(
                                        ((CallTraceException) trace).trace().attempts())
                                .hasSize(3)));
    }

    @Test
    void requestCarriesAPolicyOfItsOwn() throws IOException {
        ScriptedServer server = server(BUSY, OK);
        Request once = get(server)
                .newBuilder()
                .tag(RetryPolicy.class, RetryPolicy.none())
                .build();

        try (Response response = client(moving()).newCall(once).execute()) {
            assertThat(response.code()).isEqualTo(429);
        }
        assertThat(server.targets()).hasSize(1);
    }

    // ---- cancel, timeout, interrupt

    @Test
    void cancelEndsAWait() throws Exception {
        ScriptedServer server = server(BUSY, OK);
        Call call = client(still).newCall(get(server));
        CompletableFuture<Response> result = async(call::execute);
        still.awaitParked(1);

        call.cancel();

        assertThat(failureOf(result)).isExactlyInstanceOf(IOException.class).hasMessage("Canceled");
        assertThat(server.targets()).hasSize(1);
        assertThat(still.elapsed()).isZero();
    }

    @Test
    void cancelEndsAWaitOfAnEnqueuedCallWithOneCallback() throws Exception {
        ScriptedServer server = server(BUSY, OK);
        OkHttpClient client = client(still);
        Call call = client.newCall(get(server));
        List<String> callbacks = new ArrayList<>();
        CountDownLatch called = new CountDownLatch(1);
        call.enqueue(new Callback() {
            @Override
            public void onFailure(Call failed, IOException e) {
                callbacks.add(e.getMessage());
                called.countDown();
            }

            @Override
            public void onResponse(Call answered, Response response) {
                callbacks.add("response");
                called.countDown();
            }
        });
        still.awaitParked(1);

        client.dispatcher().cancelAll();
        called.await();

        assertThat(callbacks).containsExactly("Canceled");
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void cancelBetweenAnAttemptAndTheWaitIsNotLost() throws IOException {
        ScriptedServer server = server(BUSY, OK);
        OkHttpClient client = client(still, chain -> {
            Response response = chain.proceed(chain.request());
            chain.call().cancel();
            return response;
        });

        assertThatThrownBy(() -> client.newCall(get(server)).execute())
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Canceled");
        assertThat(server.targets()).hasSize(1);
        assertThat(still.elapsed()).isZero();
    }

    @Test
    void failureOfACancelledCallPassesUnchanged() throws IOException {
        ScriptedServer server = server(OK);
        List<String> attempts = new ArrayList<>();
        IOException closed = new IOException("Socket closed");
        OkHttpClient client = client(moving(), chain -> {
            attempts.add("attempt");
            chain.call().cancel();
            throw closed;
        });

        assertThatThrownBy(() -> client.newCall(get(server)).execute()).isSameAs(closed);
        assertThat(closed.getSuppressed()).isEmpty();
        assertThat(attempts).hasSize(1);
    }

    @Test
    void callTimeoutEndsAWait() throws IOException {
        ScriptedServer server = server(BROKEN, OK);
        OkHttpClient client = client(headway(still, 5))
                .newBuilder()
                .callTimeout(Duration.ofSeconds(2))
                .build();

        assertThatThrownBy(() -> client.newCall(get(server)).execute())
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("timeout");
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void waitThatDoesNotFitIntoTheCallTimeoutIsNotBegun() throws IOException {
        ScriptedServer server = server(status(429, "busy", "Retry-After: 60"), OK);
        OkHttpClient client =
                client(still).newBuilder().callTimeout(Duration.ofSeconds(50)).build();

        try (Response response = client.newCall(get(server)).execute()) {
            assertThat(response.code()).isEqualTo(429);
            assertThat(response.body().string()).isEqualTo("busy");
            assertThat(HeadwayInterceptor.trace(response).gaveUp()).hasValue(GiveUpReason.DEADLINE);
        }
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void interruptEndsAWaitAndKeepsTheFlag() throws Exception {
        ScriptedServer server = server(BUSY, OK);
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        Call call = client(still).newCall(get(server));
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        CompletableFuture<Response> result = async(() -> {
            thread.complete(Thread.currentThread());
            try {
                return call.execute();
            } finally {
                flag.complete(Thread.currentThread().isInterrupted());
            }
        });
        still.awaitParked(1);

        thread.get().interrupt();

        assertThat(failureOf(result))
                .isExactlyInstanceOf(InterruptedIOException.class)
                .hasMessage("interrupted");
        assertThat(flag.get()).isTrue();
        assertThat(server.targets()).hasSize(1);
    }

    // ---- responses that nobody gets

    @Test
    void everyAttemptReleasesTheResponseBeforeIt() throws IOException {
        ScriptedServer server = server(
                status(429, "b".repeat(1000), "Retry-After: 1"),
                // One packet: for the rest of a body the client waits a tenth of a second only.
                status(429, "b".repeat(50_000), "Retry-After: 1"),
                status(500, ""),
                OK);
        OkHttpClient client = client(moving());

        try (Response response = client.newCall(get(server)).execute()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(response.body().string()).isEqualTo("ok");
        }
        assertThat(server.connections()).containsExactly(0, 0, 0, 0);
        assertThat(client.connectionPool().connectionCount()).isEqualTo(1);
        assertThat(client.connectionPool().idleConnectionCount()).isEqualTo(1);
    }

    @Test
    void bodyThatDripsDoesNotHoldTheNextAttemptUp() throws IOException {
        CountDownLatch answered = new CountDownLatch(1);
        ScriptedServer server = server(
                socket -> {
                    ScriptedServer.write(
                            socket, "HTTP/1.1 429 Busy\r\nRetry-After: 1\r\nContent-Length: 10000\r\n\r\n");
                    drip(socket, "x", answered);
                },
                OK);

        try (Response response = client(moving()).newCall(get(server)).execute()) {
            // The drip ends only now: who waits for its end never comes here.
            answered.countDown();
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(server.connections()).containsExactly(0, 1);
    }

    @Test
    void bodyWithoutEndDoesNotHoldTheNextAttemptUp() throws IOException {
        String chunk = "1000\r\n" + "x".repeat(4096) + "\r\n";
        ScriptedServer server = server(
                socket -> {
                    ScriptedServer.write(
                            socket, "HTTP/1.1 429 Busy\r\nRetry-After: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
                    while (!socket.isClosed()) {
                        ScriptedServer.write(socket, chunk);
                    }
                },
                OK);

        try (Response response = client(moving()).newCall(get(server)).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(server.connections()).containsExactly(0, 1);
    }

    // ---- what may not be sent again

    @Test
    void oneShotBodyIsSentOnce() throws IOException {
        ScriptedServer server = server(BUSY, OK);
        Request request = get(server)
                .newBuilder()
                .post(new RequestBody() {
                    @Override
                    public MediaType contentType() {
                        return TEXT;
                    }

                    @Override
                    public boolean isOneShot() {
                        return true;
                    }

                    @Override
                    public void writeTo(BufferedSink sink) throws IOException {
                        sink.writeUtf8("once");
                    }
                })
                .build();

        try (Response response = client(moving()).newCall(request).execute()) {
            assertThat(response.code()).isEqualTo(429);
            assertThat(response.body().string()).isEqualTo("busy");
            assertThat(HeadwayInterceptor.trace(response).gaveUp()).hasValue(GiveUpReason.NOT_REPLAYABLE);
        }
        assertThat(server.received())
                .singleElement()
                .satisfies(sent -> assertThat(sent.body()).isEqualTo("once"));
    }

    @Test
    void refusedPostIsSentAgainWithTheSameBody() throws IOException {
        ScriptedServer server = server(BUSY, OK);

        try (Response response = client(moving()).newCall(post(server)).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(server.received()).extracting(ScriptedServer.Received::body).containsExactly("text", "text");
    }

    @Test
    void postWhoseConnectionClosesWithoutAnAnswerIsSentOnce() throws IOException {
        ScriptedServer server = server(hangUp(), OK);

        assertThatThrownBy(() -> client(moving()).newCall(post(server)).execute())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unexpected end of stream");
        assertThat(server.targets()).containsExactly("POST /");
    }

    @Test
    void getWhoseConnectionClosesWithoutAnAnswerIsSentAgain() throws IOException {
        ScriptedServer server = server(hangUp(), OK);

        try (Response response = client(moving()).newCall(get(server)).execute()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(HeadwayInterceptor.trace(response).attempts())
                    .extracting(attempt -> attempt.failure() != null)
                    .containsExactly(true, false);
        }
    }

    @Test
    void getWhoseConnectionClosedWhileItWaitedIsSentOnANewOne() throws IOException {
        ScriptedServer server = server(
                socket -> {
                    BUSY.to(socket);
                    socket.close();
                },
                OK);

        try (Response response = client(moving()).newCall(get(server)).execute()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(statuses(response)).containsExactly(429, 200);
        }
        assertThat(server.connections()).containsExactly(0, 1);
    }

    @Test
    void postWhoseRedirectTargetIsTooBusyIsSentOnce() throws IOException {
        ScriptedServer server = server(status(303, "", "Location: /receipt"), BUSY, OK);
        Request post =
                get(server).newBuilder().post(RequestBody.create("text", TEXT)).build();

        try (Response response = client(moving()).newCall(post).execute()) {
            assertThat(response.code()).isEqualTo(429);
        }
        assertThat(server.targets()).containsExactly("POST /", "GET /receipt");
    }

    @Test
    void postWhoseMovedTargetIsTooBusyIsSentAgain() throws IOException {
        ScriptedServer.Answer moved = status(307, "", "Location: /moved");
        ScriptedServer server = server(moved, BUSY, moved, OK);
        Request post =
                get(server).newBuilder().post(RequestBody.create("text", TEXT)).build();

        try (Response response = client(moving()).newCall(post).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(server.targets()).containsExactly("POST /", "POST /moved", "POST /", "POST /moved");
    }

    @Test
    void localAnswerOfTheCacheIsFinal() throws IOException {
        ScriptedServer server = server(OK);
        Request cached =
                get(server).newBuilder().cacheControl(CacheControl.FORCE_CACHE).build();

        try (Response response = client(moving()).newCall(cached).execute()) {
            assertThat(response.code()).isEqualTo(504);
            assertThat(statuses(response)).containsExactly(504);
            assertThat(HeadwayInterceptor.trace(response).gaveUp()).isEmpty();
        }
        assertThat(server.targets()).isEmpty();
    }

    @Test
    void clientsOwnRepeatOfA503DoublesTheRequestsOfAnAttempt() throws IOException {
        ScriptedServer server = server(status(503, "", "Retry-After: 0"));

        try (Response response =
                client(headway(moving(), 3)).newCall(get(server)).execute()) {
            assertThat(response.code()).isEqualTo(503);
            assertThat(statuses(response)).containsExactly(503, 503, 503);
        }
        assertThat(server.targets()).hasSize(6);
    }

    // ---- trace

    @Test
    void traceAndTheUsersTagsSurviveARedirect() throws IOException {
        ScriptedServer server = server(BUSY, status(302, "", "Location: /moved"), OK);
        Request tagged = get(server).newBuilder().tag(String.class, "mine").build();

        try (Response response = client(moving()).newCall(tagged).execute()) {
            assertThat(response.request().url().encodedPath()).isEqualTo("/moved");
            assertThat(response.priorResponse().code()).isEqualTo(302);
            assertThat(response.request().tag(String.class)).isEqualTo("mine");
            assertThat(statuses(response)).containsExactly(429, 200);
            assertThat(response.body().string()).isEqualTo("ok");
        }
    }

    @Test
    void traceTakesNothingOfTheResponseAway() throws IOException {
        ScriptedServer server = server(
                BUSY,
                ScriptedServer.raw(String.join(
                        "\r\n",
                        "HTTP/1.1 200 Fine",
                        "Transfer-Encoding: chunked",
                        "X-H: h",
                        "",
                        "5",
                        "hello",
                        "0",
                        "X-T: end",
                        "",
                        "")));
        List<Response> inner = new ArrayList<>();
        OkHttpClient client = client(moving(), chain -> {
            inner.add(chain.proceed(chain.request()));
            return inner.get(inner.size() - 1);
        });

        try (Response response = client.newCall(get(server)).execute()) {
            assertThat(statuses(response)).containsExactly(429, 200);
            assertThat(response.body()).isSameAs(inner.get(1).body());
            assertThat(response.headers()).isEqualTo(inner.get(1).headers());
            assertThat(response.message()).isEqualTo("Fine");
            assertThat(response.networkResponse()).isSameAs(inner.get(1).networkResponse());
            assertThat(response.receivedResponseAtMillis())
                    .isEqualTo(inner.get(1).receivedResponseAtMillis());
            assertThat(response.peekBody(3).string()).isEqualTo("hel");
            assertThat(response.body().string()).isEqualTo("hello");
            assertThat(response.trailers().get("X-T")).isEqualTo("end");
        }
    }

    @Test
    void requestTakenFromAnOlderResponseDoesNotBringItsTraceAlong() throws IOException {
        ScriptedServer server = server(BUSY, OK, OK);
        OkHttpClient client = client(moving());
        Request next;
        try (Response first = client.newCall(get(server)).execute()) {
            assertThat(statuses(first)).containsExactly(429, 200);
            next = first.request().newBuilder().build();
        }

        try (Response second = client.newCall(next).execute()) {
            assertThat(statuses(second)).containsExactly(200);
        }
    }

    @Test
    void traceOfAResponseThatNeverPassedHeadwayIsOneAttempt() throws IOException {
        ScriptedServer server = server(BUSY);

        try (Response response = new OkHttpClient().newCall(get(server)).execute()) {
            assertThat(statuses(response)).containsExactly(429);
        }
    }

    // ---- streams

    @Test
    void streamArrivesEventByEvent() throws IOException {
        CountDownLatch read = new CountDownLatch(1);
        ScriptedServer server = server(BUSY, socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
            read.await();
            ScriptedServer.write(socket, "data: 2\n\n");
            socket.close();
        });

        try (Response response = client(moving()).newCall(get(server)).execute()) {
            BufferedSource events = response.body().source();
            assertThat(events.readUtf8LineStrict()).isEqualTo("data: 1");
            read.countDown();
            assertThat(events.readUtf8LineStrict()).isEmpty();
            assertThat(events.readUtf8LineStrict()).isEqualTo("data: 2");
            assertThat(statuses(response)).containsExactly(429, 200);
        }
    }

    // ---- misuse

    @Test
    void secondLayerOnACallDoesNothing() throws IOException {
        ScriptedServer server = server(BROKEN);
        OkHttpClient twice = client(headway(moving(), 3))
                .newBuilder()
                .addInterceptor(HeadwayInterceptor.of(headway(moving(), 3)))
                .build();

        try (Response response = twice.newCall(get(server)).execute()) {
            assertThat(statuses(response)).containsExactly(500, 500, 500);
        }
        assertThat(server.targets()).hasSize(3);
    }

    @Test
    void callThatAnInterceptorMakesWithinACallIsALayerOfItsOwn() throws IOException {
        ScriptedServer tokens = server(BROKEN, OK);
        ScriptedServer server = server(BUSY, OK);
        OkHttpClient plain = client(moving());
        OkHttpClient authorizing = plain.newBuilder()
                .addInterceptor(chain -> {
                    try (Response token = plain.newCall(get(tokens)).execute()) {
                        assertThat(token.code()).isEqualTo(200);
                    }
                    return chain.proceed(chain.request());
                })
                .build();

        try (Response response = authorizing.newCall(get(server)).execute()) {
            assertThat(statuses(response)).containsExactly(429, 200);
        }
        assertThat(tokens.targets()).hasSize(3);
        assertThat(server.targets()).hasSize(2);
    }

    @Test
    void callWithinACallOfTheSameScopeDoesNotWaitForTheOneThatWaitsForIt() throws IOException {
        ScriptedServer server = server(status(429, "busy"), OK);
        Headway headway = Headway.builder().time(moving()).build();
        OkHttpClient plain = client(headway);
        OkHttpClient authorizing = client(headway, chain -> {
            // Once the refusal is known, after which one call goes at a time.
            if (!server.targets().isEmpty()) {
                plain.newCall(get(server)).execute().close();
            }
            return chain.proceed(chain.request());
        });

        try (Response response = authorizing.newCall(get(server)).execute()) {
            assertThat(statuses(response)).containsExactly(429, 200);
        }
        assertThat(server.targets()).hasSize(3);
    }

    @Test
    void secondLayerIsKnownAlsoAfterACallWithinTheCall() throws IOException {
        ScriptedServer tokens = server(OK);
        ScriptedServer server = server(BROKEN);
        OkHttpClient plain = client(moving());
        OkHttpClient twice = client(headway(moving(), 3), chain -> {
                    plain.newCall(get(tokens)).execute().close();
                    return chain.proceed(chain.request());
                })
                .newBuilder()
                .addInterceptor(HeadwayInterceptor.of(headway(moving(), 3)))
                .build();

        try (Response response = twice.newCall(get(server)).execute()) {
            assertThat(statuses(response)).containsExactly(500, 500, 500);
        }
        assertThat(server.targets()).hasSize(3);
    }

    @Test
    void networkInterceptorIsRefusedWithTheReason() throws IOException {
        ScriptedServer server = server(OK);
        OkHttpClient client = new OkHttpClient.Builder()
                .addNetworkInterceptor(HeadwayInterceptor.of(Headway.create()))
                .build();

        assertThatThrownBy(() -> client.newCall(get(server)).execute())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("addInterceptor()");
        assertThat(server.targets()).isEmpty();
    }

    @Test
    void listenerThatThrowsHarmsNoCall() throws IOException {
        ScriptedServer server = server(BUSY, OK);
        Headway headway = Headway.builder()
                .time(moving())
                .listener(new HeadwayListener() {
                    @Override
                    public void attempt(AttemptEvent event) {
                        throw new IllegalStateException("listener");
                    }

                    @Override
                    public void waiting(WaitEvent event) {
                        throw new IllegalStateException("listener");
                    }
                })
                .build();

        try (Response response = client(headway).newCall(get(server)).execute()) {
            assertThat(statuses(response)).containsExactly(429, 200);
        }
    }

    // ---- helpers

    private ScriptedServer server(ScriptedServer.Answer... answers) throws IOException {
        ScriptedServer server = new ScriptedServer(answers);
        opened.add(server);
        return server;
    }

    private static VirtualTime moving() {
        return VirtualTime.automatic();
    }

    private static Headway headway(VirtualTime time, int attempts) {
        return Headway.builder()
                .time(time)
                .retry(RetryPolicy.builder()
                        .maxAttempts(attempts)
                        .backoff(Backoff.fixed(Duration.ofSeconds(1)))
                        .build())
                .build();
    }

    private static OkHttpClient client(VirtualTime time, Interceptor... inner) {
        return client(headway(time, 5), inner);
    }

    private static OkHttpClient client(Headway headway, Interceptor... inner) {
        OkHttpClient.Builder builder = new OkHttpClient.Builder().addInterceptor(HeadwayInterceptor.of(headway));
        Arrays.stream(inner).forEach(builder::addInterceptor);
        return builder.build();
    }

    private static Request get(ScriptedServer server) {
        String url = server.uri("/").toString();
        return new Request.Builder().url(url).build();
    }

    private static Request post(ScriptedServer server) {
        return get(server).newBuilder().post(RequestBody.create("text", TEXT)).build();
    }

    private static List<Integer> statuses(Response response) {
        List<Integer> statuses = new ArrayList<>();
        for (CallTrace.Attempt attempt : HeadwayInterceptor.trace(response).attempts()) {
            statuses.add(attempt.status().orElse(0));
        }
        return statuses;
    }

    private static void drip(Socket socket, String drop, CountDownLatch until) throws Exception {
        while (!until.await(10, TimeUnit.MILLISECONDS)) {
            ScriptedServer.write(socket, drop);
        }
    }

    private interface Work<T> {
        T run() throws Exception;
    }

    private static <T> CompletableFuture<T> async(Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(work.run());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static Throwable failureOf(CompletableFuture<?> result) throws InterruptedException {
        try {
            result.get();
        } catch (ExecutionException e) {
            return requireNonNull(e.getCause());
        }
        throw new AssertionError("The call did not fail");
    }
}
