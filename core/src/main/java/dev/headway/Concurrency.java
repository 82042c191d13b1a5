package dev.headway;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * At most so many calls in flight, as servers that bound parallel requests keep it. A call is in flight from its permit until the
 * header fields of its response are there, or its failure; while it waits for a next attempt it is not. Says nothing of a
 * rate: that is learned, or told by another limit. Immutable.
 */
public final class Concurrency implements Limit {

    private final int calls;

    /**
     * Returns the limit.
     *
     * @param calls how many at the same time, 1 to 1 000 000 000
     * @return the limit
     * @throws IllegalArgumentException if the value is out of its range
     */
    public static Concurrency of(int calls) {
        return new Concurrency((int) Ranges.permits(calls));
    }

    private Concurrency(int calls) {
        this.calls = calls;
    }

    /**
     * Returns how many calls may be in flight.
     *
     * @return the number of calls
     */
    public int calls() {
        return calls;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Concurrency same && same.calls == calls;
    }

    @Override
    public int hashCode() {
        return Objects.hash(calls);
    }

    @Override
    public String toString() {
        return calls + " in flight";
    }
}
