package dev.headway;

import java.time.Duration;

/** What the numbers of a limit, and of scopes, may be: wide enough for every API, narrow enough for exact arithmetic in 64 bits. */
final class Ranges {

    private static final long MAX_PERMITS = 1_000_000_000;
    private static final int MAX_SCOPES = 10_000_000;
    /** Few, because each is a queue of its own. */
    private static final int MAX_PRIORITY = 100;

    private static final Duration MIN_PERIOD = Duration.ofMillis(1);
    private static final Duration MAX_PERIOD = Duration.ofDays(366);

    private Ranges() {}

    static long permits(long permits) {
        if (permits < 1 || permits > MAX_PERMITS) {
            throw new IllegalArgumentException(
                    "A limit must be between 1 and " + MAX_PERMITS + ", not " + permits + ".");
        }
        return permits;
    }

    static int scopes(int scopes) {
        if (scopes < 1 || scopes > MAX_SCOPES) {
            throw new IllegalArgumentException(
                    "The number of scopes must be between 1 and " + MAX_SCOPES + ", not " + scopes + ".");
        }
        return scopes;
    }

    static int priority(int priority) {
        if (Math.abs((long) priority) > MAX_PRIORITY) {
            throw new IllegalArgumentException(
                    "A priority must be between -" + MAX_PRIORITY + " and " + MAX_PRIORITY + ", not " + priority + ".");
        }
        return priority;
    }

    /** Of a wait for a permit; what is longer than can be counted is endless. */
    static long waitNanos(Duration longest) {
        if (longest.isNegative()) {
            throw new IllegalArgumentException("The longest wait must not be negative, but is " + longest + ".");
        }
        boolean endless = longest.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0;
        return endless ? Long.MAX_VALUE : longest.toNanos();
    }

    static Duration period(Duration period) {
        if (period.compareTo(MIN_PERIOD) < 0 || period.compareTo(MAX_PERIOD) > 0) {
            throw new IllegalArgumentException(
                    "The period of a limit must be between 1 ms and 366 days, not " + period + ".");
        }
        return period;
    }
}
