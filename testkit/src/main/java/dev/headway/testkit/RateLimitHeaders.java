package dev.headway.testkit;

import java.time.Instant;
import java.util.Map;

/**
 * How every answer of a {@link RateLimitedApi} tells its quota: the limit (a bucket's burst, or a window's calls), what
 * remains of it after this request, and the reset. The reset is the time until the next token of a bucket or until the end of
 * the window, rounded up to whole seconds.
 */
public enum RateLimitHeaders {
    /** It does not. */
    NONE,

    /** {@code X-RateLimit-Limit}, {@code -Remaining} and {@code -Reset}, the reset in seconds from now. */
    X_RATELIMIT,

    /** {@code X-RateLimit-Limit}, {@code -Remaining} and {@code -Reset}, the reset in seconds since 1970, as GitHub sends. */
    X_RATELIMIT_EPOCH,

    /** {@code RateLimit-Limit}, {@code -Remaining} and {@code -Reset} of the IETF draft 06, the reset in seconds from now. */
    RATELIMIT;

    Map<String, String> of(Verdict verdict, Instant now) {
        return switch (this) {
            case NONE -> Map.of();
            case X_RATELIMIT -> fields("X-RateLimit", verdict, verdict.resetSeconds());
            case X_RATELIMIT_EPOCH ->
                fields("X-RateLimit", verdict, verdict.resetAt(now).getEpochSecond());
            case RATELIMIT -> fields("RateLimit", verdict, verdict.resetSeconds());
        };
    }

    private static Map<String, String> fields(String family, Verdict verdict, long reset) {
        return Map.of(
                family + "-Limit", Long.toString(verdict.limit()),
                family + "-Remaining", Long.toString(verdict.remaining()),
                family + "-Reset", Long.toString(reset));
    }
}
