package dev.headway.internal.hints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.LimitHint;
import dev.headway.RateLimitHint;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code -Dheadway.fuzz=10000000} makes the run longer; docs/performance.md has its figures. */
class HostileHeadersTest {

    private static final int SETS = Integer.getInteger("headway.fuzz", 200_000);

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
            "X-RateLimit-Usage",
            "RateLimit-Policy",
            "RateLimit-Limit",
            "ratelimit-reset-tokens",
            "vendor-rate-limit-minute-remaining",
            "X-RateLimit-Interval",
            "RateLimit",
            "Beta-RateLimit",
            "X-RateLimit-Bucket",
            "X-RateLimit-Scope",
            "x-amzn-ErrorType",
            "X-Shopify-Shop-Api-Call-Limit",
            "X-App-Rate-Limit",
            "X-App-Rate-Limit-Count",
            "X-Sentry-Rate-Limits",
            "Sforce-Limit-Info",
            "x-mbx-used-weight-1m",
            "zendesk-ratelimit-x",
            "x-ms-ratelimit-remaining-resource",
            "Date",
            "Age");

    private static final List<String> VALUES = List.of(
            "0",
            "-1",
            "30",
            "1.234",
            "2147483648",
            "9223372036854775807",
            "9223372036854775808",
            "999999999999999999999",
            "1767225605",
            "1767225605250",
            "253402300799",
            "Thu, 01 Jan 2026 00:00:30 GMT",
            "Thu, 99 Jan 2026 99:99:99 GMT",
            "Thursday, 01-Jan-26 00:00:30 GMT",
            "Thu Jan  1 00:00:30 2026",
            "Thu Jan 01 2026 00:00:30 GMT+0100 (Central European Standard Time)",
            "2026-01-01T00:00:30.5+01:00",
            "1h2m3.5s",
            "00:00:03",
            "100, 100;w=60;burst=1000;comment=\"sliding window\", 5000;w=3600",
            "\"default\";r=50;t=30;pk=:AAAA:, %\"%c3%bc\";r=0",
            "\"default\";q=100;w=60;qu=\"content-bytes\"",
            "limit=100, remaining=50, reset=5",
            "20:1,100:120",
            "32/40",
            "60:a;b:key, 2700::organization",
            "api-usage=18/15000; x=1/2(y)",
            "total=100; remaining=99; resets=41",
            "b=per_hour;q=10;r=9;t=774",
            "true",
            "global",
            "NaN",
            "Infinity",
            "-Infinity",
            "1e308",
            "0x1p3",
            "\u0661\u0662",
            "\uff11",
            "\u0000",
            "");

    private static final String ODD = "0123456789.,;:=-+\"\\/{}()*?@%eEwxTZ \t\r\n\u0000\u007f\u0661\uff11\ud83d\u00b5";

    private static final List<Reply> CORPUS =
            Corpus.lines().stream().map(Corpus::reply).toList();

    private static final List<Instant> CLOCKS = List.of(Reply.NOW, Reply.NOW, Instant.EPOCH, Instant.MIN, Instant.MAX);

    private static final int[] STATUSES = {200, 301, 400, 403, 429, 500, 503};

    @Test
    void noHeadersMakeItThrowOrAnswerNonsense() {
        for (int set = 0; set < SETS; set++) {
            SplittableRandom random = new SplittableRandom(set);
            Reply reply = random.nextInt(3) > 0 ? fromCorpus(random) : madeUp(random);
            try {
                checked(reply);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("set " + set + ": " + reply, e);
            }
        }
    }

    private static Reply madeUp(SplittableRandom random) {
        List<String> fields = new ArrayList<>();
        for (int lines = 1 + random.nextInt(6); lines > 0; lines--) {
            fields.add(oneIn(8, random) ? mutated(pick(NAMES, random), random) : pick(NAMES, random));
            fields.add(oneIn(2, random) ? mutated(pick(VALUES, random), random) : pick(VALUES, random));
        }
        return reply(STATUSES[random.nextInt(STATUSES.length)], fields, random);
    }

    private static Reply fromCorpus(SplittableRandom random) {
        Reply original = pick(CORPUS, random);
        List<String> fields = new ArrayList<>(original.fields());
        for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
            int line = fields.isEmpty() ? 0 : 2 * random.nextInt(fields.size() / 2);
            switch (random.nextInt(fields.isEmpty() ? 1 : 7)) {
                case 0 -> Collections.addAll(fields, pick(NAMES, random), pick(VALUES, random));
                case 1 -> fields.set(line, mutated(fields.get(line), random));
                case 2 -> fields.set(line + 1, pick(VALUES, random));
                case 3 -> fields.subList(line, line + 2).clear();
                case 4 -> Collections.addAll(fields, fields.get(line), mutated(fields.get(line + 1), random));
                case 5 -> fields.addAll(pick(CORPUS, random).fields());
                default -> fields.set(line + 1, mutated(fields.get(line + 1), random));
            }
        }
        return reply(oneIn(4, random) ? STATUSES[random.nextInt(STATUSES.length)] : original.status(), fields, random);
    }

    private static Reply reply(int status, List<String> fields, SplittableRandom random) {
        return new Reply(status, fields, InstantSource.fixed(pick(CLOCKS, random)));
    }

    private static boolean oneIn(int many, SplittableRandom random) {
        return random.nextInt(many) == 0;
    }

    private static <T> T pick(List<T> from, SplittableRandom random) {
        return from.get(random.nextInt(from.size()));
    }

    private static String mutated(String text, SplittableRandom random) {
        StringBuilder mutated = new StringBuilder(text);
        for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
            int at = random.nextInt(mutated.length() + 1);
            int end = Math.min(mutated.length(), at + 1 + random.nextInt(3));
            char odd = ODD.charAt(random.nextInt(ODD.length()));
            switch (random.nextInt(6)) {
                case 0 -> mutated.insert(at, odd);
                case 1 -> mutated.delete(at, end);
                case 2 -> mutated.append(pick(VALUES, random));
                case 3 -> mutated.append(", ").append(mutated, at, mutated.length());
                case 4 -> mutated.append(String.valueOf(odd).repeat(random.nextInt(40)));
                default -> mutated.replace(at, end, String.valueOf(odd));
            }
        }
        return mutated.toString();
    }

    private static RateLimitHint checked(Reply response) {
        RateLimitHint hint = response.hint();
        hint.retryAfter().ifPresent(length -> assertSane(length, response));
        hint.errorCode().ifPresent(code -> assertSane(code, response));
        hint.partition().ifPresent(key -> assertSane(key, response));
        hint.scope().ifPresent(words -> assertSane(words, response));
        if (hint.retryAfter().filter(Duration::isZero).isPresent() && !namesARetry(response)) {
            throw new AssertionError("at once, although nothing says so: " + response);
        }
        if (hint.limits().size() > 32) {
            throw new AssertionError(hint.limits().size() + " limits from " + response);
        }
        for (LimitHint limit : hint.limits()) {
            assertSane(limit.resetAfter(), response);
            assertSane(limit.window(), response);
            assertSane(limit.limit(), response);
            assertSane(limit.remaining(), response);
            assertSane(limit.used(), response);
        }
        return hint;
    }

    private static boolean namesARetry(Reply response) {
        return response.anyName(name -> name.toLowerCase(Locale.ROOT).contains("retry"));
    }

    private static void assertSane(@Nullable Duration length, Reply response) {
        if (length != null && (length.isNegative() || length.compareTo(Lengths.LONGEST) > 0)) {
            throw new AssertionError(length + " from " + response);
        }
    }

    private static void assertSane(@Nullable Long count, Reply response) {
        if (count != null && (count < 0 || count > Counts.MOST)) {
            throw new AssertionError(count + " from " + response);
        }
    }

    private static void assertSane(String word, Reply response) {
        if (!Scopes.isWord(word)) {
            throw new AssertionError(word + " from " + response);
        }
    }

    @Test
    void aValueThatIsTooLongIsNotRead() {
        assertThat(checked(Reply.of(429, "Retry-After", "0".repeat(1023) + "5")).retryAfter())
                .hasValue(Duration.ofSeconds(5));
        assertThat(checked(Reply.of(429, "Retry-After", "0".repeat(1024) + "5")))
                .isSameAs(RateLimitHint.none());
    }

    @Test
    void aMegabyteInOneHeaderIsNotRead() {
        String megabyte = "1".repeat(1 << 20);
        for (String name : NAMES) {
            assertThat(checked(Reply.of(429, name, megabyte))).isSameAs(RateLimitHint.none());
            assertThat(checked(Reply.of(429, name + "-" + megabyte, "1"))).isSameAs(RateLimitHint.none());
        }
    }

    @Test
    void tenThousandLinesAreNoMoreThanTheFirst() {
        for (String name : NAMES) {
            for (String value : VALUES) {
                List<String> fields = new ArrayList<>();
                for (int i = 0; i < 10_000; i++) {
                    Collections.addAll(fields, name, value);
                }
                checked(Reply.of(429, fields.toArray(String[]::new)));
            }
        }
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
                "-",
                "%\"",
                "\"\\\"\", ",
                "a;b=\"\\\\\";",
                "a;r=0;t=1,",
                "%\"%c3%bc\",",
                "1/2,",
                "1:2,",
                "a=1/2;"
            })
    void aRepeatedPartCostsLittle(String part) {
        String value = part.repeat(1024 / part.length());
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Collections.addAll(fields, NAMES.get(i % NAMES.size()) + "-" + i, value);
            Collections.addAll(fields, NAMES.get(i % NAMES.size()), value);
        }

        checked(Reply.of(429, fields.toArray(String[]::new)));
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
