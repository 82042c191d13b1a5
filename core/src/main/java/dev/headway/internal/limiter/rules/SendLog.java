package dev.headway.internal.limiter.rules;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * What went in the last span of time, in some 33 slices, so that "no more than L in any span" costs the same for 10 and
 * for 10 million.
 *
 * <p>A slice is opened by its first call, takes calls for a 32nd of the span, and leaves when its <em>last</em> call is a span
 * old: so one burst is exact, and what is spread loses 1/32 at most. What counts later than it went ({@link Connecting}) is put where it belongs.
 */
public final class SendLog {

    private static final int SLICES = 32;

    private static final class Slice {
        final long first;
        long last;
        long count;

        Slice(long now) {
            first = now;
        }

        Slice(Slice same) {
            first = same.first;
            last = same.last;
            count = same.count;
        }
    }

    private final long limit;
    private final long span;
    private final Connecting connecting;
    private final ArrayDeque<Slice> slices = new ArrayDeque<>();
    private long count;
    private long expired;

    SendLog(long limit, long span, Connecting connecting) {
        this.connecting = connecting;
        this.limit = limit;
        this.span = span;
    }

    /** A log of another size that remembers the same calls. */
    SendLog resized(long newLimit, long newSpan) {
        SendLog log = new SendLog(newLimit, newSpan, connecting);
        slices.forEach(slice -> log.slices.addLast(new Slice(slice)));
        log.count = count;
        log.expired = expired;
        return log;
    }

    long limit() {
        return limit;
    }

    long span() {
        return span;
    }

    /** How much more may go now. */
    long room(long now) {
        expire(now);
        return limit - count;
    }

    /** The earliest time at which so much more may go. What is more than the limit waits whole spans. */
    long earliest(long now, long wanted) {
        expire(now);
        long over = count + wanted - limit;
        if (over <= 0) {
            return now;
        }
        // With an empty log the first of them go at once.
        long newest = now - span;
        for (Slice slice : slices) {
            over -= slice.count;
            newest = slice.last;
            if (over <= 0) {
                // Where it is still here at that time, only because its calls are not answered.
                return newest + span + (newest + span > now ? 0 : connecting.latest(now, span));
            }
        }
        // Everything has left, and it is still too much.
        return newest + span * Math.min(1 + (over - 1) / limit + 1, Long.MAX_VALUE / 4 / span);
    }

    void add(long now, long cost) {
        expire(now);
        Slice newest = slices.peekLast();
        if (newest == null || now >= newest.first + span / SLICES) {
            newest = new Slice(now);
            slices.addLast(newest);
        }
        // Threads read the clock before they take the lock: this may be older than the last.
        newest.last = Math.max(newest.last, now);
        newest.count += cost;
        count += cost;
    }

    /** What went at one time counts from another. */
    void move(long from, long to, long cost) {
        long moved = remove(from, cost);
        if (moved == 0) {
            return;
        }
        // Others went since.
        ArrayDeque<Slice> later = new ArrayDeque<>(0);
        while (!slices.isEmpty() && slices.peekLast().first > to) {
            later.addFirst(slices.removeLast());
        }
        add(to, moved);
        slices.addAll(later);
    }

    /** Takes out what went at that time, if it is still there; returns how much was. */
    long remove(long at, long cost) {
        for (Iterator<Slice> newestFirst = slices.descendingIterator(); newestFirst.hasNext(); ) {
            Slice slice = newestFirst.next();
            if (slice.first <= at) {
                long taken = Math.min(cost, slice.count);
                slice.count -= taken;
                count -= taken;
                if (slice.count == 0) {
                    newestFirst.remove();
                }
                return taken;
            }
        }
        return 0;
    }

    /** When the oldest slice leaves, or {@link Rule#UNTIL_ANSWER} when there is none. */
    public long nextExpiry() {
        Slice oldest = slices.peekFirst();
        return oldest == null ? Rule.UNTIL_ANSWER : oldest.last + span;
    }

    /** How much has expired since the log was made. */
    public long expired(long now) {
        expire(now);
        return expired;
    }

    private void expire(long now) {
        if (slices.isEmpty()) {
            return;
        }
        long until = now - span - connecting.latest(now, span);
        for (Slice oldest = slices.peekFirst(); oldest != null && oldest.last <= until; oldest = slices.peekFirst()) {
            slices.removeFirst();
            count -= oldest.count;
            expired += oldest.count;
        }
    }
}
