package dev.headway.internal.limiter;

import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.WaitCause;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/** A permit of the {@link Overflow} that knows whose it is: what follows is asked where that scope is by then. */
final class OverflowPermit implements Permit {

    private final Overflow overflow;
    private final Scope scope;
    private final int cost;
    private final Permit permit;
    private final AtomicBoolean here = new AtomicBoolean(true);

    OverflowPermit(Overflow overflow, Scope scope, int cost, Permit permit) {
        this.overflow = overflow;
        this.scope = scope;
        this.cost = cost;
        this.permit = permit;
        if (permit.state() != State.GRANTED) {
            // It may have been refused just now.
            var unused = permit.settled().thenRun(this::refused);
        }
    }

    /** Nobody ends a permit that was refused while it waited. */
    private void refused() {
        if (permit.state() == State.REFUSED) {
            leave();
        }
    }

    private void leave() {
        if (here.compareAndSet(true, false)) {
            overflow.leave(scope);
        }
    }

    @Override
    public Scope scope() {
        return scope;
    }

    @Override
    public State state() {
        return permit.state();
    }

    @Override
    public CompletionStage<?> settled() {
        return permit.settled();
    }

    @Override
    public WaitCause cause() {
        return permit.cause();
    }

    @Override
    public long expected(long nowNanos) {
        return permit.expected(nowNanos);
    }

    @Override
    public void leaves(long nowNanos) {
        permit.leaves(nowNanos);
    }

    @Override
    public boolean answered(long sentAtNanos, Answer answer, RateLimitHint hint) {
        boolean paced = permit.answered(sentAtNanos, answer, hint);
        leave();
        return paced;
    }

    @Override
    public void settle(long sentAtNanos, int actual) {
        permit.settle(sentAtNanos, actual);
    }

    @Override
    public void cancel(long sentAtNanos) {
        permit.cancel(sentAtNanos);
        leave();
    }

    @Override
    public boolean tryResend(int weight) {
        return overflow.limiter().atPresent(scope, limiter -> limiter.tryResend(weight));
    }

    @Override
    public Permit renew(int priority, long sinceNanos, long nowNanos, long deadlineNanos) {
        return overflow.limiter().renew(scope, cost, priority, sinceNanos, nowNanos, deadlineNanos);
    }

    @Override
    public long earliestRenewal(long nowNanos) {
        return overflow.limiter().atPresent(scope, limiter -> limiter.earliestRenewal(cost, nowNanos));
    }
}
