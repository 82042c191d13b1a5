package dev.headway.redis;

import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.NoSuchElementException;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Calls in their order. Nearly all come in it: these are appended in constant time, and only the others are sorted in. Under the lock of
 * the scope.
 */
final class Calls implements Iterable<RedisPermit> {

    private static final Comparator<RedisPermit> ORDER = (one, other) -> one.turn.compareTo(other.turn);

    private final LinkedHashSet<RedisPermit> appended = new LinkedHashSet<>();
    private final TreeSet<RedisPermit> sortedIn = new TreeSet<>(ORDER);

    /** Not in front of any that was appended. */
    private @Nullable Turn last;

    void add(RedisPermit call) {
        if (last == null || last.compareTo(call.turn) < 0) {
            last = call.turn;
            appended.add(call);
        } else {
            sortedIn.add(call);
        }
    }

    void remove(RedisPermit call) {
        if (!appended.remove(call)) {
            sortedIn.remove(call);
        } else if (appended.isEmpty()) {
            last = null;
        }
    }

    boolean isEmpty() {
        return appended.isEmpty() && sortedIn.isEmpty();
    }

    int size() {
        return appended.size() + sortedIn.size();
    }

    /** Null where there is none. */
    @Nullable RedisPermit first() {
        if (sortedIn.isEmpty()) {
            return appended.isEmpty() ? null : appended.iterator().next();
        }
        return earlier(appended.isEmpty() ? null : appended.iterator().next(), sortedIn.first());
    }

    /** Whichever is first in the order. */
    static @Nullable RedisPermit earlier(@Nullable RedisPermit one, @Nullable RedisPermit other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return ORDER.compare(one, other) < 0 ? one : other;
    }

    @Override
    public Iterator<RedisPermit> iterator() {
        return sortedIn.isEmpty() ? appended.iterator() : new Merged();
    }

    private final class Merged implements Iterator<RedisPermit> {

        private final Iterator<RedisPermit> came = appended.iterator();
        private final Iterator<RedisPermit> sorted = sortedIn.iterator();
        private @Nullable RedisPermit nextCame = next(came);
        private @Nullable RedisPermit nextSorted = next(sorted);

        private static @Nullable RedisPermit next(Iterator<RedisPermit> of) {
            return of.hasNext() ? of.next() : null;
        }

        @Override
        public boolean hasNext() {
            return nextCame != null || nextSorted != null;
        }

        @Override
        public RedisPermit next() {
            RedisPermit next = earlier(nextCame, nextSorted);
            if (next == null) {
                throw new NoSuchElementException();
            }
            if (next.equals(nextCame)) {
                nextCame = next(came);
            } else {
                nextSorted = next(sorted);
            }
            return next;
        }
    }
}
