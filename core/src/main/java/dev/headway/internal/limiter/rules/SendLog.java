package dev.headway.internal.limiter.rules;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What went in the last span of time, in some 33 slices, so that "no more than L in any span" costs the same for 10 and
 * for 10 million.
 *
 * <p>A slice is opened by its first call, takes calls for a 32nd of the span, and leaves when its <em>last</em> call is a span
 * old: so one burst is exact, and what is spread loses 1/32 at most. What may count from later than it goes ({@link Connecting}) is
 * in slices of its own.
 */
public final class SendLog {

    private static final int SLICES = 32;

    private static final class Slice {
        long first;
        long last;
        long count;

        Slice(long at) {
            first = at;
            last = at;
        }

        Slice(Slice same) {
            first = same.first;
            last = same.last;
            count = same.count;
        }
    }

    private final long limit;
    private final long span;
    private final ArrayDeque<Slice> slices = new ArrayDeque<>();
    /** Of what may leave late: from when it counts while nothing is heard of it. */
    private final ArrayDeque<Slice> late = new ArrayDeque<>(0);

    private long count;
    private long expired;

    SendLog(long limit, long span) {
        this.limit = limit;
        this.span = span;
    }

    /** A log of another size that remembers the same calls. */
    SendLog resized(long newLimit, long newSpan) {
        SendLog log = new SendLog(newLimit, newSpan);
        slices.forEach(slice -> log.slices.addLast(new Slice(slice)));
        late.forEach(slice -> log.late.addLast(new Slice(slice)));
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

    /** For tests. */
    int slices() {
        return slices.size() + late.size();
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
        Iterator<Slice> sent = slices.iterator();
        Iterator<Slice> expected = late.iterator();
        Slice next = next(sent);
        Slice nextLate = next(expected);
        while (next != null || nextLate != null) {
            Slice slice;
            if (nextLate == null || (next != null && next.last <= nextLate.last)) {
                slice = Objects.requireNonNull(next);
                next = next(sent);
            } else {
                slice = nextLate;
                nextLate = next(expected);
            }
            over -= slice.count;
            newest = slice.last;
            if (over <= 0) {
                // What may leave late may be answered now.
                return Math.min(newest, now) + span;
            }
        }
        // Everything has left, and it is still too much.
        return Math.min(newest, now) + span * Math.min(1 + (over - 1) / limit + 1, Long.MAX_VALUE / 4 / span);
    }

    private static @Nullable Slice next(Iterator<Slice> slices) {
        return slices.hasNext() ? slices.next() : null;
    }

    void add(long now, long cost) {
        expire(now);
        put(slices, now, cost, span / SLICES);
    }

    /** So much goes now, and counts from a later time unless it {@link #arrived} before. */
    void addLate(long now, long at, long cost) {
        expire(now);
        put(late, at, cost, Math.max(span, at - now) / SLICES);
    }

    /** What was to count from one time counts from an earlier one, as far as it is there. */
    void arrived(long expectedAt, long at, long cost) {
        Iterator<Slice> newestFirst = late.descendingIterator();
        while (newestFirst.hasNext()) {
            Slice slice = newestFirst.next();
            if (slice.first <= expectedAt) {
                long moved = slice.last < expectedAt ? 0 : take(slice, cost, newestFirst);
                if (moved > 0) {
                    put(slices, at, moved, span / SLICES);
                }
                return;
            }
        }
    }

    private void put(ArrayDeque<Slice> into, long at, long cost, long length) {
        Slice slice = into.peekLast();
        if (slice == null || at >= slice.first + length) {
            slice = new Slice(at);
            into.addLast(slice);
        } else if (at < slice.first) {
            slice = among(into, at, length);
        }
        slice.last = Math.max(slice.last, at);
        slice.count += cost;
        count += cost;
    }

    /** Others count from later times. */
    private static Slice among(ArrayDeque<Slice> slices, long at, long length) {
        ArrayDeque<Slice> later = new ArrayDeque<>();
        Slice before = slices.peekLast();
        while (before != null && before.first > at) {
            later.addFirst(slices.removeLast());
            before = slices.peekLast();
        }
        Slice next = later.getFirst();
        Slice slice;
        if (before != null && at < before.first + length) {
            slice = before;
        } else if (next.last < at + length) {
            // Threads read the clock before they take the lock: this may be older than all.
            slice = next;
            slice.first = at;
        } else {
            slice = new Slice(at);
            slices.addLast(slice);
        }
        slices.addAll(later);
        return slice;
    }

    /** Takes out what counts from that time, if it is still there. */
    void remove(long at, long cost) {
        Iterator<Slice> newestFirst = slices.descendingIterator();
        while (newestFirst.hasNext()) {
            Slice slice = newestFirst.next();
            if (slice.first <= at) {
                take(slice, cost, newestFirst);
                return;
            }
        }
    }

    private long take(Slice slice, long cost, Iterator<Slice> here) {
        long taken = Math.min(cost, slice.count);
        slice.count -= taken;
        count -= taken;
        if (slice.count == 0) {
            here.remove();
        }
        return taken;
    }

    /** When the oldest slice leaves, or {@link Rule#UNTIL_ANSWER} when there is none. */
    public long nextExpiry() {
        Slice oldest = slices.peekFirst();
        Slice oldestLate = late.peekFirst();
        long next = oldest == null ? Rule.UNTIL_ANSWER : oldest.last + span;
        return oldestLate == null ? next : Math.min(next, oldestLate.last + span);
    }

    /** How much has expired since the log was made. */
    public long expired(long now) {
        expire(now);
        return expired;
    }

    private void expire(long now) {
        expire(slices, now);
        expire(late, now);
    }

    private void expire(ArrayDeque<Slice> from, long now) {
        for (Slice oldest = from.peekFirst(); oldest != null && oldest.last + span <= now; oldest = from.peekFirst()) {
            from.removeFirst();
            count -= oldest.count;
            expired += oldest.count;
        }
    }
}
