package dev.headway.internal.hints;

import dev.headway.LimitHint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a limit, and what it says of its unit and its window.
 *
 * @param text the name; empty where there is none
 * @param unit the first unit among its words
 * @param window the window that its last word names, or null
 */
record LimitName(String text, String unit, @Nullable Duration window) {

    private static final Pattern BREAK = Pattern.compile("[-_]");

    /** Months and years differ in length, so they tell none. */
    private static final Map<String, Duration> WINDOWS = Map.of(
            "second", Duration.ofSeconds(1),
            "minute", Duration.ofMinutes(1),
            "hour", Duration.ofHours(1),
            "hourly", Duration.ofHours(1),
            "day", Duration.ofDays(1),
            "daily", Duration.ofDays(1),
            "week", Duration.ofDays(7),
            "weekly", Duration.ofDays(7));

    private static final Map<String, String> UNITS = Map.of(
            "token", "tokens",
            "tokens", "tokens",
            "point", "points",
            "points", "points",
            "credits", "credits",
            "complexity", "complexity",
            "cost", "cost",
            "bytes", "bytes");

    static final LimitName NONE = new LimitName("", LimitHint.REQUESTS, null);

    static LimitName of(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        List<String> words = BREAK.splitAsStream(text).toList();
        String last = words.isEmpty() ? "" : words.get(words.size() - 1);
        return new LimitName(text, unit(words), WINDOWS.get(last));
    }

    private static String unit(List<String> words) {
        for (String word : words) {
            String unit = UNITS.get(word);
            if (unit != null) {
                return unit;
            }
        }
        return LimitHint.REQUESTS;
    }

    /** The name as a hint has it. */
    @Nullable String orNull() {
        return text.isEmpty() ? null : text;
    }
}
