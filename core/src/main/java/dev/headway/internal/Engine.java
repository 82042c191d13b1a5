package dev.headway.internal;

import dev.headway.CallCost;
import dev.headway.HintParser;
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
 * @param cost what a call takes of the quota; null where each takes 1
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
        @Nullable CallCost cost,
        Partitions partitions,
        HintParser parser,
        Events events,
        TimeSource time,
        Supplier<RandomGenerator> random) {}
