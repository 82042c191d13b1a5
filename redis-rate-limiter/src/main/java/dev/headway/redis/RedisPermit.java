package dev.headway.redis;

import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.WaitCause;
import dev.headway.spi.FutureDriver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** A call that waits for numbers to come due, or has them. */
final class RedisPermit implements Permit {

    private final RedisScope home;
    final int cost;
    final Turn turn;
    final long deadline;
    private volatile WaitCause cause;
    private final Settled settled = new Settled();

    private volatile State state = State.PENDING;

    // Of a granted one: what it went with. Under the lock of the scope.
    long grantedAt;

    /** Whether its call may leave late. */
    boolean late;

    long epoch;
    long number;

    /**
     * It ends on a thread of Lettuce, which all users of its client need: a thread that waits is only woken there, and a call that
     * holds no thread, and may go on by an executor of its user's that runs everything at once, goes on elsewhere.
     */
    private static final class Settled extends CompletableFuture<Void> implements Runnable {

        @Override
        public void run() {
            complete(null);
        }

        @Override
        public CompletableFuture<Void> whenComplete(BiConsumer<? super Void, ? super Throwable> then) {
            return isDone() ? super.whenComplete(then) : whenCompleteAsync(then, FutureDriver.defaultExecutor());
        }
    }

    RedisPermit(RedisScope home, int cost, Turn turn, long deadline, WaitCause cause) {
        this.home = home;
        this.cost = cost;
        this.turn = turn;
        this.deadline = deadline;
        this.cause = cause;
    }

    /** There was no answer of the engine in time. */
    void isUnanswered() {
        cause = WaitCause.LIMITER_DOWN;
    }

    void become(State next) {
        state = next;
    }

    /** When it was granted, on the scale of the time source. */
    long grantedAtNanos() {
        return home.unscaled(grantedAt);
    }

    /** To be run after it has left the queue, and not under the lock. */
    Runnable announcement() {
        return settled;
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
        return (state == State.PENDING && home.isShut()) ? WaitCause.LIMITER_DOWN : cause;
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
        return state == State.PENDING && home.undecided(this);
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
