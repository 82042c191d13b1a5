package dev.headway;

import java.util.concurrent.CompletionStage;

/**
 * A place in a limiter's queue, and, once granted, the right to send one request now.
 *
 * <p>Its life: granted at once or later, then {@link #answered}; or {@link #cancel} at any point where the server can not have
 * counted the request. A granted permit must come to exactly one of these ends. What was granted at once may be one object for
 * many calls, so the caller tells when its own was. Thread-safe.
 */
public interface Permit {

    /** Where a permit stands. */
    enum State {
        /** In the queue. */
        PENDING,
        /** May be sent. */
        GRANTED,
        /** Was sent, and its answer has come; may also be told of as granted. */
        ANSWERED,
        /** Can only be granted after the deadline. */
        REFUSED,
        /** Too many wait already. */
        QUEUE_FULL,
        /** Given back. */
        CANCELLED
    }

    /** What the server did with a request that was sent. */
    enum Answer {
        /** It took the request and counted it. */
        ACCEPTED,
        /** It refused the request because of a limit. */
        REFUSED,
        /** It failed, or nothing is known. */
        UNKNOWN
    }

    /**
     * Returns the scope it was asked of.
     *
     * @return the scope
     */
    Scope scope();

    /**
     * Returns where the permit stands now.
     *
     * @return the state
     */
    State state();

    /**
     * Returns a stage that completes, never exceptionally, as soon as the permit is no longer pending. It may complete on a
     * timer thread: dependents must only hand off.
     *
     * @return the stage; complete already unless pending
     */
    CompletionStage<?> settled();

    /**
     * Returns why a pending permit is not granted yet.
     *
     * @return the cause
     */
    WaitCause cause();

    /**
     * Tells whether a pending permit waits for the limiter itself to find out, as one does that asks another process, and not yet for
     * the limit. It then comes to a decision in a moment; where its deadline is now, to {@link State#GRANTED} or {@link
     * State#REFUSED}. So a call that does not want to wait for a limit waits for that.
     *
     * @return whether it does; not by default
     */
    default boolean undecided() {
        return false;
    }

    /**
     * Returns when a pending permit will be granted, as far as was known when it was asked for; for those who look on.
     *
     * @param nowNanos the limiter's time now
     * @return nanoseconds on the limiter's time scale; by default {@code nowNanos}, which says nothing
     */
    default long expected(long nowNanos) {
        return nowNanos;
    }

    /**
     * Tells that the request of a permit that was waited for is sent now: a thread that is woken takes its time, and a server
     * without a burst counts from when the request came.
     *
     * @param nowNanos the limiter's time now
     */
    default void leaves(long nowNanos) {}

    /**
     * Tells what became of the request. Frees what it held in flight, and lets the limiter learn.
     *
     * @param sentAtNanos when it was sent: for what was granted at once, the {@code nowNanos} it was asked for with
     * @param answer what the server did
     * @param hint what the response said
     * @return whether the limiter itself knows when the next request may go, so that no backoff is needed on top
     */
    boolean answered(long sentAtNanos, Answer answer, RateLimitHint hint);

    /**
     * Tells what the call has really cost, where that is known only now; before {@link #answered}. The difference to what it was
     * asked for is taken from the quota or given back. By default nothing happens.
     *
     * @param sentAtNanos when it was sent, as for {@link #answered}
     * @param cost what it took of the quota, 0 or more
     */
    default void settle(long sentAtNanos, int cost) {}

    /**
     * Gives the permit back: leaves the queue, or, when the request provably never left, hands the right to the next in the
     * queue.
     *
     * @param sentAtNanos when the request would have been sent, as for {@link #answered}; any time while it is pending
     */
    void cancel(long sentAtNanos);

    /**
     * Asks the scope's retry budget for one more attempt that no server asked for.
     *
     * @param weight what the attempt costs: 1, or 2 after a timeout
     * @return whether the budget had it; if so it is spent
     */
    boolean tryResend(int weight);

    /**
     * Returns a permit for the next attempt of the same call. It waits in front of those of its priority that were never sent,
     * the oldest call first.
     *
     * @param priority as {@link RateLimiter#acquire(Scope, int, int, long, long)}
     * @param sinceNanos when the call first asked
     * @param nowNanos the limiter's time now
     * @param deadlineNanos when it must be granted at the latest, on the same scale
     * @return a new permit
     */
    Permit renew(int priority, long sinceNanos, long nowNanos, long deadlineNanos);

    /**
     * As {@link #renew(int, long, long, long)}, with {@link RateLimiter#NORMAL_PRIORITY}.
     *
     * @param sinceNanos when the call first asked
     * @param nowNanos the limiter's time now
     * @param deadlineNanos when it must be granted at the latest, on the same scale
     * @return a new permit
     */
    default Permit renew(long sinceNanos, long nowNanos, long deadlineNanos) {
        return renew(RateLimiter.NORMAL_PRIORITY, sinceNanos, nowNanos, deadlineNanos);
    }

    /**
     * Returns a lower bound of when {@link #renew} could be granted, so that a hopeless wait is not begun.
     *
     * @param nowNanos the limiter's time now
     * @return nanoseconds on the limiter's time scale, not before {@code nowNanos}
     */
    long earliestRenewal(long nowNanos);
}
