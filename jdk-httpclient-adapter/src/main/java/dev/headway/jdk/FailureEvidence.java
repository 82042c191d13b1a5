package dev.headway.jdk;

import dev.headway.Evidence;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What a failed attempt proves. The client tries one address and hides no failure but that of an idempotent request, so its
 * exception speaks of the last request it sent; but after a redirect that is not the first one, which has long been served. So
 * the exception is only believed where no redirect can have come before, or where the {@linkplain GuardedBody body} shows that
 * no request had left.
 */
final class FailureEvidence {

    /** HTTP/2 REFUSED_STREAM: the first is Java 17's, the second that of newer ones. The client has no type for it. */
    private static final String STREAM_NOT_PROCESSED = "Received RST_STREAM: Stream not processed";

    private static final String NOT_PROCESSED_BY_PEER = "request not processed by peer";

    private FailureEvidence() {}

    static Evidence of(Throwable failure, @Nullable GuardedBody body, boolean followsRedirects) {
        return proven(failure, body, followsRedirects) ? Evidence.NOT_SENT : Evidence.UNKNOWN;
    }

    private static boolean proven(Throwable failure, @Nullable GuardedBody body, boolean followsRedirects) {
        if (failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException) {
            return body != null ? body.subscriptions() == 0 : !followsRedirects;
        }
        if (refusedByPeer(failure)) {
            return !followsRedirects || (body != null && body.subscriptions() <= 1);
        }
        return false;
    }

    private static boolean refusedByPeer(Throwable failure) {
        String message = failure.getMessage();
        return STREAM_NOT_PROCESSED.equals(message) || NOT_PROCESSED_BY_PEER.equals(message);
    }
}
