package dev.headway.jdk;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * An exchange of the client's that ends when its time is over, although the client does not end it: a request with {@code
 * Expect: 100-continue} that is refused at once has no end on Java 17 before 17.0.16, and no time-out (JDK-8286171).
 */
final class BoundedExchange<R> extends CompletableFuture<R> {

    /** The client's own end of the time comes first, where it comes: it knows how far the exchange had got. */
    private static final long GRACE_MILLIS = 50;

    private final CompletableFuture<R> sent;

    /**
     * Begins.
     *
     * @param sent the client's
     * @param time how long it may take
     * @param late hears of a response that comes too late
     */
    BoundedExchange(CompletableFuture<R> sent, AttemptTime time, Consumer<? super R> late) {
        this.sent = sent;
        CompletionStage<R> stage = sent;
        stage.whenComplete((response, thrown) -> {
            if (thrown != null) {
                completeExceptionally(thrown);
            } else if (!complete(response)) {
                late.accept(response);
            }
        });
        time.limit(this, GRACE_MILLIS, timeout -> {
            if (completeExceptionally(timeout)) {
                stop();
            }
        });
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            stop();
        }
        return cancelled;
    }

    /** Not one that has ended: its connection may serve somebody else by now. */
    private void stop() {
        if (!sent.isDone()) {
            sent.cancel(true);
        }
    }
}
