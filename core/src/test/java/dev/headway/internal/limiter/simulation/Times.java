package dev.headway.internal.limiter.simulation;

import java.util.Arrays;

/** Moments, or lengths, in nanoseconds. */
final class Times {

    private long[] values = new long[1024];
    private int size;

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    long get(int index) {
        return values[index];
    }

    long[] copy() {
        return Arrays.copyOf(values, size);
    }

    /** The index of the first that is not before that moment; they must be in order. */
    int firstFrom(long moment) {
        int index = Arrays.binarySearch(values, 0, size, moment);
        int at = index < 0 ? -index - 1 : index;
        while (at > 0 && values[at - 1] == moment) {
            at--;
        }
        return at;
    }

    /** How many lie in [from, until). */
    int between(long from, long until) {
        return firstFrom(until) - firstFrom(from);
    }

    /** The most that lie in any window of that length. */
    int mostWithin(long window) {
        int most = 0;
        int oldest = 0;
        for (int i = 0; i < size; i++) {
            while (values[oldest] <= values[i] - window) {
                oldest++;
            }
            most = Math.max(most, i - oldest + 1);
        }
        return most;
    }
}
