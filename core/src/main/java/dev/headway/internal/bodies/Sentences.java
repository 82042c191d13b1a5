package dev.headway.internal.bodies;

import dev.headway.internal.hints.Lengths;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A delay told in words: {@code Please retry after 55 seconds}, {@code try again in 6m0s}, {@code IP banned until
 * 1760091130000}.
 */
final class Sentences {

    private static final Pattern TAG = Pattern.compile("<[^<>]{0,512}>");

    private static final String LENGTH = "([0-9][0-9.a-z]{0,30})"
            + "(?: (ms|milliseconds?|s|secs?|seconds?|mins?|minutes?|h|hours?|hrs?|days?)\\b)?";

    private static final Pattern DELAY = Pattern.compile("(?:retry|retrying|try again|trying again|wait|again|back)"
            + "(?: (?:your|this|the) request| operation)?(?: (?:after|in|for|at least|about|another)){0,2}"
            + "[ :]{1,2}" + LENGTH);

    /** What a length in several parts goes on with; who read the first alone would come too early. */
    private static final Pattern MORE = Pattern.compile(",?(?: and)? " + LENGTH);

    /** An epoch: so many digits are no length. */
    private static final Pattern MOMENT = Pattern.compile("(?:until|throttled):? {1,2}([0-9]{9,19})\\b");

    private Sentences() {}

    static String withoutTags(String html) {
        return TAG.matcher(html).replaceAll(" ").replaceAll("\\s+", " ").strip();
    }

    /** The longest that is told, or null. A number without a unit is none: it could be a count. */
    static @Nullable Duration delay(String text, InstantSource now) {
        String lower = text.toLowerCase(Locale.ROOT);
        Stream<@Nullable Duration> lengths = DELAY.matcher(lower).results().map(told -> length(lower, told));
        Stream<@Nullable Duration> moments =
                MOMENT.matcher(lower).results().map(told -> Lengths.bySize(told.group(1), ChronoUnit.SECONDS, now));
        return Stream.concat(lengths, moments)
                .flatMap(Stream::ofNullable)
                .max(Duration::compareTo)
                .orElse(null);
    }

    /** Of all its parts. */
    private static @Nullable Duration length(String text, MatchResult told) {
        Duration length = length(told.group(1), told.group(2));
        Matcher more = MORE.matcher(text).region(told.end(), text.length());
        while (length != null && more.lookingAt()) {
            Duration part = length(more.group(1), more.group(2));
            if (part == null) {
                break;
            }
            length = Lengths.clamped(length.plus(part));
            more.region(more.end(), text.length());
        }
        return length;
    }

    private static @Nullable Duration length(String told, @Nullable String unit) {
        // The end of the sentence.
        String number = told.endsWith(".") ? told.substring(0, told.length() - 1) : told;
        if (unit != null) {
            return Lengths.span(number, unit(unit));
        }
        boolean plain = number.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        return plain ? null : Lengths.span(number, ChronoUnit.SECONDS);
    }

    private static ChronoUnit unit(String name) {
        if (name.startsWith("ms") || name.startsWith("mil")) {
            return ChronoUnit.MILLIS;
        }
        return switch (name.charAt(0)) {
            case 'm' -> ChronoUnit.MINUTES;
            case 'h' -> ChronoUnit.HOURS;
            case 'd' -> ChronoUnit.DAYS;
            default -> ChronoUnit.SECONDS;
        };
    }
}
