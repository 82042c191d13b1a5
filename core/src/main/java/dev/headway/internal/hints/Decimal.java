package dev.headway.internal.hints;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A plain number: digits, and perhaps a point and more digits. No sign, no exponent, no digits but those of ASCII.
 *
 * @param whole what stands before the point; what is more than a long holds counts as {@link Long#MAX_VALUE}
 * @param billionths what stands after it, rounded up
 */
record Decimal(long whole, long billionths) {

    private static final long BILLION = 1_000_000_000;

    /** The number, or null when the text is none. */
    static @Nullable Decimal parse(String text) {
        int point = text.indexOf('.');
        int end = point < 0 ? text.length() : point;
        if (!digits(text, 0, end) || (point >= 0 && !digits(text, point + 1, text.length()))) {
            return null;
        }
        long whole = 0;
        for (int i = 0; i < end; i++) {
            int digit = text.charAt(i) - '0';
            whole = whole > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : whole * 10 + digit;
        }
        return new Decimal(whole, point < 0 ? 0 : billionths(text, point + 1));
    }

    private static boolean digits(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return from < to;
    }

    private static long billionths(String text, int from) {
        long value = 0;
        long weight = BILLION / 10;
        boolean more = false;
        for (int i = from; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            value += digit * weight;
            more |= weight == 0 && digit > 0;
            weight /= 10;
        }
        return more ? value + 1 : value;
    }

    /** So many of a unit, rounded up to a nanosecond; what is longer than 292 years counts as that. */
    Duration in(ChronoUnit unit) {
        long nanos = unit.getDuration().toNanos();
        if (whole >= Long.MAX_VALUE / nanos - 1) {
            return Duration.ofNanos(Long.MAX_VALUE);
        }
        long part = nanos >= BILLION ? billionths * (nanos / BILLION) : (billionths * nanos + BILLION - 1) / BILLION;
        return Duration.ofNanos(whole * nanos + part);
    }
}
