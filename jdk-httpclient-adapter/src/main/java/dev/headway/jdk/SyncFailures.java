package dev.headway.jdk;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** What the client's {@code send} makes of a failure that came on another thread, so that the caller's own stack is seen. */
final class SyncFailures {

    private SyncFailures() {}

    /** An exception of the type that the client throws; thrown if it is no {@code IOException}. */
    static IOException asTheClientThrows(Throwable thrown) {
        @Nullable String message = thrown.getMessage();
        if (thrown instanceof IllegalArgumentException) {
            throw new IllegalArgumentException(message, thrown);
        } else if (thrown instanceof SecurityException) {
            throw new SecurityException(message, thrown);
        }
        IOException sameType = sameType(thrown, message);
        sameType.initCause(thrown);
        return sameType;
    }

    private static IOException sameType(Throwable thrown, @Nullable String message) {
        if (thrown instanceof HttpConnectTimeoutException) {
            return new HttpConnectTimeoutException(message);
        } else if (thrown instanceof HttpTimeoutException) {
            return new HttpTimeoutException(message);
        } else if (thrown instanceof ConnectException) {
            return new ConnectException(message);
        } else if (thrown instanceof SSLHandshakeException) {
            return new SSLHandshakeException(message);
        } else if (thrown instanceof SSLException) {
            return new SSLException(message);
        } else if (thrown instanceof ProtocolException) {
            return new ProtocolException(message);
        }
        return new IOException(message);
    }
}
