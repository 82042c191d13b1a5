package dev.headway.it;

import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How a client is made.
 *
 * @param timeout how long an attempt may take to answer, or null
 * @param repeats whether OkHttp may repeat a request by itself, as it does unless told otherwise
 * @param tls whom to trust, or null for plain HTTP/1.1
 */
record Setup(
        @Nullable Duration timeout,
        boolean repeats,
        @Nullable Tls tls) {

    /** Whom a client trusts. */
    record Tls(SSLContext context, X509TrustManager trust) {}

    static final Setup PLAIN = new Setup(null, true, null);

    Setup withTimeout(Duration length) {
        return new Setup(length, repeats, tls);
    }

    Setup withoutRepeats() {
        return new Setup(timeout, false, tls);
    }

    static Setup http2(Tls tls) {
        return new Setup(null, true, tls);
    }
}
