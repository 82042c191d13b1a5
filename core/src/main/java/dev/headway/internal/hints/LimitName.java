package dev.headway.internal.hints;

import dev.headway.LimitHint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the name of a limit says of its unit and its window. */
final class LimitName {

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

    private LimitName() {}

    /** The window that the last word names, or null. */
    static @Nullable Duration window(String name) {
        List<String> words = words(name);
        return WINDOWS.get(words.get(words.size() - 1));
    }

    /** The first unit among the words. */
    static String unit(String name) {
        for (String word : words(name)) {
            String unit = UNITS.get(word);
            if (unit != null) {
                return unit;
            }
        }
        return LimitHint.REQUESTS;
    }

    private static List<String> words(String name) {
        return BREAK.splitAsStream(name).toList();
    }
}
