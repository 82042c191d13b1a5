package dev.headway.spi;

import dev.headway.Signal;

/**
 * What an adapter does for a driver, whichever driver it is. One instance serves one call.
 *
 * @param <R> the client's response, before the caller sees it
 */
public interface Exchange<R> {

    /**
     * Describes a response, without touching its body before its beginning is asked for.
     *
     * @param response what the client returned
     * @param execution the call, which knows whether the beginning of the body is wanted
     * @return the signal
     */
    Signal signalOf(R response, Execution execution);

    /**
     * Describes an exception.
     *
     * @param failure what the client threw, not wrapped by a future
     * @return the signal
     */
    Signal signalOf(Throwable failure);

    /**
     * Lets go of a response that the caller will not get, with whatever it holds: within bounds of bytes and time, without
     * blocking for long, without throwing.
     *
     * @param response the response
     */
    void discard(R response);
}
