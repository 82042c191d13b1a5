package dev.headway.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the script answers, numbers and then the names of windows; all waits in microseconds from the moment of the answer. */
final class Reply {

    /** Numbers that have their moment. */
    record Run(long first, long count, long due, long spacing) {}

    /** What became of a lease: of {@code open} numbers, beginning with {@code next}, the moment is not known yet. */
    record Leased(List<Run> runs, long next, long open, long due) {}

    /** A window that some process has heard of: the last number it holds, when it ends, and what was served when that was told. */
    record Window(long last, long left, long since) {}

    final long changes;
    final long numbers;
    final long epoch;
    final long pauseLeft;
    final boolean looking;
    final long nextWait;
    final long calls;
    final long resends;
    final long round;
    final int processes;
    final long milliRate;
    final long first;
    final boolean mixed;
    final List<Long> used = new ArrayList<>(2);
    final Map<String, Window> windows = new LinkedHashMap<>(2);
    final List<Leased> leases = new ArrayList<>(2);

    private final Doubles answered;

    /**
     * Reads.
     *
     * @param words what the script returned
     * @param asked the leases that were asked about
     * @param wanted how much was wanted besides
     * @throws RuntimeException if it is something else
     */
    Reply(List<?> words, List<long[]> asked, long wanted) {
        answered = new Doubles((byte[]) words.get(0));
        changes = number();
        numbers = number();
        epoch = number();
        pauseLeft = number();
        looking = number() == 1;
        nextWait = number();
        calls = number();
        resends = number();
        round = number();
        processes = (int) number();
        milliRate = number();
        first = number();
        mixed = number() == 1;
        for (long limits = number(); limits > 0; limits--) {
            used.add(number());
        }
        int told = (int) number();
        for (int i = 1; i <= told; i++) {
            String name = new String((byte[]) words.get(i), StandardCharsets.UTF_8);
            windows.put(name, new Window(number(), number(), number()));
        }
        for (long[] lease : asked) {
            leases.add(leased(lease[0], lease[1]));
        }
        if (first > 0) {
            leases.add(leased(first, wanted));
        }
    }

    private Leased leased(long from, long count) {
        List<long[]> told = new ArrayList<>(2);
        long sum = 0;
        for (long runs = number(); runs > 0; runs--) {
            long[] run = {number(), number(), number()};
            sum += run[0];
            told.add(run);
        }
        long open = number();
        long due = number();
        // What has no moment any more was the oldest.
        long next = from + count - open - sum;
        List<Run> runs = new ArrayList<>(told.size());
        for (long[] run : told) {
            runs.add(new Run(next, run[0], run[1], run[2]));
            next += run[0];
        }
        return new Leased(runs, next, open, due);
    }

    private long number() {
        return answered.next();
    }
}
