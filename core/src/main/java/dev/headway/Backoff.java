package dev.headway;

import dev.headway.internal.ExponentialBackoff;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a retry that no server named the moment of. Implementations are immutable and thread-safe.
 */
@FunctionalInterface
public interface Backoff {

    /**
     * Returns the delay before a retry.
     *
     * @param retry 1 for the first retry (the second attempt)
     * @param throttled whether the last attempt was refused because of a limit, rather than failed
     * @param random where jitter comes from
     * @return the delay, not negative
     */
    Duration delay(int retry, boolean throttled, RandomGenerator random);

    /**
     * Returns no delay at all.
     *
     * @return the backoff
     */
    static Backoff none() {
        return (retry, throttled, random) -> Duration.ZERO;
    }

    /**
     * Returns the same delay each time.
     *
     * @param delay not negative
     * @return the backoff
     * @throws IllegalArgumentException if the delay is negative
     */
    static Backoff fixed(Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("The delay of a backoff must not be negative: " + delay + ".");
        }
        return (retry, throttled, random) -> delay;
    }

    /**
     * Returns {@code min(cap, base × growth^(retry - 1))}, without jitter.
     *
     * @param base the first delay, positive
     * @param growth the factor from one delay to the next, at least 1
     * @param cap the longest delay, at least {@code base}
     * @return the backoff
     * @throws IllegalArgumentException if a value is out of its range
     */
    static Exponential exponential(Duration base, double growth, Duration cap) {
        return ExponentialBackoff.of(base, growth, cap);
    }

    /** An exponential backoff, with a choice of jitter. */
    interface Exponential extends Backoff {

        /**
         * Returns the same curve with full jitter: evenly between zero and the curve (Brooker, "Exponential Backoff And
         * Jitter", 2015).
         *
         * @return a new backoff
         */
        Backoff withFullJitter();

        /**
         * Returns the same curve with equal jitter: evenly between half the curve and the curve.
         *
         * @return a new backoff
         */
        Backoff withEqualJitter();

        /**
         * Returns the same curve with equal jitter after a throttle, so that no retry comes near at once, and full jitter
         * after any other failure.
         *
         * @return a new backoff
         */
        Backoff withEqualJitterOnThrottle();
    }
}
