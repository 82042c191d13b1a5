package dev.headway.internal.hints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.LimitHint;
import dev.headway.RateLimitHint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What real servers send, and what should be concluded from it: {@code rate-limit-headers.jsonl}. */
class CorpusTest {

    private static final int LINES = 161;

    /** As many as are read today; a change may only raise it. */
    private static final int LINES_READ = 98;

    private static final Set<String> FORMATS_NOT_READ = Set.of(
            "ietf-draft-07",
            "ietf-draft-08-plus",
            "body-delay-seconds",
            "body-epoch-seconds",
            "body-iso8601",
            "protobuf-duration");

    private static final long NEVER = Long.MAX_VALUE;

    @Test
    void everyLineCanBeParsed() {
        assertThat(lines())
                .hasSize(LINES)
                .allSatisfy(line -> assertThat(hint(line)).isNotNull());
    }

    @Test
    void noLineIsLeftOutUnnoticed() {
        assertThat(lines().stream().filter(CorpusTest::isRead)).hasSizeGreaterThanOrEqualTo(LINES_READ);
    }

    @TestFactory
    Stream<DynamicTest> isReadAsExpected() {
        return lines().stream()
                .filter(CorpusTest::isRead)
                .map(line -> DynamicTest.dynamicTest(line.get("id").asString(), () -> isReadAsExpected(line)));
    }

    private static void isReadAsExpected(JsonNode line) {
        JsonNode expect = line.get("expect");
        RateLimitHint hint = hint(line);

        assertThat(told(hint.limits()))
                .containsExactlyInAnyOrderElementsOf(expect.get("limits")
                        .valueStream()
                        .map(CorpusTest::limit)
                        .toList());
        assertThat(acceptable(expect)).contains(delay(status(line), hint));
        if (formats(line).contains("should-retry")) {
            assertThat(hint.shouldRetry()).hasValue(expect.get("retry").asBoolean());
        } else {
            assertThat(hint.shouldRetry()).isEmpty();
        }
    }

    private static List<JsonNode> lines() {
        JsonMapper mapper = new JsonMapper();
        try (InputStream in = CorpusTest.class.getResourceAsStream("/rate-limit-headers.jsonl")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(mapper::readTree)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isRead(JsonNode line) {
        return line.get("knowledge").asString().equals("generic")
                && formats(line).stream().noneMatch(FORMATS_NOT_READ::contains);
    }

    private static List<String> formats(JsonNode line) {
        return line.get("formats").valueStream().map(JsonNode::asString).toList();
    }

    private static int status(JsonNode line) {
        return line.get("status").asInt();
    }

    private static RateLimitHint hint(JsonNode line) {
        List<String> fields = new ArrayList<>();
        line.get("headers").valueStream().forEach(field -> {
            fields.add(field.get(0).asString());
            fields.add(field.get(1).asString());
        });
        Instant now = Instant.parse(line.get("now").asString());
        return new Reply(status(line), fields, InstantSource.fixed(now)).hint();
    }

    /** In milliseconds; after a success it is the limiter that holds the next call back until an exhausted limit is reset. */
    private static @Nullable Long delay(int status, RateLimitHint hint) {
        if (status >= 400 || hint.retryAfter().isPresent()) {
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
            @Nullable Long resetMillis,
            @Nullable Long windowMillis,
            String unit) {}

    private static List<Told> told(List<LimitHint> limits) {
        return limits.stream()
                .map(limit -> new Told(
                        limit.name(),
                        limit.limit(),
                        limit.remaining(),
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
                number(limit.get("reset_after_ms")),
                number(limit.get("window_ms")),
                limit.get("unit").asString());
    }
}
