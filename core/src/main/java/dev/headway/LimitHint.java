package dev.headway;

import dev.headway.internal.hints.Lengths;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One limit as a response tells it. What the response does not tell is null; no count and no length is negative, and lengths of more
 * than 36 500 days count as so many. Immutable.
 *
 * @param name the limit's name: a policy name, or the variable part of the header names ({@code tokens}, {@code minute})
 * @param limit how much one window allows, in {@code unit}s
 * @param remaining how much is left
 * @param used how much has been used; perhaps more than the limit
 * @param resetAfter the time from the receipt of the response to the reset, or to the next token
 * @param window the length of the window
 * @param unit what is counted: {@code requests} unless the response says otherwise
 */
public record LimitHint(
        @Nullable String name,
        @Nullable Long limit,
        @Nullable Long remaining,
        @Nullable Long used,
        @Nullable Duration resetAfter,
        @Nullable Duration window,
        String unit) {

    /** The unit of a limit that counts calls. */
    public static final String REQUESTS = "requests";

    /**
     * Makes a limit.
     *
     * @param name the limit's name
     * @param limit how much one window allows
     * @param remaining how much is left
     * @param used how much has been used
     * @param resetAfter the time to the reset
     * @param window the length of the window
     * @param unit what is counted
     * @throws IllegalArgumentException if a count or a length is negative
     */
    public LimitHint {
        notNegative("limit", limit);
        notNegative("remaining", remaining);
        notNegative("used", used);
        notNegative("resetAfter", resetAfter);
        notNegative("window", window);
        resetAfter = resetAfter == null ? null : Lengths.clamped(resetAfter);
        window = window == null ? null : Lengths.clamped(window);
    }

    /**
     * Makes a limit of which the response does not tell what has been used.
     *
     * @param name the limit's name
     * @param limit how much one window allows
     * @param remaining how much is left
     * @param resetAfter the time to the reset
     * @param window the length of the window
     * @param unit what is counted
     * @throws IllegalArgumentException if a count or a length is negative
     */
    public LimitHint(
            @Nullable String name,
            @Nullable Long limit,
            @Nullable Long remaining,
            @Nullable Duration resetAfter,
            @Nullable Duration window,
            String unit) {
        this(name, limit, remaining, null, resetAfter, window, unit);
    }

    private static void notNegative(String what, @Nullable Long count) {
        if (count != null && count < 0) {
            throw new IllegalArgumentException(what + " is negative: " + count);
        }
    }

    private static void notNegative(String what, @Nullable Duration length) {
        if (length != null && length.isNegative()) {
            throw new IllegalArgumentException(what + " is negative: " + length);
        }
    }

    /**
     * Tells whether nothing is left of this limit.
     *
     * @return whether {@code remaining} is told and zero
     */
    public boolean exhausted() {
        return remaining != null && remaining == 0;
    }
}
