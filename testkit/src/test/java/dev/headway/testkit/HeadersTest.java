package dev.headway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeadersTest {

    /** 1767225603 seconds and a half since 1970. */
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:03.500Z");

    @Test
    void noDialectTellsNothing() {
        assertThat(fields(RateLimitHeaders.NONE, reset(1))).isEmpty();
        assertThat(RetryAfter.NONE.of(reset(1), NOW)).isEmpty();
    }

    @Test
    void secondsAreRoundedUp() {
        assertThat(fields(RateLimitHeaders.X_RATELIMIT, reset(1_000_000_001)))
                .isEqualTo(Map.of("X-RateLimit-Limit", "100", "X-RateLimit-Remaining", "42", "X-RateLimit-Reset", "2"));
        assertThat(fields(RateLimitHeaders.RATELIMIT, reset(1_000_000_000)))
                .isEqualTo(Map.of("RateLimit-Limit", "100", "RateLimit-Remaining", "42", "RateLimit-Reset", "1"));
        assertThat(fields(RateLimitHeaders.RATELIMIT, reset(1))).containsEntry("RateLimit-Reset", "1");
    }

    @Test
    void anEpochIsTheNextWholeSecondAfterTheReset() {
        assertThat(fields(RateLimitHeaders.X_RATELIMIT_EPOCH, reset(500_000_000)))
                .isEqualTo(Map.of(
                        "X-RateLimit-Limit", "100", "X-RateLimit-Remaining", "42", "X-RateLimit-Reset", "1767225604"));
        assertThat(fields(RateLimitHeaders.X_RATELIMIT_EPOCH, reset(500_000_001)))
                .containsEntry("X-RateLimit-Reset", "1767225605");
    }

    @Test
    void retryAfterIsRoundedUp() {
        assertThat(RetryAfter.SECONDS.of(reset(1), NOW)).isEqualTo(Map.of("Retry-After", "1"));
        assertThat(RetryAfter.SECONDS.of(reset(2_000_000_001), NOW)).isEqualTo(Map.of("Retry-After", "3"));
        assertThat(RetryAfter.MILLISECONDS.of(reset(1), NOW)).isEqualTo(Map.of("retry-after-ms", "1"));
        assertThat(RetryAfter.MILLISECONDS.of(reset(2_000_000_001), NOW)).isEqualTo(Map.of("retry-after-ms", "2001"));
    }

    @Test
    void retryAfterAsADateIsAnHttpDateThatIsNeverTooEarly() {
        assertThat(RetryAfter.HTTP_DATE.of(reset(500_000_000), NOW))
                .isEqualTo(Map.of("Retry-After", "Thu, 01 Jan 2026 00:00:04 GMT"));
        assertThat(RetryAfter.HTTP_DATE.of(reset(500_000_001), NOW))
                .isEqualTo(Map.of("Retry-After", "Thu, 01 Jan 2026 00:00:05 GMT"));
    }

    private static Map<String, String> fields(RateLimitHeaders headers, Verdict verdict) {
        return headers.form().of(verdict, Duration.ofMinutes(1), NOW);
    }

    private static Verdict reset(long nanos) {
        return new Verdict(true, 100, 42, nanos);
    }
}
