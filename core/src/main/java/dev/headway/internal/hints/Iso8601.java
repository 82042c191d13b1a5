package dev.headway.internal.hints;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Moments as ISO 8601 and RFC 3339 write them, also to the minute only, and with a blank for the {@code T}. Without an
 * offset they are taken as UTC, as all times of HTTP are.
 */
final class Iso8601 {

    private static final Pattern MOMENT = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\d)[Tt ](\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?) ?([Zz]|[+-]\\d\\d(?::?\\d\\d)?)?");

    private Iso8601() {}

    /** The moment, or null when the text is none. */
    static @Nullable Instant parse(String text) {
        Matcher parts = MOMENT.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        try {
            String offset = parts.group(3);
            return LocalDateTime.parse(parts.group(1) + "T" + parts.group(2))
                    .toInstant(offset != null ? ZoneOffset.of(offset.toUpperCase(Locale.ROOT)) : ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
