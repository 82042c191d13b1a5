package dev.headway;

import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a call is not sent again, although its last outcome asks for it; beside {@link RetryPolicy#maxAttempts} and {@link
 * RetryPolicy#maxElapsed}, which always hold, so that every policy comes to an end. Asked after an attempt, when the delay before the
 * next is known. Given to {@link RetryPolicy.Builder#stop}. Immutable and thread-safe.
 */
public final class StopRule {

    /** What is known when it is asked. */
    private interface Test {
        boolean stops(int attempts, long elapsedNanos, long delayNanos);
    }

    /** Why it can never come true before the policy itself ends; null where it can. */
    private interface Bounds {
        @Nullable String useless(int maxAttempts, Duration maxElapsed);
    }

    private static final Logger LOG = LoggerFactory.getLogger(StopRule.class);

    private final String words;
    private final Test test;
    private final Bounds bounds;

    private StopRule(String words, Test test, Bounds bounds) {
        this.words = words;
        this.test = test;
        this.bounds = bounds;
    }

    /**
     * Stops after so many attempts; worth saying only within {@link #and}, where {@link RetryPolicy#maxAttempts} is too strict.
     *
     * @param attempts the first included, at least 1
     * @return the rule
     * @throws IllegalArgumentException if the number is below 1
     */
    public static StopRule afterAttempts(int attempts) {
        if (attempts < 1) {
            throw new IllegalArgumentException("The number of attempts must be at least 1, not " + attempts + ".");
        }
        return new StopRule(
                attempts + " attempts",
                (made, elapsed, delay) -> made >= attempts,
                (most, length) -> attempts < most
                        ? null
                        : "stop after " + attempts + " attempts can never come true: maxAttempts is " + most + ".");
    }

    /**
     * Stops when that time has passed since the call began. The wait before it may pass it.
     *
     * @param length positive
     * @return the rule
     * @throws IllegalArgumentException if the length is not positive
     */
    public static StopRule afterElapsed(Duration length) {
        long nanos = positive(length);
        return new StopRule(
                length + " elapsed",
                (made, elapsed, delay) -> elapsed >= nanos,
                (most, longest) -> tooLong(length, longest));
    }

    /**
     * Stops when with the delay to come that time would have passed since the call began.
     *
     * @param length positive
     * @return the rule
     * @throws IllegalArgumentException if the length is not positive
     */
    public static StopRule beforeDelay(Duration length) {
        long nanos = positive(length);
        return new StopRule(
                "before a delay that passes " + length,
                (made, elapsed, delay) -> elapsed >= nanos || delay >= nanos - elapsed,
                (most, longest) -> tooLong(length, longest));
    }

    private static @Nullable String tooLong(Duration length, Duration longest) {
        return length.compareTo(longest) < 0
                ? null
                : "stop after " + length + " can never come true: maxElapsed is " + longest + ".";
    }

    private static long positive(Duration length) {
        if (length.isNegative() || length.isZero()) {
            throw new IllegalArgumentException("The length must be positive, not " + length + ".");
        }
        return length.compareTo(Duration.ofDays(1000)) > 0
                ? Duration.ofDays(1000).toNanos()
                : length.toNanos();
    }

    /**
     * Stops as soon as something has happened outside: {@code StopRule.when(shutdown::get)}. What it throws counts as no.
     *
     * @param event quick and thread-safe
     * @return the rule
     */
    public static StopRule when(BooleanSupplier event) {
        Objects.requireNonNull(event, "event");
        return new StopRule("an event", (made, elapsed, delay) -> happened(event), (most, longest) -> null);
    }

    private static boolean happened(BooleanSupplier event) {
        try {
            return event.getAsBoolean();
        } catch (Throwable e) {
            LOG.warn("The event of a StopRule threw; the call goes on", e);
            return false;
        }
    }

    /**
     * Stops when either does.
     *
     * @param other the other rule
     * @return the rule
     */
    public StopRule or(StopRule other) {
        return with(
                other,
                "or",
                (made, elapsed, delay) -> test.stops(made, elapsed, delay) || other.test.stops(made, elapsed, delay));
    }

    /**
     * Stops when both do.
     *
     * @param other the other rule
     * @return the rule
     */
    public StopRule and(StopRule other) {
        return with(
                other,
                "and",
                (made, elapsed, delay) -> test.stops(made, elapsed, delay) && other.test.stops(made, elapsed, delay));
    }

    private StopRule with(StopRule other, String how, Test both) {
        return new StopRule("(" + words + " " + how + " " + other.words + ")", both, (most, longest) -> {
            String mine = bounds.useless(most, longest);
            return mine != null ? mine : other.bounds.useless(most, longest);
        });
    }

    /**
     * Tells whether the call is not sent again.
     *
     * @param attempts how many were sent
     * @param elapsedNanos nanoseconds since the call began
     * @param delayNanos the delay before the next attempt, in nanoseconds; 0 where the limiter decides
     * @return whether it stops
     */
    public boolean stops(int attempts, long elapsedNanos, long delayNanos) {
        return test.stops(attempts, elapsedNanos, delayNanos);
    }

    /** Why a part of it can never come true under these bounds; null where all can. */
    @Nullable String useless(int maxAttempts, Duration maxElapsed) {
        return bounds.useless(maxAttempts, maxElapsed);
    }

    @Override
    public String toString() {
        return words;
    }
}
