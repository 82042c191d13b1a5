package dev.headway.jdk;

import static dev.headway.jdk.Fixture.BUSY;
import static dev.headway.jdk.Fixture.OK;
import static dev.headway.jdk.Fixture.get;
import static dev.headway.jdk.Fixture.statuses;
import static dev.headway.testkit.ScriptedServer.raw;
import static dev.headway.testkit.ScriptedServer.status;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.testkit.ScriptedServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who gets which body: the caller's handler that of the last response, nobody any other. */
@Timeout(120)
class BodyTest {

    @RegisterExtension
    final Fixture with = fixture();

    Fixture fixture() {
        return new Fixture();
    }

    @TempDir
    Path folder;

    // ---- the caller's handler

    @ParameterizedTest
    @EnumSource
    void fileHoldsTheLastBodyAndNothingOfTheOnesBefore(Way way) throws Exception {
        ScriptedServer server = with.server(status(503, "PAGE-".repeat(1000)), status(200, "short"));
        Path file = folder.resolve("body");

        HttpResponse<Path> response = way.call(with.client(), get(server), BodyHandlers.ofFile(file));

        assertThat(statuses(response)).containsExactly(503, 200);
        assertThat(response.body()).isEqualTo(file);
        assertThat(file).hasContent("short");
    }

    @ParameterizedTest
    @EnumSource
    void downloadIsNotAskedToNameTheFileOfARefusal(Way way) throws Exception {
        ScriptedServer server =
                with.server(BUSY, status(200, "content", "Content-Disposition: attachment; filename=\"it.txt\""));

        HttpResponse<Path> response = way.call(
                with.client(),
                get(server),
                BodyHandlers.ofFileDownload(folder, StandardOpenOption.CREATE, StandardOpenOption.WRITE));

        assertThat(statuses(response)).containsExactly(429, 200);
        assertThat(response.body().getFileName()).hasToString("it.txt");
        assertThat(response.body()).hasContent("content");
    }

    @ParameterizedTest
    @EnumSource
    void handlerIsAskedOnceForTheResponseThatTheCallerGets(Way way) throws Exception {
        ScriptedServer good = with.server(BUSY, BUSY, OK);
        ScriptedServer bad = with.server(BUSY, BUSY, status(429, "the last", "X-N: 3"), OK);
        ScriptedServer wrong = with.server(status(400, "wrong"));

        assertThat(asked(way, good)).isEqualTo("200 ok");
        assertThat(asked(way, bad)).isEqualTo("429 the last");
        assertThat(asked(way, wrong)).isEqualTo("400 wrong");
    }

    private String asked(Way way, ScriptedServer server) throws Exception {
        List<Integer> infos = new CopyOnWriteArrayList<>();
        HttpResponse<String> response = way.call(with.client(), get(server), info -> {
            infos.add(info.statusCode());
            return BodySubscribers.ofString(ISO_8859_1);
        });
        assertThat(infos).containsExactly(response.statusCode());
        return response.statusCode() + " " + response.body();
    }

    @ParameterizedTest
    @EnumSource
    void bodilessResponsesPass(Way way) throws Exception {
        ScriptedServer server = with.server(
                raw("HTTP/1.1 204 None\r\n\r\n"),
                raw("HTTP/1.1 404 No\r\nContent-Length: 100\r\n\r\n"),
                status(404, ""),
                raw("HTTP/1.1 304 Same\r\n\r\n"),
                raw("HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
        HttpClient client = with.client();
        HttpRequest head = HttpRequest.newBuilder(server.uri("/"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();

        assertThat(way.call(client, get(server), BodyHandlers.ofString()).body())
                .isEmpty();
        assertThat(way.call(client, head, BodyHandlers.ofString()).body()).isEmpty();
        assertThat(way.call(client, get(server), BodyHandlers.ofString()).body())
                .isEmpty();
        assertThat(way.call(client, get(server), BodyHandlers.ofString()).body())
                .isEmpty();
        assertThat(way.call(client, get(server), BodyHandlers.ofByteArray()).body())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void bodilessRefusalsAreRepeated(Way way) throws Exception {
        ScriptedServer server = with.server(
                raw("HTTP/1.1 503 No\r\nContent-Length: 100\r\n\r\n"),
                raw("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"));
        HttpRequest head = HttpRequest.newBuilder(server.uri("/"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();

        assertThat(statuses(way.call(with.client(), head, BodyHandlers.ofString())))
                .containsExactly(503, 200);
    }

    /** A finisher that reads blocks the thread that asks for the body; the bytes must flow nevertheless. */
    @ParameterizedTest
    @EnumSource
    void handlerThatReadsTheStreamBeforeItAnswersGetsIt(Way way) throws Exception {
        String page = "x".repeat(200_000);
        ScriptedServer server = with.server(status(404, page), status(200, page));
        BodyHandler<Integer> counting = info -> BodySubscribers.mapping(BodySubscribers.ofInputStream(), stream -> {
            try (stream) {
                return stream.readAllBytes().length;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        HttpClient client = with.client();

        assertThat(way.call(client, get(server), counting).body()).isEqualTo(200_000);
        assertThat(way.call(client, get(server), counting).body()).isEqualTo(200_000);
    }

    // ---- byte for byte

    @ParameterizedTest
    @EnumSource
    void bigErrorBodyArrivesByteForByteThroughEveryHandler(Way way) throws Exception {
        String body = latin(3_000_000);
        ScriptedServer server = with.server(status(400, body));

        everyHandler(way, with.client(), server.uri("/"), body);
    }

    @ParameterizedTest
    @EnumSource
    void bigErrorBodyArrivesByteForByteThroughEveryHandlerOnHttp2(Way way) throws Exception {
        String body = latin(3_000_000);
        Http2Server server = with.opened(new Http2Server());
        server.always(new MockResponse.Builder()
                .code(400)
                .body(new Buffer().write(body.getBytes(ISO_8859_1)))
                .build());

        everyHandler(way, with.wrap(server.client()), server.uri(), body);
        assertThat(server.takeRequest().getVersion()).isEqualTo("HTTP/2");
    }

    private void everyHandler(Way way, HttpClient client, URI uri, String body) throws Exception {
        byte[] bytes = body.getBytes(ISO_8859_1);
        assertThat(got(way, client, uri, BodyHandlers.ofByteArray())).isEqualTo(bytes);
        assertThat(got(way, client, uri, BodyHandlers.ofString(ISO_8859_1)).equals(body))
                .isTrue();
        assertThat(Files.readAllBytes(got(way, client, uri, BodyHandlers.ofFile(folder.resolve("big")))))
                .isEqualTo(bytes);
        try (InputStream stream = got(way, client, uri, BodyHandlers.ofInputStream())) {
            assertThat(stream.readAllBytes()).isEqualTo(bytes);
        }
        try (Stream<String> lines = got(way, client, uri, info -> BodySubscribers.ofLines(ISO_8859_1))) {
            assertThat(lines.toList()).isEqualTo(body.lines().toList());
        }
        assertThat(got(way, client, uri, BodyHandlers.buffering(BodyHandlers.ofByteArray(), 10_000)))
                .isEqualTo(bytes);
        OneByOne reader = new OneByOne();
        got(way, client, uri, BodyHandlers.ofPublisher()).subscribe(reader);
        assertThat(reader.whole.get()).isEqualTo(bytes);
        Buffer consumed = new Buffer();
        got(way, client, uri, BodyHandlers.ofByteArrayConsumer(part -> part.ifPresent(consumed::write)));
        assertThat(consumed.readByteArray()).isEqualTo(bytes);
    }

    private static <T> T got(Way way, HttpClient client, URI uri, BodyHandler<T> handler) throws Exception {
        HttpResponse<T> response = way.call(client, get(uri), handler);
        assertThat(response.statusCode()).isEqualTo(400);
        return response.body();
    }

    /** Bytes of all values, with line ends of each kind. */
    private static String latin(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return new String(bytes, ISO_8859_1);
    }

    /** Asks for one item at a time, and checks that it gets no more. */
    static final class OneByOne implements Flow.Subscriber<List<ByteBuffer>> {

        final CompletableFuture<byte[]> whole = new CompletableFuture<>();
        private final Buffer buffer = new Buffer();
        private final AtomicInteger asked = new AtomicInteger();
        private Flow.@Nullable Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription source) {
            subscription = source;
            ask();
        }

        private void ask() {
            asked.incrementAndGet();
            requireNonNull(subscription).request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> items) {
            if (asked.decrementAndGet() < 0) {
                whole.completeExceptionally(new AssertionError("more than was asked for"));
            }
            for (ByteBuffer item : items) {
                byte[] bytes = new byte[item.remaining()];
                item.get(bytes);
                buffer.write(bytes);
            }
            ask();
        }

        @Override
        public void onError(Throwable throwable) {
            whole.completeExceptionally(throwable);
        }

        @Override
        public void onComplete() {
            whole.complete(buffer.readByteArray());
        }
    }

    // ---- streams

    @ParameterizedTest
    @EnumSource
    void streamIsHandedOverBeforeItsEnd(Way way) throws Exception {
        for (int status : new int[] {200, 404}) {
            CountDownLatch read = new CountDownLatch(1);
            ScriptedServer server = with.server(BUSY, socket -> {
                ScriptedServer.write(socket, "HTTP/1.1 " + status + " OK\r\nContent-Length: 2\r\n\r\n1");
                read.await();
                ScriptedServer.write(socket, "2");
            });

            HttpResponse<InputStream> response = way.call(with.client(), get(server), BodyHandlers.ofInputStream());

            assertThat(statuses(response)).containsExactly(429, status);
            try (InputStream stream = response.body()) {
                assertThat(stream.read()).isEqualTo('1');
                read.countDown();
                assertThat(stream.read()).isEqualTo('2');
                assertThat(stream.read()).isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void publisherIsHandedOverBeforeTheBodysEnd(Way way) throws Exception {
        CountDownLatch subscribed = new CountDownLatch(1);
        ScriptedServer server = with.server(socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n");
            subscribed.await();
            ScriptedServer.write(socket, "12");
        });

        HttpResponse<Flow.Publisher<List<ByteBuffer>>> response =
                way.call(with.client(), get(server), BodyHandlers.ofPublisher());
        OneByOne reader = new OneByOne();
        response.body().subscribe(reader);
        subscribed.countDown();

        assertThat(reader.whole.get()).asString(ISO_8859_1).isEqualTo("12");
    }

    @ParameterizedTest
    @EnumSource
    void streamThatIsClosedEarlyClosesItsConnection(Way way) throws Exception {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        ScriptedServer server = with.server(socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n1");
            end.complete(socket.getInputStream().read());
        });

        way.call(with.client(), get(server), BodyHandlers.ofInputStream())
                .body()
                .close();

        assertThat(end.get()).isEqualTo(-1);
    }

    // ---- bodies that nobody gets

    @ParameterizedTest
    @EnumSource
    void smallBodiesThatNobodyGetsLeaveTheConnectionInUse(Way way) throws Exception {
        ScriptedServer.Answer refusal = status(429, "b".repeat(1000));
        ScriptedServer server = with.server(refusal, status(503, ""), refusal, OK);
        Idle idle = with.opened(new Idle());
        HttpClient client = with.wrap(
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .executor(idle)
                        .build(),
                idle.time(with.moving()),
                5);

        HttpResponse<String> response = way.call(client, get(server), BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(429, 503, 429, 200);
        assertThat(server.connections()).containsExactly(0, 0, 0, 0);
    }

    @ParameterizedTest
    @EnumSource
    void bodyThatDripsDoesNotHoldTheNextAttemptUp(Way way) throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        CompletableFuture<Throwable> dropped = new CompletableFuture<>();
        ScriptedServer server = with.server(
                socket -> {
                    ScriptedServer.write(socket, "HTTP/1.1 429 Busy\r\nContent-Length: 1000000\r\n\r\n");
                    answered.await();
                    try {
                        Fixture.drip(socket, "x", new CountDownLatch(1));
                    } catch (IOException e) {
                        dropped.complete(e);
                    }
                },
                OK);

        HttpResponse<String> response = way.call(with.client(), get(server), BodyHandlers.ofString());
        // The drip begins only now: who waits for its end never comes here.
        answered.countDown();

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(server.connections()).containsExactly(0, 1);
        assertThat(dropped.get()).isNotNull();
    }

    @ParameterizedTest
    @EnumSource
    void bodyWithoutEndDoesNotHoldTheNextAttemptUp(Way way) throws Exception {
        CompletableFuture<Throwable> dropped = new CompletableFuture<>();
        String chunk = "1000\r\n" + "x".repeat(4096) + "\r\n";
        ScriptedServer server = with.server(
                socket -> {
                    ScriptedServer.write(socket, "HTTP/1.1 429 Busy\r\nTransfer-Encoding: chunked\r\n\r\n");
                    try {
                        while (true) {
                            ScriptedServer.write(socket, chunk);
                        }
                    } catch (IOException e) {
                        dropped.complete(e);
                    }
                },
                OK);

        HttpResponse<String> response = way.call(with.client(), get(server), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(server.connections()).containsExactly(0, 1);
        assertThat(requireNonNull(dropped.get())).isInstanceOf(IOException.class);
    }

    /** A body that nobody reads would stop the connection's other streams when its window is full. */
    @ParameterizedTest
    @EnumSource
    void bodiesThatNobodyGetsNeverSurfaceOnHttp2(Way way) throws Exception {
        Http2Server server = with.opened(new Http2Server());
        String page = "x".repeat(100_000);
        HttpClient client = with.wrap(server.client());
        for (int i = 0; i < 200; i++) {
            server.enqueue(new MockResponse.Builder()
                    .code(429)
                    .body(i % 2 == 0 ? page : "busy")
                    .build());
            server.enqueue(new MockResponse.Builder().body("ok").build());

            HttpResponse<String> response = way.call(client, get(server.uri()), BodyHandlers.ofString());

            assertThat(response.body()).isEqualTo("ok");
            assertThat(statuses(response)).containsExactly(429, 200);
        }
        assertThat(server.connections()).isEqualTo(1);
    }
}
