package dev.headway.internal.bodies;

import java.util.ArrayList;
import java.util.List;

/** What a reader has found, in the order of its appearance: a bounded number, each of bounded length. */
final class Facts {

    static final int MAX_VALUE = 2048;
    private static final int MAX = 64;

    private final List<Fact> found = new ArrayList<>();
    private boolean whole = true;

    void add(String place, String value, boolean quoted) {
        if (!full()) {
            found.add(new Fact(place, value.length() > MAX_VALUE ? value.substring(0, MAX_VALUE) : value, quoted));
        }
    }

    /** Tells that the body says more than was read, or carries a result beside its error. */
    void more() {
        whole = false;
    }

    /** Whether the body was read to its end and carries no result. Only then has a success surely done nothing. */
    boolean whole() {
        return whole;
    }

    boolean full() {
        return found.size() >= MAX;
    }

    List<Fact> found() {
        return found;
    }
}
