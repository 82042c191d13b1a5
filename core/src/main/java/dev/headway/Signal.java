package dev.headway;

/** What one attempt brought: a {@link Response} or a {@link Failure}. */
public sealed interface Signal {

    /**
     * A response, whatever its status: an adapter's view of the client's own, so that nothing is copied. Read only while the
     * signal is recorded.
     */
    non-sealed interface Response extends Signal, ResponseHeaders {

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
    }

    /**
     * An exception instead of a response. Immutable.
     *
     * @param cause what the client threw, unwrapped
     * @param evidence what the adapter knows of the request's way; {@link Evidence#UNKNOWN} when in doubt
     * @param delivered whether the caller has begun to see the response, so that the call may only end
     * @param throttled whether the server said by it that it gets too many requests (HTTP/2 {@code ENHANCE_YOUR_CALM}, RFC
     *     9113 section 7), so that the whole scope holds back
     */
    record Failure(Throwable cause, Evidence evidence, boolean delivered, boolean throttled) implements Signal {

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
