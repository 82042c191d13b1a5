package dev.headway.internal.log;

import dev.headway.HeadwayLog;
import dev.headway.Scope;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * So many lines of one event and scope in a second; the rest is counted. Of the scopes that were not logged for the longest time the
 * counts are forgotten, so that memory is bounded. Thread-safe.
 */
final class Storm {

    /** What {@link #leftOut} returns for a line that is not to be written. */
    static final long TOO_MANY = -1;

    private static final int MOST = 1000;

    private record Key(HeadwayLog.Event event, Scope scope) {}

    private static final class Count {
        long second;
        int lines;
        long leftOut;

        Count(long second) {
            this.second = second;
        }
    }

    private final int linesPerSecond;

    /** In the order of their last use. */
    private final Map<Key, Count> counts = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<HeadwayLog.Event, Count> others = new EnumMap<>(HeadwayLog.Event.class);

    Storm(int linesPerSecond) {
        this.linesPerSecond = linesPerSecond;
    }

    /**
     * Asks for one more line.
     *
     * @param nanos the time since the log began
     * @return how many were left out since the last line; {@link #TOO_MANY} where this one is, too
     */
    synchronized long leftOut(HeadwayLog.Event event, Scope scope, long nanos) {
        long second = TimeUnit.NANOSECONDS.toSeconds(nanos);
        Count count = count(new Key(event, scope), second);
        if (count.second != second) {
            count.second = second;
            count.lines = 0;
        }
        if (count.lines == linesPerSecond) {
            count.leftOut++;
            return TOO_MANY;
        }
        count.lines++;
        long before = count.leftOut;
        count.leftOut = 0;
        return before;
    }

    /** Where there is no room but by forgetting what this second has counted, all others of the event share one. */
    private Count count(Key key, long second) {
        Count known = counts.get(key);
        if (known != null) {
            return known;
        }
        if (counts.size() >= MOST) {
            Iterator<Count> oldest = counts.values().iterator();
            if (oldest.next().second == second) {
                return others.computeIfAbsent(key.event(), event -> new Count(second));
            }
            oldest.remove();
        }
        Count added = new Count(second);
        counts.put(key, added);
        return added;
    }

    /** For tests: of how many events and scopes something is counted. */
    synchronized int size() {
        return counts.size();
    }
}
