package dev.headway.internal.limiter.scope;

import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Those of a greater priority stand in front, and each priority is a {@link PriorityLine} of its own. A waiter owns no moment: only the head
 * is timed, so leaving from the middle costs nothing and leaks nothing.
 */
final class PermitQueue {

    /** The greatest first; none is empty. */
    private final TreeMap<Integer, PriorityLine> lines = new TreeMap<>(Comparator.reverseOrder());

    private int size;

    @Nullable WaitingPermit head() {
        return headOf(lines.firstEntry());
    }

    /** Who stands behind, whether of the same priority or not. */
    @Nullable WaitingPermit after(WaitingPermit permit) {
        return permit.next != null ? permit.next : headOf(lines.higherEntry(permit.priority));
    }

    private static @Nullable WaitingPermit headOf(Map.@Nullable Entry<Integer, PriorityLine> line) {
        return line == null ? null : line.getValue().head();
    }

    /** What all that stand in front of a newcomer of that priority take together. */
    long costBefore(int priority) {
        long cost = 0;
        for (PriorityLine line : lines.headMap(priority, true).values()) {
            cost += line.cost();
        }
        return cost;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(WaitingPermit permit) {
        lines.computeIfAbsent(permit.priority, priority -> new PriorityLine()).add(permit);
        size++;
    }

    /** All that wait there wait here from now on. */
    void addAll(PermitQueue other) {
        for (WaitingPermit each = other.head(); each != null; each = other.head()) {
            other.remove(each);
            add(each);
        }
    }

    void remove(WaitingPermit permit) {
        PriorityLine line = Objects.requireNonNull(lines.get(permit.priority));
        line.remove(permit);
        if (line.isEmpty()) {
            lines.remove(permit.priority);
        }
        size--;
    }
}
