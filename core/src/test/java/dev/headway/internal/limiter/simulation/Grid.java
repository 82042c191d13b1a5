package dev.headway.internal.limiter.simulation;

import java.util.List;

/** Prints the whole grid as a table; see {@code core/run-grid.sh}. */
public final class Grid {

    private static final long[] SEEDS = {3, 7, 11, 101, 102, 103, 104, 105, 106};

    private Grid() {}

    /**
     * Runs it.
     *
     * @param words only rows that contain all of them
     */
    public static void main(String[] words) {
        int missed = 0;
        List<Gate> gates = Gates.all().stream()
                .filter(gate ->
                        List.of(words).stream().allMatch(word -> gate.toString().contains(word)))
                .toList();
        long[] seeds = SEEDS;
        String own = System.getProperty("seeds");
        if (own != null) {
            seeds = java.util.Arrays.stream(own.split(","))
                    .mapToLong(Long::parseLong)
                    .toArray();
        }
        for (Gate gate : gates) {
            long began = System.nanoTime();
            String line;
            try {
                Gate.Outcome outcome = gate.measure(seeds);
                missed += outcome.met() ? 0 : 1;
                line = "| " + gate + " | " + outcome.measured() + " | " + (outcome.met() ? "yes" : "NO") + " |";
            } catch (AssertionError | RuntimeException e) {
                missed++;
                line = "| " + gate + " | " + e + " | NO |";
            }
            System.out.println(
                    line + (Boolean.getBoolean("times") ? " " + (System.nanoTime() - began) / 1_000_000 + " ms" : ""));
        }
        System.out.println(missed + " of " + gates.size() + " missed");
    }
}
