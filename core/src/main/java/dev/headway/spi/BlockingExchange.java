package dev.headway.spi;

import java.io.IOException;

/**
 * An adapter's part of a blocking call.
 *
 * @param <R> the client's response
 */
public interface BlockingExchange<R> extends Exchange<R> {

    /**
     * Sends once and returns what the client returns.
     *
     * @param attempt the number of the attempt, from 1
     * @return the client's response
     * @throws IOException as the client does
     * @throws InterruptedException as the client does
     */
    R send(int attempt) throws IOException, InterruptedException;

    /**
     * Registers what to run when the caller cancels the call while it waits; runs it at once when that has happened already.
     * Called at most once for a call, and only if it waits at all. The task is quick and may run more than once.
     *
     * @param wake what to run, on any thread
     * @return a handle that ends the registration
     */
    Registration onCancel(Runnable wake);

    /**
     * Tells whether the caller has cancelled the call.
     *
     * @return whether nothing may be sent any more
     */
    boolean cancelled();

    /**
     * Returns the exception with which the client itself ends a cancelled call.
     *
     * @return a new exception of the client's own type
     */
    IOException cancellation();

    /** What {@link #onCancel} registered. */
    interface Registration {
        /** Ends it. Idempotent. */
        void close();
    }
}
