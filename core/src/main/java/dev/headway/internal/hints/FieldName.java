package dev.headway.internal.hints;

import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the name of a header field says by its shape, whoever the vendor is.
 *
 * @param meaning what the value tells
 * @param family the name up to {@code ratelimit-}, vendor's prefix included; empty for other fields
 * @param limit the limit spoken of, the variable part of the name ({@code tokens}, {@code minute}); often empty
 * @param unit what a bare number in the value counts, where it is a length
 */
record FieldName(Meaning meaning, String family, LimitName limit, ChronoUnit unit) {

    /** What a value tells. */
    enum Meaning {
        DATE,
        AGE,
        RETRY_AFTER_MILLIS,
        RETRY_AFTER,
        VENDOR_RETRY_AFTER,
        SHOULD_RETRY,
        LIMIT,
        REMAINING,
        USED,
        RESET_AFTER,
        RESET,
        RESET_TIME,
        WINDOW,
        POLICY,
        RATE_LIMIT;

        boolean isLength() {
            return switch (this) {
                case RETRY_AFTER_MILLIS, RETRY_AFTER, VENDOR_RETRY_AFTER, RESET_AFTER, RESET, RESET_TIME, WINDOW ->
                    true;
                case DATE, AGE, SHOULD_RETRY, LIMIT, REMAINING, USED, POLICY, RATE_LIMIT -> false;
            };
        }
    }

    private record Word(String text, Meaning meaning) {}

    private record UnitSuffix(String text, ChronoUnit unit) {}

    /** The first or last word after {@code RateLimit-}; what contains another stands before it. */
    private static final List<Word> WORDS = List.of(
            new Word("reset-after", Meaning.RESET_AFTER),
            new Word("reset-in", Meaning.RESET_AFTER),
            new Word("reset-time", Meaning.RESET_TIME),
            new Word("resettime", Meaning.RESET_TIME),
            new Word("reset-at", Meaning.RESET_TIME),
            new Word("reset", Meaning.RESET),
            new Word("next", Meaning.RESET_TIME),
            new Word("remaining", Meaning.REMAINING),
            new Word("used", Meaning.USED),
            new Word("usage", Meaning.USED),
            new Word("observed", Meaning.USED),
            new Word("limit", Meaning.LIMIT),
            new Word("interval", Meaning.WINDOW),
            new Word("period", Meaning.WINDOW),
            new Word("window-size", Meaning.WINDOW),
            new Word("window", Meaning.WINDOW),
            new Word("policy", Meaning.POLICY));

    private static final List<UnitSuffix> UNITS = List.of(
            new UnitSuffix("-ms", ChronoUnit.MILLIS),
            new UnitSuffix("-milliseconds", ChronoUnit.MILLIS),
            new UnitSuffix("-seconds", ChronoUnit.SECONDS));

    private static final List<String> RETRY_ENDINGS = List.of("retry-after", "retryafter", "retry-in");

    private static final List<String> STEMS = List.of("ratelimit", "rate-limit");

    private FieldName(Meaning meaning, ChronoUnit unit) {
        this(meaning, "", LimitName.NONE, unit);
    }

    /** The meaning of a name in lower case, or null when it is of no known form. */
    static @Nullable FieldName of(String name) {
        for (UnitSuffix suffix : UNITS) {
            if (name.endsWith(suffix.text)) {
                String stem = name.substring(0, name.length() - suffix.text.length());
                FieldName length = read(stem, suffix.unit);
                if (length != null && length.meaning.isLength()) {
                    return length;
                }
            }
        }
        return read(name, ChronoUnit.SECONDS);
    }

    private static @Nullable FieldName read(String name, ChronoUnit unit) {
        if (name.equals("date")) {
            return new FieldName(Meaning.DATE, unit);
        }
        if (name.equals("age")) {
            return new FieldName(Meaning.AGE, unit);
        }
        if (name.endsWith("should-retry")) {
            return new FieldName(Meaning.SHOULD_RETRY, unit);
        }
        for (String ending : RETRY_ENDINGS) {
            if (name.endsWith(ending)) {
                return new FieldName(retryMeaning(name, unit), unit);
            }
        }
        return ofLimit(name, unit);
    }

    private static Meaning retryMeaning(String name, ChronoUnit unit) {
        if (unit == ChronoUnit.MILLIS) {
            return Meaning.RETRY_AFTER_MILLIS;
        }
        return name.equals("retry-after") ? Meaning.RETRY_AFTER : Meaning.VENDOR_RETRY_AFTER;
    }

    private static @Nullable FieldName ofLimit(String name, ChronoUnit unit) {
        for (String stem : STEMS) {
            if (name.endsWith(stem)) {
                return new FieldName(Meaning.RATE_LIMIT, name + "-", LimitName.NONE, unit);
            }
            int at = name.indexOf(stem + "-");
            if (at >= 0) {
                int end = at + stem.length() + 1;
                return ofLimit(name.substring(0, end), name.substring(end), unit);
            }
        }
        return null;
    }

    private static @Nullable FieldName ofLimit(String family, String rest, ChronoUnit unit) {
        for (Word word : WORDS) {
            String limit = without(rest, word.text);
            if (limit != null) {
                return new FieldName(word.meaning, family, LimitName.of(limit), unit);
            }
        }
        return null;
    }

    /** The text without its first or last word, or null when it is neither. */
    private static @Nullable String without(String text, String word) {
        if (text.equals(word)) {
            return "";
        }
        int length = word.length();
        if (text.startsWith(word) && text.charAt(length) == '-') {
            return text.substring(length + 1);
        }
        int start = text.length() - length;
        return text.endsWith(word) && text.charAt(start - 1) == '-' ? text.substring(0, start - 1) : null;
    }

    /** Whether both speak of one limit of one family. */
    boolean sameLimit(FieldName other) {
        return family.equals(other.family) && limit.text().equals(other.limit.text());
    }
}
