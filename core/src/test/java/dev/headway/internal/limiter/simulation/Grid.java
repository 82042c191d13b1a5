package dev.headway.internal.limiter.simulation;

import java.util.Arrays;
import java.util.List;

/** Prints the grid as a table; see {@code core/run-grid.sh}. */
public final class Grid {

    private static final String SEEDS = "3,7,11,101,102,103,104,105,106";

    private Grid() {}

    /**
     * Runs it; the system property {@code seeds} names other seeds.
     *
     * @param words only rows that contain all of them
     */
    public static void main(String[] words) {
        long[] seeds = Arrays.stream(System.getProperty("seeds", SEEDS).split(",", -1))
                .mapToLong(Long::parseLong)
                .toArray();
        List<Gate> gates = Gates.all().stream()
                .filter(gate -> Arrays.stream(words).allMatch(gate.toString()::contains))
                .toList();
        int missed = 0;
        System.out.println("| situation | measured (gate) | met |");
        System.out.println("|---|---|---|");
        for (Gate gate : gates) {
            Gate.Outcome outcome = gate.measure(seeds);
            missed += outcome.met() ? 0 : 1;
            System.out.println(
                    "| " + gate + " | " + outcome.measured() + " | " + (outcome.met() ? "yes" : "NO") + " |");
        }
        System.out.println(missed + " of " + gates.size() + " missed");
    }
}
