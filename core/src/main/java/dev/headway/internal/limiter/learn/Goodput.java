package dev.headway.internal.limiter.learn;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/** How many calls a second were accepted lately, in slices of a 50th of a window. */
final class Goodput {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private record Slice(long at, long count) {}

    private final ArrayDeque<Slice> slices = new ArrayDeque<>();

    /** One more; kept for four windows and a second. */
    void accepted(long now, long window) {
        Slice newest = slices.peekLast();
        if (newest != null && now - newest.at() < window / 50) {
            slices.removeLast();
            slices.addLast(new Slice(newest.at(), newest.count() + 1));
        } else {
            slices.addLast(new Slice(now, 1));
        }
        while (slices.getFirst().at() < now - 4 * window - SECOND) {
            slices.removeFirst();
        }
    }

    double perSecond(long now, long span) {
        long sum = 0;
        for (Slice slice : slices) {
            if (slice.at() > now - span) {
                sum += slice.count();
            }
        }
        return sum * (double) SECOND / span;
    }
}
