package dev.headway.internal.limiter.rules;

/** What was granted and not yet answered, in units of cost and in calls; shared by the rules of a scope. */
public final class InFlight {

    private long cost;
    private long calls;

    public long cost() {
        return cost;
    }

    public long calls() {
        return calls;
    }

    /** So many calls of cost 1. */
    public void set(long known) {
        cost = known;
        calls = known;
    }

    public void granted(int more) {
        cost += more;
        calls++;
    }

    /** What is in flight there is here from now on. */
    public void add(InFlight other) {
        cost += other.cost;
        calls += other.calls;
    }

    public void landed(int less) {
        cost -= less;
        // Of a call that was not counted when it went, for a told bucket does not ask.
        calls -= less > 0 ? 1 : 0;
    }
}
