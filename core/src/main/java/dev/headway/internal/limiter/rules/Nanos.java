package dev.headway.internal.limiter.rules;

import java.time.Duration;

/** Lengths that a stranger may have named. */
public final class Nanos {

    private static final Duration LONGEST = Duration.ofDays(1000);

    private Nanos() {}

    /** In nanoseconds; what is longer than 1000 days counts as 1000 days, what is negative as nothing. */
    public static long of(Duration length) {
        if (length.isNegative()) {
            return 0;
        }
        return length.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : length.toNanos();
    }
}
