package dev.headway.it;

import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How a client is made.
 *
 * @param timeout how long an attempt may take to answer, or null
 * @param redirected whether the JDK's client follows redirects, as OkHttp always does
 * @param repeats whether OkHttp may repeat a request by itself, as it does unless told otherwise
 * @param tls whom to trust, or null for plain HTTP/1.1
 */
public record Setup(
        @Nullable Duration timeout,
        boolean redirected,
        boolean repeats,
        @Nullable Tls tls) {

    /** Whom a client trusts. */
    public record Tls(SSLContext context, X509TrustManager trust) {}

    public static final Setup PLAIN = new Setup(null, false, true, null);

    Setup withTimeout(Duration length) {
        return new Setup(length, redirected, repeats, tls);
    }

    Setup withoutRepeats() {
        return new Setup(timeout, redirected, false, tls);
    }

    Setup withRedirects() {
        return new Setup(timeout, true, repeats, tls);
    }

    public static Setup http2(Tls tls) {
        return new Setup(null, false, true, tls);
    }
}
