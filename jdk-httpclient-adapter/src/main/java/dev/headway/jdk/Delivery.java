package dev.headway.jdk;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The way of a body to the caller's subscriber, which a cancel ends, and the end of the attempt's time. */
final class Delivery<V> extends CompletableFuture<V> {

    private final HeldBody body;

    Delivery(HeldBody body, @Nullable AttemptTime time) {
        this.body = body;
        if (time != null) {
            time.limit(this, 0, this::timeOut);
        }
    }

    /** Wrapped, so that a failure of the caller's own is none of this future's: it may be a cancellation. */
    void fail(Throwable thrown) {
        completeExceptionally(thrown instanceof CompletionException ? thrown : new CompletionException(thrown));
    }

    /** The result before the body's end: what the client or the subscriber make of the latter comes too late then. */
    private void timeOut(HttpTimeoutException timeout) {
        if (completeExceptionally(timeout)) {
            body.drop(timeout);
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            body.drop(new IOException("The call was cancelled."));
        }
        return cancelled;
    }
}
