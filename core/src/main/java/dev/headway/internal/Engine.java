package dev.headway.internal;

import dev.headway.CallCost;
import dev.headway.HintParser;
import dev.headway.IdempotencyKey;
import dev.headway.OnLimit;
import dev.headway.RateLimiter;
import dev.headway.RetryPolicy;
import dev.headway.spi.TimeSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What all calls of one Headway share.
 *
 * @param policy the default policy
 * @param limiter the shared limiter
 * @param maxWaitNanos how long a call may wait for a permit
 * @param onLimit what a call does that the limiter would hold
 * @param cost what a call takes of the quota; {@link #EACH_ONE} by default
 * @param idempotencyKey what is added to calls that could not be sent again without; null for nothing
 * @param partitions which part of an API a call belongs to
 * @param parser reads responses
 * @param events tells the listener, or nobody
 * @param time clock, sleeper and timer
 * @param random where jitter comes from
 */
public record Engine(
        RetryPolicy policy,
        RateLimiter limiter,
        long maxWaitNanos,
        OnLimit onLimit,
        CallCost cost,
        @Nullable IdempotencyKey idempotencyKey,
        Partitions partitions,
        HintParser parser,
        Events events,
        TimeSource time,
        Supplier<RandomGenerator> random) {

    /** Every call takes 1: not asked. */
    public static final CallCost EACH_ONE = request -> 1;

    /**
     * Tells whether calls may take other than 1.
     *
     * @return whether they may
     */
    public boolean weighs() {
        return !cost.equals(EACH_ONE);
    }
}
