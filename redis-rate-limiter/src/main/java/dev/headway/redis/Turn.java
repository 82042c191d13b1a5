package dev.headway.redis;

/**
 * Where a call stands in the queue: those of a greater priority in front; in each, those that are sent again, the oldest call
 * first, and then the others as they came.
 *
 * @param priority the greatest first
 * @param again whether it was sent before
 * @param since when the call first asked
 * @param place so many have asked before
 */
record Turn(int priority, boolean again, long since, long place) implements Comparable<Turn> {

    @Override
    public int compareTo(Turn other) {
        if (priority != other.priority) {
            return Integer.compare(other.priority, priority);
        }
        if (again != other.again) {
            return again ? -1 : 1;
        }
        int older = again ? Long.compare(since, other.since) : 0;
        return older != 0 ? older : Long.compare(place, other.place);
    }
}
