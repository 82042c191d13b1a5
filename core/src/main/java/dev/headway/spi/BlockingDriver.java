package dev.headway.spi;

import dev.headway.Evidence;
import dev.headway.GiveUpException;
import dev.headway.Signal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Carries out the steps of an {@link Execution} on the calling thread. Decides nothing. */
public final class BlockingDriver {

    private BlockingDriver() {}

    /**
     * Runs a call to its end.
     *
     * @param execution the call's state machine, not yet asked
     * @param exchange the client
     * @param <R> the client's response
     * @return the last response, untouched
     * @throws GiveUpException if the call gave up and there is no result to hand over
     * @throws IOException as the client threw it, the trace suppressed in it; or the client's own kind for a cancelled call
     * @throws InterruptedException if the thread was interrupted while it waited or sent; nothing is sent after
     */
    public static <R> R run(Execution execution, BlockingExchange<R> exchange)
            throws IOException, InterruptedException {
        @Nullable R response = null;
        @Nullable IOException failure = null;
        @Nullable BlockingWait wait = null;
        try {
            while (true) {
                Step step = execution.next();
                if (step instanceof Step.Return || step instanceof Step.GiveUp) {
                    if (response == null || (step instanceof Step.GiveUp gaveUp && gaveUp.thrown())) {
                        throw ended(execution, step, failure);
                    }
                    R result = response;
                    response = null;
                    return result;
                }
                if (response != null) {
                    R released = response;
                    response = null;
                    exchange.discard(released);
                }
                if (step instanceof Step.Send send) {
                    failure = null;
                    try {
                        R received = sent(execution, exchange, send.attempt());
                        response = received;
                        execution.record(exchange.signalOf(received, execution));
                    } catch (IOException e) {
                        if (exchange.cancelled()) {
                            throw e;
                        }
                        failure = e;
                        execution.record(exchange.signalOf(e));
                    }
                } else {
                    if (wait == null) {
                        wait = new BlockingWait(execution.time());
                        wait.listen(exchange);
                    }
                    wait.carryOut(step);
                    if (exchange.cancelled()) {
                        throw exchange.cancellation();
                    }
                }
            }
        } finally {
            // Nothing after a Return or GiveUp; after an exception the permit goes back and no response stays open.
            execution.cancel();
            if (response != null) {
                exchange.discard(response);
            }
            if (wait != null) {
                wait.close();
            }
        }
    }

    /** What is neither an answer nor a cancellation ends the call, and is told as such. */
    private static <R> R sent(Execution execution, BlockingExchange<R> exchange, int attempt)
            throws IOException, InterruptedException {
        try {
            return exchange.send(attempt);
        } catch (RuntimeException | Error e) {
            if (!exchange.cancelled()) {
                execution.record(new Signal.Failure(e, Evidence.UNKNOWN, true, false));
            }
            throw e;
        }
    }

    private static IOException ended(Execution execution, Step step, @Nullable IOException failure) {
        if (failure != null) {
            return Traced.with(failure, execution.trace());
        }
        if (step instanceof Step.GiveUp) {
            return new GiveUpException(execution.trace());
        }
        throw new IllegalStateException("A call can not end without a result");
    }
}
