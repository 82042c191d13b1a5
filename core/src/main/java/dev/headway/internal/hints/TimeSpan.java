package dev.headway.internal.hints;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lengths with units: Go's {@code 1h2m3.5s}, {@code 12ms}, and {@code hh:mm:ss}, with or without a fraction. */
final class TimeSpan {

    /** Longest unit first: {@code 12ms} is not 12 minutes. Both letters for micro are in use. */
    private static final Pattern PAIR = Pattern.compile("\\G([0-9.]+)(ms|us|\u00b5s|\u03bcs|ns|d|h|m|s)");

    private static final Pattern CLOCK = Pattern.compile("(\\d{1,9}):([0-5]\\d):([0-5]\\d(?:\\.\\d+)?)");

    private TimeSpan() {}

    /** The length, or null when the text is none. */
    static @Nullable Duration parse(String text) {
        Matcher clock = CLOCK.matcher(text);
        if (!clock.matches()) {
            return pairs(text);
        }
        return sum(
                sum(number(clock.group(1), ChronoUnit.HOURS), number(clock.group(2), ChronoUnit.MINUTES)),
                number(clock.group(3), ChronoUnit.SECONDS));
    }

    private static @Nullable Duration pairs(String text) {
        Matcher pair = PAIR.matcher(text);
        Duration length = null;
        int end = 0;
        while (pair.find()) {
            Duration more = number(pair.group(1), unit(pair.group(2)));
            length = end == 0 ? more : sum(length, more);
            end = pair.end();
        }
        return end == text.length() ? length : null;
    }

    private static ChronoUnit unit(String name) {
        return switch (name) {
            case "d" -> ChronoUnit.DAYS;
            case "h" -> ChronoUnit.HOURS;
            case "m" -> ChronoUnit.MINUTES;
            case "s" -> ChronoUnit.SECONDS;
            case "ms" -> ChronoUnit.MILLIS;
            case "ns" -> ChronoUnit.NANOS;
            default -> ChronoUnit.MICROS;
        };
    }

    private static @Nullable Duration number(String text, ChronoUnit unit) {
        Decimal number = Decimal.parse(text);
        return number != null ? number.in(unit) : null;
    }

    private static @Nullable Duration sum(@Nullable Duration one, @Nullable Duration other) {
        return one != null && other != null ? one.plus(other) : null;
    }
}
