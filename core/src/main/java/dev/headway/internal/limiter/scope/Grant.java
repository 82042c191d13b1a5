package dev.headway.internal.limiter.scope;

import dev.headway.WaitCause;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What is granted at once: it has nothing of its own but its cost, so two serve all calls of the usual cost. */
final class Grant extends LocalPermit {

    Grant(ScopeLimiter limiter, int cost, boolean late) {
        super(limiter, cost);
        mayLeaveLate(late);
    }

    @Override
    long grantedAt(long sentAt) {
        return sentAt;
    }

    @Override
    boolean ends(State end) {
        return true;
    }

    @Override
    public State state() {
        return State.GRANTED;
    }

    @Override
    public CompletionStage<?> settled() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public WaitCause cause() {
        return WaitCause.PERMIT;
    }
}
