package dev.headway.internal.limiter;

import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.WaitCause;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A permit of this process, and a node of its scope's queue. Its fields belong to the scope's lock, but for the state. */
final class LocalPermit implements Permit {

    final ScopeLimiter scope;
    final int cost;
    final long deadline;
    /** When the call first asked: earlier calls go first among those that are sent again. */
    final long ticket;

    final boolean again;

    private volatile State state;
    private WaitCause cause = WaitCause.PERMIT;
    long grantedAt;
    int epoch;
    boolean answered;
    private @Nullable CompletableFuture<Void> settled;

    @Nullable LocalPermit previous;

    @Nullable LocalPermit next;

    LocalPermit(ScopeLimiter scope, int cost, long deadline, long ticket, boolean again) {
        this.scope = scope;
        this.cost = cost;
        this.deadline = deadline;
        this.ticket = ticket;
        this.again = again;
        this.state = State.PENDING;
    }

    void granted(long now, int currentEpoch) {
        grantedAt = now;
        epoch = currentEpoch;
        state = State.GRANTED;
    }

    void refused() {
        state = State.REFUSED;
    }

    void cancelled() {
        state = State.CANCELLED;
    }

    /** Before it enters the queue. */
    void pending(WaitCause why) {
        cause = why;
        settled = new CompletableFuture<>();
    }

    /** After it has left the queue, and not under the lock. */
    void announce() {
        if (settled != null) {
            settled.complete(null);
        }
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public CompletionStage<?> settled() {
        return settled != null ? settled : CompletableFuture.completedFuture(null);
    }

    @Override
    public WaitCause cause() {
        return cause;
    }

    @Override
    public void sent() {
        // A grant is for now: the time of the grant counts as that of the send.
    }

    @Override
    public boolean answered(Answer answer, RateLimitHint hint) {
        return scope.answered(this, answer, hint);
    }

    @Override
    public void cancel() {
        scope.cancel(this);
    }

    @Override
    public boolean tryResend(int weight) {
        return scope.tryResend(weight);
    }

    @Override
    public Permit renew(long nowNanos, long deadlineNanos) {
        return scope.renew(this, nowNanos, deadlineNanos);
    }

    @Override
    public long earliestRenewal(long nowNanos) {
        return scope.earliestRenewal(this, nowNanos);
    }
}
