package dev.headway.redis;

import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.WaitCause;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A call that waits for numbers to come due, or has them. */
final class RedisPermit implements Permit {

    private final RedisScope home;
    final int cost;
    final Turn turn;
    final long deadline;
    private final WaitCause cause;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();

    private volatile State state = State.PENDING;
    /** No number has been given for it yet, and nobody has said when there will be one. */
    volatile boolean undecided = true;

    // Of a granted one: what it went with. Under the lock of the scope.
    long grantedAt;
    long epoch;
    long number;

    RedisPermit(RedisScope home, int cost, Turn turn, long deadline, WaitCause cause) {
        this.home = home;
        this.cost = cost;
        this.turn = turn;
        this.deadline = deadline;
        this.cause = cause;
    }

    void become(State next) {
        state = next;
    }

    /** When it was granted, on the scale of the time source. */
    long grantedAtNanos() {
        return home.unscaled(grantedAt);
    }

    /** After it has left the queue, and not under the lock. */
    void announce() {
        settled.complete(null);
    }

    boolean ends(State end) {
        if (state != State.GRANTED) {
            return false;
        }
        state = end;
        return true;
    }

    @Override
    public Scope scope() {
        return home.scope();
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
    public boolean answered(long sentAtNanos, Answer answer, RateLimitHint hint) {
        return home.answered(this, answer, hint);
    }

    @Override
    public void settle(long sentAtNanos, int actual) {
        home.settle(actual - cost);
    }

    @Override
    public void cancel(long sentAtNanos) {
        home.cancel(this);
    }

    @Override
    public boolean tryResend(int weight) {
        return home.tryResend(weight);
    }

    @Override
    public boolean undecided() {
        return undecided && state == State.PENDING;
    }

    @Override
    public Permit renew(int priority, long sinceNanos, long nowNanos, long deadlineNanos) {
        return home.renew(cost, priority, sinceNanos, nowNanos, deadlineNanos);
    }

    @Override
    public long earliestRenewal(long nowNanos) {
        return home.earliest(nowNanos, true);
    }
}
