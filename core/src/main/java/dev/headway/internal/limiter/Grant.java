package dev.headway.internal.limiter;

import dev.headway.WaitCause;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What is granted at once: it has nothing of its own, so one serves all calls of an epoch, and a call that nothing delays
 * costs no object here.
 */
final class Grant extends LocalPermit {

    private final int epoch;

    Grant(ScopeLimiter scope, int cost, int epoch) {
        super(scope, cost);
        this.epoch = epoch;
    }

    @Override
    int epoch() {
        return epoch;
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
