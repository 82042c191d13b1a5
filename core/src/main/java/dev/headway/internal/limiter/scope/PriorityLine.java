package dev.headway.internal.limiter.scope;

import org.jspecify.annotations.Nullable;

/**
 * All that wait with one priority: first come, first served; those that are sent again stand in front, the oldest call first.
 */
final class PriorityLine {

    private @Nullable WaitingPermit head;
    private @Nullable WaitingPermit tail;

    /** The youngest of those that are sent again; they all stand in front. */
    private @Nullable WaitingPermit lastAgain;

    private long cost;

    @Nullable WaitingPermit head() {
        return head;
    }

    /** What all that wait take together. */
    long cost() {
        return cost;
    }

    boolean isEmpty() {
        return head == null;
    }

    void add(WaitingPermit permit) {
        WaitingPermit before = permit.again ? lastOlderRetry(permit) : tail;
        WaitingPermit after = before == null ? head : before.next;
        permit.previous = before;
        permit.next = after;
        if (before == null) {
            head = permit;
        } else {
            before.next = permit;
        }
        if (after == null) {
            tail = permit;
        } else {
            after.previous = permit;
        }
        if (permit.again && (after == null || !after.again)) {
            lastAgain = permit;
        }
        cost += permit.cost;
    }

    void remove(WaitingPermit permit) {
        WaitingPermit before = permit.previous;
        WaitingPermit after = permit.next;
        if (permit == lastAgain) {
            lastAgain = before;
        }
        if (before == null) {
            head = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            tail = before;
        } else {
            after.previous = before;
        }
        permit.previous = null;
        permit.next = null;
        cost -= permit.cost;
    }

    /** From behind: refused calls mostly come back in their order, and there may be many. */
    private @Nullable WaitingPermit lastOlderRetry(WaitingPermit permit) {
        WaitingPermit each = lastAgain;
        while (each != null && permit.olderThan(each)) {
            each = each.previous;
        }
        return each;
    }
}
