package dev.headway.internal.hints;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The three dates of RFC 9110 section 5.6.7 and what is near them: any weekday or none, a day of one digit, second 60, other
 * names for GMT, an offset; and JavaScript's {@code Tue Feb 16 2021 09:02:42 GMT+0100 (Central European Standard Time)}.
 */
final class HttpDate {

    private static final String WEEKDAY = "(?:[a-z]{3,9},? *)?";
    private static final String MONTH = "(?<month>[a-z]{3})";
    private static final String TIME = "(?<hour>\\d{1,2}):(?<minute>\\d\\d):(?<second>\\d\\d)";
    private static final String OFFSET = "[+-]\\d\\d:?\\d\\d";
    private static final String ZONE = "(?<zone>(?:GMT|UTC?|Z)(?:" + OFFSET + ")?|" + OFFSET + ")";

    /** {@code Sun, 06 Nov 1994 08:49:37 GMT} and {@code Sunday, 06-Nov-94 08:49:37 GMT}. */
    private static final Pattern DAY_FIRST =
            pattern(WEEKDAY + "(?<day>\\d{1,2})[ -]" + MONTH + "[ -](?<year>\\d{4}|\\d\\d) " + TIME + " " + ZONE);

    /** {@code Tue Feb 16 2021 09:02:42 GMT+0100}. */
    private static final Pattern JAVASCRIPT =
            pattern(WEEKDAY + MONTH + " (?<day>\\d\\d) (?<year>\\d{4}) " + TIME + " " + ZONE + "(?: \\([^)]*\\))?");

    /** {@code Sun Nov  6 08:49:37 1994}. */
    private static final Pattern ASCTIME =
            pattern(WEEKDAY + MONTH + " {1,2}(?<day>\\d{1,2}) " + TIME + " (?<year>\\d{4})(?<zone>)");

    private static final List<Pattern> FORMS = List.of(DAY_FIRST, ASCTIME, JAVASCRIPT);

    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

    private static final String MONTH_NAMES = "JanFebMarAprMayJunJulAugSepOctNovDec";

    private static final String LAYOUT = "aaa, 00 aaa 0000 00:00:00 GMT";

    private HttpDate() {}

    private static Pattern pattern(String text) {
        return Pattern.compile(text, Pattern.CASE_INSENSITIVE);
    }

    /** The moment, or null when the text is none. The clock is asked for the century of a year of two digits. */
    static @Nullable Instant parse(String text, InstantSource clock) {
        Instant usual = usual(text);
        return usual != null ? usual : unusual(text, clock);
    }

    /** {@code Sun, 06 Nov 1994 08:49:37 GMT} to the letter, as nearly every response has it: ten times as quick as a pattern. */
    private static @Nullable Instant usual(String text) {
        if (!hasLayout(text)) {
            return null;
        }
        int month = MONTH_NAMES.indexOf(text.substring(8, 11));
        if (month < 0 || month % 3 != 0) {
            return null;
        }
        int year = number(text, 12) * 100 + number(text, 14);
        try {
            return LocalDateTime.of(
                            year, month / 3 + 1, number(text, 5), number(text, 17), number(text, 20), number(text, 23))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Whether letters stand where the layout has letters, digits where it has digits, and the rest is the same. */
    private static boolean hasLayout(String text) {
        if (text.length() != LAYOUT.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char wanted = LAYOUT.charAt(i);
            char c = text.charAt(i);
            boolean fits = wanted == '0' ? c >= '0' && c <= '9' : wanted == 'a' ? isLetter(c) : c == wanted;
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char c) {
        return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    }

    private static int number(String text, int at) {
        return (text.charAt(at) - '0') * 10 + text.charAt(at + 1) - '0';
    }

    private static @Nullable Instant unusual(String text, InstantSource clock) {
        for (Pattern form : FORMS) {
            Matcher parts = form.matcher(text);
            if (parts.matches()) {
                try {
                    return moment(parts, clock);
                } catch (DateTimeException e) {
                    return null;
                }
            }
        }
        return null;
    }

    private static Instant moment(Matcher parts, InstantSource clock) {
        int month = MONTHS.indexOf(parts.group("month").toLowerCase(Locale.ROOT)) + 1;
        int second = number(parts, "second");
        LocalDateTime minute = LocalDateTime.of(
                number(parts, "year"), month, number(parts, "day"), number(parts, "hour"), number(parts, "minute"));
        LocalDateTime moment = second == 60 ? minute.plusMinutes(1) : minute.withSecond(second);
        ZoneOffset offset = offset(parts.group("zone"));
        boolean century = parts.group("year").length() > 2;
        return century ? moment.toInstant(offset) : nearest(moment, offset, clock);
    }

    private static int number(Matcher parts, String name) {
        return Integer.parseInt(parts.group(name));
    }

    private static ZoneOffset offset(String zone) {
        int sign = Math.max(zone.indexOf('+'), zone.indexOf('-'));
        return sign < 0 ? ZoneOffset.UTC : ZoneOffset.of(zone.substring(sign));
    }

    /** What seems more than 50 years ahead is the last such year of the past. */
    private static Instant nearest(LocalDateTime moment, ZoneOffset offset, InstantSource clock) {
        LocalDateTime latest = LocalDateTime.ofInstant(clock.instant(), offset).plusYears(50);
        LocalDateTime earliest = latest.minusYears(100);
        LocalDateTime near = moment.plusYears(latest.getYear() / 100 * 100L);
        if (near.isAfter(latest)) {
            near = near.minusYears(100);
        }
        return (near.isAfter(earliest) ? near : near.plusYears(100)).toInstant(offset);
    }
}
