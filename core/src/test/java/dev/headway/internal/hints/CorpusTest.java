package dev.headway.internal.hints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.LimitHint;
import dev.headway.RateLimitHint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** What real servers send, and what should be concluded from it: {@code rate-limit-headers.jsonl}. */
class CorpusTest {

    private static final int LINES = 161;

    /** Nothing but the host tells: one means milliseconds where everybody else means seconds, one has its limit in a body. */
    private static final Set<String> BY_HOST = Set.of("prisjakt-delta-ms", "shopify-graphql-throttled-200");

    /** A code that carries a moment, which to leave out one has to know who answers. */
    private static final Map<String, String> CODES_BY_HOST =
            Map.of("kraken-throttled-until", "EService: Throttled: 1760091025");

    private static final long NEVER = Long.MAX_VALUE;

    @Test
    void isThere() {
        assertThat(Corpus.lines()).hasSize(LINES);
    }

    @TestFactory
    Stream<DynamicTest> isReadAsExpected() {
        return Corpus.lines().stream()
                .filter(line -> !BY_HOST.contains(line.get("id").asString()))
                .map(line -> DynamicTest.dynamicTest(line.get("id").asString(), () -> isReadAsExpected(line)));
    }

    /** Examples of our own for the lines of {@code dialects.txt} that no response of the corpus needs. */
    @TestFactory
    Stream<DynamicTest> examplesAreReadAsExpected() {
        return Corpus.examples().stream()
                .map(line -> DynamicTest.dynamicTest(line.get("id").asString(), () -> {
                    isReadAsExpected(line);
                    if (line.get("expect").has("partition")) {
                        assertThat(Corpus.reply(line).hint().partition())
                                .hasValue(line.get("expect").get("partition").asString());
                    }
                }));
    }

    private static void isReadAsExpected(JsonNode line) {
        JsonNode expect = line.get("expect");
        RateLimitHint hint = Corpus.reply(line).hint();

        assertThat(told(hint.limits()))
                .containsExactlyInAnyOrderElementsOf(expect.get("limits")
                        .valueStream()
                        .map(CorpusTest::limit)
                        .toList());
        assertThat(acceptable(expect)).contains(delay(status(line), hint));
        String code = CODES_BY_HOST.get(line.get("id").asString());
        assertThat(hint.errorCode().orElse(null)).isEqualTo(code != null ? code : text(expect.get("error_code")));
        assertThat(hint.scope().orElse(null)).isEqualTo(text(expect.get("scope")));
        if (formats(line).contains("should-retry")) {
            assertThat(hint.shouldRetry()).hasValue(expect.get("retry").asBoolean());
        } else {
            assertThat(hint.shouldRetry()).isEmpty();
        }
    }

    private static @Nullable String text(JsonNode node) {
        return node.isNull() ? null : node.asString();
    }

    private static List<String> formats(JsonNode line) {
        return line.path("formats").valueStream().map(JsonNode::asString).toList();
    }

    private static int status(JsonNode line) {
        return line.get("status").asInt();
    }

    /** In milliseconds; after a success it is the limiter that holds the next call back until an exhausted limit is reset. */
    private static @Nullable Long delay(int status, RateLimitHint hint) {
        boolean refused = status >= 400 || hint.errorKind().isPresent();
        if (refused || hint.retryAfter().isPresent()) {
            return hint.retryAfter().map(CorpusTest::millis).orElse(null);
        }
        return hint.limits().stream()
                .filter(limit -> limit.exhausted() && limit.resetAfter() != null)
                .map(limit -> millis(limit.resetAfter()))
                .max(Long::compareTo)
                .orElse(0L);
    }

    private static List<Long> acceptable(JsonNode expect) {
        List<Long> delays = new ArrayList<>();
        delays.add(number(expect.get("delay_ms")));
        JsonNode also = expect.get("delay_ms_also");
        if (also != null) {
            also.valueStream().map(CorpusTest::number).forEach(delays::add);
        }
        return delays;
    }

    private static @Nullable Long number(JsonNode node) {
        return node.isNull() ? null : node.asLong();
    }

    private static @Nullable Long millis(@Nullable Duration length) {
        if (length == null) {
            return null;
        }
        return length.equals(Lengths.LONGEST)
                ? NEVER
                : length.plusNanos(999_999).toMillis();
    }

    private record Told(
            @Nullable String name,
            @Nullable Long limit,
            @Nullable Long remaining,
            @Nullable Long used,
            @Nullable Long resetMillis,
            @Nullable Long windowMillis,
            String unit) {}

    private static List<Told> told(List<LimitHint> limits) {
        return limits.stream()
                .map(limit -> new Told(
                        limit.name(),
                        limit.limit(),
                        limit.remaining(),
                        limit.used(),
                        millis(limit.resetAfter()),
                        millis(limit.window()),
                        limit.unit()))
                .toList();
    }

    private static Told limit(JsonNode limit) {
        return new Told(
                limit.get("name").isNull() ? null : limit.get("name").asString(),
                number(limit.get("limit")),
                number(limit.get("remaining")),
                limit.has("used") ? number(limit.get("used")) : null,
                number(limit.get("reset_after_ms")),
                number(limit.get("window_ms")),
                limit.get("unit").asString());
    }
}
