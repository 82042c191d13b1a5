package dev.headway.it;

import static dev.headway.it.ApiRequest.get;
import static dev.headway.it.ApiRequest.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.GiveUpReason;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The main rows of the table over TLS and HTTP/2, where one connection carries all calls and its loss would be felt. */
@Timeout(60)
class Http2Test {

    private static final String HOST = "127.0.0.1";
    private static final HeldCertificate CERTIFICATE =
            new HeldCertificate.Builder().addSubjectAlternativeName(HOST).build();
    private static final HandshakeCertificates SERVER_SIDE =
            new HandshakeCertificates.Builder().heldCertificate(CERTIFICATE).build();
    private static final HandshakeCertificates CLIENT_SIDE = new HandshakeCertificates.Builder()
            .addTrustedCertificate(CERTIFICATE.certificate())
            .build();
    private static final Setup HTTP2 = Setup.http2(new Setup.Tls(CLIENT_SIDE.sslContext(), CLIENT_SIDE.trustManager()));

    private static final int REFUSED_STREAM = 7;

    /** Held, because the logging framework forgets the level of a logger that nobody holds. */
    private static final Logger SERVER_LOG = Logger.getLogger(MockWebServer.class.getName());

    private final MockWebServer server = new MockWebServer();
    private final StillHeadway still = new StillHeadway();

    @BeforeEach
    void start() throws Exception {
        SERVER_LOG.setLevel(Level.WARNING);
        server.useHttps(SERVER_SIDE.sslSocketFactory());
        server.setProtocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
        server.start(InetAddress.getLoopbackAddress(), 0);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void refusedCallIsSentAgain(Path path) throws Exception {
        server.enqueue(busy("busy"));
        server.enqueue(ok());
        try (Client client = path.open(still.headway, HTTP2)) {
            Result result = afterServersMoment(path, client.begin(get(), url()));

            assertThat(result.status()).isEqualTo(200);
            assertThat(result.body()).isEqualTo("ok");
            assertThat(result.http2()).isTrue();
            assertThat(result.trace().attempts())
                    .extracting(attempt -> attempt.status().orElse(0))
                    .containsExactly(429, 200);
            assertThat(result.trace().waits()).hasSize(1);
        }
        assertThat(server.getRequestCount()).isEqualTo(2);
        assertThat(connectionsOf(2)).containsExactly(0, 0);
    }

    @ParameterizedTest
    @EnumSource
    void failedPostIsSentOnce(Path path) throws Exception {
        server.enqueue(new MockResponse.Builder().code(500).body("broken").build());
        server.enqueue(ok());
        try (Client client = path.open(still.headway, HTTP2)) {
            Result result = client.call(post(), url());

            assertThat(result.status()).isEqualTo(500);
            assertThat(result.body()).isEqualTo("broken");
            assertThat(result.http2()).isTrue();
            assertThat(result.trace().gaveUp()).hasValue(GiveUpReason.NOT_IDEMPOTENT);
        }
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void largeBodyThatNobodyReadsLeavesTheConnectionWhole(Path path) throws Exception {
        server.enqueue(busy("b".repeat(1_000_000)));
        server.enqueue(ok());
        server.enqueue(ok());
        try (Client client = path.open(still.headway, HTTP2)) {
            Result first = afterServersMoment(path, client.begin(get(), url()));
            // After a refusal without counters calls are paced for a while.
            still.time.advance(Duration.ofSeconds(1));
            Result second = client.call(get(), url());

            assertThat(first.body()).isEqualTo("ok");
            assertThat(second.body()).isEqualTo("ok");
            assertThat(second.http2()).isTrue();
            assertThat(client.leakedConnections()).isZero();
        }
        assertThat(connectionsOf(3)).containsExactly(0, 0, 0);
    }

    @ParameterizedTest
    @EnumSource
    void replayedBodyIsTheSame(Path path) throws Exception {
        server.enqueue(busy("busy"));
        server.enqueue(ok());
        String text = "0123456789".repeat(20_000);
        try (Client client = path.open(still.headway, HTTP2)) {
            Result result = afterServersMoment(path, client.begin(post(ApiRequest.Kind.BYTES, text), url()));

            assertThat(result.status()).isEqualTo(200);
        }
        for (int i = 0; i < 2; i++) {
            assertThat(server.takeRequest().getBody())
                    .isNotNull()
                    .satisfies(body -> assertThat(body.utf8()).isEqualTo(text));
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusedStreamOfAPostIsSentAgain(Path path) throws Exception {
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(new SocketEffect.CloseStream(REFUSED_STREAM))
                .build());
        server.enqueue(ok());
        try (Client client = path.open(still.headway, HTTP2)) {
            Ongoing call = client.begin(post(), url());
            if (still.awaitBackoffOrEnd(path, call)) {
                still.time.advance(StillHeadway.BACKOFF);
            }

            assertThat(call.result().status()).isEqualTo(200);
        }
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    private Result afterServersMoment(Path path, Ongoing call) throws Exception {
        still.awaitAttempts(1);
        still.awaitQueued(path, 1);
        still.advanceAlmost(Duration.ofSeconds(5));
        assertThat(server.getRequestCount()).isEqualTo(1);
        still.openGate();
        return call.result();
    }

    private List<Integer> connectionsOf(int requests) throws InterruptedException {
        Integer[] connections = new Integer[requests];
        for (int i = 0; i < requests; i++) {
            connections[i] = server.takeRequest().getConnectionIndex();
        }
        return List.of(connections);
    }

    private URI url() {
        return URI.create("https://" + HOST + ":" + server.getPort() + "/");
    }

    private static MockResponse busy(String body) {
        return new MockResponse.Builder()
                .code(429)
                .addHeader("Retry-After", "5")
                .body(body)
                .build();
    }

    private static MockResponse ok() {
        return new MockResponse.Builder().body("ok").build();
    }
}
