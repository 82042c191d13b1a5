package dev.headway.internal.limiter.learn;

import java.util.concurrent.TimeUnit;

/**
 * Whether a window that has just been reset is full again: a sliding counter still weighs what went before, and
 * gives back only a part. Twice in a row, or nearly, is evidence that the server counts so.
 */
final class FreshWindows {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** In a shorter one whole seconds tell too little. */
    private static final long SHORTEST = 5 * SECOND;

    /** After a longer pause it tells nothing of the window before. */
    private static final long SOON = 2 * SECOND;

    private static final double FULL = 0.75;
    private static final double PROVED = 1.5;
    private static final double FORGIVEN = 0.5;

    private double strikes;

    /**
     * What the first answer after a reset tells.
     *
     * @param remaining what remains
     * @param limit of how much
     * @param reset the time to the next reset
     * @param window how long a window lasts
     * @param late how long after the reset the answer came
     * @return whether it is proved now that windows are not full after their reset
     */
    boolean notFull(long remaining, long limit, long reset, long window, long late) {
        if (window < SHORTEST || reset < window - SECOND || late >= SOON) {
            return false;
        }
        strikes = remaining >= FULL * limit ? Math.max(0, strikes - FORGIVEN) : strikes + 1;
        return strikes >= PROVED;
    }
}
