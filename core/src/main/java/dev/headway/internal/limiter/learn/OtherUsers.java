package dev.headway.internal.limiter.learn;

import java.util.concurrent.TimeUnit;

/**
 * Others use the same key: the server's counters have refused what our own account allowed. For some windows what
 * remains is then shared, as it was in the last finished window; own calls that leave our log free nothing, and after a reset
 * the first answers are looked at one by one.
 */
final class OtherUsers {

    private static final int SHORTEST_HOLD = 4;
    private static final int LONGEST_HOLD = 64;

    /** Two episodes within so many windows are no accident. */
    private static final int CLOSE = 20;

    private static final double SMALL_SHARE = 0.5;
    private static final double LEAST_SHARE = 0.02;

    private static final double LITTLE_LESS = 0.9;
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private boolean here;
    private long lastEpisode;
    private int episodes;
    private int hold = SHORTEST_HOLD;
    private double share = 1;
    private long ownAccepted;
    private long given;

    boolean here() {
        return here;
    }

    /** Whether they ever did. */
    boolean seen() {
        return episodes > 0;
    }

    /** How much of what remains is ours. */
    long shareOf(long remaining) {
        return here ? Math.min(remaining, Math.max(1, (long) (remaining * share))) : remaining;
    }

    /** What was ours, a little less. */
    double ratePerSecond(long limit, long window) {
        return LITTLE_LESS * share * limit * SECOND / window;
    }

    void accepted(long now, long span) {
        ownAccepted++;
        if (here && now - lastEpisode > hold * span) {
            here = false;
            hold = Math.max(SHORTEST_HOLD, hold / 2);
        }
    }

    /** So much less remains in the same window. */
    void gaveOut(long less) {
        given += less;
    }

    void windowEnded(long limit) {
        if (given >= Math.max(8, limit / 4)) {
            share = Math.max(LEAST_SHARE, Math.min(1, ownAccepted / (double) given));
        }
        given = 0;
        ownAccepted = 0;
    }

    /**
     * The first refusal of an episode that our own account does not explain.
     *
     * @return whether most of the quota is used by others, so that counters come too late and we must be paced
     */
    boolean refused(long window, long now) {
        episodes = episodes > 0 && now - lastEpisode < CLOSE * window ? episodes + 1 : 1;
        here = true;
        lastEpisode = now;
        hold = Math.min(LONGEST_HOLD, 2 * hold);
        return episodes > 1 && share < SMALL_SHARE;
    }
}
