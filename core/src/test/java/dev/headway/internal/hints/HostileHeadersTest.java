package dev.headway.internal.hints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.LimitHint;
import dev.headway.RateLimitHint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileHeadersTest {

    private static final List<String> NAMES = List.of(
            "Retry-After",
            "retry-after-ms",
            "x-amz-retry-after",
            "X-RateLimit-Retry-After-Seconds",
            "x-should-retry",
            "X-RateLimit-Limit",
            "X-RateLimit-Remaining",
            "X-RateLimit-Reset",
            "X-RateLimit-Reset-After-Ms",
            "X-RateLimit-Used",
            "RateLimit-Policy",
            "RateLimit-Limit",
            "ratelimit-reset-tokens",
            "vendor-rate-limit-minute-remaining",
            "X-RateLimit-Interval",
            "RateLimit",
            "Date",
            "Age");

    private static final List<String> VALUES = List.of(
            "0",
            "-1",
            "30",
            "1.234",
            "9223372036854775807",
            "999999999999999999999",
            "1767225605",
            "1767225605250",
            "Thu, 01 Jan 2026 00:00:30 GMT",
            "Thursday, 01-Jan-26 00:00:30 GMT",
            "Thu Jan  1 00:00:30 2026",
            "Thu Jan 01 2026 00:00:30 GMT+0100 (Central European Standard Time)",
            "2026-01-01T00:00:30.5+01:00",
            "1h2m3.5s",
            "00:00:03",
            "100, 100;w=60;burst=1000;comment=\"sliding window\", 5000;w=3600",
            "\"default\";r=50;t=30",
            "true",
            "NaN");

    private static final String ODD = "0123456789.,;:=-+\"\\eEwxTZ \t\u0000\u007f\u0661\uff11\ud83d\u00b5";

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void noHeadersMakeItThrowOrAnswerANegativeLength(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] statuses = {200, 304, 400, 429, 503};
        for (int i = 0; i < 50_000; i++) {
            String[] fields = new String[2 * (1 + random.nextInt(6))];
            for (int f = 0; f < fields.length; f += 2) {
                fields[f] = maybeMutated(random, NAMES.get(random.nextInt(NAMES.size())), 8);
                fields[f + 1] = maybeMutated(random, VALUES.get(random.nextInt(VALUES.size())), 2);
            }
            checked(Reply.of(statuses[random.nextInt(statuses.length)], fields));
        }
    }

    private static String maybeMutated(SplittableRandom random, String text, int oneIn) {
        if (random.nextInt(oneIn) > 0) {
            return text;
        }
        StringBuilder mutated = new StringBuilder(text);
        for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
            int at = random.nextInt(mutated.length() + 1);
            char odd = ODD.charAt(random.nextInt(ODD.length()));
            switch (random.nextInt(4)) {
                case 0 -> mutated.insert(at, odd);
                case 1 -> mutated.delete(at, Math.min(mutated.length(), at + 1));
                case 2 -> mutated.append(VALUES.get(random.nextInt(VALUES.size())));
                default -> mutated.replace(at, Math.min(mutated.length(), at + 1), String.valueOf(odd));
            }
        }
        return mutated.toString();
    }

    private static RateLimitHint checked(Reply response) {
        RateLimitHint hint = response.hint();
        hint.retryAfter().ifPresent(length -> assertSane(length, response));
        for (LimitHint limit : hint.limits()) {
            assertSane(limit.resetAfter(), response);
            assertSane(limit.window(), response);
            assertSane(limit.limit(), response);
            assertSane(limit.remaining(), response);
        }
        return hint;
    }

    private static void assertSane(@Nullable Duration length, Reply response) {
        if (length != null && (length.isNegative() || length.compareTo(Lengths.LONGEST) > 0)) {
            throw new AssertionError(length + " from " + response);
        }
    }

    private static void assertSane(@Nullable Long count, Reply response) {
        if (count != null && count < 0) {
            throw new AssertionError(count + " from " + response);
        }
    }

    @Test
    void aValueThatIsTooLongIsNotRead() {
        assertThat(checked(Reply.of(429, "Retry-After", "0".repeat(1023) + "5")).retryAfter())
                .hasValue(Duration.ofSeconds(5));
        assertThat(checked(Reply.of(429, "Retry-After", "0".repeat(1024) + "5")))
                .isSameAs(RateLimitHint.none());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "1h",
                "1, ",
                "1;w=60, ",
                "1;",
                "\"",
                "\\",
                "(",
                " ",
                "Thu ",
                "+",
                ":",
                "1.",
                "a",
                "\u00b5s",
                "-"
            })
    void aRepeatedPartCostsLittle(String part) {
        String value = part.repeat(1024 / part.length());
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Collections.addAll(fields, NAMES.get(i % NAMES.size()) + "-" + i, value);
            Collections.addAll(fields, NAMES.get(i % NAMES.size()), value);
        }

        assertThat(checked(Reply.of(429, fields.toArray(String[]::new))).limits())
                .hasSizeLessThanOrEqualTo(32);
    }

    @Test
    void onlyTheFirstLinesThatMatterAreRead() {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            Collections.addAll(fields, "X-Other", "1", "X-RateLimit-Remaining-" + i, "1");
        }
        String[] full = fields.toArray(String[]::new);

        assertThat(Reply.of(429, full).with("Retry-After", "5").hint().retryAfter())
                .isEmpty();
    }
}
