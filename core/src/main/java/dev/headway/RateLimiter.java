package dev.headway;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the calls of a scope may be sent. Never blocks; thread-safe.
 *
 * <p>All times are nanoseconds on the scale of the {@link dev.headway.spi.TimeSource} of the Headway that asks.
 */
public interface RateLimiter {

    /** The priority of a call of which nobody says another. */
    int NORMAL_PRIORITY = 0;

    /**
     * Asks for a permit.
     *
     * @param scope what shares the quota
     * @param cost how much of the quota the request takes, at least 1
     * @param priority among those that wait for the same quota a greater one goes first, and the first that came of the same; a
     *     limiter may take all for the same
     * @param nowNanos the time now
     * @param deadlineNanos when it must be granted at the latest
     * @return a permit: granted at once, pending, or refused at once because it could only be granted too late or too many wait
     */
    Permit acquire(Scope scope, int cost, int priority, long nowNanos, long deadlineNanos);

    /**
     * As {@link #acquire(Scope, int, int, long, long)}, with {@link #NORMAL_PRIORITY}.
     *
     * @param scope what shares the quota
     * @param cost how much of the quota the request takes, at least 1
     * @param nowNanos the time now
     * @param deadlineNanos when it must be granted at the latest
     * @return a permit
     */
    default Permit acquire(Scope scope, int cost, long nowNanos, long deadlineNanos) {
        return acquire(scope, cost, NORMAL_PRIORITY, nowNanos, deadlineNanos);
    }

    /**
     * Asks for a permit for the next attempt of a call that waited in another scope, and turned out to be counted here: as {@link
     * Permit#renew}, in front of those that were never sent.
     *
     * @param scope what shares the quota
     * @param cost how much of the quota the request takes, at least 1
     * @param priority as {@link #acquire(Scope, int, int, long, long)}
     * @param sinceNanos when the call first asked
     * @param nowNanos the time now
     * @param deadlineNanos when it must be granted at the latest
     * @return a permit; by default that of {@link #acquire}, for limiters that do not tell the two scopes apart
     */
    default Permit renew(Scope scope, int cost, int priority, long sinceNanos, long nowNanos, long deadlineNanos) {
        return acquire(scope, cost, priority, nowNanos, deadlineNanos);
    }

    /**
     * Returns a lower bound of when a call of normal priority that asked now would be granted, for those who were refused.
     *
     * @param scope what shares the quota
     * @param cost how much of the quota the request takes, at least 1
     * @param nowNanos the time now
     * @return the time, not before {@code nowNanos}; that by default, which says nothing
     */
    default long earliest(Scope scope, int cost, long nowNanos) {
        return nowNanos;
    }

    /**
     * Takes over a call that went with the permit of another scope, and turned out to be counted here: the server has named a
     * {@linkplain Scope#part part}, or a redirect has led elsewhere.
     *
     * @param scope what the call was counted in
     * @param cost how much of the quota it took
     * @return a granted permit, to be {@linkplain Permit#answered answered}; or null where the limiter does not tell the two
     *     scopes apart, as by default: the answer is then about the scope of the call's own permit
     */
    default @Nullable Permit adopt(Scope scope, int cost) {
        return null;
    }

    /**
     * Tells who hears of gates and limits: of {@link HeadwayListener#gateClosed}, {@link HeadwayListener#gateOpened} and {@link
     * HeadwayListener#limitLearned}. Each Headway that is built with this limiter tells it of its own listener, once, before its
     * first call. By default nobody is told anything.
     *
     * @param listener lives as long as this; thread-safe, throws nothing, and must not be called under a lock
     */
    default void addListener(HeadwayListener listener) {}

    /**
     * Returns how the scopes stand, for those who look on. Holds no call for longer than one of them takes to describe.
     *
     * @return at most some thousand scopes, sorted by name; none by default
     */
    default List<ScopeSnapshot> snapshot() {
        return List.of();
    }

    /**
     * Returns how one scope stands, however many there are.
     *
     * @param scope which
     * @return empty where nothing is kept of it
     */
    default Optional<ScopeSnapshot> snapshot(Scope scope) {
        return snapshot().stream().filter(each -> each.scope().equals(scope)).findFirst();
    }
}
