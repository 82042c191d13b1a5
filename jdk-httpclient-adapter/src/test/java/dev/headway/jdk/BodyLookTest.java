package dev.headway.jdk;

import static dev.headway.jdk.Fixture.OK;
import static dev.headway.jdk.Fixture.async;
import static dev.headway.jdk.Fixture.failureOf;
import static dev.headway.jdk.Fixture.get;
import static dev.headway.jdk.Fixture.statuses;
import static dev.headway.testkit.ScriptedServer.raw;
import static dev.headway.testkit.ScriptedServer.status;
import static dev.headway.testkit.ScriptedServer.write;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Headway;
import dev.headway.Signal;
import dev.headway.testkit.ScriptedServer;
import dev.headway.testkit.VirtualTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The beginning of a body is looked at, and its caller does not notice. */
@Timeout(60)
class BodyLookTest {

    private static final int BOUND = Signal.Response.MAX_BODY_START;
    private static final int CANCEL = 8;

    /** In real time: the header fields come before, also on a busy machine, and the end of a look after. */
    private static final Duration LATE = Duration.ofMillis(900);

    private final BodyReader reader = new BodyReader();

    @RegisterExtension
    final Fixture with = new Fixture(reader);

    private final CompletableFuture<Integer> closed = new CompletableFuture<>();

    /** Says that it has ten bytes, and sends one. */
    private ScriptedServer.Answer stalled(int status) {
        return socket -> {
            write(socket, "HTTP/1.1 " + status + " Status\r\nContent-Length: 10\r\n\r\n1");
            closed.complete(socket.getInputStream().read());
        };
    }

    // ---- judged by the body

    @ParameterizedTest
    @EnumSource
    void callIsJudgedByWhatTheBodySays(Way way) throws Exception {
        ScriptedServer server = with.server(status(403, BodyReader.SLOW_DOWN), OK);

        HttpResponse<String> response = way.call(with.client(), get(server), BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(403, 200);
        assertThat(response.body()).isEqualTo("ok");
        assertThat(reader.seen()).containsExactly(BodyReader.SLOW_DOWN, "ok");
    }

    @ParameterizedTest
    @EnumSource
    void lastResponseIsLookedAtAsWell(Way way) throws Exception {
        ScriptedServer server = with.server(status(403, BodyReader.SLOW_DOWN));

        HttpResponse<String> response = way.call(with.client(2), get(server), BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(403, 403);
        assertThat(response.body()).isEqualTo(BodyReader.SLOW_DOWN);
        assertThat(reader.seen()).containsExactly(BodyReader.SLOW_DOWN, BodyReader.SLOW_DOWN);
    }

    @ParameterizedTest
    @EnumSource
    void responseThatIsNoErrorHasATraceAsEveryOther(Way way) throws Exception {
        HttpResponse<String> response = way.call(with.client(), get(with.server(OK)), BodyHandlers.ofString());

        assertThat(response.body()).isEqualTo("ok");
        assertThat(statuses(response)).containsExactly(200);
    }

    @ParameterizedTest
    @EnumSource
    void bodyThatNobodyWantsIsNotWaitedFor(Way way) throws Exception {
        CountDownLatch handedOver = new CountDownLatch(1);
        ScriptedServer server = with.server(socket -> {
            write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1");
            handedOver.await();
            write(socket, "2");
        });
        Headway ofErrors = Headway.builder().hints(reader).build();

        HttpResponse<InputStream> response =
                way.call(HeadwayHttpClient.wrap(Fixture.plain(), ofErrors), get(server), BodyHandlers.ofInputStream());
        handedOver.countDown();

        assertThat(response.body()).hasBinaryContent("12".getBytes(ISO_8859_1));
        assertThat(response).isNotInstanceOf(DeliveredResponse.class);
        assertThat(reader.seen()).containsExactly("");
    }

    @ParameterizedTest
    @EnumSource
    void eventsArriveOneByOneWhateverTheParserWants(Way way) throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        ScriptedServer server = with.server(socket -> {
            write(socket, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            first.await();
            write(socket, "data: 1\n\n");
            socket.close();
        });

        HttpResponse<InputStream> response = way.call(with.client(), get(server), BodyHandlers.ofInputStream());
        first.countDown();

        assertThat(response.body()).hasBinaryContent("data: 1\n\n".getBytes(ISO_8859_1));
        assertThat(reader.seen()).containsExactly("");
    }

    /** So many, that waiting for what does not come would take longer than the test may. */
    @ParameterizedTest
    @EnumSource
    @Timeout(30)
    void bodyThatIsEmptyIsNotWaitedFor(Way way) throws Exception {
        ScriptedServer server = with.server(raw("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"));
        ScriptedServer ofHead = with.server(raw("HTTP/1.1 403 No\r\nContent-Length: 100\r\n\r\n"));
        HttpRequest head = HttpRequest.newBuilder(ofHead.uri("/"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();
        HttpClient client = with.client();

        for (int i = 0; i < 40; i++) {
            assertThat(way.call(client, get(server), BodyHandlers.ofString()).body())
                    .isEmpty();
            assertThat(way.call(client, head, BodyHandlers.ofString()).body()).isEmpty();
        }
        assertThat(reader.seen()).hasSize(80).containsOnly("");
    }

    // ---- the caller gets every byte

    @ParameterizedTest
    @ValueSource(ints = {1, 16_384, 65_535, 65_536, 65_537, 200_000})
    void bodyOfAnyLengthIsWhole(int length) throws Exception {
        String body = latin(length);
        List<ScriptedServer.Answer> framings = List.of(
                status(200, body),
                status(400, body),
                raw("HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks(body) + "0\r\n\r\n"),
                socket -> {
                    write(socket, "HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n" + body);
                    socket.close();
                });

        for (ScriptedServer.Answer framing : framings) {
            for (Way way : Way.values()) {
                byte[] got = way.call(with.client(), get(with.server(framing)), BodyHandlers.ofByteArray())
                        .body();
                assertThat(new String(got, ISO_8859_1).equals(body)).isTrue();
            }
        }
        assertSeen(body, 8);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536, 65_537, 200_000})
    void bodyOfAnyLengthIsWholeOnHttp2(int length) throws Exception {
        String body = latin(length);
        Http2Server server = with.opened(new Http2Server());
        server.always(new MockResponse.Builder()
                .code(400)
                .body(new Buffer().write(body.getBytes(ISO_8859_1)))
                .build());
        HttpClient client = with.wrap(server.client());

        for (Way way : Way.values()) {
            byte[] got = way.call(client, get(server.uri()), BodyHandlers.ofByteArray())
                    .body();
            assertThat(new String(got, ISO_8859_1).equals(body)).isTrue();
        }
        assertSeen(body, 2);
    }

    private void assertSeen(String body, int times) {
        String start = body.substring(0, Math.min(body.length(), BOUND));
        assertThat(reader.seen()).hasSize(times);
        assertThat(reader.seen().stream().allMatch(start::equals)).isTrue();
    }

    /** Those that {@link BodyTest} does not have. */
    @ParameterizedTest
    @EnumSource
    void otherHandlersGetTheBodyToo(Way way) throws Exception {
        String body = "a line\n".repeat(30_000);
        ScriptedServer server = with.server(status(400, body));
        List<String> lines = new ArrayList<>();

        HttpResponse<Void> discarded = way.call(with.client(), get(server), BodyHandlers.discarding());
        HttpResponse<Void> byLine =
                way.call(with.client(), get(server), BodyHandlers.fromLineSubscriber(new Lines(lines)));
        HttpResponse<Integer> replaced = way.call(with.client(), get(server), BodyHandlers.replacing(7));

        assertThat(discarded.statusCode()).isEqualTo(400);
        assertThat(byLine.statusCode()).isEqualTo(400);
        assertThat(lines).hasSize(30_000).containsOnly("a line");
        assertThat(replaced.body()).isEqualTo(7);
    }

    private record Lines(List<String> lines) implements Flow.Subscriber<String> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            lines.add(line);
        }

        @Override
        public void onError(Throwable throwable) {
            lines.add(throwable.toString());
        }

        @Override
        public void onComplete() {}
    }

    /** The client takes no coding off. */
    @ParameterizedTest
    @EnumSource
    void codedBodyIsSeenAsItCame(Way way) throws Exception {
        String coded = gzip(BodyReader.SLOW_DOWN);
        ScriptedServer server = with.server(status(403, coded, "Content-Encoding: gzip"));

        HttpResponse<String> response = way.call(with.client(1), get(server), BodyHandlers.ofString(ISO_8859_1));

        assertThat(response.body()).isEqualTo(coded);
        assertThat(reader.seen()).containsExactly(coded);
    }

    // ---- bodies that break

    @ParameterizedTest
    @EnumSource
    void bodyThatIsCutOffBreaksForItsCaller(Way way) throws Exception {
        for (String rest : List.of("Content-Length: 100\r\n\r\nsome", "Transfer-Encoding: chunked\r\n\r\n64\r\nsome")) {
            ScriptedServer server = with.server(socket -> {
                write(socket, "HTTP/1.1 400 Bad\r\n" + rest);
                socket.close();
            });

            try (InputStream body = way.call(with.client(), get(server), BodyHandlers.ofInputStream())
                    .body()) {
                assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
            }
            assertThatThrownBy(() -> way.call(with.client(), get(server), BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        }
        assertThat(reader.seen()).hasSize(4).containsOnly("some");
    }

    @ParameterizedTest
    @EnumSource
    void bodyWhoseConnectionIsResetBreaksForItsCaller(Way way) throws Exception {
        ScriptedServer server = with.server(socket -> {
            write(socket, "HTTP/1.1 400 Bad\r\nContent-Length: 100\r\n\r\nsome");
            reader.awaitAsked();
            socket.setSoLinger(true, 0);
            socket.close();
        });

        try (InputStream body = way.call(with.client(), get(server), BodyHandlers.ofInputStream())
                .body()) {
            assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
        }
    }

    /** The client takes what breaks before it has the body for a failure of the exchange; but the response has come. */
    @RepeatedTest(100)
    void responseIsNotLostHoweverEarlyItsBodyBreaks() throws Exception {
        ScriptedServer server = with.server(
                raw("HTTP/1.1 429 Busy\r\nRetry-After: 1\r\nTransfer-Encoding: chunked\r\n\r\nnot a number\r\n"), OK);
        HttpClient client = with.client();

        for (Way way : Way.values()) {
            HttpResponse<String> response = way.call(client, Fixture.post(server), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
        }
    }

    /** In the middle: what is reset together with its header fields is lost to the client with or without us. */
    @ParameterizedTest
    @EnumSource
    void responseIsNotLostWhenItsStreamIsReset(Way way) throws Exception {
        Http2Server server = with.opened(new Http2Server());
        HttpClient client = with.wrap(server.client());
        for (int i = 0; i < 3; i++) {
            server.enqueue(new MockResponse.Builder()
                    .code(429)
                    .body("x".repeat(10_000))
                    .throttleBody(2_500, 400, TimeUnit.MILLISECONDS)
                    .onResponseBody(new SocketEffect.CloseStream(CANCEL))
                    .build());
            server.enqueue(new MockResponse.Builder().body("ok").build());

            HttpResponse<String> response = way.call(client, Fixture.post(server.uri()), BodyHandlers.ofString());

            assertThat(statuses(response)).containsExactly(429, 200);
        }
        assertThat(reader.seen()).contains("x".repeat(5_000));
        assertThat(server.connections()).isEqualTo(1);
    }

    // ---- bodies that do not end

    @ParameterizedTest
    @EnumSource
    void bodyWithoutEndIsLookedAtUpToTheBoundAndFlowsOn(Way way) throws Exception {
        String chunk = "1000\r\n" + "x".repeat(4096) + "\r\n";
        ScriptedServer server = with.server(socket -> {
            write(socket, "HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (!socket.isClosed()) {
                write(socket, chunk);
            }
        });

        try (InputStream body = way.call(with.client(), get(server), BodyHandlers.ofInputStream())
                .body()) {
            assertThat(body.readNBytes(500_000)).hasSize(500_000).containsOnly('x');
        }
        assertThat(reader.seen()).hasSize(1).first().asString().hasSize(BOUND);
    }

    /** It stands still until the caller has what came before. */
    @ParameterizedTest
    @EnumSource
    void bodyThatStallsGoesOnForItsCaller(Way way) throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        ScriptedServer server = with.server(socket -> {
            write(socket, "HTTP/1.1 403 No\r\nContent-Length: 3\r\n\r\n1");
            read.await();
            write(socket, "23");
        });

        try (InputStream body = way.call(with.client(), get(server), BodyHandlers.ofInputStream())
                .body()) {
            assertThat(body.read()).isEqualTo('1');
            read.countDown();
            assertThat(body.readAllBytes()).isEqualTo("23".getBytes(ISO_8859_1));
        }
        assertThat(reader.seen()).containsExactly("1");
    }

    @ParameterizedTest
    @EnumSource
    void bodyThatStallsGoesOnForItsCallerOnHttp2(Way way) throws Exception {
        Http2Server server = with.opened(new Http2Server());
        server.always(new MockResponse.Builder()
                .code(403)
                .body("1".repeat(100_000))
                .throttleBody(50_000, 3, TimeUnit.SECONDS)
                .build());

        HttpResponse<String> response =
                way.call(with.wrap(server.client()), get(server.uri()), BodyHandlers.ofString());

        assertThat(response.body()).isEqualTo("1".repeat(100_000));
        assertThat(reader.seen()).hasSize(1).first().asString().hasSizeLessThan(BOUND);
    }

    @ParameterizedTest
    @EnumSource
    void refusalWhoseBodyStallsIsFollowedByTheNextAttempt(Way way) throws Exception {
        ScriptedServer server = with.server(stalled(429), OK);

        HttpResponse<String> response = way.call(with.client(), get(server), BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(429, 200);
        assertThat(reader.seen()).containsExactly("1", "ok");
        assertThat(closed.get()).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void refusalWhoseBodyDripsIsFollowedByTheNextAttempt(Way way) throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        ScriptedServer server = with.server(
                socket -> {
                    write(socket, "HTTP/1.1 429 Busy\r\nContent-Length: 1000000\r\n\r\n");
                    Fixture.drip(socket, "x", answered);
                },
                OK);

        HttpResponse<String> response = way.call(with.client(), get(server), BodyHandlers.ofString());
        // The drip ends only now: who waits for its end never comes here.
        answered.countDown();

        assertThat(statuses(response)).containsExactly(429, 200);
        assertThat(reader.seen()).first().asString().matches("x+");
    }

    /** The client has one thread for all its calls. */
    @Test
    void noThreadIsHeldWhileABodyIsWaitedFor() throws Exception {
        CountDownLatch others = new CountDownLatch(1);
        ScriptedServer slow = with.server(socket -> {
            write(socket, "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\n1");
            others.await();
            write(socket, "2");
        });
        ExecutorService one = Executors.newSingleThreadExecutor();
        HttpClient client = with.wrap(HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(one)
                .build());
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(client.sendAsync(get(slow), BodyHandlers.ofString()));
        }
        reader.awaitAsked();

        assertThat(client.sendAsync(get(with.server(OK)), BodyHandlers.ofString())
                        .get()
                        .body())
                .isEqualTo("ok");

        others.countDown();
        for (CompletableFuture<HttpResponse<String>> each : waiting) {
            assertThat(each.get().body()).isEqualTo("12");
        }
        one.shutdown();
    }

    // ---- the time of the attempt

    @ParameterizedTest
    @EnumSource
    void timeOfTheAttemptGoesOn(Way way) throws Exception {
        // Late for the attempt, and in time for one that begins anew after the look.
        ScriptedServer server = with.server(socket -> {
            write(socket, "HTTP/1.1 403 No\r\nContent-Length: 10\r\n\r\n1");
            new CountDownLatch(1).await(1600, TimeUnit.MILLISECONDS);
            write(socket, "234567890");
        });
        HttpRequest request =
                HttpRequest.newBuilder(server.uri("/")).timeout(LATE).build();

        assertThatThrownBy(() -> way.call(with.client(), request, BodyHandlers.ofString()))
                .isExactlyInstanceOf(HttpTimeoutException.class)
                .hasMessage("request timed out");
        assertThat(reader.seen()).containsExactly("1");
        assertThat(server.targets()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void refusalWhoseTimeIsOverIsARefusal(Way way) throws Exception {
        ScriptedServer server = with.server(stalled(429), OK);
        HttpRequest request = HttpRequest.newBuilder(server.uri("/"))
                .timeout(LATE)
                .POST(HttpRequest.BodyPublishers.ofString("text"))
                .build();

        HttpResponse<String> response = way.call(with.client(), request, BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(429, 200);
    }

    // ---- calls that end meanwhile

    /** Its time stands still: what ends a call after the look has nothing more to do than what ends it before. */
    private HttpClient waiting() {
        return with.wrap(Fixture.plain(), new VirtualTime(), 3);
    }

    @ParameterizedTest
    @EnumSource
    void endingTheCallClosesItsExchangeAndSendsNothingMore(CancelTest.End how) throws Exception {
        ScriptedServer server = with.server(stalled(429), OK);
        CompletableFuture<HttpResponse<String>> call = waiting().sendAsync(get(server), BodyHandlers.ofString());
        reader.awaitAsked();

        how.end(call);
        CountDownLatch done = new CountDownLatch(1);
        CompletionStage<?> end = call;
        end.whenComplete((response, thrown) -> done.countDown());
        done.await();

        assertThat(closed.get()).isEqualTo(-1);
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void interruptEndsTheCall() throws Exception {
        ScriptedServer server = with.server(stalled(429), OK);
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        HttpClient client = waiting();
        CompletableFuture<?> call = async(() -> {
            thread.complete(Thread.currentThread());
            return client.send(get(server), BodyHandlers.ofString());
        });
        reader.awaitAsked();

        thread.get().interrupt();

        assertThat(failureOf(call)).isExactlyInstanceOf(InterruptedException.class);
        assertThat(closed.get()).isEqualTo(-1);
        assertThat(server.targets()).hasSize(1);
    }

    /** As any attempt on its way. */
    @ParameterizedTest
    @EnumSource
    void callOfAClientThatIsClosedComesToItsEnd(Way way) throws Exception {
        CountDownLatch shut = new CountDownLatch(1);
        ScriptedServer server = with.server(socket -> {
            write(socket, "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\n1");
            shut.await();
            write(socket, "2");
        });
        HeadwayHttpClient client = with.client();
        CompletableFuture<HttpResponse<String>> call =
                async(() -> way.call(client, get(server), BodyHandlers.ofString()));
        reader.awaitAsked();

        client.shutdown();
        shut.countDown();

        assertThat(call.get()).isNotNull().extracting(HttpResponse::body).isEqualTo("12");
    }

    // ---- helpers

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
