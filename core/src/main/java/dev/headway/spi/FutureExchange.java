package dev.headway.spi;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * An adapter's part of a call that holds no thread.
 *
 * @param <R> the client's response, before the caller sees it
 * @param <T> what the caller gets
 */
public interface FutureExchange<R, T> extends Exchange<R> {

    /**
     * Sends once.
     *
     * @param attempt the number of the attempt, from 1
     * @return the client's future; cancelling it ends the exchange
     */
    CompletableFuture<R> sendAsync(int attempt);

    /**
     * Hears that the call begins to wait. Until the registration is closed the exchange may end the call, because its client is
     * closed, say: then the wait ends, nothing more is sent, and the call fails with what the exchange gives.
     *
     * @param end ends the call; quick, on any thread, at most once to any effect
     * @return what the driver closes when the wait is over; by default nothing
     */
    default BlockingExchange.Registration waits(Consumer<? super IOException> end) {
        return () -> {};
    }

    /**
     * Returns what completes the caller's future, once its call has waited or the delivery took time: what hangs on the future may
     * block, and the threads that bring the end of a wait or of a body serve others, too.
     *
     * @return by default whoever brings the end does it
     */
    default Executor completer() {
        return Runnable::run;
    }

    /**
     * Turns the response into what the caller gets. Called once, for the last response.
     *
     * @param response the client's response
     * @return its form for the caller; cancelling it lets go of the response
     */
    CompletableFuture<T> deliver(R response);

    /**
     * Lets go of what {@link #deliver} made when its caller has gone meanwhile, as {@link #discard} does of a response.
     *
     * @param delivered what the caller would have got
     */
    default void release(T delivered) {}
}
