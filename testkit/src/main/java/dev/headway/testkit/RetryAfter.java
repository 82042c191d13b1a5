package dev.headway.testkit;

import java.time.Instant;
import java.util.Map;

/**
 * How a 429 of a {@link RateLimitedApi} tells when to try again: at the next token of a bucket, or at the end of the window.
 */
public enum RetryAfter {
    /** It does not. */
    NONE,

    /** {@code Retry-After} in seconds, rounded up, at least 1. */
    SECONDS,

    /** {@code Retry-After} as a date, rounded up to a whole second. It belongs to the answer's own {@code Date}. */
    HTTP_DATE,

    /** {@code retry-after-ms} in milliseconds, rounded up, at least 1; no {@code Retry-After}. */
    MILLISECONDS;

    Map<String, String> of(Verdict verdict, Instant now) {
        return switch (this) {
            case NONE -> Map.of();
            case SECONDS -> Map.of("Retry-After", Long.toString(verdict.resetSeconds()));
            case HTTP_DATE -> Map.of("Retry-After", HttpDates.format(verdict.resetAt(now)));
            case MILLISECONDS -> Map.of("retry-after-ms", Long.toString(verdict.resetMillis()));
        };
    }
}
