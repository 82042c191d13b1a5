package dev.headway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.MalformedURLException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.UnknownServiceException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.MalformedInputException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertificateExpiredException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {

    static Stream<Throwable> passing() {
        return Stream.of(
                new IOException("unexpected end of stream"),
                new SocketException("Connection reset"),
                new ConnectException("refused"),
                new NoRouteToHostException(),
                new UnknownHostException("api.example.com"),
                new SocketTimeoutException("Read timed out"),
                new EOFException(),
                new ClosedChannelException(),
                new SSLException("Connection reset"),
                new SSLHandshakeException("Remote host terminated the handshake"),
                new IOException(new RuntimeException("odd")));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void whatAnotherAttemptMayNotMeetIsTransient(Throwable failure) {
        assertThat(Failures.transientFailure(failure)).isTrue();
    }

    static Stream<Throwable> lasting() {
        SSLHandshakeException untrusted = new SSLHandshakeException("PKIX path validation failed");
        untrusted.initCause(new CertificateExpiredException());
        return Stream.of(
                untrusted,
                new SSLPeerUnverifiedException("Hostname not verified"),
                new ProtocolException("Unexpected status line"),
                new UnknownServiceException("CLEARTEXT not permitted"),
                new MalformedURLException(),
                new FileNotFoundException(),
                new NoSuchFileException("body"),
                new MalformedInputException(1),
                new InterruptedIOException("timeout"),
                new ClosedByInterruptException(),
                new IOException("wrapped", new ProtocolException()),
                new IOException(new RuntimeException(new FileNotFoundException())),
                new RuntimeException(new IOException()),
                new IllegalStateException(),
                new InterruptedException(),
                new OutOfMemoryError());
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void whatEveryAttemptWouldMeetIsNot(Throwable failure) {
        assertThat(Failures.transientFailure(failure)).isFalse();
    }

    @Test
    @Timeout(10)
    void aCircleOfCausesEnds() {
        IOException first = new IOException("first");
        IOException second = new IOException("second", first);
        first.initCause(second);

        assertThat(Failures.transientFailure(first)).isTrue();
        assertThat(Failures.transientFailure(new IOException(second))).isTrue();
    }

    @Test
    void aCircleWithALastingCauseIsLasting() {
        IOException first = new IOException("first");
        ProtocolException second = new ProtocolException();
        second.initCause(first);
        first.initCause(second);

        assertThat(Failures.transientFailure(first)).isFalse();
    }

    @Test
    void onlySoManyCausesAreLookedAt() {
        assertThat(Failures.transientFailure(wrapped(new ProtocolException(), 19)))
                .isFalse();
        assertThat(Failures.transientFailure(wrapped(new ProtocolException(), 20)))
                .isTrue();
    }

    @Test
    void timeoutsAreKnownByType() {
        assertThat(Failures.timeout(new SocketTimeoutException())).isTrue();
        assertThat(Failures.timeout(new InterruptedIOException("timeout"))).isFalse();
        assertThat(Failures.timeout(new IOException("timeout"))).isFalse();
        assertThat(Failures.timeout(new IOException(new SocketTimeoutException())))
                .isFalse();
    }

    /** {@code java.net.http} is not required by the module, but part of every JDK that runs the tests. */
    @ParameterizedTest
    @ValueSource(strings = {"HttpTimeoutException", "HttpConnectTimeoutException"})
    void timeoutsOfTheJdkClientAreKnownByName(String name) throws Exception {
        Class<?> type = Class.forName("java.net.http." + name);
        Throwable timeout = (Throwable) type.getConstructor(String.class).newInstance("timed out");

        assertThat(Failures.timeout(timeout)).isTrue();
        assertThat(Failures.transientFailure(timeout)).isTrue();
    }

    private static IOException wrapped(IOException innermost, int times) {
        IOException failure = innermost;
        for (int i = 0; i < times; i++) {
            failure = new IOException(failure);
        }
        return failure;
    }
}
