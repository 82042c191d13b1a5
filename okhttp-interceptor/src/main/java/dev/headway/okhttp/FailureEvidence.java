package dev.headway.okhttp;

import dev.headway.Evidence;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * What a failed attempt proves. An exception alone proves little: a host with two addresses may have taken the request at the
 * first and refuse at the second, which leaves a {@code ConnectException} with the truth among its suppressed ones; and after
 * a redirect the exception is that of the last request, while the first has long been served. So all of the exception must
 * agree, and where the call was {@linkplain CallWatch watched}, what was seen must agree too.
 */
final class FailureEvidence {

    private static final int MAX_DEPTH = 8;

    /** OkHttp does not export its types, so they go by name. */
    private static final String STREAM_RESET = "okhttp3.internal.http2.StreamResetException";

    private FailureEvidence() {}

    static Evidence of(Throwable failure, @Nullable CallWatch watch) {
        return proven(failure, watch) ? Evidence.NOT_SENT : Evidence.UNKNOWN;
    }

    /** Whether the server ended an HTTP/2 stream because of too many requests. It may have served this one all the same. */
    static boolean throttled(Throwable failure) {
        return STREAM_RESET.equals(failure.getClass().getName())
                && "stream was reset: ENHANCE_YOUR_CALM".equals(failure.getMessage());
    }

    private static boolean proven(Throwable failure, @Nullable CallWatch watch) {
        if (watch == null) {
            return entirely(failure, Proof.ANY, null, 0);
        }
        if (watch.sentAgain()) {
            return false;
        }
        if (watch.sent()) {
            return entirely(failure, Proof.REFUSED_BY_PEER, null, 0);
        }
        // Nothing seen is no proof by itself: an interceptor may send by other means than the client's.
        return entirely(failure, Proof.ANY, watch, 0);
    }

    private static boolean entirely(Throwable failure, Proof proof, @Nullable CallWatch watch, int depth) {
        // Bounded: a chain of causes may be a circle.
        if (depth > MAX_DEPTH) {
            return false;
        }
        boolean unconnected = watch != null && watch.couldNotConnect(failure);
        if (!unconnected && !proof.givenBy(failure)) {
            return false;
        }
        // What failed to connect did so whatever the cause.
        if (!unconnected && failure.getCause() != null && !entirely(failure.getCause(), proof, watch, depth + 1)) {
            return false;
        }
        for (Throwable suppressed : failure.getSuppressed()) {
            if (!entirely(suppressed, proof, watch, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    private enum Proof {
        REFUSED_BY_PEER {
            @Override
            boolean givenBy(Throwable failure) {
                String name = failure.getClass().getName();
                return name.equals("okhttp3.internal.http2.ConnectionShutdownException")
                        || (name.equals(STREAM_RESET)
                                && "stream was reset: REFUSED_STREAM".equals(failure.getMessage()));
            }
        },
        ANY {
            @Override
            boolean givenBy(Throwable failure) {
                return failure instanceof UnknownHostException
                        || failure instanceof ConnectException
                        || failure instanceof NoRouteToHostException
                        || (failure instanceof SocketTimeoutException
                                && "connect timed out".equalsIgnoreCase(failure.getMessage()))
                        || REFUSED_BY_PEER.givenBy(failure);
            }
        };

        abstract boolean givenBy(Throwable failure);
    }
}
