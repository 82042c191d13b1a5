package dev.headway.jdk;

import static dev.headway.Evidence.NOT_SENT;
import static dev.headway.Evidence.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Evidence;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** That the client throws these, {@link SendOnceTest} shows. */
class FailureEvidenceTest {

    private static final List<Throwable> UNREACHED =
            List.of(new ConnectException(), new HttpConnectTimeoutException("HTTP connect timed out"));

    private static final List<Throwable> REFUSED = List.of(
            new IOException("Received RST_STREAM: Stream not processed"),
            new IOException("request not processed by peer"));

    @Test
    void failureToConnectProvesThatNothingWasSent() {
        assertThat(UNREACHED).allSatisfy(failure -> assertThat(of(failure, 0)).isEqualTo(NOT_SENT));
    }

    @Test
    void failureToConnectAfterABodyHasLeftIsThatOfALaterRequest() {
        assertThat(UNREACHED).allSatisfy(failure -> assertThat(of(failure, 1)).isEqualTo(UNKNOWN));
    }

    @Test
    void refusedStreamProvesThatNothingWasDone() {
        assertThat(REFUSED).allSatisfy(failure -> {
            assertThat(of(failure, 0)).isEqualTo(NOT_SENT);
            assertThat(of(failure, 1)).isEqualTo(NOT_SENT);
            assertThat(of(failure, 2)).isEqualTo(NOT_SENT);
        });
    }

    @Test
    void nothingIsProvenAfterARedirect() {
        assertThat(UNREACHED)
                .allSatisfy(failure ->
                        assertThat(FailureEvidence.of(failure, 0, true)).isEqualTo(UNKNOWN));
        assertThat(REFUSED)
                .allSatisfy(failure ->
                        assertThat(FailureEvidence.of(failure, 0, true)).isEqualTo(UNKNOWN));
    }

    @Test
    void otherFailuresProveNothing() {
        assertThat(of(new HttpTimeoutException("request timed out"), 0)).isEqualTo(UNKNOWN);
        assertThat(of(new IOException("HTTP/1.1 header parser received no bytes"), 0))
                .isEqualTo(UNKNOWN);
        assertThat(of(new IOException("Received RST_STREAM: Internal error"), 0))
                .isEqualTo(UNKNOWN);
        assertThat(of(new IOException(), 0)).isEqualTo(UNKNOWN);
        assertThat(of(new EOFException(), 0)).isEqualTo(UNKNOWN);
        assertThat(of(new ProtocolException("Invalid status line"), 0)).isEqualTo(UNKNOWN);
        assertThat(of(new SSLException("closed"), 0)).isEqualTo(UNKNOWN);
        assertThat(of(new IllegalStateException("mine"), 0)).isEqualTo(UNKNOWN);
    }

    private static Evidence of(Throwable failure, int bodies) {
        return FailureEvidence.of(failure, bodies, false);
    }
}
