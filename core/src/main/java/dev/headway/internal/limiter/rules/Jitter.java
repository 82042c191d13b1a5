package dev.headway.internal.limiter.rules;

import java.util.concurrent.TimeUnit;

/**
 * J: by how much the delays of two requests on their way to the server differ. A limit that is used to the full must leave
 * room for it, or a late call meets a prompt one in the same window.
 */
public final class Jitter {

    private static final long TYPICAL = TimeUnit.MILLISECONDS.toNanos(20);

    private Jitter() {}

    /** For a window of that length: 20 ms, but never more than a tenth of the window. */
    public static long of(long windowNanos) {
        return Math.min(TYPICAL, windowNanos / 10);
    }
}
