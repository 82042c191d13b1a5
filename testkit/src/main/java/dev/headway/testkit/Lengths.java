package dev.headway.testkit;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths as people write them on a command line: {@code 250ms}, {@code 2s}, {@code -1h}. */
final class Lengths {

    private static final Pattern LENGTH = Pattern.compile("(-?\\d{1,9})(ms|s|m|h)");

    private Lengths() {}

    static Duration parse(String text) {
        Matcher length = LENGTH.matcher(text);
        if (!length.matches()) {
            throw new IllegalArgumentException("No length such as 250ms, 2s, 1m or 1h: " + text);
        }
        long number = Long.parseLong(length.group(1));
        return switch (length.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}
