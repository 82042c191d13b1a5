package dev.headway.internal;

import dev.headway.Backoff;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** What backoffs are made of. Arithmetic is in double nanoseconds: exact up to a hundred days, and never an overflow. */
public final class Backoffs {

    /** A backoff that goes on from the delay before. */
    @FunctionalInterface
    public interface FromPrevious {
        /**
         * Returns the delay before a retry.
         *
         * @param retry 1 for the first retry
         * @param throttled whether a limit was the cause
         * @param previous the delay before; zero before the first retry
         * @param random where jitter comes from
         * @return the delay
         */
        Duration delay(int retry, boolean throttled, Duration previous, RandomGenerator random);
    }

    private Backoffs() {}

    /**
     * Makes a backoff.
     *
     * @param delays its delays
     * @return the backoff; who does not tell the delay before gets what follows none
     */
    public static Backoff of(FromPrevious delays) {
        return new Backoff() {
            @Override
            public Duration delay(int retry, boolean throttled, RandomGenerator random) {
                return delays.delay(retry, throttled, Duration.ZERO, random);
            }

            @Override
            public Duration delay(int retry, boolean throttled, Duration previous, RandomGenerator random) {
                return delays.delay(retry, throttled, previous, random);
            }
        };
    }

    /**
     * Draws a length.
     *
     * @param least the shortest
     * @param most the longest
     * @param random where from
     * @return a length evenly between them
     */
    public static Duration between(Duration least, Duration most, RandomGenerator random) {
        return nanos(nanos(least) + random.nextDouble() * (nanos(most) - nanos(least)));
    }

    /**
     * Converts a length.
     *
     * @param length any
     * @return nanoseconds
     */
    public static double nanos(Duration length) {
        return length.getSeconds() * 1e9 + length.getNano();
    }

    /**
     * Converts a length.
     *
     * @param nanos not negative
     * @return the length, 292 years at most
     */
    public static Duration nanos(double nanos) {
        return Duration.ofNanos((long) nanos);
    }

    /**
     * Refuses what is below zero.
     *
     * @param length a delay
     */
    public static void notNegative(Duration length) {
        if (length.isNegative()) {
            throw new IllegalArgumentException("The delay of a backoff must not be negative: " + length + ".");
        }
    }

    /**
     * Refuses what is not above zero.
     *
     * @param length a base
     */
    public static void positive(Duration length) {
        if (length.isNegative() || length.isZero()) {
            throw new IllegalArgumentException("The base of a backoff must be positive, not " + length + ".");
        }
    }

    /**
     * Refuses a length that is below another.
     *
     * @param lowerName what the lower one is
     * @param lower the lower one
     * @param upperName what the upper one is
     * @param upper the upper one
     */
    public static void ordered(String lowerName, Duration lower, String upperName, Duration upper) {
        if (upper.compareTo(lower) < 0) {
            throw new IllegalArgumentException("The " + upperName + " of a backoff (" + upper
                    + ") must not be below its " + lowerName + " (" + lower + ").");
        }
    }
}
