package dev.headway.internal.limiter;

/** What was granted and not yet answered, in units of cost and in calls; shared by the rules of a scope. */
final class InFlight {

    private long cost;
    private long calls;

    long cost() {
        return cost;
    }

    long calls() {
        return calls;
    }

    /** So many calls of cost 1. */
    void set(long known) {
        cost = known;
        calls = known;
    }

    void granted(int more) {
        cost += more;
        calls++;
    }

    /** What is in flight there is here from now on. */
    void add(InFlight other) {
        cost += other.cost;
        calls += other.calls;
    }

    void landed(int less) {
        cost -= less;
        // A lane that does not count has passed a call of which nothing is known here.
        calls -= less > 0 ? 1 : 0;
    }
}
