package dev.headway.internal.limiter;

import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.Scope;

/** A permit of this process. What it knows of itself belongs to the scope's lock. */
abstract sealed class LocalPermit implements Permit permits Grant, WaitingPermit {

    final ScopeLimiter scope;
    final int cost;

    LocalPermit(ScopeLimiter scope, int cost) {
        this.scope = scope;
        this.cost = cost;
    }

    /** The gate's epoch at the time of the grant. */
    abstract int epoch();

    /** When it was granted, if its call was sent at that time. */
    abstract long grantedAt(long sentAt);

    /** Whether it was granted and now comes to its end. */
    abstract boolean ends(State end);

    @Override
    public final Scope scope() {
        return scope.scope();
    }

    @Override
    public final boolean answered(long sentAtNanos, Answer answer, RateLimitHint hint) {
        return scope.answered(this, sentAtNanos, answer, hint);
    }

    @Override
    public final void cancel(long sentAtNanos) {
        scope.cancel(this, sentAtNanos);
    }

    @Override
    public final boolean tryResend(int weight) {
        return scope.tryResend(weight);
    }

    @Override
    public final Permit renew(long sinceNanos, long nowNanos, long deadlineNanos) {
        return scope.renew(cost, sinceNanos, nowNanos, deadlineNanos);
    }

    @Override
    public final long earliestRenewal(long nowNanos) {
        return scope.earliestRenewal(cost, nowNanos);
    }
}
