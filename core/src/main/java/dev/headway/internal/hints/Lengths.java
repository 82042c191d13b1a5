package dev.headway.internal.hints;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a value means, by its shape and then its size. All lengths are between zero, for what has passed, and
 * {@link #LONGEST}; null means that the value can not be read.
 */
public final class Lengths {

    /** Practically never, and short enough for any arithmetic in nanoseconds. */
    public static final Duration LONGEST = Duration.ofDays(36_500);

    private static final long EPOCH_SECONDS = 100_000_000L;
    private static final long EPOCH_MILLIS = 100_000_000_000L;
    private static final long EPOCH_MICROS = 100_000_000_000_000L;
    private static final long EPOCH_NANOS = 100_000_000_000_000_000L;

    private Lengths() {}

    /** A length told as such: a number of the unit, {@code 6m0s}, {@code 00:00:03}. */
    public static @Nullable Duration span(String value, ChronoUnit unit) {
        Decimal number = Decimal.parse(value);
        Duration length = number != null ? number.in(unit) : TimeSpan.parse(value);
        return length != null ? clamped(length) : null;
    }

    /** A length, or the time until a date. */
    static @Nullable Duration of(String value, ChronoUnit unit, InstantSource now) {
        Duration span = span(value, unit);
        if (span != null) {
            return span;
        }
        Instant iso = Iso8601.parse(value);
        Instant moment = iso != null ? iso : HttpDate.parse(value, now);
        return moment != null ? until(moment, now) : null;
    }

    /**
     * As {@link #of}, but a number may be a moment too: nobody waits three years, and nobody's clock stands before 1973, so
     * the size tells.
     */
    public static @Nullable Duration bySize(String value, ChronoUnit unit, InstantSource now) {
        Decimal number = Decimal.parse(value);
        if (number == null || number.whole() < (unit == ChronoUnit.MILLIS ? EPOCH_MILLIS : EPOCH_SECONDS)) {
            return of(value, unit, now);
        }
        return until(Instant.EPOCH.plus(number.in(epochUnit(number.whole()))), now);
    }

    private static ChronoUnit epochUnit(long number) {
        if (number >= EPOCH_NANOS) {
            return ChronoUnit.NANOS;
        }
        if (number >= EPOCH_MICROS) {
            return ChronoUnit.MICROS;
        }
        return number >= EPOCH_MILLIS ? ChronoUnit.MILLIS : ChronoUnit.SECONDS;
    }

    private static Duration until(Instant moment, InstantSource now) {
        return clamped(Duration.between(now.instant(), moment));
    }

    /** Between zero and {@link #LONGEST}. */
    public static Duration clamped(Duration length) {
        if (length.isNegative()) {
            return Duration.ZERO;
        }
        return length.compareTo(LONGEST) > 0 ? LONGEST : length;
    }
}
