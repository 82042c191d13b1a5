package dev.headway.jdk;

import static dev.headway.jdk.Fixture.BUSY;
import static dev.headway.jdk.Fixture.OK;
import static dev.headway.jdk.Fixture.plain;
import static dev.headway.jdk.Fixture.statuses;
import static dev.headway.testkit.ScriptedServer.status;
import static dev.headway.testkit.ScriptedServer.write;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.GiveUpReason;
import dev.headway.RetryPolicy;
import dev.headway.testkit.ScriptedServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies that can be read once: what a server gets of them the second time. */
@Timeout(60)
class KeptBodyTest {

    private static final String LONG = "x".repeat(KeptBytes.MAX + 1);

    @RegisterExtension
    final Fixture with = new Fixture();

    @ParameterizedTest
    @EnumSource
    void bodyThatNobodyKnowsToRepeatIsSentAgainWithTheSameBytes(Way way) throws Exception {
        InputStream head = stream("te");
        for (BodyPublisher body : List.of(
                oneShot("text"),
                BodyPublishers.fromPublisher(oneShot("text")),
                BodyPublishers.fromPublisher(oneShot("text"), 4),
                BodyPublishers.ofByteArrays(List.of("te".getBytes(ISO_8859_1), "xt".getBytes(ISO_8859_1))),
                BodyPublishers.concat(BodyPublishers.ofInputStream(() -> head), BodyPublishers.ofString("xt")))) {
            ScriptedServer server = with.server(BUSY, BUSY, OK);

            HttpResponse<String> response = way.call(with.client(), post(server, body), BodyHandlers.ofString());

            assertThat(statuses(response)).containsExactly(429, 429, 200);
            assertThat(bodies(server)).containsExactly("text", "text", "text");
            assertThat(lengths(server)).containsOnly(declaredBy(body));
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodyIsSentAgainOnHttp2(Way way) throws Exception {
        byte[] bytes = random(KeptBytes.MAX - 1);
        for (boolean declared : new boolean[] {true, false}) {
            Http2Server server = with.opened(new Http2Server());
            server.enqueue(new MockResponse.Builder()
                    .code(429)
                    .addHeader("Retry-After", "1")
                    .build());
            BodyPublisher body = oneShot(bytes);
            HttpRequest request =
                    post(server.uri(), declared ? BodyPublishers.fromPublisher(body, bytes.length) : body);

            HttpResponse<String> response = way.call(with.wrap(server.client()), request, BodyHandlers.ofString());

            assertThat(statuses(response)).containsExactly(429, 200);
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            for (int i = 0; i < 2; i++) {
                assertThat(requireNonNull(server.takeRequest().getBody()).toByteArray())
                        .isEqualTo(bytes);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void longestBodyThatIsKeptIsSentAgainByteForByte(Way way) throws Exception {
        byte[] bytes = random(KeptBytes.MAX);
        ScriptedServer server = with.server(BUSY, OK);

        HttpResponse<String> response = way.call(with.client(), post(server, oneShot(bytes)), BodyHandlers.ofString());

        String text = new String(bytes, ISO_8859_1);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(bodies(server)).containsExactly(text, text);
    }

    @ParameterizedTest
    @EnumSource
    void bodyThatIsTooLongToBeKeptGetsTheRealAnswer(Way way) throws Exception {
        for (BodyPublisher body : List.of(oneShot(LONG), BodyPublishers.fromPublisher(oneShot(LONG), LONG.length()))) {
            ScriptedServer server = with.server(BUSY, OK);

            HttpResponse<String> response = way.call(with.client(), post(server, body), BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.body()).isEqualTo("busy");
            assertThat(HeadwayHttpClient.trace(response).gaveUp()).hasValue(GiveUpReason.NOT_REPLAYABLE);
            assertThat(bodies(server)).containsExactly(LONG);
        }
    }

    /** Its request may be done twice, its body not. */
    @ParameterizedTest
    @EnumSource
    void putIsSentAgainAfterAnErrorAndAPostIsNot(Way way) throws Exception {
        for (String method : List.of("PUT", "POST")) {
            ScriptedServer server = with.server(Fixture.BROKEN, OK);
            HttpRequest request = HttpRequest.newBuilder(server.uri("/"))
                    .method(method, oneShot("text"))
                    .build();

            HttpResponse<String> response = way.call(with.client(), request, BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(method.equals("PUT") ? 200 : 500);
            assertThat(bodies(server)).containsOnly("text").hasSize(method.equals("PUT") ? 2 : 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodyThatWasNeverAskedForIsAskedForTheFirstTime(Way way) throws Exception {
        HttpRequest request = post(URI.create("http://127.0.0.1:" + with.closedPort() + "/"), oneShot("text"));

        assertThatThrownBy(() -> way.call(with.client(), request, BodyHandlers.ofString()))
                .isExactlyInstanceOf(ConnectException.class)
                .satisfies(
                        failure -> assertThat(Fixture.trace(failure).attempts()).hasSize(3));
    }

    // ---- refused before its end

    /** A client that gives a body up when an answer comes early, as it does where the server stops it. */
    private static HttpClient refusedEarly(boolean completedMeanwhile) {
        return new ForwardingHttpClient(plain()) {

            @Override
            public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
                    throws IOException, InterruptedException {
                Puller puller = begin(request);
                HttpResponse<T> early = super.send(Fixture.get(request.uri()), handler);
                end(puller);
                return early;
            }

            @Override
            public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                    HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
                Puller puller = begin(request);
                return super.sendAsync(Fixture.get(request.uri()), handler, pushes)
                        .thenApply(early -> {
                            end(puller);
                            return early;
                        });
            }

            private Puller begin(HttpRequest request) {
                Puller puller = new Puller();
                request.bodyPublisher().orElseThrow().subscribe(puller);
                puller.request(1);
                return puller;
            }

            private void end(Puller puller) {
                if (completedMeanwhile) {
                    puller.request(Long.MAX_VALUE);
                } else {
                    puller.cancel();
                }
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void bodyThatWasRefusedBeforeItsEndIsNotSentAgain(Way way) throws Exception {
        for (BodyPublisher body : List.of(oneShot("te", "xt"), BodyPublishers.fromPublisher(oneShot("te", "xt"), 4))) {
            ScriptedServer server = with.server(BUSY, OK);

            HttpResponse<String> response =
                    way.call(with.wrap(refusedEarly(false)), post(server, body), BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.body()).isEqualTo("busy");
            assertThat(HeadwayHttpClient.trace(response).gaveUp()).hasValue(GiveUpReason.NOT_REPLAYABLE);
            assertThat(server.received()).hasSize(1);
        }
    }

    /** The answer was here before the body's end, and is held back all the same. */
    @ParameterizedTest
    @EnumSource
    void bodyThatEndsWhileItsRefusalArrivesIsSentAgain(Way way) throws Exception {
        ScriptedServer server = with.server(BUSY, OK);

        HttpResponse<String> response =
                way.call(with.wrap(refusedEarly(true)), post(server, oneShot("te", "xt")), BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(429, 200);
        assertThat(server.received()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void bodyThatTheServerAskedForAndThenRefusedIsSentAgain(Way way) throws Exception {
        ScriptedServer server = with.server(
                continued("HTTP/1.1 429 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"),
                continued("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));

        HttpResponse<String> response = way.call(with.client(), expecting(server), BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(429, 200);
    }

    /** Before 17.0.16 such a call has no end. */
    @ParameterizedTest
    @EnumSource
    @EnabledForJreRange(min = JRE.JAVA_25)
    void bodyThatTheServerDidNotAskForIsSentTheFirstTime(Way way) throws Exception {
        ScriptedServer server = with.server(
                status(429, "", "Retry-After: 1", "Connection: close"),
                continued("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));

        HttpResponse<String> response = way.call(with.client(), expecting(server), BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(429, 200);
    }

    private static HttpRequest expecting(ScriptedServer server) {
        return HttpRequest.newBuilder(server.uri("/"))
                .expectContinue(true)
                .POST(BodyPublishers.fromPublisher(oneShot("text"), 4))
                .build();
    }

    private static ScriptedServer.Answer continued(String answer) {
        return socket -> {
            write(socket, "HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(socket.getInputStream().readNBytes(4)).isEqualTo("text".getBytes(ISO_8859_1));
            write(socket, answer);
        };
    }

    // ---- within one attempt, by the client itself

    @ParameterizedTest
    @EnumSource
    void streamThatIsUsedUpFollowsARedirectAndIsThenSentAgain(Way way) throws Exception {
        ScriptedServer server = with.server(status(307, "", "Location: /again"), BUSY, OK);
        HttpClient client = with.wrap(plain(HttpClient.Redirect.NORMAL));

        HttpResponse<String> response = way.call(client, post(server, oneShot("text")), BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(429, 200);
        assertThat(server.targets()).containsExactly("POST /", "POST /again", "POST /");
        assertThat(bodies(server)).containsExactly("text", "text", "text");
    }

    @ParameterizedTest
    @EnumSource
    void streamThatIsUsedUpIsSentAgainWithCredentials(Way way) throws Exception {
        ScriptedServer server = with.server(status(401, "", "WWW-Authenticate: Basic realm=\"r\""), BUSY, OK);
        HttpClient client = with.wrap(HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .authenticator(new Authenticator() {
                    @Override
                    protected PasswordAuthentication getPasswordAuthentication() {
                        return new PasswordAuthentication("user", new char[] {'p'});
                    }
                })
                .build());

        HttpResponse<String> response = way.call(client, post(server, oneShot("text")), BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(429, 200);
        assertThat(bodies(server)).containsExactly("text", "text", "text");
    }

    /** The client subscribes again, and would send an empty body. */
    @ParameterizedTest
    @EnumSource
    void longStreamThatIsUsedUpIsNeverSentShort(Way way) throws Exception {
        ScriptedServer server = with.server(status(307, "", "Location: /again"), OK);
        HttpClient client = with.wrap(plain(HttpClient.Redirect.NORMAL));

        assertThatThrownBy(() -> way.call(client, post(server, oneShot(LONG)), BodyHandlers.ofString()))
                .isInstanceOf(IOException.class)
                .hasStackTraceContaining("it had " + LONG.length() + " bytes the first time and has 0 now");
        assertThat(bodies(server)).containsExactly(LONG);
    }

    @ParameterizedTest
    @EnumSource
    void longStreamThatIsFreshEachTimeFollowsARedirect(Way way) throws Exception {
        ScriptedServer server = with.server(status(307, "", "Location: /again"), OK);
        HttpClient client = with.wrap(plain(HttpClient.Redirect.NORMAL));
        BodyPublisher body = BodyPublishers.ofInputStream(() -> stream(LONG));

        assertThat(way.call(client, post(server, body), BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        assertThat(bodies(server)).containsExactly(LONG, LONG);
    }

    // ---- nothing is kept

    @ParameterizedTest
    @EnumSource
    void nothingIsKeptWhereNothingIsSentAgain(Way way) throws Exception {
        ScriptedServer server = with.server(status(307, "", "Location: /again"), OK);
        HttpClient client = with.wrap(plain(HttpClient.Redirect.NORMAL)).with(RetryPolicy.none());

        assertThatThrownBy(() -> way.call(client, post(server, oneShot("text")), BodyHandlers.ofString()))
                .isInstanceOf(IOException.class)
                .hasStackTraceContaining("it had 4 bytes the first time and has 0 now");
        assertThat(bodies(server)).containsExactly("text");
    }

    /** The caller may keep the response, and with it the request. */
    @ParameterizedTest
    @EnumSource
    void whatWasKeptIsLetGoWithTheLastResponse(Way way) throws Exception {
        for (List<ScriptedServer.Answer> answers :
                List.of(List.of(OK), List.of(BUSY, OK), List.of(status(404, "")), List.of(BUSY))) {
            ScriptedServer server = with.server(answers.toArray(ScriptedServer.Answer[]::new));

            HttpResponse<String> response =
                    way.call(with.client(), post(server, oneShot("text")), BodyHandlers.ofString());

            Puller puller = new Puller();
            response.request().bodyPublisher().orElseThrow().subscribe(puller);
            puller.request(1);
            assertThat(puller.heard())
                    .isEqualTo(" error The request body can not be sent again:"
                            + " it had 4 bytes the first time and has 0 now.");
        }
    }

    // ---- helpers

    private static BodyPublisher oneShot(String... parts) {
        return BodyPublishers.fromPublisher(new OneShot(parts));
    }

    private static BodyPublisher oneShot(byte[] bytes) {
        Random random = new Random(1);
        InputStream once = new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int at, int most) {
                return super.read(into, at, Math.min(most, 1 + random.nextInt(5000)));
            }
        };
        return BodyPublishers.ofInputStream(() -> once);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(ISO_8859_1));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private static HttpRequest post(ScriptedServer server, BodyPublisher body) {
        return post(server.uri("/"), body);
    }

    private static HttpRequest post(URI uri, BodyPublisher body) {
        return HttpRequest.newBuilder(uri).POST(body).build();
    }

    private static List<String> bodies(ScriptedServer server) {
        return server.received().stream().map(ScriptedServer.Received::body).toList();
    }

    private static String declaredBy(BodyPublisher body) {
        return body.contentLength() < 0 ? "chunked" : String.valueOf(body.contentLength());
    }

    private static List<String> lengths(ScriptedServer server) {
        return server.received().stream()
                .map(ScriptedServer.Received::headers)
                .map(KeptBodyTest::length)
                .toList();
    }

    private static String length(Map<String, String> headers) {
        return headers.getOrDefault("content-length", headers.getOrDefault("transfer-encoding", ""));
    }
}
