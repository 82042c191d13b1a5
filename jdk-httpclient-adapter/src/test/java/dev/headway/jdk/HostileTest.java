package dev.headway.jdk;

import static dev.headway.jdk.Fixture.BUSY;
import static dev.headway.jdk.Fixture.OK;
import static dev.headway.jdk.Fixture.get;
import static dev.headway.jdk.Fixture.plain;
import static dev.headway.jdk.Fixture.post;
import static dev.headway.jdk.Fixture.statuses;
import static dev.headway.testkit.ScriptedServer.raw;
import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.testkit.ScriptedServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import mockwebserver3.MockResponse;
import mockwebserver3.PushPromise;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers, executors and clients at their worst. */
@Timeout(60)
class HostileTest {

    @RegisterExtension
    final Fixture with = new Fixture();

    // ---- servers

    @ParameterizedTest
    @EnumSource
    void nonsenseInsteadOfAResponseFailsOnce(Way way) throws Exception {
        ScriptedServer server = with.server(raw("no HTTP at all\r\n\r\n"));
        HttpClient client = with.client();

        assertThatThrownBy(() -> way.call(client, get(server), BodyHandlers.ofString()))
                .isInstanceOf(ProtocolException.class);
        assertThat(server.targets()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void refusalThatBreaksOffIsRepeatedAllTheSame(Way way) throws Exception {
        ScriptedServer server = with.server(
                socket -> {
                    ScriptedServer.write(socket, "HTTP/1.1 429 Busy\r\nContent-Length: 100\r\n\r\nabc");
                    socket.close();
                },
                OK);

        HttpResponse<String> response = way.call(with.client(), post(server), BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(429, 200);
    }

    @ParameterizedTest
    @EnumSource
    void refusalWithBrokenChunksIsRepeatedAllTheSame(Way way) throws Exception {
        ScriptedServer server =
                with.server(raw("HTTP/1.1 429 Busy\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"), OK);

        HttpResponse<String> response = way.call(with.client(), post(server), BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(429, 200);
    }

    @ParameterizedTest
    @EnumSource
    void bodyWithoutLengthEndsWithItsConnection(Way way) throws Exception {
        ScriptedServer server = with.server(
                socket -> {
                    ScriptedServer.write(socket, "HTTP/1.1 429 Busy\r\n\r\nbusy");
                    socket.close();
                },
                socket -> {
                    ScriptedServer.write(socket, "HTTP/1.1 404 No\r\n\r\nno such thing");
                    socket.close();
                });

        HttpResponse<String> response = way.call(with.client(), get(server), BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(429, 404);
        assertThat(response.body()).isEqualTo("no such thing");
    }

    @ParameterizedTest
    @EnumSource
    void statusesBeyondTheKnownOnesPass(Way way) throws Exception {
        ScriptedServer server = with.server(status(299, "a"), status(799, "b"));
        HttpClient client = with.client();

        assertThat(way.call(client, get(server), BodyHandlers.ofString()).body())
                .isEqualTo("a");
        assertThat(way.call(client, get(server), BodyHandlers.ofString()).body())
                .isEqualTo("b");
    }

    @ParameterizedTest
    @EnumSource
    void redirectIsUnknownWhereTheServerAnswersBeforeTheBody(Way way) throws Exception {
        HttpClient redirecting = new ForwardingHttpClient(plain(HttpClient.Redirect.NORMAL)) {
            @Override
            public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) throws IOException {
                throw new ConnectException();
            }

            @Override
            public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                    HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
                return CompletableFuture.failedFuture(new ConnectException());
            }
        };
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1/")).POST(BodyPublishers.ofString("text"));

        assertThat(attempts(way, with.wrap(redirecting), request.build())).isEqualTo(3);
        assertThat(attempts(
                        way,
                        with.wrap(redirecting),
                        request.expectContinue(true).build()))
                .isEqualTo(1);
    }

    private static int attempts(Way way, HttpClient client, HttpRequest request) {
        try {
            way.call(client, request, BodyHandlers.ofString());
        } catch (Exception e) {
            return Fixture.trace(e).attempts().size();
        }
        throw new AssertionError("It did not fail.");
    }

    // ---- executors

    @ParameterizedTest
    @EnumSource
    void anyExecutorOfTheClientWillDo(Way way) throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        with.opened(one::shutdownNow);
        for (Executor executor : List.<Executor>of(one, Runnable::run)) {
            ScriptedServer server = with.server(BUSY, OK, BUSY, BUSY, status(429, "the last"), status(404, "no"));
            HttpClient client = with.wrap(HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .executor(executor)
                    .build());

            assertThat(way.call(client, get(server), BodyHandlers.ofString()).body())
                    .isEqualTo("ok");
            assertThat(way.call(client, get(server), BodyHandlers.ofString()).body())
                    .isEqualTo("the last");
            assertThat(way.call(client, get(server), BodyHandlers.ofString()).body())
                    .isEqualTo("no");
        }
    }

    /** The client is done with its part by then; only the delivery is left. */
    @ParameterizedTest
    @EnumSource
    void executorThatTakesNothingMoreDoesNotHangTheDelivery(Way way) throws Exception {
        ScriptedServer server = with.server(status(404, "no"));
        ExecutorService pool = Executors.newCachedThreadPool();
        with.opened(pool::shutdownNow);
        HttpClient own = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(pool)
                .build();
        HttpClient client = with.wrap(new ForwardingHttpClient(own) {
            @Override
            public Optional<Executor> executor() {
                return Optional.of(task -> {
                    throw new RejectedExecutionException();
                });
            }
        });

        assertThat(way.call(client, get(server), BodyHandlers.ofString()).body())
                .isEqualTo("no");
    }

    // ---- requests

    @ParameterizedTest
    @EnumSource
    void invalidRequestIsRefusedAsByTheBareClient(Way way) throws Exception {
        ScriptedServer server = with.server(OK);
        for (Optional<BodyPublisher> body : List.of(
                Optional.<BodyPublisher>empty(),
                Optional.of(BodyPublishers.noBody()),
                Optional.of(BodyPublishers.ofString("text")))) {
            for (HttpRequest request : List.of(
                    new OwnRequest("CONNECT", server.uri("/"), body),
                    new OwnRequest("POST", URI.create("http:///path"), body),
                    new OwnRequest("POST", URI.create("ftp://example.com/"), body),
                    new OwnRequest("POST", URI.create("/path"), body),
                    new OwnRequest("P OST", server.uri("/"), body))) {
                String own = refused(way, plain(), request);

                assertThat(refused(way, with.client(), request)).isEqualTo(own).startsWith("class java.lang.");
            }
        }
        assertThat(server.targets()).isEmpty();
    }

    private static String refused(Way way, HttpClient client, HttpRequest request) throws Exception {
        try {
            if (way == Way.SEND) {
                return client.send(request, BodyHandlers.ofString()).toString();
            }
            CompletableFuture<?> future = client.sendAsync(request, BodyHandlers.ofString());
            return future.handle((response, thrown) -> response + " " + thrown).get();
        } catch (IOException | RuntimeException e) {
            return e.getClass().toString();
        }
    }

    /** A request that no builder has looked at. */
    private static final class OwnRequest extends HttpRequest {

        private final String method;
        private final URI uri;
        private final Optional<BodyPublisher> body;

        OwnRequest(String method, URI uri, Optional<BodyPublisher> body) {
            this.method = method;
            this.uri = uri;
            this.body = body;
        }

        @Override
        public Optional<BodyPublisher> bodyPublisher() {
            return body;
        }

        @Override
        public String method() {
            return method;
        }

        @Override
        public Optional<Duration> timeout() {
            return Optional.empty();
        }

        @Override
        public boolean expectContinue() {
            return false;
        }

        @Override
        public URI uri() {
            return uri;
        }

        @Override
        public Optional<HttpClient.Version> version() {
            return Optional.empty();
        }

        @Override
        public HttpHeaders headers() {
            return HttpHeaders.of(Map.of(), (name, value) -> true);
        }
    }

    // ---- pushes

    /** Also of an attempt that failed: what was pushed with it is there, and the handler may want it. */
    @Test
    void pushesOfEveryAttemptGoToTheCallersHandler() throws Exception {
        Http2Server server = with.opened(new Http2Server());
        server.enqueue(pushing(429, "/first"));
        server.enqueue(pushing(200, "/second"));
        List<String> promised = new CopyOnWriteArrayList<>();
        List<CompletableFuture<HttpResponse<String>>> pushes = new CopyOnWriteArrayList<>();
        PushPromiseHandler<String> handler = (initiating, pushed, acceptor) -> {
            promised.add(initiating.uri().getPath() + " " + pushed.uri().getPath());
            pushes.add(acceptor.apply(BodyHandlers.ofString()));
        };

        HttpResponse<String> response = with.wrap(server.client())
                .sendAsync(get(server.uri()), BodyHandlers.ofString(), handler)
                .get();

        assertThat(Fixture.statuses(response)).containsExactly(429, 200);
        assertThat(promised).containsExactly("/ /first", "/ /second");
        for (CompletableFuture<HttpResponse<String>> push : pushes) {
            assertThat(push.get().body()).isEqualTo("pushed");
        }
    }

    private static MockResponse pushing(int status, String path) {
        // The client wants to know the scheme, and MockWebServer does not name it.
        return new MockResponse.Builder()
                .code(status)
                .body("body")
                .addPush(new PushPromise(
                        "GET",
                        path,
                        Headers.of(":scheme", "https"),
                        new MockResponse.Builder().body("pushed").build()))
                .build();
    }
}
