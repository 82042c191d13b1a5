package dev.headway;

/**
 * Decides when the calls of a scope may be sent. Never blocks; thread-safe.
 *
 * <p>All times are nanoseconds on the scale of the {@link dev.headway.spi.TimeSource} of the Headway that asks.
 */
public interface RateLimiter {

    /**
     * Asks for a permit.
     *
     * @param scope what shares the quota
     * @param cost how much of the quota the request takes, at least 1
     * @param nowNanos the time now
     * @param deadlineNanos when it must be granted at the latest
     * @return a permit: granted at once, pending, or refused at once because it could only be granted too late
     */
    Permit acquire(Scope scope, int cost, long nowNanos, long deadlineNanos);
}
