package dev.headway.internal;

import dev.headway.Backoff;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** {@code min(cap, base × growth^(retry - 1))}. */
public final class ExponentialBackoff implements Backoff.Exponential {

    private final double baseNanos;
    private final double growth;
    private final double capNanos;

    /**
     * Checks the values.
     *
     * @param base the first delay
     * @param growth the factor
     * @param cap the longest delay
     * @return the backoff
     */
    public static ExponentialBackoff of(Duration base, double growth, Duration cap) {
        if (base.isNegative() || base.isZero()) {
            throw new IllegalArgumentException("The base of a backoff must be positive, not " + base + ".");
        }
        if (!(growth >= 1 && growth <= 1000)) {
            throw new IllegalArgumentException(
                    "The growth of a backoff must be between 1 and 1000, not " + growth + ".");
        }
        if (cap.compareTo(base) < 0) {
            throw new IllegalArgumentException(
                    "The cap of a backoff (" + cap + ") must not be below its base (" + base + ").");
        }
        return new ExponentialBackoff(nanos(base), growth, nanos(cap));
    }

    private static double nanos(Duration length) {
        return length.getSeconds() * 1e9 + length.getNano();
    }

    private ExponentialBackoff(double baseNanos, double growth, double capNanos) {
        this.baseNanos = baseNanos;
        this.growth = growth;
        this.capNanos = capNanos;
    }

    private double curve(int retry) {
        return Math.min(capNanos, baseNanos * Math.pow(growth, retry - 1));
    }

    private Duration full(int retry, RandomGenerator random) {
        return Duration.ofNanos((long) (curve(retry) * random.nextDouble()));
    }

    private Duration equal(int retry, RandomGenerator random) {
        return Duration.ofNanos((long) (curve(retry) * (1 + random.nextDouble()) / 2));
    }

    @Override
    public Duration delay(int retry, boolean throttled, RandomGenerator random) {
        return Duration.ofNanos((long) curve(retry));
    }

    @Override
    public Backoff withFullJitter() {
        return (retry, throttled, random) -> full(retry, random);
    }

    @Override
    public Backoff withEqualJitter() {
        return (retry, throttled, random) -> equal(retry, random);
    }

    @Override
    public Backoff withEqualJitterOnThrottle() {
        return (retry, throttled, random) -> throttled ? equal(retry, random) : full(retry, random);
    }
}
