package dev.headway;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What one attempt brought: a {@link Response} or a {@link Failure}. */
public sealed interface Signal {

    /**
     * A response, whatever its status: an adapter's view of the client's own, so that nothing is copied. Read only while the
     * signal is recorded.
     */
    non-sealed interface Response extends Signal, ResponseHeaders {

        /** As much of a body is read as names an error: 64 KiB. */
        int MAX_BODY_START = 65_536;

        /**
         * Returns the status code.
         *
         * @return the status code
         */
        int status();

        /**
         * Tells whether the client made the response itself (from its cache, say), so that no server said anything.
         *
         * @return whether it did; by default not
         */
        default boolean local() {
            return false;
        }

        /**
         * Tells whether it answers another request than the attempt began with: a redirect has made a {@code GET} of a {@code
         * POST} that had been served. A refusal then proves nothing of that one.
         *
         * @return whether it does; by default not
         */
        default boolean ofAnotherRequest() {
            return false;
        }

        /**
         * Returns the scope of the server that answered, where a redirect has led to another one: a refusal is about that one.
         *
         * @return the scope; null where it is that of the request, as by default
         */
        default @Nullable Scope scope() {
            return null;
        }

        /**
         * Returns the beginning of the body as it came, content coding included, for the few responses whose body may name a
         * limit ({@link HintParser#readsBody}). The caller still gets the whole body. An adapter stops waiting for it after a
         * time of its own: a body that stalls is as if it had ended there. Asked for every response, and empty at once for one
         * whose body nobody wants ({@link dev.headway.spi.Execution#readsBody}).
         *
         * @return at most {@link #MAX_BODY_START} bytes, for one reading; by default none
         */
        default ByteBuffer bodyStart() {
            return NoBody.START;
        }
    }

    /**
     * An exception instead of a response. Immutable.
     *
     * @param cause what the client threw, unwrapped
     * @param evidence what the adapter knows of the request's way; {@link Evidence#UNKNOWN} when in doubt
     * @param delivered whether the caller has begun to see the response, so that the call may only end
     * @param throttled whether the server said by it that it gets too many requests (HTTP/2 {@code ENHANCE_YOUR_CALM}, RFC
     *     9113 section 7), so that the whole scope holds back
     * @param hint what it says of the limit
     */
    record Failure(Throwable cause, Evidence evidence, boolean delivered, boolean throttled, RateLimitHint hint)
            implements Signal {

        /**
         * A failure that tells of a limit nothing but that there is one.
         *
         * @param cause what the client threw, unwrapped
         * @param evidence what the adapter knows of the request's way
         * @param delivered whether the caller has begun to see the response
         * @param throttled whether the server said by it that it gets too many requests
         */
        public Failure(Throwable cause, Evidence evidence, boolean delivered, boolean throttled) {
            this(cause, evidence, delivered, throttled, RateLimitHint.none());
        }

        /**
         * A failure before the caller saw anything, and none of a limit.
         *
         * @param cause what the client threw, unwrapped
         * @param evidence what the adapter knows of the request's way
         */
        public Failure(Throwable cause, Evidence evidence) {
            this(cause, evidence, false, false);
        }
    }
}
