package dev.headway.internal.limiter;

/** What was granted and not yet answered, in units of cost; shared by the rules of a scope. */
final class InFlight {

    private long cost;

    long cost() {
        return cost;
    }

    void set(long known) {
        cost = known;
    }

    void granted(int more) {
        cost += more;
    }

    void landed(int less) {
        cost -= less;
    }
}
