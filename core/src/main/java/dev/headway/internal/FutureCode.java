package dev.headway.internal;

import dev.headway.Signal;
import dev.headway.spi.Execution;
import dev.headway.spi.FutureDriver;
import dev.headway.spi.FutureExchange;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Code that holds no thread.
 *
 * @param <T> what it brings
 */
public final class FutureCode<T> implements FutureExchange<Outcome<T>, T> {

    /** One for each task where the common pool has too few threads: what hangs on the caller's future may block. */
    private static final Executor COMPLETER = new CompletableFuture<Void>().defaultExecutor();

    private final Supplier<? extends CompletionStage<T>> code;

    private FutureCode(Supplier<? extends CompletionStage<T>> code) {
        this.code = code;
    }

    /**
     * Runs code to its end.
     *
     * @param execution the call's state machine
     * @param code what to begin for each attempt
     * @param <T> what it brings
     * @return what it brought last
     */
    public static <T> CompletableFuture<T> run(Execution execution, Supplier<? extends CompletionStage<T>> code) {
        return FutureDriver.run(execution, new FutureCode<>(code), FutureDriver.defaultExecutor());
    }

    @Override
    public CompletableFuture<Outcome<T>> sendAsync(int attempt) {
        try {
            return new Begun<>(code.get());
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Follows the user's stage, and cancels it with itself. */
    private static final class Begun<T> extends CompletableFuture<Outcome<T>> {

        private final CompletionStage<T> stage;

        Begun(CompletionStage<T> stage) {
            this.stage = stage;
            stage.whenComplete(this::ended);
        }

        private void ended(T value, @Nullable Throwable thrown) {
            if (thrown == null) {
                complete(new Outcome<>(value));
            } else {
                boolean wrapped = thrown instanceof CompletionException && thrown.getCause() != null;
                completeExceptionally(wrapped ? thrown.getCause() : thrown);
            }
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean first = super.cancel(mayInterrupt);
            try {
                stage.toCompletableFuture().cancel(mayInterrupt);
            } catch (UnsupportedOperationException e) {
                return first;
            }
            return first;
        }
    }

    @Override
    public Executor completer() {
        return COMPLETER;
    }

    @Override
    public CompletableFuture<T> deliver(Outcome<T> outcome) {
        return CompletableFuture.completedFuture(outcome.value());
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
