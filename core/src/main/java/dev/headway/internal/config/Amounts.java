package dev.headway.internal.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lengths of time and rates as people write them. */
final class Amounts {

    /** What a length looks like, for the schema. */
    static final String LENGTH =
            "^\\s*(P[0-9DTHMS.]+|(\\d{1,9}(\\.\\d{1,9})?\\s*(ns|us|ms|s|sec|m|min|h|d)\\s*)+)\\s*$";

    /** What a rate looks like, for the schema. */
    static final String RATE =
            "^\\s*\\d{1,10}\\s*(/|\\s+per\\s+)\\s*(\\d{1,9}\\s*)?(ms|s|sec|second|m|min|minute|h|hour|d|day)s?\\s*$";

    private static final Pattern PART =
            Pattern.compile("\\G\\s*(\\d{1,9}(?:\\.\\d{1,9})?)\\s*(ns|us|ms|sec|s|min|m|h|d)\\s*");

    private static final Pattern RATE_PARTS =
            Pattern.compile("\\s*+(\\d{1,10})\\s*+(?:/|(?<=\\s)per(?=\\s))\\s*+(\\d{1,9})?\\s*+([a-z]+)\\s*+");

    private static final Map<String, Duration> UNITS = Map.ofEntries(
            Map.entry("ns", Duration.ofNanos(1)),
            Map.entry("us", Duration.ofNanos(1_000)),
            Map.entry("ms", Duration.ofMillis(1)),
            Map.entry("s", Duration.ofSeconds(1)),
            Map.entry("sec", Duration.ofSeconds(1)),
            Map.entry("second", Duration.ofSeconds(1)),
            Map.entry("m", Duration.ofMinutes(1)),
            Map.entry("min", Duration.ofMinutes(1)),
            Map.entry("minute", Duration.ofMinutes(1)),
            Map.entry("h", Duration.ofHours(1)),
            Map.entry("hour", Duration.ofHours(1)),
            Map.entry("d", Duration.ofDays(1)),
            Map.entry("day", Duration.ofDays(1)));

    /** So many in a period. */
    record Rate(long permits, Duration period) {}

    private Amounts() {}

    /** {@code 30s}, {@code 250ms}, {@code 1m30s}, {@code 1.5h}, {@code PT5M}; null for anything else. */
    static @Nullable Duration length(String text) {
        String trimmed = text.strip();
        try {
            return trimmed.startsWith("P") ? Duration.parse(trimmed) : sum(trimmed);
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    private static @Nullable Duration sum(String trimmed) {
        Matcher part = PART.matcher(trimmed);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (part.find()) {
            Duration unit = unit(part.group(2));
            if (unit == null) {
                return null;
            }
            sum = sum.plus(times(unit, part.group(1)));
            end = part.end();
        }
        return end > 0 && end == trimmed.length() ? sum : null;
    }

    /** {@code 10/s}, {@code 100/min}, {@code 100/5s}, {@code 5000 per hour}; null for anything else. */
    static @Nullable Rate rate(String text) {
        Matcher parts = RATE_PARTS.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            return null;
        }
        Duration unit = unit(parts.group(3));
        if (unit == null) {
            return null;
        }
        long count = parts.group(2) == null ? 1 : Long.parseLong(parts.group(2));
        return new Rate(Long.parseLong(parts.group(1)), unit.multipliedBy(count));
    }

    private static @Nullable Duration unit(String name) {
        Duration unit = UNITS.get(name);
        boolean plural = unit == null && name.length() > 2 && name.endsWith("s");
        return plural ? UNITS.get(name.substring(0, name.length() - 1)) : unit;
    }

    private static Duration times(Duration unit, String number) {
        int point = number.indexOf('.');
        if (point < 0) {
            return unit.multipliedBy(Long.parseLong(number));
        }
        String fraction = (number.substring(point + 1) + "000000000").substring(0, 9);
        return unit.multipliedBy(Long.parseLong(number.substring(0, point)))
                .plus(unit.multipliedBy(Long.parseLong(fraction)).dividedBy(1_000_000_000));
    }
}
