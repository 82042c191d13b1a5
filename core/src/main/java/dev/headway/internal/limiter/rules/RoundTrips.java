package dev.headway.internal.limiter.rules;

import java.util.concurrent.TimeUnit;

/**
 * What nine in ten answers took at most of late. A request whose answer took longer may have come to the server as much later, where
 * the next one meets it.
 */
public final class RoundTrips {

    /** In balance when one in ten is longer. */
    private static final double LONGER = 1.3;

    private static final double SHORTER = 0.97;

    /** What takes still longer is the server's work, not the way there. */
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(20);

    private double usual;

    /** How much later than usual this answer came. */
    public long late(long roundTrip) {
        long late = usual == 0 ? 0 : Math.max(0, roundTrip - (long) usual);
        usual = usual == 0 ? roundTrip : usual * (late > 0 ? LONGER : SHORTER);
        return Math.min(late, LONGEST);
    }
}
