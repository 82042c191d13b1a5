package dev.headway.redis;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Of a quota that was used up, each process takes no more at first than its part, so that the quick leave the slow what is theirs;
 * what is left is for whoever asks, a tenth of the window later. Under the lock of the scope.
 */
final class FairPart {

    private static final int OF_WINDOW = 10;
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(500);

    private final double quota;
    private final long span;
    private final long grace;

    /** When there was something of the quota again, or will be. */
    private long opens = -Time.NEVER;

    private long part = Long.MAX_VALUE;
    private long taken;

    FairPart(List<Lane> lanes) {
        double least = Double.POSITIVE_INFINITY;
        long shortest = Time.NEVER;
        for (Lane lane : lanes) {
            if (!lane.bucket()) {
                least = Math.min(least, lane.amount());
                shortest = Math.min(shortest, lane.spanNanos());
            }
        }
        quota = least;
        span = shortest;
        grace = Math.min(LONGEST, shortest / OF_WINDOW);
    }

    /**
     * The engine has said something.
     *
     * @param nextFree when the next number would come
     * @param processes that share the scope
     */
    void heard(long nextFree, int processes, long now) {
        part = (long) Math.ceil(quota / processes);
        long wait = nextFree - now;
        // Where more wait than a window holds, all have their turn by their numbers.
        if (wait > grace && wait <= span) {
            if (nextFree - opens > span / 2 || now > until()) {
                taken = 0;
            }
            opens = nextFree;
        }
    }

    void granted(int cost, long now) {
        if (now >= opens - grace) {
            taken += cost;
        }
    }

    /** So many of those that are wanted may be asked for now, by who has so many in hand. */
    long of(long wanted, long inHand, long now) {
        return now >= until() ? wanted : Math.max(0, Math.min(wanted, part - taken - inHand));
    }

    /** When what is left is for everybody. */
    long until() {
        return opens + grace;
    }
}
