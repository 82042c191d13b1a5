package dev.headway;

/** What one attempt brought: a {@link Response} or a {@link Failure}. Immutable. */
public sealed interface Signal {

    /**
     * A response, whatever its status.
     *
     * @param status the status code
     * @param headers the header fields; read only while the signal is recorded
     * @param local whether the client made it itself (from its cache, say), so that no server said anything
     */
    record Response(int status, ResponseHeaders headers, boolean local) implements Signal {

        /**
         * A response of a server.
         *
         * @param status the status code
         * @param headers the header fields
         */
        public Response(int status, ResponseHeaders headers) {
            this(status, headers, false);
        }
    }

    /**
     * An exception instead of a response.
     *
     * @param cause what the client threw, unwrapped
     * @param evidence what the adapter knows of the request's way; {@link Evidence#UNKNOWN} when in doubt
     * @param delivered whether the caller has begun to see the response, so that the call may only end
     */
    record Failure(Throwable cause, Evidence evidence, boolean delivered) implements Signal {}
}
