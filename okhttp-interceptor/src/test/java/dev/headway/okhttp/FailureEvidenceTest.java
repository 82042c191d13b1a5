package dev.headway.okhttp;

import static dev.headway.Evidence.NOT_SENT;
import static dev.headway.Evidence.UNKNOWN;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Evidence;
import dev.headway.testkit.ScriptedServer;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("every-okhttp")
@Timeout(60)
class FailureEvidenceTest {

    private static final ScriptedServer.Answer OK = ScriptedServer.status(200, "ok");

    @Test
    void failuresToFindOrReachTheHostProveThatNothingWasSent() {
        assertThat(evidence(new UnknownHostException("api.example.com"))).isEqualTo(NOT_SENT);
        assertThat(evidence(new ConnectException("Failed to connect"))).isEqualTo(NOT_SENT);
        assertThat(evidence(caused(new ConnectException("Failed to connect"), new ConnectException("refused"))))
                .isEqualTo(NOT_SENT);
        assertThat(evidence(new NoRouteToHostException("No route to host"))).isEqualTo(NOT_SENT);
        assertThat(evidence(new SocketTimeoutException("Connect timed out"))).isEqualTo(NOT_SENT);
        assertThat(evidence(new SocketTimeoutException("connect timed out"))).isEqualTo(NOT_SENT);
    }

    @Test
    void otherFailuresProveNothing() {
        assertThat(evidence(new SocketTimeoutException("timeout"))).isEqualTo(UNKNOWN);
        assertThat(evidence(new SocketTimeoutException("Read timed out"))).isEqualTo(UNKNOWN);
        assertThat(evidence(new SocketTimeoutException())).isEqualTo(UNKNOWN);
        assertThat(evidence(new SocketException("Connection reset"))).isEqualTo(UNKNOWN);
        assertThat(evidence(caused(new IOException("unexpected end of stream"), new EOFException())))
                .isEqualTo(UNKNOWN);
        assertThat(evidence(new IOException("stream was reset: REFUSED_STREAM")))
                .isEqualTo(UNKNOWN);
        assertThat(evidence(new IllegalStateException("broken interceptor"))).isEqualTo(UNKNOWN);
    }

    @Test
    void oneOtherFailureAnywhereInTheExceptionTakesTheProofAway() {
        ConnectException refusedAfterwards = new ConnectException("Failed to connect");
        refusedAfterwards.addSuppressed(new IOException("unexpected end of stream"));
        ConnectException refusedTwice = new ConnectException("Failed to connect");
        refusedTwice.addSuppressed(new ConnectException("Failed to connect"));
        ConnectException deep = new ConnectException("Failed to connect");
        deep.addSuppressed(caused(new ConnectException("Failed to connect"), new EOFException()));

        assertThat(evidence(refusedAfterwards)).isEqualTo(UNKNOWN);
        assertThat(evidence(refusedTwice)).isEqualTo(NOT_SENT);
        assertThat(evidence(deep)).isEqualTo(UNKNOWN);
        assertThat(evidence(caused(new ConnectException("Failed to connect"), new EOFException())))
                .isEqualTo(UNKNOWN);
    }

    @Test
    void circleOfCausesIsNoProofAndEnds() {
        ConnectException first = new ConnectException("first");
        ConnectException second = new ConnectException("second");
        first.initCause(second);
        second.initCause(first);

        assertThat(evidence(first)).isEqualTo(UNKNOWN);
    }

    @Test
    void refusedConnectionIsNotSent() throws IOException {
        try (ClosedPort closed = new ClosedPort()) {
            Failed failed = fail(new OkHttpClient(), post(closed.url("/")));

            assertThat(failed.seen).isEqualTo(NOT_SENT);
            assertThat(failed.unseen).isEqualTo(NOT_SENT);
        }
    }

    @Test
    void unknownHostIsNotSent() throws IOException {
        OkHttpClient client = new OkHttpClient.Builder()
                .dns(host -> {
                    throw new UnknownHostException(host);
                })
                .build();

        Failed failed = fail(client, post("http://api.example.com/"));

        assertThat(failed.seen).isEqualTo(NOT_SENT);
        assertThat(failed.unseen).isEqualTo(NOT_SENT);
    }

    @Test
    void connectionClosedWithoutAnAnswerIsUnknown() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.hangUp())) {
            Failed failed = fail(new OkHttpClient(), post(server.uri("/").toString()));

            assertThat(failed.seen).isEqualTo(UNKNOWN);
            assertThat(failed.unseen).isEqualTo(UNKNOWN);
        }
    }

    @Test
    void secondAddressThatRefusesDoesNotHideThatTheFirstTookTheRequest() throws IOException {
        try (ScriptedServer server = new ScriptedServer("127.0.0.2", ScriptedServer.hangUp())) {
            OkHttpClient client = new OkHttpClient.Builder()
                    .dns(host -> List.of(InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.3")))
                    .build();
            String url = "http://two.example:" + server.port() + "/";

            Failed failed = fail(client, post(url));

            assertThat(server.targets()).containsExactly("POST /");
            assertThat(failed.exception).isInstanceOf(ConnectException.class);
            assertThat(failed.seen).isEqualTo(UNKNOWN);
            assertThat(failed.unseen).isEqualTo(UNKNOWN);
        }
    }

    @Test
    void peerThatNeverShakesHandsIsNotSent() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            OkHttpClient client = new OkHttpClient.Builder()
                    .readTimeout(Duration.ofMillis(200))
                    .build();

            Failed failed = fail(client, post("https://127.0.0.1:" + silent.getLocalPort() + "/"));

            assertThat(failed.exception).isInstanceOf(SocketTimeoutException.class);
            assertThat(failed.unseen).isEqualTo(UNKNOWN);
            assertThat(failed.seen).isEqualTo(OkHttpFeatures.SINCE_5_4 ? NOT_SENT : UNKNOWN);
        }
    }

    @Test
    void redirectTargetThatRefusesDoesNotHideThatThePostWasServed() throws IOException {
        try (ClosedPort closed = new ClosedPort();
                ScriptedServer server =
                        new ScriptedServer(ScriptedServer.status(303, "", "Location: " + closed.url("/done")))) {
            Failed failed = fail(new OkHttpClient(), post(server.uri("/").toString()));

            assertThat(failed.exception).isInstanceOf(ConnectException.class);
            // Below 5.4 nothing tells; documented at HeadwayInterceptor.
            assertThat(failed.seen).isEqualTo(OkHttpFeatures.SINCE_5_4 ? UNKNOWN : NOT_SENT);
        }
    }

    @Test
    void interceptorThatFailsByItselfIsUnknown() throws IOException {
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(chain -> {
                    throw new IOException("sent by other means");
                })
                .build();

        assertThat(fail(client, post("http://127.0.0.1/")).seen).isEqualTo(UNKNOWN);
    }

    @Test
    void evidenceIsThatOfOneAttempt() throws IOException {
        try (ScriptedServer server = new ScriptedServer(OK)) {
            CallWatch watch = new CallWatch();
            Call call = new OkHttpClient().newCall(post(server.uri("/").toString()));
            watch.requestHeadersStart(call);
            assertThat(FailureEvidence.of(new ConnectException(), watch)).isEqualTo(UNKNOWN);

            watch.attemptBegins();

            assertThat(FailureEvidence.of(new ConnectException(), watch)).isEqualTo(NOT_SENT);
        }
    }

    private static final class Failed {

        final IOException exception;
        final Evidence seen;
        final Evidence unseen;

        Failed(IOException exception, Evidence seen) {
            this.exception = exception;
            this.seen = seen;
            this.unseen = FailureEvidence.of(exception, null);
        }
    }

    /** Sends once; tells what is known with all that the client's version offers, and from the exception alone. */
    private static Failed fail(OkHttpClient client, Request request) throws IOException {
        CallWatch watch = OkHttpFeatures.SINCE_5_4 ? new CallWatch() : null;
        Call call = client.newCall(request);
        if (watch != null) {
            OkHttp54.addEventListener(call, watch);
        }
        try {
            call.execute().close();
        } catch (IOException e) {
            return new Failed(e, FailureEvidence.of(e, watch));
        }
        throw new AssertionError("The call did not fail");
    }

    private static Evidence evidence(Throwable failure) {
        return FailureEvidence.of(failure, null);
    }

    private static <T extends Throwable> T caused(T failure, Throwable cause) {
        failure.initCause(requireNonNull(cause));
        return failure;
    }

    private static Request post(String url) {
        return new Request.Builder()
                .url(url)
                .post(RequestBody.create("text", MediaType.get("text/plain")))
                .build();
    }
}
