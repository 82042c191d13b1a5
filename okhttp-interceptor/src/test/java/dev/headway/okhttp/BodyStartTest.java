package dev.headway.okhttp;

import static dev.headway.testkit.ScriptedServer.raw;
import static dev.headway.testkit.ScriptedServer.status;
import static dev.headway.testkit.ScriptedServer.write;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Backoff;
import dev.headway.CallTrace;
import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.Signal;
import dev.headway.testkit.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.Okio;
import okio.Source;
import okio.Timeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The beginning of a body is looked at, and its caller does not notice. */
class BodyStartTest extends CallFactoryTest {

    private static final int BOUND = Signal.Response.MAX_BODY_START;
    private static final ScriptedServer.Answer SLOW_DOWN = status(403, BodyReader.SLOW_DOWN);

    /** Longer than a test takes. */
    private static final Duration LONG = Duration.ofMinutes(10);

    private final BodyReader reader = new BodyReader();

    /** The ways to make a call. */
    enum Way {
        EXECUTE,
        ENQUEUE,
        FACTORY_EXECUTE,
        FACTORY_ENQUEUE;

        boolean factory() {
            return this == FACTORY_EXECUTE || this == FACTORY_ENQUEUE;
        }

        Call call(OkHttpClient client, Headway headway, Request request) {
            return factory()
                    ? HeadwayCallFactory.of(client, headway).newCall(request)
                    : client.newBuilder()
                            .addInterceptor(HeadwayInterceptor.of(headway))
                            .build()
                            .newCall(request);
        }

        CompletableFuture<Response> begin(Call call) {
            if (this == EXECUTE || this == FACTORY_EXECUTE) {
                return CallFactoryTest.execute(call);
            }
            CompletableFuture<Response> end = new CompletableFuture<>();
            call.enqueue(new okhttp3.Callback() {
                @Override
                public void onFailure(Call failed, IOException e) {
                    end.completeExceptionally(e);
                }

                @Override
                public void onResponse(Call answered, Response response) {
                    end.complete(response);
                }
            });
            return end;
        }
    }

    private static Headway headway(BodyReader reader, int attempts) {
        return Headway.builder()
                .hints(reader)
                .retry(policy(attempts).throttlesInSuccess(true).build())
                .build();
    }

    private static RetryPolicy.Builder policy(int attempts) {
        RetryPolicy.Builder policy = RetryPolicy.builder().maxAttempts(attempts);
        return attempts == 1 ? policy : policy.backoff(Backoff.none());
    }

    private CompletableFuture<Response> begin(Way way, OkHttpClient sending, Request request, int attempts) {
        return way.begin(way.call(sending, headway(reader, attempts), request));
    }

    private Response call(Way way, OkHttpClient sending, Request request, int attempts) throws Exception {
        try {
            return begin(way, sending, request, attempts).get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
    }

    private Response call(Way way, ScriptedServer server, int attempts) throws Exception {
        return call(way, client, get(server), attempts);
    }

    private OkHttpClient patient() {
        return client.newBuilder().readTimeout(LONG).build();
    }

    private static List<Integer> statuses(Response response) {
        return HeadwayInterceptor.trace(response).attempts().stream()
                .map(CallTrace.Attempt::status)
                .map(status -> status.orElse(0))
                .toList();
    }

    private void noConnectionIsHeld() {
        eventually(() -> client.connectionPool().idleConnectionCount()
                == client.connectionPool().connectionCount());
    }

    // ---- judged by the body

    @ParameterizedTest
    @EnumSource
    void callIsJudgedByWhatTheBodySays(Way way) throws Exception {
        ScriptedServer server = server(SLOW_DOWN, OK);

        try (Response response = call(way, server, 3)) {
            assertThat(statuses(response)).containsExactly(403, 200);
            assertThat(response.body().string()).isEqualTo("ok");
        }
        assertThat(reader.seen()).containsExactly(BodyReader.SLOW_DOWN, "ok");
        assertThat(server.connections()).containsExactly(0, 0);
        noConnectionIsHeld();
    }

    @ParameterizedTest
    @EnumSource
    void lastResponseIsReadAsWell(Way way) throws Exception {
        ScriptedServer server = server(SLOW_DOWN);

        try (Response response = call(way, server, 2)) {
            assertThat(statuses(response)).containsExactly(403, 403);
            assertThat(response.body().string()).isEqualTo(BodyReader.SLOW_DOWN);
        }
        assertThat(reader.seen()).containsExactly(BodyReader.SLOW_DOWN, BodyReader.SLOW_DOWN);
        noConnectionIsHeld();
    }

    @ParameterizedTest
    @EnumSource
    void bodyThatNobodyWantsIsNotTouched(Way way) throws Exception {
        CountDownLatch handedOver = new CountDownLatch(1);
        ScriptedServer server = server(socket -> {
            write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
            handedOver.await();
            write(socket, "ok");
        });
        Headway ofErrors =
                Headway.builder().hints(reader).retry(policy(3).build()).build();

        try (Response response =
                way.begin(way.call(patient(), ofErrors, get(server))).get(30, TimeUnit.SECONDS)) {
            handedOver.countDown();
            assertThat(response.body().string()).isEqualTo("ok");
        }
        assertThat(reader.seen()).containsExactly("");
    }

    @ParameterizedTest
    @EnumSource
    void eventsArriveOneByOneWhateverTheParserWants(Way way) throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        ScriptedServer server = server(socket -> {
            write(socket, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            first.await();
            write(socket, "data: 1\n\n");
            socket.close();
        });

        try (Response response = call(way, patient(), get(server), 3)) {
            first.countDown();
            assertThat(response.body().string()).isEqualTo("data: 1\n\n");
        }
        assertThat(reader.seen()).containsExactly("");
    }

    // ---- the caller gets every byte

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8192, 65_535, 65_536, 65_537, 1_000_000})
    void bodyOfAnyLengthIsWhole(int length) throws Exception {
        String body = latin(length);
        List<ScriptedServer.Answer> framings = List.of(
                status(400, body),
                raw("HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks(body) + "0\r\n\r\n"),
                socket -> {
                    write(socket, "HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n" + body);
                    socket.close();
                });

        for (ScriptedServer.Answer framing : framings) {
            ScriptedServer server = server(framing);
            for (Way way : Way.values()) {
                try (Response response = call(way, server, 3)) {
                    assertThat(response.code()).isEqualTo(400);
                    assertThat(bytes(response).equals(body)).isTrue();
                }
            }
        }
        assertThat(reader.seen()).hasSize(12);
        assertThat(reader.seen().stream().allMatch(body.substring(0, Math.min(length, BOUND))::equals))
                .isTrue();
        noConnectionIsHeld();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536, 65_537, 1_000_000})
    void bodyOfAnyLengthIsWholeOnHttp2(int length) throws Exception {
        String body = latin(length);
        Http2Script server = new Http2Script(Http2Script.bad(body));
        closes(server);
        OkHttpClient http2 = client.newBuilder()
                .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                .build();

        for (Way way : Way.values()) {
            try (Response response = call(way, http2, get(server.url()), 3)) {
                assertThat(response.protocol()).isEqualTo(Protocol.H2_PRIOR_KNOWLEDGE);
                assertThat(bytes(response).equals(body)).isTrue();
            }
        }
        assertThat(reader.seen().stream().allMatch(body.substring(0, Math.min(length, BOUND))::equals))
                .isTrue();
    }

    /** The client takes off only the coding that it has asked for itself. */
    @ParameterizedTest
    @EnumSource
    void codedBodyIsSeenAsTheCallerSeesIt(Way way) throws Exception {
        String coded = gzip(BodyReader.SLOW_DOWN);
        ScriptedServer server = server(status(403, coded, "Content-Encoding: gzip"));

        try (Response response = call(way, server, 1)) {
            assertThat(bytes(response)).isEqualTo(BodyReader.SLOW_DOWN);
        }
        Request asking =
                get(server).newBuilder().header("Accept-Encoding", "gzip").build();
        try (Response response = call(way, client, asking, 1)) {
            assertThat(response.header("Content-Encoding")).isEqualTo("gzip");
            assertThat(bytes(response)).isEqualTo(coded);
        }
        assertThat(reader.seen()).containsExactly(BodyReader.SLOW_DOWN, coded);
    }

    @ParameterizedTest
    @EnumSource
    void bodyOfAHeadRequestIsEmpty(Way way) throws Exception {
        ScriptedServer server = server(raw("HTTP/1.1 403 No\r\nContent-Length: 100\r\n\r\n"));

        try (Response response =
                call(way, patient(), get(server).newBuilder().head().build(), 3)) {
            assertThat(response.header("Content-Length")).isEqualTo("100");
            assertThat(bytes(response)).isEmpty();
        }
        assertThat(reader.seen()).containsExactly("");
    }

    // ---- bodies that break

    @ParameterizedTest
    @EnumSource
    void bodyThatIsCutOffBreaksAlsoForItsCaller(Way way) throws Exception {
        ScriptedServer server = server(cutOff("Content-Length: 100\r\n\r\nsome"));
        ScriptedServer chunked = server(cutOff("Transfer-Encoding: chunked\r\n\r\n64\r\nsome"));

        for (ScriptedServer each : List.of(server, chunked)) {
            try (Response response = call(way, each, 3)) {
                assertThat(response.code()).isEqualTo(400);
                BufferedSource source = response.body().source();
                assertThat(source.readUtf8(4)).isEqualTo("some");
                assertThatThrownBy(source::readByte).isInstanceOf(IOException.class);
                assertThatThrownBy(source::readByte).isInstanceOf(IOException.class);
            }
        }
        assertThat(reader.seen()).containsExactly("some", "some");
        noConnectionIsHeld();
    }

    private static ScriptedServer.Answer cutOff(String rest) {
        return socket -> {
            write(socket, "HTTP/1.1 400 Bad\r\n" + rest);
            socket.close();
        };
    }

    /** The client's own exception, with its own words. */
    @Test
    void lengthThatIsWrongIsToldAsByTheClient() throws Exception {
        ScriptedServer server = server(cutOff("Content-Length: 100\r\n\r\nsome"));

        try (Response response = call(Way.EXECUTE, server, 3)) {
            assertThatThrownBy(() -> response.body().string())
                    .isExactlyInstanceOf(ProtocolException.class)
                    .hasMessage("unexpected end of stream");
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodyWhoseConnectionIsResetBreaksAlsoForItsCaller(Way way) throws Exception {
        ScriptedServer server = server(socket -> {
            write(socket, "HTTP/1.1 400 Bad\r\nContent-Length: 100\r\n\r\nsome");
            reader.awaitAsking();
            socket.setSoLinger(true, 0);
            socket.close();
        });

        try (Response response = call(way, server, 3)) {
            assertThat(response.code()).isEqualTo(400);
            assertThatThrownBy(() -> response.body().string()).isInstanceOf(IOException.class);
        }
        noConnectionIsHeld();
    }

    /** The second time it looks as if it were whole. */
    @Test
    void bodyThatFailsOnceFailsForItsCaller() throws Exception {
        IOException broken = new IOException("broken");
        OkHttpClient failing = client.newBuilder()
                .addInterceptor(answering(new Failing(broken)))
                .build();

        try (Response response = call(Way.FACTORY_EXECUTE, failing, get(server(status(400, "bad"))), 3)) {
            assertThat(response.body().contentLength()).isEqualTo(-1);
            assertThatThrownBy(() -> response.body().string()).isSameAs(broken);
        }
        assertThat(reader.seen()).containsExactly("some");
    }

    private static final class Failing implements Source {

        private final IOException failure;
        private int reads;

        Failing(IOException failure) {
            this.failure = failure;
        }

        @Override
        public long read(Buffer sink, long byteCount) throws IOException {
            reads++;
            if (reads == 1) {
                sink.writeUtf8("some");
                return 4;
            } else if (reads == 2) {
                throw failure;
            }
            return -1;
        }

        @Override
        public Timeout timeout() {
            return Timeout.NONE;
        }

        @Override
        public void close() {}
    }

    /** What the server answers, with another body. */
    private static Interceptor answering(Source body) {
        return chain -> {
            Response response = chain.proceed(chain.request());
            response.close();
            return response.newBuilder()
                    .body(ResponseBody.create(Okio.buffer(body), null, -1))
                    .build();
        };
    }

    @Test
    void bodyThatAnInterceptorHasClosedIsNone() throws Exception {
        ScriptedServer server = server(status(400, "bad"));
        OkHttpClient closing = client.newBuilder()
                .addInterceptor(chain -> {
                    Response response = chain.proceed(chain.request());
                    response.close();
                    return response;
                })
                .build();

        Response response = call(Way.FACTORY_EXECUTE, closing, get(server), 3);

        assertThat(response.code()).isEqualTo(400);
        assertThat(reader.seen()).containsExactly("");
    }

    // ---- bodies that do not end

    @ParameterizedTest
    @EnumSource
    void bodyWithoutEndIsReadUpToTheBound(Way way) throws Exception {
        ScriptedServer server = server(endless(403));

        try (Response response = call(way, server, 3)) {
            assertThat(response.code()).isEqualTo(403);
            BufferedSource source = response.body().source();
            source.skip(BOUND + 100_000);
            assertThat(source.readByte()).isEqualTo((byte) 'x');
        }
        assertThat(reader.seen()).hasSize(1).first().asString().hasSize(BOUND).containsOnlyOnce("x".repeat(BOUND));
        noConnectionIsHeld();
    }

    @ParameterizedTest
    @EnumSource
    void refusalWhoseBodyHasNoEndIsFollowedByTheNextAttempt(Way way) throws Exception {
        ScriptedServer server = server(endless(429), OK);

        try (Response response = call(way, server, 3)) {
            assertThat(statuses(response)).containsExactly(429, 200);
        }
        assertThat(server.connections()).containsExactly(0, 1);
    }

    private static ScriptedServer.Answer endless(int status) {
        String chunk = "1000\r\n" + "x".repeat(4096) + "\r\n";
        return socket -> {
            write(socket, "HTTP/1.1 " + status + " Bad\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (!socket.isClosed()) {
                write(socket, chunk);
            }
        };
    }

    /** The trap: the client would wait for minutes. */
    @ParameterizedTest
    @EnumSource
    void refusalWhoseBodyStallsIsFollowedByTheNextAttempt(Way way) throws Exception {
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        ScriptedServer server = server(stalled(429, closed), OK);

        try (Response response = call(way, patient(), get(server), 3)) {
            assertThat(statuses(response)).containsExactly(429, 200);
        }
        assertThat(reader.seen()).containsExactly("1", "ok");
        assertThat(server.connections()).containsExactly(0, 1);
        assertThat(closed.get(30, TimeUnit.SECONDS)).isEqualTo(-1);
        noConnectionIsHeld();
    }

    @Test
    void refusalWhoseBodyStallsOnHttp2IsFollowedByTheNextAttemptOnTheSameConnection() throws Exception {
        Http2Script server = new Http2Script(Http2Script.busyWithoutEnd("1"), Http2Script.ok());
        closes(server);
        OkHttpClient http2 = patient()
                .newBuilder()
                .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                .build();

        try (Response response = call(Way.EXECUTE, http2, get(server.url()), 3)) {
            assertThat(statuses(response)).containsExactly(429, 200);
        }
        assertThat(reader.seen()).containsExactly("1", "");
        assertThat(server.connections()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"EXECUTE", "FACTORY_ENQUEUE"})
    void refusalWhoseBodyDripsIsFollowedByTheNextAttempt(Way way) throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        ScriptedServer server = server(
                socket -> {
                    write(socket, "HTTP/1.1 429 Busy\r\nContent-Length: 1000000\r\n\r\n");
                    drip(socket, answered);
                },
                OK);

        try (Response response = call(way, patient(), get(server), 3)) {
            // The drip ends only now: who waits for its end never comes here.
            answered.countDown();
            assertThat(statuses(response)).containsExactly(429, 200);
        }
        assertThat(server.connections()).containsExactly(0, 1);
    }

    /** Nobody could say before that this refusal would be the caller's. */
    @ParameterizedTest
    @EnumSource
    void bodyThatDripsIsTheCallersToTheEnd(Way way) throws Exception {
        CountDownLatch handedOver = new CountDownLatch(1);
        ScriptedServer server = server(socket -> {
            write(socket, "HTTP/1.1 429 Busy\r\nConnection: close\r\n\r\n" + BodyReader.NO_MORE);
            drip(socket, handedOver);
            write(socket, "end");
            socket.close();
        });

        try (Response response = call(way, patient(), get(server), 3)) {
            handedOver.countDown();
            assertThat(response.code()).isEqualTo(429);
            assertThat(response.body().string()).matches(BodyReader.NO_MORE + "x+end");
        }
        assertThat(server.targets()).hasSize(1);
    }

    private static void drip(Socket socket, CountDownLatch until) throws Exception {
        while (!until.await(10, TimeUnit.MILLISECONDS)) {
            write(socket, "x");
        }
    }

    /** Silent for longer than a refusal would be waited for. */
    @ParameterizedTest
    @ValueSource(ints = {200, 403})
    void bodyThatIsSlowIsTheCallersToTheEnd(int status) throws Exception {
        ScriptedServer server = server(socket -> {
            write(socket, "HTTP/1.1 " + status + " Status\r\nContent-Length: 10\r\n\r\n1");
            new CountDownLatch(1).await(2500, TimeUnit.MILLISECONDS);
            write(socket, "234567890");
        });

        try (Response response = call(Way.FACTORY_EXECUTE, patient(), get(server), 3)) {
            assertThat(response.code()).isEqualTo(status);
            assertThat(response.body().string()).isEqualTo("1234567890");
        }
        noConnectionIsHeld();
    }

    @ParameterizedTest
    @EnumSource
    void bodyThatStallsFailsForItsCallerAsTheClientSaysSo(Way way) throws Exception {
        ScriptedServer server = server(stalled(403, new CompletableFuture<>()));
        OkHttpClient impatient =
                client.newBuilder().readTimeout(Duration.ofMillis(200)).build();

        try (Response response = call(way, impatient, get(server), 3)) {
            assertThat(response.code()).isEqualTo(403);
            assertThat(response.body().source().readByte()).isEqualTo((byte) '1');
            assertThatThrownBy(() -> response.body().source().readByte())
                    .isInstanceOf(InterruptedIOException.class)
                    .hasMessageContaining("time");
        }
        assertThat(reader.seen()).containsExactly("1");
        noConnectionIsHeld();
    }

    private static ScriptedServer.Answer stalled(int status, CompletableFuture<Integer> closed) {
        return socket -> {
            write(socket, "HTTP/1.1 " + status + " Status\r\nContent-Length: 10\r\n\r\n1");
            closed.complete(socket.getInputStream().read());
        };
    }

    /** In seconds; where the response is no error only the client's own timeouts bound it. */
    @ParameterizedTest
    @CsvSource({"429, 2", "403, 10", "200, 0"})
    void readIsBoundByWhoGetsTheResponse(int status, int seconds) throws Exception {
        Timed body = new Timed();
        OkHttpClient made = client.newBuilder().addInterceptor(answering(body)).build();

        call(Way.FACTORY_EXECUTE, made, get(server(status(status, BodyReader.NO_MORE))), 2)
                .close();

        assertThat(reader.seen()).containsExactly(BodyReader.NO_MORE);
        if (seconds == 0) {
            assertThat(body.lefts).containsOnly(Long.MAX_VALUE);
        } else {
            assertThat(body.lefts)
                    .allSatisfy(left -> assertThat(left)
                            .isBetween(TimeUnit.SECONDS.toNanos(seconds - 1), TimeUnit.SECONDS.toNanos(seconds)));
        }
        assertThat(body.timeout.hasDeadline()).isFalse();
    }

    @Test
    void deadlineThatIsThereAlreadyStays() throws Exception {
        Timed body = new Timed();
        long soon = OkioClock.after(TimeUnit.SECONDS.toNanos(5));
        body.timeout.deadlineNanoTime(soon);
        OkHttpClient made = client.newBuilder().addInterceptor(answering(body)).build();

        call(Way.FACTORY_EXECUTE, made, get(server(status(403, ""))), 1).close();

        assertThat(body.lefts)
                .isNotEmpty()
                .allSatisfy(left -> assertThat(left).isLessThanOrEqualTo(TimeUnit.SECONDS.toNanos(5)));
        assertThat(body.timeout.deadlineNanoTime()).isEqualTo(soon);
    }

    /** Writes down how long each read may take. */
    private static final class Timed implements Source {

        final Timeout timeout = new Timeout();
        final List<Long> lefts = new ArrayList<>();
        private final Buffer text = new Buffer().writeUtf8(BodyReader.NO_MORE);

        @Override
        public long read(Buffer sink, long byteCount) {
            lefts.add(timeout.hasDeadline() ? timeout.deadlineNanoTime() - OkioClock.nanoTime() : Long.MAX_VALUE);
            return text.read(sink, byteCount);
        }

        @Override
        public Timeout timeout() {
            return timeout;
        }

        @Override
        public void close() {}
    }

    // ---- calls that end meanwhile

    @ParameterizedTest
    @CsvSource({
        "EXECUTE, 429", "EXECUTE, 403",
        "ENQUEUE, 429", "ENQUEUE, 403",
        "FACTORY_EXECUTE, 429", "FACTORY_EXECUTE, 403",
        "FACTORY_ENQUEUE, 429", "FACTORY_ENQUEUE, 403"
    })
    void cancelEndsTheCall(Way way, int status) throws Exception {
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        ScriptedServer server = server(stalled(status, closed), OK);
        // Its time stands still, so a cancel that comes when the body is waited for no longer ends the call all the
        // same.
        Headway still = Headway.builder().hints(reader).time(time).build();
        Call call = way.call(patient(), still, get(server));
        CompletableFuture<Response> end = way.begin(call);
        reader.awaitAsking();

        call.cancel();

        assertThatThrownBy(() -> end.get(30, TimeUnit.SECONDS))
                .cause()
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Canceled");
        assertThat(closed.get(30, TimeUnit.SECONDS)).isEqualTo(-1);
        assertThat(server.targets()).hasSize(1);
        noConnectionIsHeld();
    }

    /** It knows of the call until the callback has come back. */
    @ParameterizedTest
    @ValueSource(ints = {429, 403})
    void callThatTheDispatcherCancelsIsOver(int status) throws Exception {
        dispatcherCancels(status, headway(reader, 3));
    }

    @Test
    void callThatTheDispatcherCancelsDoesNotBeginToWait() throws Exception {
        dispatcherCancels(429, Headway.builder().hints(reader).time(time).build());
    }

    private void dispatcherCancels(int status, Headway headway) throws Exception {
        ScriptedServer server = server(stalled(status, new CompletableFuture<>()), OK);
        Way way = Way.FACTORY_ENQUEUE;
        // A body is not waited for so long that a busy test could be sure to come in time.
        reader.whenAsking(client.dispatcher()::cancelAll);

        CompletableFuture<Response> end = way.begin(way.call(patient(), headway, get(server)));

        assertThatThrownBy(() -> end.get(30, TimeUnit.SECONDS))
                .cause()
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Canceled");
        assertThat(server.targets()).hasSize(1);
        noConnectionIsHeld();
    }

    @ParameterizedTest
    @EnumSource
    void callTimeoutEndsTheCall(Way way) throws Exception {
        for (int status : new int[] {429, 403}) {
            ScriptedServer server = server(stalled(status, new CompletableFuture<>()), OK);
            OkHttpClient limited =
                    patient().newBuilder().callTimeout(Duration.ofMillis(1200)).build();

            assertThatThrownBy(() -> call(way, limited, get(server), 3))
                    .isInstanceOf(InterruptedIOException.class)
                    .hasMessage("timeout");
            assertThat(server.targets()).hasSize(1);
        }
        noConnectionIsHeld();
    }

    // ---- helpers

    private static String bytes(Response response) throws IOException {
        return new String(response.body().bytes(), ISO_8859_1);
    }

    private static String latin(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return new String(bytes, ISO_8859_1);
    }

    private static String chunks(String body) {
        StringBuilder chunks = new StringBuilder();
        for (int at = 0; at < body.length(); at += 5000) {
            String chunk = body.substring(at, Math.min(body.length(), at + 5000));
            chunks.append(Integer.toHexString(chunk.length()))
                    .append("\r\n")
                    .append(chunk)
                    .append("\r\n");
        }
        return chunks.toString();
    }

    private static String gzip(String text) throws IOException {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(coded)) {
            out.write(text.getBytes(ISO_8859_1));
        }
        return coded.toString(ISO_8859_1);
    }
}
