package dev.headway.internal.limiter.scope;

import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.WaitCause;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What a call gets that is refused at once: it has nothing of its own, so one serves all, and a refusal allocates nothing. */
final class RefusedPermit implements Permit {

    static final RefusedPermit TOO_LATE = new RefusedPermit(State.REFUSED);
    static final RefusedPermit QUEUE_FULL = new RefusedPermit(State.QUEUE_FULL);

    private final State state;

    private RefusedPermit(State state) {
        this.state = state;
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public CompletionStage<?> settled() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public WaitCause cause() {
        return WaitCause.PERMIT;
    }

    @Override
    public void cancel(long sentAtNanos) {
        // Nothing was given.
    }

    @Override
    public Scope scope() {
        throw never();
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
