package dev.headway.redis;

import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.WaitCause;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a call gets that is refused at once.
 *
 * @param scope what it was asked of
 * @param state that it may not go
 * @param cause why
 */
record RefusedPermit(Scope scope, State state, WaitCause cause) implements Permit {

    @Override
    public CompletionStage<?> settled() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void cancel(long sentAtNanos) {
        // Nothing was given.
    }

    @Override
    public boolean answered(long sentAtNanos, Answer answer, RateLimitHint hint) {
        throw never();
    }

    @Override
    public boolean tryResend(int weight) {
        throw never();
    }

    @Override
    public Permit renew(int priority, long sinceNanos, long nowNanos, long deadlineNanos) {
        throw never();
    }

    @Override
    public long earliestRenewal(long nowNanos) {
        throw never();
    }

    private static IllegalStateException never() {
        return new IllegalStateException("The permit was refused: nothing may be sent with it");
    }
}
