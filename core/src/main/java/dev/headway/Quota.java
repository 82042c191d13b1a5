package dev.headway;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * So many calls in a window, as servers that count windows keep it, fixed or sliding, of any phase. All of them may come at
 * once; what is never passed is the number in any span of one window. Immutable.
 */
public final class Quota implements Limit {

    private final long permits;
    private final Duration window;

    /**
     * Begins a quota: {@code Quota.of(5000).per(Duration.ofHours(1))}.
     *
     * @param permits how many calls, 1 to 1 000 000 000
     * @return what still wants its window
     * @throws IllegalArgumentException if the value is out of its range
     */
    public static Count of(long permits) {
        return new Count(Ranges.permits(permits));
    }

    private Quota(long permits, Duration window) {
        this.permits = permits;
        this.window = window;
    }

    /**
     * Returns how many calls a window allows.
     *
     * @return the number of calls
     */
    public long permits() {
        return permits;
    }

    /**
     * Returns the window.
     *
     * @return its length
     */
    public Duration window() {
        return window;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Quota same && same.permits == permits && same.window.equals(window);
    }

    @Override
    public int hashCode() {
        return Objects.hash(permits, window);
    }

    @Override
    public String toString() {
        return permits + " in any " + window;
    }

    /** A number of calls that still wants its window. */
    public static final class Count {

        private final long permits;

        private Count(long permits) {
            this.permits = permits;
        }

        /**
         * Ends the quota.
         *
         * @param window its length, 1 ms to 366 days
         * @return the quota
         * @throws IllegalArgumentException if the value is out of its range
         */
        public Quota per(Duration window) {
            return new Quota(permits, Ranges.period(window));
        }
    }
}
