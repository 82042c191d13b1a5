package dev.headway.jdk;

import dev.headway.Evidence;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;

/**
 * What a failed attempt proves. The client tries one address and hides no failure but that of an idempotent request, so its
 * exception speaks of the last request it sent; but after a redirect that is not the first one, which has long been served. So
 * the exception is only believed where no redirect can have come before.
 */
final class FailureEvidence {

    /** HTTP/2 REFUSED_STREAM: the first is Java 17's, the second that of newer ones. The client has no type for it. */
    private static final String STREAM_NOT_PROCESSED = "Received RST_STREAM: Stream not processed";

    private static final String ENHANCE_YOUR_CALM = "Received RST_STREAM: Processing capacity exceeded";

    private static final String NOT_PROCESSED_BY_PEER = "request not processed by peer";

    private FailureEvidence() {}

    /**
     * Judges.
     *
     * @param failure what the client threw
     * @param bodies how often it began to send the request's body in this attempt
     * @param redirected whether the request that failed may be another one than the caller's
     */
    static Evidence of(Throwable failure, int bodies, boolean redirected) {
        return !redirected && proven(failure, bodies) ? Evidence.NOT_SENT : Evidence.UNKNOWN;
    }

    /** Whether the server ended an HTTP/2 stream because of too many requests. It may have served this one all the same. */
    static boolean throttled(Throwable failure) {
        return ENHANCE_YOUR_CALM.equals(failure.getMessage());
    }

    private static boolean proven(Throwable failure, int bodies) {
        if (failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException) {
            return bodies == 0;
        }
        String message = failure.getMessage();
        return STREAM_NOT_PROCESSED.equals(message) || NOT_PROCESSED_BY_PEER.equals(message);
    }
}
