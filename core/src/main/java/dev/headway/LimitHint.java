package dev.headway;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One limit as a response tells it. What the response does not tell is null. Immutable.
 *
 * @param name the limit's name: a policy name, or the variable part of the header names ({@code tokens}, {@code minute})
 * @param limit how much one window allows, in {@code unit}s
 * @param remaining how much is left, never negative
 * @param resetAfter the time from the receipt of the response to the reset, or to the next token; never negative
 * @param window the length of the window
 * @param unit what is counted: {@code requests} unless the response says otherwise
 */
public record LimitHint(
        @Nullable String name,
        @Nullable Long limit,
        @Nullable Long remaining,
        @Nullable Duration resetAfter,
        @Nullable Duration window,
        String unit) {

    /** The unit of a limit that counts calls. */
    public static final String REQUESTS = "requests";

    /**
     * Tells whether nothing is left of this limit.
     *
     * @return whether {@code remaining} is told and zero
     */
    public boolean exhausted() {
        return remaining != null && remaining == 0;
    }
}
