package dev.headway.internal.hints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.internal.hints.FieldName.Meaning;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldNameTest {

    @ParameterizedTest
    @CsvSource({
        "Retry-After, RETRY_AFTER, SECONDS",
        "RETRY-AFTER, RETRY_AFTER, SECONDS",
        "retry-after-ms, RETRY_AFTER_MILLIS, MILLIS",
        "x-ms-retry-after-ms, RETRY_AFTER_MILLIS, MILLIS",
        "X-Retry-After, VENDOR_RETRY_AFTER, SECONDS",
        "RetryAfter, VENDOR_RETRY_AFTER, SECONDS",
        "X-Retry-In, VENDOR_RETRY_AFTER, SECONDS",
        "X-RateLimit-Retry-After, VENDOR_RETRY_AFTER, SECONDS",
        "X-Rate-Limit-Retry-After-Seconds, VENDOR_RETRY_AFTER, SECONDS",
        "x-should-retry, SHOULD_RETRY, SECONDS",
        "Stripe-Should-Retry, SHOULD_RETRY, SECONDS",
    })
    void readsNamesOfTheWholeResponse(String name, Meaning meaning, ChronoUnit unit) {
        assertThat(FieldName.of(lower(name))).isEqualTo(new FieldName(meaning, "", LimitName.NONE, unit));
    }

    @ParameterizedTest
    @CsvSource({
        "X-RateLimit-Limit, LIMIT, ''",
        "X-Rate-Limit-Remaining, REMAINING, ''",
        "rateLimit-reset, RESET, ''",
        "RateLimit-Policy, POLICY, ''",
        "RateLimit-ResetTime, RESET_TIME, ''",
        "X-RateLimit-Reset-After, RESET_AFTER, ''",
        "X-RateLimit-Used, USED, ''",
        "x-ratelimit-limit-tokens_usage_based, LIMIT, tokens_usage_based",
        "anthropic-ratelimit-input-tokens-reset, RESET, input-tokens",
        "x-ms-ratelimit-remaining-subscription-reads, REMAINING, subscription-reads",
        "X-RateLimit-Limit-Minute, LIMIT, minute",
        "X-RateLimit-Daily-Remaining, REMAINING, daily",
        "X-RateLimit-Limit-Seconds, LIMIT, seconds",
        "X-RateLimit-Limit-Remaining, REMAINING, limit",
        "X-RateLimit-Window-Size, WINDOW, ''",
        "RateLimit, RATE_LIMIT, ''",
        "Beta-RateLimit, RATE_LIMIT, ''",
        "X-Rate-Limit, RATE_LIMIT, ''",
    })
    void readsTheNameOfTheLimit(String name, Meaning meaning, String limit) {
        assertThat(FieldName.of(lower(name)))
                .extracting(FieldName::meaning, FieldName::limit)
                .containsExactly(meaning, LimitName.of(limit));
    }

    @ParameterizedTest
    @CsvSource({
        "X-RateLimit-Interval-Milliseconds, WINDOW, MILLIS",
        "X-RateLimit-Interval-Seconds, WINDOW, SECONDS",
        "X-RateLimit-Reset-Ms, RESET, MILLIS",
        "X-RateLimit-Reset-After-Ms, RESET_AFTER, MILLIS",
    })
    void aNameMayTellTheUnit(String name, Meaning meaning, ChronoUnit unit) {
        assertThat(FieldName.of(lower(name)))
                .extracting(FieldName::meaning, FieldName::limit, FieldName::unit)
                .containsExactly(meaning, LimitName.NONE, unit);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-RateLimit-",
                "X-RateLimit-NearLimit",
                "X-RateLimit-Resource",
                "RateLimit-Name",
                "Stripe-Rate-Limited-Reason",
                "X-RateLimits-Limit",
                "X-Retry-Count",
                "Retry-After-Reason",
                "X-RateLimit-limitless",
                "X-RateLimit-unlimit",
                "retry",
            })
    void leavesOtherNamesAlone(String name) {
        assertThat(FieldName.of(lower(name))).isNull();
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
