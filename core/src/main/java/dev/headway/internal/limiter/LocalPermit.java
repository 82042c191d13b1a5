package dev.headway.internal.limiter;

import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.WaitCause;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A permit of this process. Its fields belong to the scope's lock, but for the state. */
class LocalPermit implements Permit {

    final ScopeLimiter scope;
    final int cost;
    /** When the call first asked, as a count that may overflow: among those that are sent again the oldest goes first. */
    final int ticket;

    long grantedAt;
    int epoch;
    private volatile State state = State.PENDING;

    LocalPermit(ScopeLimiter scope, int cost, int ticket) {
        this.scope = scope;
        this.cost = cost;
        this.ticket = ticket;
    }

    final void granted(long now, int currentEpoch) {
        grantedAt = now;
        epoch = currentEpoch;
        state = State.GRANTED;
    }

    final void become(State next) {
        state = next;
    }

    @Override
    public final State state() {
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
    public final void sent() {
        // A grant is for now: the time of the grant counts as that of the send.
    }

    @Override
    public final boolean answered(Answer answer, RateLimitHint hint) {
        return scope.answered(this, answer, hint);
    }

    @Override
    public final void cancel() {
        scope.cancel(this);
    }

    @Override
    public final boolean tryResend(int weight) {
        return scope.tryResend(weight);
    }

    @Override
    public final Permit renew(long nowNanos, long deadlineNanos) {
        return scope.renew(this, nowNanos, deadlineNanos);
    }

    @Override
    public final long earliestRenewal(long nowNanos) {
        return scope.earliestRenewal(this, nowNanos);
    }
}
