package dev.headway.internal;

import dev.headway.Signal;
import dev.headway.spi.BlockingDriver;
import dev.headway.spi.BlockingExchange;
import dev.headway.spi.Execution;
import java.io.IOException;
import java.util.concurrent.Callable;

/**
 * Code that runs on the caller's thread. Nobody cancels it but by an interrupt.
 *
 * @param <T> what it returns
 */
public final class BlockingCode<T> implements BlockingExchange<Outcome<T>> {

    /** Carries what the driver does not throw. */
    private static final class Thrown extends RuntimeException {

        private static final long serialVersionUID = 1L;

        final Exception exception;

        Thrown(Exception exception) {
            super(null, exception, false, false);
            this.exception = exception;
        }
    }

    private final Callable<T> code;

    private BlockingCode(Callable<T> code) {
        this.code = code;
    }

    /**
     * Runs code to its end.
     *
     * @param execution the call's state machine
     * @param code what to run for each attempt
     * @param <T> what it returns
     * @return what it returned last
     * @throws Exception as the code, or as the driver
     */
    public static <T> T run(Execution execution, Callable<T> code) throws Exception {
        try {
            return BlockingDriver.run(execution, new BlockingCode<>(code)).value();
        } catch (Thrown e) {
            throw e.exception;
        }
    }

    @Override
    public Outcome<T> send(int attempt) throws IOException, InterruptedException {
        try {
            return new Outcome<>(code.call());
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new Thrown(e);
        }
    }

    @Override
    public Registration onCancel(Runnable wake) {
        return () -> {};
    }

    @Override
    public boolean cancelled() {
        return false;
    }

    @Override
    public IOException cancellation() {
        throw new IllegalStateException("Nobody cancels it");
    }

    @Override
    public Signal signalOf(Outcome<T> outcome, Execution execution) {
        return outcome;
    }

    @Override
    public Signal signalOf(Throwable failure) {
        return Outcome.failed(failure);
    }

    @Override
    public void discard(Outcome<T> outcome) {}
}
