package dev.headway.internal.hints;

import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the name of a header field says.
 *
 * @param meaning what the value tells
 * @param family the name up to {@code ratelimit}, vendor's prefix included; empty for other fields
 * @param limit the limit spoken of, the variable part of the name ({@code tokens}, {@code minute}); often empty
 * @param unit what a bare number in the value counts, where it is a length
 */
record FieldName(Meaning meaning, String family, String limit, ChronoUnit unit) {

    /** What a value tells. */
    enum Meaning {
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
        POLICY;

        boolean isLength() {
            return switch (this) {
                case RETRY_AFTER_MILLIS, RETRY_AFTER, VENDOR_RETRY_AFTER, RESET_AFTER, RESET, RESET_TIME, WINDOW ->
                    true;
                case SHOULD_RETRY, LIMIT, REMAINING, USED, POLICY -> false;
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
            new Word("observed", Meaning.USED),
            new Word("limit", Meaning.LIMIT),
            new Word("interval", Meaning.WINDOW),
            new Word("period", Meaning.WINDOW),
            new Word("window", Meaning.WINDOW),
            new Word("policy", Meaning.POLICY));

    private static final List<UnitSuffix> UNITS = List.of(
            new UnitSuffix("-ms", ChronoUnit.MILLIS),
            new UnitSuffix("-milliseconds", ChronoUnit.MILLIS),
            new UnitSuffix("-seconds", ChronoUnit.SECONDS));

    private static final List<String> RETRY_ENDINGS = List.of("retry-after", "retryafter", "retry-in");

    /** Milliseconds, although the name does not say so. */
    private static final String AMAZON = "x-amz-retry-after";

    private static final String SHORTEST = "retry";

    private static final long RAT_OR_RET = 1L << 'r' | 1L << 'a' | 1L << 'e' | 1L << 't';

    /**
     * Names that do not matter, each where its length and last letter put it; the first to come stays. Servers always send the
     * same ones, and to compare a name is quicker than to search it. Written without a lock: a lost name is searched again.
     */
    private static final @Nullable String[] PLAIN = new @Nullable String[128];

    private static final int LONGEST_PLAIN = 64;

    /**
     * A coarse and quick test: whether {@code ratelimit}, {@code rate-limit} or {@code retry} occurs, in any case. Runs for
     * every field of every response.
     */
    static boolean mayMatter(String name) {
        int length = name.length();
        if (length < SHORTEST.length()) {
            return false;
        }
        int place = length + 31 * name.charAt(length - 1) & PLAIN.length - 1;
        String known = PLAIN[place];
        if (name.equals(known)) {
            return false;
        }
        if (matters(name)) {
            return true;
        }
        if (known == null && length <= LONGEST_PLAIN) {
            PLAIN[place] = name;
        }
        return false;
    }

    /** Looks at every third letter only: one of them must be of {@code rat} or {@code ret}. */
    private static boolean matters(String name) {
        for (int i = 2; i < name.length(); i += 3) {
            // Shifts by the last six bits alone, so that a few other characters look alike.
            if ((RAT_OR_RET >>> (name.charAt(i) | 0x20) & 1) != 0 && mattersAround(name, i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean mattersAround(String name, int at) {
        int last = Math.min(at, name.length() - SHORTEST.length());
        for (int i = at - 2; i <= last; i++) {
            if ((name.charAt(i) | 0x20) == 'r'
                    && (has(name, i, SHORTEST) || has(name, i, "ratelimit") || has(name, i, "rate-limit"))) {
                return true;
            }
        }
        return false;
    }

    private static boolean has(String name, int at, String text) {
        return name.regionMatches(true, at, text, 0, text.length());
    }

    /** The meaning of a name, or null when it is of no known form. */
    static @Nullable FieldName of(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (UnitSuffix suffix : UNITS) {
            if (lower.endsWith(suffix.text)) {
                String stem = lower.substring(0, lower.length() - suffix.text.length());
                FieldName length = read(stem, suffix.unit);
                if (length != null && length.meaning.isLength()) {
                    return length;
                }
            }
        }
        return read(lower, lower.equals(AMAZON) ? ChronoUnit.MILLIS : ChronoUnit.SECONDS);
    }

    private static @Nullable FieldName read(String name, ChronoUnit unit) {
        if (name.endsWith("should-retry")) {
            return new FieldName(Meaning.SHOULD_RETRY, "", "", unit);
        }
        for (String ending : RETRY_ENDINGS) {
            if (name.endsWith(ending)) {
                return new FieldName(retryMeaning(name, unit), "", "", unit);
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
        int end = endOf(name, "ratelimit-");
        if (end < 0) {
            end = endOf(name, "rate-limit-");
        }
        if (end < 0) {
            return null;
        }
        String family = name.substring(0, end);
        String rest = name.substring(end);
        for (Word word : WORDS) {
            String limit = without(rest, word.text);
            if (limit != null) {
                return new FieldName(word.meaning, family, limit, unit);
            }
        }
        return null;
    }

    private static int endOf(String name, String part) {
        int at = name.indexOf(part);
        return at < 0 ? -1 : at + part.length();
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
}
