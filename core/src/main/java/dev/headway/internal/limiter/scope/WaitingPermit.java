package dev.headway.internal.limiter.scope;

import dev.headway.WaitCause;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A permit that could not be granted at once: a node of its scope's queue. */
public final class WaitingPermit extends LocalPermit {

    /** When the call first asked: among those that are sent again the oldest goes first. */
    final long since;

    final boolean again;
    /** The greater the sooner. */
    final int priority;

    final long deadline;
    private final WaitCause cause;
    private final long expected;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();

    private long grantedAt;
    private volatile State state = State.PENDING;

    @Nullable WaitingPermit previous;

    @Nullable WaitingPermit next;

    WaitingPermit(
            ScopeLimiter limiter,
            int cost,
            int priority,
            long since,
            boolean again,
            long deadline,
            WaitCause cause,
            long expected) {
        super(limiter, cost);
        this.priority = priority;
        this.since = since;
        this.again = again;
        this.deadline = deadline;
        this.cause = cause;
        this.expected = expected;
    }

    void granted(long now, boolean leavesLate) {
        grantedAt = now;
        mayLeaveLate(leavesLate);
        state = State.GRANTED;
    }

    public void become(State next) {
        state = next;
    }

    boolean olderThan(WaitingPermit other) {
        return since < other.since;
    }

    /** After it has left the queue, and not under the lock. */
    public void announce() {
        settled.complete(null);
    }

    @Override
    public void leaves(long nowNanos) {
        limiter.ends().departed(this, limiter.shared().scaled(nowNanos));
    }

    @Override
    long grantedAt(long sentAt) {
        return grantedAt;
    }

    @Override
    boolean ends(State end) {
        if (state != State.GRANTED) {
            return false;
        }
        state = end;
        return true;
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public CompletionStage<?> settled() {
        return settled;
    }

    @Override
    public WaitCause cause() {
        return cause;
    }

    @Override
    public long expected(long nowNanos) {
        return limiter.shared().unscaled(expected);
    }
}
