package dev.headway.internal.hints;

import org.jspecify.annotations.Nullable;

/** How many a value says; null when it can not be read. */
final class Counts {

    /** More than anybody counts; short of where arithmetic would overflow. */
    static final long MOST = 1_000_000_000_000_000L;

    private Counts() {}

    /** A number that is not negative; what stands after a point is cut off. */
    static @Nullable Long of(String text) {
        Decimal number = Decimal.parse(text);
        return number != null ? Math.min(number.whole(), MOST) : null;
    }

    /** What is left; below zero is nothing where the server has refused, else a way to say "unknown". */
    static @Nullable Long left(String text, boolean refused) {
        if (!text.startsWith("-")) {
            return of(text);
        }
        return refused && of(text.substring(1)) != null ? Long.valueOf(0) : null;
    }
}
