package dev.headway.redis;

import dev.headway.LimitHint;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * What answers call a window.
 *
 * @param name as the server names the limit, cut where it is long; null where it has none
 * @param length as the server tells it; null where it does not
 */
record WindowName(@Nullable String name, @Nullable Duration length) {

    private static final int LONGEST = 80;

    static WindowName of(LimitHint limit) {
        String name = limit.name();
        return new WindowName(
                name != null && name.length() > LONGEST ? name.substring(0, LONGEST) : name, limit.window());
    }

    /** As the engine keeps it. */
    String key() {
        return (name == null ? "" : name) + "/" + (length == null ? "" : length);
    }

    static WindowName of(String key) {
        int end = key.lastIndexOf('/');
        String name = key.substring(0, Math.max(0, end));
        String length = key.substring(end + 1);
        return new WindowName(name.isEmpty() ? null : name, length.isEmpty() ? null : parsed(length));
    }

    /** Another version may have written something else. */
    private static @Nullable Duration parsed(String length) {
        try {
            return Duration.parse(length);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
