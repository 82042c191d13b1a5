package dev.headway;

import dev.headway.internal.Backoffs;
import dev.headway.internal.ExponentialBackoff;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
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
     * Returns the delay before a retry, for backoffs that go on from the one before. This is what a call asks.
     *
     * @param retry 1 for the first retry (the second attempt)
     * @param throttled whether the last attempt was refused because of a limit, rather than failed
     * @param previous the delay before the attempt that has just failed; zero before the first retry
     * @param random where jitter comes from
     * @return the delay, not negative; by default what {@link #delay(int, boolean, RandomGenerator)} says
     */
    default Duration delay(int retry, boolean throttled, Duration previous, RandomGenerator random) {
        return delay(retry, throttled, random);
    }

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

    /**
     * Returns a delay evenly between two.
     *
     * @param least not negative
     * @param most not below {@code least}
     * @return the backoff
     * @throws IllegalArgumentException if a value is out of its range
     */
    static Backoff random(Duration least, Duration most) {
        Backoffs.notNegative(least);
        Backoffs.ordered("shortest delay", least, "longest", most);
        return (retry, throttled, random) -> Backoffs.between(least, most, random);
    }

    /**
     * Returns {@code min(cap, first + step × (retry - 1))}.
     *
     * @param first the first delay, not negative
     * @param step how much longer each delay is than the one before, not negative
     * @param cap the longest delay, at least {@code first}
     * @return the backoff
     * @throws IllegalArgumentException if a value is out of its range
     */
    static Backoff incrementing(Duration first, Duration step, Duration cap) {
        Backoffs.notNegative(first);
        Backoffs.notNegative(step);
        Backoffs.ordered("first delay", first, "cap", cap);
        return (retry, throttled, random) -> Backoffs.nanos(
                Math.min(Backoffs.nanos(cap), Backoffs.nanos(first) + Backoffs.nanos(step) * (retry - 1)));
    }

    /**
     * Returns decorrelated jitter: evenly between {@code base} and three times the delay before, {@code cap} at most (Brooker,
     * "Exponential Backoff And Jitter", 2015). What OCI calls so is {@link Exponential#withAdditiveJitter}.
     *
     * @param base the shortest delay, positive
     * @param cap the longest delay, at least {@code base}
     * @return the backoff
     * @throws IllegalArgumentException if a value is out of its range
     */
    static Backoff decorrelated(Duration base, Duration cap) {
        Backoffs.positive(base);
        Backoffs.ordered("base", base, "cap", cap);
        return Backoffs.of((retry, throttled, previous, random) -> {
            double last = Math.max(Backoffs.nanos(base), Backoffs.nanos(previous));
            double drawn = Backoffs.nanos(base) + random.nextDouble() * (3 * last - Backoffs.nanos(base));
            return Backoffs.nanos(Math.min(Backoffs.nanos(cap), drawn));
        });
    }

    /**
     * Returns one backoff after a throttle and another after any other failure.
     *
     * @param throttled after a refusal because of a limit
     * @param failed after anything else
     * @return the backoff
     */
    static Backoff byCause(Backoff throttled, Backoff failed) {
        Objects.requireNonNull(throttled, "throttled");
        Objects.requireNonNull(failed, "failed");
        return Backoffs.of((retry, throttle, previous, random) ->
                (throttle ? throttled : failed).delay(retry, throttle, previous, random));
    }

    /**
     * Returns a backoff of which the n-th retry takes the n-th, and all after them the last. Each is asked with the number of the
     * retry in the call.
     *
     * @param each at least one
     * @return the backoff
     * @throws IllegalArgumentException if there is none
     */
    static Backoff chain(Backoff... each) {
        List<Backoff> links = List.of(each);
        if (links.isEmpty()) {
            throw new IllegalArgumentException("A chain of backoffs needs at least one.");
        }
        return Backoffs.of((retry, throttled, previous, random) ->
                links.get(Math.min(retry, links.size()) - 1).delay(retry, throttled, previous, random));
    }

    /**
     * Returns the sum of this and another.
     *
     * @param other the other
     * @return the backoff
     */
    default Backoff plus(Backoff other) {
        Objects.requireNonNull(other, "other");
        return Backoffs.of((retry, throttled, previous, random) ->
                Backoffs.nanos(Backoffs.nanos(delay(retry, throttled, previous, random))
                        + Backoffs.nanos(other.delay(retry, throttled, previous, random))));
    }

    /**
     * Returns this, with no delay longer than that.
     *
     * @param longest not negative
     * @return the backoff
     * @throws IllegalArgumentException if the length is negative
     */
    default Backoff atMost(Duration longest) {
        Backoffs.notNegative(longest);
        return Backoffs.of((retry, throttled, previous, random) -> {
            Duration delay = delay(retry, throttled, previous, random);
            return delay.compareTo(longest) > 0 ? longest : delay;
        });
    }

    /**
     * Returns this, with no delay shorter than that.
     *
     * @param shortest not negative
     * @return the backoff
     * @throws IllegalArgumentException if the length is negative
     */
    default Backoff atLeast(Duration shortest) {
        Backoffs.notNegative(shortest);
        return Backoffs.of((retry, throttled, previous, random) -> {
            Duration delay = delay(retry, throttled, previous, random);
            return delay.compareTo(shortest) < 0 ? shortest : delay;
        });
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

        /**
         * Returns {@code min(cap, curve + evenly up to that)}: what OCI calls decorrelated jitter, and tenacity {@code
         * wait_exponential_jitter}.
         *
         * @param most the longest addition, not negative
         * @return a new backoff
         * @throws IllegalArgumentException if the length is negative
         */
        Backoff withAdditiveJitter(Duration most);

        /**
         * Returns the curve times a factor that is evenly between that and 1.
         *
         * @param least from 0 to 1: 0 is full jitter, 0.5 equal jitter
         * @return a new backoff
         * @throws IllegalArgumentException if the factor is out of its range
         */
        Backoff withProportionalJitter(double least);

        /**
         * Returns the smooth decorrelated jitter of Polly: with {@code f(t) = growth^t × tanh(√(4t))}, it is {@code base × (f(retry - 1 +
         * U) - f(retry - 2 + U')) / 1.4}, {@code cap} at most, so that delays of many callers spread without gaps. Polly keeps U' from
         * one retry to the next; here it is drawn anew, which changes no delay's distribution.
         *
         * @return a new backoff
         */
        Backoff withSmoothJitter();
    }
}
