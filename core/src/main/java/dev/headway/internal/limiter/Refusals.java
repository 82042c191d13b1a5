package dev.headway.internal.limiter;

import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * What was accepted between refusals that no header explains. Between two of them a server gives out what it refills, so that
 * is its rate; one refusal alone proves none.
 */
final class Refusals {

    private static final int ENOUGH = 10;
    private static final long MEMORY = TimeUnit.SECONDS.toNanos(60);
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private boolean any;
    private long first;
    private long accepted;

    void accepted() {
        accepted++;
    }

    /** Whether none is remembered. */
    boolean forgotten(long now) {
        return !any || now - first > MEMORY;
    }

    /** A refusal; calls a second, when enough was accepted since the first to tell. */
    OptionalDouble rateAt(long now) {
        if (!any || now - first > MEMORY) {
            any = true;
            first = now;
            accepted = 0;
            return OptionalDouble.empty();
        }
        return accepted < ENOUGH ? OptionalDouble.empty() : OptionalDouble.of(accepted * SECOND / (now - first));
    }
}
