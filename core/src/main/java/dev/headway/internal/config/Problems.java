package dev.headway.internal.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong with a file, each once. Not thread-safe. */
public final class Problems {

    /** Enough to mend; a file that is something else altogether has thousands. */
    private static final int MOST = 50;

    /**
     * One fault.
     *
     * @param place where
     * @param reason a sentence that quotes no value
     */
    public record Problem(Node.Place place, String reason) {}

    private final List<Problem> found = new ArrayList<>();

    void add(Node.Place place, String reason) {
        Problem problem = new Problem(place, reason);
        if (found.size() < MOST && !found.contains(problem)) {
            found.add(problem);
        }
    }

    /**
     * Tells how many there are.
     *
     * @return the number, 50 at most
     */
    public int size() {
        return found.size();
    }

    /**
     * Returns all, in the order of the file.
     *
     * @return a copy
     */
    public List<Problem> all() {
        return found.stream()
                .sorted(Comparator.comparingInt(
                                (Problem problem) -> problem.place().line())
                        .thenComparingInt(problem -> problem.place().column()))
                .toList();
    }
}
