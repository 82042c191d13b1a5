package dev.headway.internal;

import dev.headway.Backoff;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** {@code min(cap, base × growth^(retry - 1))}. */
public final class ExponentialBackoff implements Backoff.Exponential {

    /** Brings the median of the first delays near the base. */
    private static final double SMOOTHING = 1.4;

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
        Backoffs.positive(base);
        if (!(growth >= 1 && growth <= 1000)) {
            throw new IllegalArgumentException(
                    "The growth of a backoff must be between 1 and 1000, not " + growth + ".");
        }
        Backoffs.ordered("base", base, "cap", cap);
        return new ExponentialBackoff(Backoffs.nanos(base), growth, Backoffs.nanos(cap));
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

    @Override
    public Backoff withAdditiveJitter(Duration most) {
        Backoffs.notNegative(most);
        return (retry, throttled, random) ->
                Duration.ofNanos((long) Math.min(capNanos, curve(retry) + Backoffs.nanos(most) * random.nextDouble()));
    }

    @Override
    public Backoff withProportionalJitter(double least) {
        if (!(least >= 0 && least <= 1)) {
            throw new IllegalArgumentException(
                    "The least factor of a jitter must be between 0 and 1, not " + least + ".");
        }
        return (retry, throttled, random) ->
                Duration.ofNanos((long) (curve(retry) * (least + (1 - least) * random.nextDouble())));
    }

    @Override
    public Backoff withSmoothJitter() {
        return (retry, throttled, random) -> {
            double to = smooth(retry - 1 + random.nextDouble());
            double from = retry == 1 ? 0 : smooth(retry - 2 + random.nextDouble());
            double delay = baseNanos * (to - from) / SMOOTHING;
            // Beyond the largest double both are infinite, and their distance is no number.
            return Duration.ofNanos((long) (delay <= capNanos ? delay : capNanos));
        };
    }

    private double smooth(double t) {
        return Math.pow(growth, t) * Math.tanh(Math.sqrt(4 * t));
    }
}
