package dev.headway.internal.limiter.rules;

import java.util.concurrent.TimeUnit;

/**
 * Resends that no server asked for: a fifth of the calls of the last 10 s, but 10 a second at least. So a server that fails
 * everything sees at most 1.2 times a heavy load, and one call alone still gets its attempts.
 *
 * <p>While nothing was sent again for 10 s, calls need not be counted: what is not counted allows less, never more.
 */
public final class RetryBudget {

    private static final int SECONDS = 10;
    /** So many are allowed where nothing is known. */
    public static final int FLOOR = 10 * SECONDS;

    private static final int CALLS_PER_RESEND = 5;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int[] calls = new int[SECONDS];
    private final int[] resends = new int[SECONDS];
    private long second;
    private long lastResend = -SECONDS * SECOND;

    // Of the current second: where it is counted, and when it is over. So that most calls divide nothing.
    private int place;
    private long until = SECOND;

    public void called(long now) {
        advance(now);
        calls[place]++;
    }

    public boolean trySpend(int weight, long now) {
        if (weight > remaining(now)) {
            return false;
        }
        resends[place] += weight;
        lastResend = now;
        return true;
    }

    /** How many it still has. */
    public long remaining(long now) {
        advance(now);
        return Math.max(FLOOR, sum(calls) / CALLS_PER_RESEND) - sum(resends);
    }

    /** Whether no resend is remembered, so that calls need not be counted. */
    public boolean untouched(long now) {
        return now - lastResend >= SECONDS * SECOND;
    }

    private void advance(long now) {
        if (now < until) {
            return;
        }
        long current = now / SECOND;
        if (current - second >= SECONDS) {
            second = current - SECONDS;
        }
        while (second < current) {
            second++;
            calls[(int) (second % SECONDS)] = 0;
            resends[(int) (second % SECONDS)] = 0;
        }
        place = (int) (second % SECONDS);
        until = (second + 1) * SECOND;
    }

    private static long sum(int[] counts) {
        long sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return sum;
    }
}
