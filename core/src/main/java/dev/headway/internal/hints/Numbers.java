package dev.headway.internal.hints;

import dev.headway.internal.hints.structured.BareItem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The numbers of structured fields as counts and lengths; null for what is none, or negative. */
final class Numbers {

    private Numbers() {}

    static @Nullable Long count(@Nullable BareItem value) {
        Long thousandths = thousandths(value);
        return thousandths != null ? thousandths / 1000 : null;
    }

    static @Nullable Duration seconds(@Nullable BareItem value) {
        Long thousandths = thousandths(value);
        return thousandths != null ? Lengths.clamped(Duration.ofMillis(thousandths)) : null;
    }

    /** An Integer has at most 15 digits, so that this does not overflow. */
    private static @Nullable Long thousandths(@Nullable BareItem value) {
        long number;
        if (value instanceof BareItem.Whole whole) {
            number = whole.value() * 1000;
        } else if (value instanceof BareItem.Fraction fraction) {
            number = fraction.thousandths();
        } else {
            return null;
        }
        return number < 0 ? null : number;
    }
}
