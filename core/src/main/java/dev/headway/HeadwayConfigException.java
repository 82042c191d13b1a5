package dev.headway;

import java.util.List;
import java.util.stream.Collectors;

/** A config file can not be used. Says where and why; quotes keys, but no value, which may be a secret in the wrong place. */
public final class HeadwayConfigException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /**
     * One fault of a file.
     *
     * @param line from 1
     * @param column from 1
     * @param path where in the file, as a JSON pointer (RFC 6901); empty for the whole
     * @param reason a sentence
     */
    public record Problem(int line, int column, String path, String reason) {

        @Override
        public String toString() {
            return line + ":" + column + ": " + (path.isEmpty() ? "" : path + ": ") + reason;
        }
    }

    HeadwayConfigException(String file, List<Problem> problems) {
        super(problems.stream().map(problem -> file + ":" + problem).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /**
     * Returns what is wrong.
     *
     * @return all faults that were found, 50 at most
     */
    public List<Problem> problems() {
        return problems == null ? List.of() : problems;
    }
}
