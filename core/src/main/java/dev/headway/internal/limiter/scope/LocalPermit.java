package dev.headway.internal.limiter.scope;

import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.Scope;

/** A permit that its scope's lock knows: granted under it, or waiting. What it knows of itself belongs to that lock. */
abstract sealed class LocalPermit implements Permit permits Grant, WaitingPermit {

    final ScopeLimiter limiter;
    final int cost;
    private int late;

    LocalPermit(ScopeLimiter limiter, int cost) {
        this.limiter = limiter;
        this.cost = cost;
    }

    /** So much of its cost counts from later than it was granted, since its call may leave late. */
    final int late() {
        return late;
    }

    /** So much less of that is left. */
    final void lateLess(int less) {
        late -= less;
    }

    /** Its call may leave late, or not. */
    final void mayLeaveLate(boolean itMay) {
        late = itMay ? cost : 0;
    }

    /** When it was granted, if its call was sent at that time. */
    abstract long grantedAt(long sentAt);

    /** Whether it was granted and now comes to its end. */
    abstract boolean ends(State end);

    @Override
    public final Scope scope() {
        return limiter.scope();
    }

    @Override
    public final boolean answered(long sentAtNanos, Answer answer, RateLimitHint hint) {
        return limiter.ends().answered(this, limiter.shared().scaled(sentAtNanos), answer, hint);
    }

    @Override
    public final void settle(long sentAtNanos, int actual) {
        if (actual != cost) {
            limiter.ends().adjusted(this, limiter.shared().scaled(sentAtNanos), actual);
        }
    }

    @Override
    public final void cancel(long sentAtNanos) {
        limiter.ends().cancelled(this, limiter.shared().scaled(sentAtNanos));
    }

    @Override
    public final boolean tryResend(int weight) {
        return limiter.tryResend(weight);
    }

    @Override
    public final Permit renew(int priority, long sinceNanos, long nowNanos, long deadlineNanos) {
        Permit permit = limiter.renew(cost, priority, sinceNanos, nowNanos, deadlineNanos);
        return permit != null
                ? permit
                : limiter.scopes().renew(limiter.life().present(), cost, priority, sinceNanos, nowNanos, deadlineNanos);
    }

    @Override
    public final long earliestRenewal(long nowNanos) {
        return limiter.earliestRenewal(cost, nowNanos);
    }
}
