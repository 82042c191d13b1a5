package dev.headway.internal.hints;

import dev.headway.internal.hints.Template.Slot;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * A line of a dialects file: {@code provider | header | value | source}. Our own file, {@code dialects.txt}, says on top how
 * it is written.
 *
 * @param provider whose header it is
 * @param header the header's name as the provider writes it; one {@code *} stands for any text
 * @param value the shape of its value, and options
 * @param source where that is documented; empty where nothing is said
 */
record DialectLine(String provider, String header, String value, String source) {

    /** What a name may have besides letters and digits (RFC 9110 section 5.6.2); a {@code *} is ours. */
    private static final String MARKS = "!#$%&'+.^_`~-";

    private static final List<Slot> OF_A_LIMIT =
            List.of(Slot.LIMIT, Slot.REMAINING, Slot.USED, Slot.RESET, Slot.WINDOW, Slot.NAME);

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it can not be read, with the reason
     */
    static DialectLine parse(String text) {
        List<String> columns =
                Arrays.stream(text.split("\\|", -1)).map(String::strip).toList();
        if (columns.size() < 3 || columns.size() > 4) {
            throw new IllegalArgumentException(
                    "\"provider | header | value | source\" has 3 or 4 columns, this " + columns.size());
        }
        DialectLine line = new DialectLine(
                columns.get(0), columns.get(1), columns.get(2), columns.size() > 3 ? columns.get(3) : "");
        if (line.provider.isEmpty() || line.header.length() < 2 || !isName(line.header)) {
            throw new IllegalArgumentException("no provider, or no name of a header: " + line.header);
        }
        line.readingFor("");
        return line;
    }

    /** By hand: the tables are read when the first response is, and that without a pattern takes half as long. */
    private static boolean isName(String header) {
        return header.indexOf('*') == header.lastIndexOf('*')
                && header.chars()
                        .allMatch(c -> c == '*' || (c < 0x80 && Character.isLetterOrDigit(c)) || MARKS.indexOf(c) >= 0);
    }

    private String lowerHeader() {
        return header.toLowerCase(Locale.ROOT);
    }

    /** Whether the header is one name, without a {@code *}. */
    boolean isExact() {
        return header.indexOf('*') < 0;
    }

    /** What the {@code *} stands for in a name in lower case; null when it is another name. */
    @Nullable String starOf(String name) {
        String pattern = lowerHeader();
        int star = pattern.indexOf('*');
        if (star < 0) {
            return pattern.equals(name) ? "" : null;
        }
        int after = pattern.length() - star - 1;
        boolean fits = name.length() > star + after
                && name.startsWith(pattern.substring(0, star))
                && name.endsWith(pattern.substring(star + 1));
        return fits ? name.substring(star, name.length() - after) : null;
    }

    /**
     * How to read the value of the header, where its {@code *} stands for that text.
     *
     * @throws IllegalArgumentException if the value can not be read, with the reason
     */
    Reading readingFor(String star) {
        StringTokenizer words = new StringTokenizer(value);
        Template template = Template.parse(words.hasMoreTokens() ? words.nextToken() : "");
        Map<String, String> options = new HashMap<>();
        while (words.hasMoreTokens()) {
            String word = words.nextToken();
            int equals = word.indexOf('=');
            if (equals < 1 || equals == word.length() - 1) {
                throw new IllegalArgumentException("an option is key=value, not " + word);
            }
            if (options.put(word.substring(0, equals), word.substring(equals + 1)) != null) {
                throw new IllegalArgumentException("option twice: " + word);
            }
        }
        Reading reading = new Reading(
                template,
                OF_A_LIMIT.stream().anyMatch(template::has),
                names(options.remove("name"), template, star),
                windows(options.remove("window"), star),
                options.remove("unit"),
                unit(options.remove("in")),
                count(options.remove("remaining")),
                separator(options.remove("separator")),
                lowerOrNull(options.remove("when")));
        if (!options.isEmpty()) {
            throw new IllegalArgumentException("unknown option " + options.keySet());
        }
        return reading;
    }

    /** For each member of a list its names: {@code name=15min,day}, {@code name=daily+resource-daily}. */
    private static List<List<String>> names(@Nullable String option, Template template, String star) {
        String names = option != null ? option : template.has(Slot.NAME) ? Reading.NAME_IN_VALUE : "";
        return Arrays.stream(names.split(",", -1))
                .map(member -> Arrays.stream(member.split("\\+", -1))
                        .map(name -> name.replace("*", star))
                        .toList())
                .toList();
    }

    /** A {@code *} is taken out of the header's name; what is no length there tells none. */
    private static List<Duration> windows(@Nullable String option, String star) {
        if (option == null) {
            return List.of();
        }
        if (option.equals("*")) {
            Duration window = Lengths.span(star, ChronoUnit.SECONDS);
            return window != null ? List.of(window) : List.of();
        }
        return Arrays.stream(option.split(",", -1)).map(DialectLine::window).toList();
    }

    private static Duration window(String text) {
        Duration window = Lengths.span(text, ChronoUnit.SECONDS);
        if (window == null || window.isZero()) {
            throw new IllegalArgumentException("no length of a window: " + text);
        }
        return window;
    }

    private static ChronoUnit unit(@Nullable String option) {
        if (option == null || option.equals("s")) {
            return ChronoUnit.SECONDS;
        }
        if (option.equals("ms")) {
            return ChronoUnit.MILLIS;
        }
        throw new IllegalArgumentException("in=s or in=ms, not " + option);
    }

    private static @Nullable Long count(@Nullable String option) {
        Long count = option != null ? Counts.of(option) : null;
        if (option != null && count == null) {
            throw new IllegalArgumentException("remaining= takes a number, not " + option);
        }
        return count;
    }

    private static char separator(@Nullable String option) {
        if (option != null && option.length() != 1) {
            throw new IllegalArgumentException("separator= takes one character, not " + option);
        }
        return option != null ? option.charAt(0) : ',';
    }

    private static @Nullable String lowerOrNull(@Nullable String option) {
        return option != null ? option.toLowerCase(Locale.ROOT) : null;
    }
}
