package dev.headway.jdk;

import static dev.headway.jdk.Fixture.BUSY;
import static dev.headway.jdk.Fixture.OK;
import static dev.headway.jdk.Fixture.get;
import static dev.headway.jdk.Fixture.plain;
import static dev.headway.jdk.Fixture.post;
import static dev.headway.jdk.Fixture.statuses;
import static dev.headway.testkit.ScriptedServer.hangUp;
import static dev.headway.testkit.ScriptedServer.status;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.CallTrace;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.WaitCause;
import dev.headway.testkit.ScriptedServer;
import dev.headway.testkit.VirtualTime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What may be sent again, and with which bytes. */
@Timeout(60)
class SendOnceTest {

    private static final int INTERNAL_ERROR = 2;
    private static final int REFUSED_STREAM = 7;
    private static final int ENHANCE_YOUR_CALM = 11;

    @RegisterExtension
    final Fixture with = new Fixture();

    @TempDir
    Path folder;

    // ---- failures

    @ParameterizedTest
    @EnumSource
    void postWithoutAnAnswerIsSentOnce(Way way) throws Exception {
        ScriptedServer server = with.server(hangUp(), OK);
        HttpClient client = with.client();

        assertThatThrownBy(() -> way.call(client, post(server), BodyHandlers.ofString()))
                .isInstanceOf(IOException.class)
                .satisfies(
                        failure -> assertThat(Fixture.trace(failure).gaveUp()).hasValue(GiveUpReason.NOT_IDEMPOTENT));
        assertThat(server.targets()).containsExactly("POST /");
    }

    @ParameterizedTest
    @EnumSource
    void postWhoseRedirectTargetIsTooBusyIsSentOnce(Way way) throws Exception {
        ScriptedServer server = with.server(status(303, "", "Location: /receipt"), BUSY, OK);
        HttpClient client = with.wrap(plain(HttpClient.Redirect.NORMAL));

        HttpResponse<String> response = way.call(client, post(server), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(server.targets()).containsExactly("POST /", "GET /receipt");
    }

    @ParameterizedTest
    @EnumSource
    void postOnAStaleConnectionIsSentOnce(Way way) throws Exception {
        ScriptedServer server = with.server(OK, hangUp(), OK);
        HttpClient client = with.client();
        way.call(client, get(server), BodyHandlers.ofString());

        assertThatThrownBy(() -> way.call(client, post(server), BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
        assertThat(server.targets()).containsExactly("GET /", "POST /");
    }

    /** The client itself sends a GET twice; that is one attempt. */
    @ParameterizedTest
    @EnumSource
    void getWithoutAnAnswerIsSentAgain(Way way) throws Exception {
        ScriptedServer server = with.server(hangUp(), hangUp(), OK);

        HttpResponse<String> response = way.call(with.client(), get(server), BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(0, 200);
        assertThat(server.targets()).containsExactly("GET /", "GET /", "GET /");
    }

    @ParameterizedTest
    @EnumSource
    void postWithAnIdempotencyKeyIsSentAgain(Way way) throws Exception {
        ScriptedServer server = with.server(hangUp(), OK);
        HttpRequest request = HttpRequest.newBuilder(server.uri("/"))
                .header("Idempotency-Key", "1")
                .POST(BodyPublishers.ofString("text"))
                .build();

        HttpResponse<String> response = way.call(with.client(), request, BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(0, 200);
        assertThat(server.received()).extracting(ScriptedServer.Received::body).containsExactly("text", "text");
    }

    @ParameterizedTest
    @EnumSource
    void postThatCouldNotConnectIsSentAgain(Way way) throws Exception {
        HttpRequest request = post(URI.create("http://127.0.0.1:" + with.closedPort() + "/"));
        HttpRequest bare = HttpRequest.newBuilder(request.uri())
                .POST(BodyPublishers.noBody())
                .build();

        for (HttpRequest each : new HttpRequest[] {request, bare}) {
            assertAttempts(way, with.client(), each, 3, ConnectException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void postToAHostThatNobodyKnowsIsSentAgain(Way way) throws Exception {
        assertAttempts(way, with.client(), post(URI.create("http://nowhere.invalid/")), 3, ConnectException.class);
    }

    @ParameterizedTest
    @EnumSource
    void postWhoseConnectTimedOutIsSentAgain(Way way) throws Exception {
        HttpClient slow = new ForwardingHttpClient(plain()) {
            @Override
            public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) throws IOException {
                throw new HttpConnectTimeoutException("HTTP connect timed out");
            }

            @Override
            public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                    HttpRequest request, BodyHandler<T> handler, HttpResponse.PushPromiseHandler<T> pushes) {
                return CompletableFuture.failedFuture(new HttpConnectTimeoutException("HTTP connect timed out"));
            }
        };

        assertAttempts(
                way, with.wrap(slow), post(URI.create("http://127.0.0.1/")), 3, HttpConnectTimeoutException.class);
    }

    @ParameterizedTest
    @EnumSource
    void postThatTimedOutIsSentOnceAndAGetAgain(Way way) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        ScriptedServer server = with.server(socket -> never.await());
        HttpRequest post = HttpRequest.newBuilder(server.uri("/"))
                .timeout(Duration.ofMillis(900))
                .POST(BodyPublishers.ofString("text"))
                .build();
        HttpRequest get = HttpRequest.newBuilder(server.uri("/"))
                .timeout(Duration.ofMillis(900))
                .build();

        assertAttempts(way, with.client(), post, 1, HttpTimeoutException.class);
        assertAttempts(way, with.client(), get, 3, HttpTimeoutException.class);
        assertThat(server.targets()).containsExactly("POST /", "GET /", "GET /", "GET /");
    }

    /** An attempt before this one has sent the body; that says nothing of this one. */
    @ParameterizedTest
    @EnumSource
    void evidenceIsThatOfTheLastAttemptAlone(Way way) throws Exception {
        ScriptedServer server = with.server(status(429, "", "Connection: close"));
        HttpClient client = HeadwayHttpClient.wrap(
                new ForwardingHttpClient(plain()) {
                    private int sent;

                    @Override
                    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
                            throws IOException, InterruptedException {
                        closeAfterTheFirst();
                        return super.send(request, handler);
                    }

                    @Override
                    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                            HttpRequest request, BodyHandler<T> handler, HttpResponse.PushPromiseHandler<T> pushes) {
                        closeAfterTheFirst();
                        return super.sendAsync(request, handler, pushes);
                    }

                    private void closeAfterTheFirst() {
                        if (sent++ > 0) {
                            try {
                                server.close();
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        }
                    }
                },
                Fixture.headway(with.moving(), 4));

        assertAttempts(way, client, post(server), 4, ConnectException.class);
    }

    @ParameterizedTest
    @EnumSource
    void postWhoseRedirectTargetRefusesIsSentOnce(Way way) throws Exception {
        String closed = "http://127.0.0.1:" + with.closedPort() + "/done";
        for (int redirect : new int[] {303, 307}) {
            ScriptedServer server = with.server(status(redirect, "", "Location: " + closed));
            HttpRequest bare = HttpRequest.newBuilder(server.uri("/"))
                    .POST(BodyPublishers.noBody())
                    .build();
            HttpClient client = with.wrap(plain(HttpClient.Redirect.NORMAL));

            assertAttempts(way, client, post(server), 1, ConnectException.class);
            assertAttempts(way, client, bare, 1, ConnectException.class);
            assertThat(server.targets()).containsExactly("POST /", "POST /");
        }
    }

    /** Which subclass the client throws when a connection ends under a call is a race inside the client: the type is asked for, not the class. */
    private static void assertAttempts(
            Way way, HttpClient client, HttpRequest request, int attempts, Class<? extends Throwable> type) {
        assertThatThrownBy(() -> way.call(client, request, BodyHandlers.ofString()))
                .isInstanceOf(type)
                .satisfies(
                        failure -> assertThat(Fixture.trace(failure).attempts()).hasSize(attempts));
    }

    // ---- HTTP/2

    @ParameterizedTest
    @EnumSource
    void postOfARefusedStreamIsSentAgain(Way way) throws Exception {
        Http2Server server = with.opened(new Http2Server());
        // Java 25's client sends again once by itself.
        server.enqueue(reset(REFUSED_STREAM));
        server.enqueue(reset(REFUSED_STREAM));
        server.always(new MockResponse.Builder().body("ok").build());

        HttpResponse<String> response =
                way.call(with.wrap(server.client()), post(server.uri()), BodyHandlers.ofString());

        assertThat(response.body()).isEqualTo("ok");
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(statuses(response)).hasSizeGreaterThan(1).endsWith(200);
        assertThat(server.requests()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void postOfAStreamThatBrokeIsSentOnce(Way way) throws Exception {
        Http2Server server = with.opened(new Http2Server());
        server.enqueue(reset(INTERNAL_ERROR));
        server.always(new MockResponse.Builder().body("ok").build());

        assertAttempts(way, with.wrap(server.client()), post(server.uri()), 1, IOException.class);
        assertThat(server.requests()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void postWhoseRedirectTargetRefusesTheStreamIsSentOnce(Way way) throws Exception {
        Http2Server server = with.opened(new Http2Server());
        server.enqueue(new MockResponse.Builder()
                .code(303)
                .addHeader("Location", "/done")
                .build());
        server.always(reset(REFUSED_STREAM));

        assertAttempts(
                way, with.wrap(server.client(HttpClient.Redirect.NORMAL)), post(server.uri()), 1, IOException.class);
        assertThat(server.takeRequest().getMethod()).isEqualTo("POST");
        assertThat(server.takeRequest().getMethod()).isEqualTo("GET");
    }

    /** What is asked for too often is a throttle, whatever became of this one request. */
    @ParameterizedTest
    @EnumSource
    void calmThatIsAskedForHoldsTheScopeBackAndIsAskedAgain(Way way) throws Exception {
        Http2Server server = with.opened(new Http2Server());
        server.enqueue(reset(ENHANCE_YOUR_CALM));
        server.always(new MockResponse.Builder().body("ok").build());
        VirtualTime still = new VirtualTime();
        // Its time may run as far as it likes while the server answers.
        RetryPolicy patient =
                RetryPolicy.builder().maxElapsed(Duration.ofDays(366)).build();
        HttpClient client = HeadwayHttpClient.wrap(
                server.client(), Headway.builder().time(still).retry(patient).build());

        CompletableFuture<HttpResponse<String>> first =
                Fixture.async(() -> way.call(client, get(server.uri()), BodyHandlers.ofString()));
        if (way == Way.SEND) {
            still.awaitParked(1);
        } else {
            still.awaitTasks(1);
        }
        CompletableFuture<HttpResponse<String>> other = client.sendAsync(get(server.uri()), BodyHandlers.ofString());

        // The other waits, though nothing has happened to it.
        assertThat(other).isNotDone();
        assertThat(server.requests()).isEqualTo(1);
        while (!first.isDone() || !other.isDone()) {
            still.advance(Duration.ofMillis(100));
            Thread.onSpinWait();
        }
        assertThat(statuses(first.get())).containsExactly(0, 200);
        assertThat(HeadwayHttpClient.trace(other.get()).waits())
                .extracting(CallTrace.Wait::cause)
                .contains(WaitCause.SCOPE_PAUSED);
        assertThat(server.requests()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void postOfWhichCalmIsAskedIsSentOnce(Way way) throws Exception {
        Http2Server server = with.opened(new Http2Server());
        server.enqueue(reset(ENHANCE_YOUR_CALM));
        server.always(new MockResponse.Builder().body("ok").build());

        assertAttempts(way, with.wrap(server.client()), post(server.uri()), 1, IOException.class);
        assertThat(server.requests()).isEqualTo(1);
    }

    /** It may have been served: the server says nothing to the contrary. */
    @ParameterizedTest
    @EnumSource
    void postThatWasOnItsWayAtAGoAwayIsSentOnce(Way way) throws Exception {
        GoAwayServer server = with.opened(new GoAwayServer(1, false));

        assertAttempts(way, with.wrap(server.client()), post(server.uri()), 1, IOException.class);
        assertThat(server.requests()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void getThatWasOnItsWayAtAGoAwayIsSentAgain(Way way) throws Exception {
        GoAwayServer server = with.opened(new GoAwayServer(1, false));

        HttpResponse<String> response =
                way.call(with.wrap(server.client()), get(server.uri()), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(server.requests()).isEqualTo(2);
    }

    /** The server says that it has done nothing; the client of Java 17 does not tell, so there it counts as if it might have. */
    @ParameterizedTest
    @EnumSource
    void postThatTheServerHadNotBegunAtAGoAwayIsSentAgainWhereTheClientTells(Way way) throws Exception {
        GoAwayServer server = with.opened(new GoAwayServer(1, true));
        HttpRequest post = HttpRequest.newBuilder(server.uri())
                .timeout(Duration.ofSeconds(2))
                .POST(BodyPublishers.ofString("text"))
                .build();

        try {
            assertThat(way.call(with.wrap(server.client()), post, BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(server.requests()).isEqualTo(2);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("GOAWAY");
            assertThat(server.requests()).isEqualTo(1);
        }
    }

    private static MockResponse reset(int code) {
        return new MockResponse.Builder()
                .onResponseStart(new SocketEffect.CloseStream(code))
                .build();
    }

    // ---- bodies

    @ParameterizedTest
    @EnumSource
    void bodiesThatAreKnownToRepeatAreSentAgainWithTheSameBytes(Way way) throws Exception {
        Path file = Files.writeString(folder.resolve("body"), "text");
        for (BodyPublisher body : new BodyPublisher[] {
            BodyPublishers.ofString("text"),
            BodyPublishers.ofByteArray(new byte[] {'t', 'e', 'x', 't'}),
            BodyPublishers.ofFile(file)
        }) {
            ScriptedServer server = with.server(BUSY, OK);

            HttpResponse<String> response = way.call(with.client(), put(server, body), BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(server.received())
                    .extracting(ScriptedServer.Received::body)
                    .containsExactly("text", "text");
        }
    }

    @ParameterizedTest
    @EnumSource
    void emptyBodyIsSentAgain(Way way) throws Exception {
        for (BodyPublisher body : new BodyPublisher[] {BodyPublishers.noBody(), BodyPublishers.ofString("")}) {
            ScriptedServer server = with.server(BUSY, OK);

            assertThat(way.call(with.client(), put(server, body), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodyThatItsCallerKnowsToRepeatIsSentAgainWithTheSameBytes(Way way) throws Exception {
        byte[] text = "text".getBytes(UTF_8);
        for (BodyPublisher body : new BodyPublisher[] {
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(text)),
            BodyPublishers.ofByteArrays(List.of(text)),
            BodyPublishers.fromPublisher(BodyPublishers.ofString("text")),
            BodyPublishers.fromPublisher(BodyPublishers.ofString("text"), 4),
            BodyPublishers.concat(BodyPublishers.ofString("te"), BodyPublishers.ofString("xt"))
        }) {
            ScriptedServer server = with.server(BUSY, OK);

            HttpResponse<String> response =
                    way.call(with.client(), put(server, HeadwayHttpClient.replayable(body)), BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(server.received())
                    .extracting(ScriptedServer.Received::body)
                    .containsExactly("text", "text");
        }
    }

    /** The caller is mistaken: the second time there is less, or nothing, or more. */
    @ParameterizedTest
    @EnumSource
    void bodyThatDoesNotRepeatAlthoughItsCallerSaysSoIsNeverSentShort(Way way) throws Exception {
        InputStream used = new ByteArrayInputStream("text".getBytes(UTF_8));
        InputStream head = new ByteArrayInputStream("te".getBytes(UTF_8));
        AtomicInteger asked = new AtomicInteger();
        for (BodyPublisher body : new BodyPublisher[] {
            BodyPublishers.ofInputStream(() -> used),
            BodyPublishers.concat(BodyPublishers.ofInputStream(() -> head), BodyPublishers.ofString("xt")),
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(
                    "text".repeat(asked.incrementAndGet()).getBytes(UTF_8)))
        }) {
            ScriptedServer server = with.server(BUSY, OK);
            HttpRequest request = put(server, HeadwayHttpClient.replayable(body));

            assertThatThrownBy(() -> way.call(with.client(2), request, BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class)
                    .hasStackTraceContaining("it had 4 bytes the first time and has ");
            assertThat(server.received())
                    .extracting(ScriptedServer.Received::body)
                    .containsExactly("text");
        }
    }

    @Test
    void replayableBodyIsOne() {
        assertThat(GuardedBody.repeats(
                        HeadwayHttpClient.replayable(BodyPublishers.fromPublisher(new OneShot("text"), 4))))
                .isTrue();
        assertThat(HeadwayHttpClient.replayable(BodyPublishers.ofString("text")).contentLength())
                .isEqualTo(4);
    }

    private static HttpRequest put(ScriptedServer server, BodyPublisher body) {
        return HttpRequest.newBuilder(server.uri("/")).PUT(body).build();
    }
}
