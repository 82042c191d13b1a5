package dev.headway.spi;

import java.util.concurrent.CompletableFuture;

/** A future of a call, or derived from one: cancelling either cancels the call, as with the JDK client's own futures. */
final class CallFuture<T> extends CompletableFuture<T> {

    private final CompletableFuture<?> call;

    CallFuture() {
        this.call = this;
    }

    private CallFuture(CompletableFuture<?> call) {
        this.call = call;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CallFuture<>(call);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean done = isDone();
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (call != this && !done) {
            call.cancel(mayInterruptIfRunning);
        }
        return cancelled;
    }
}
