package dev.headway.internal.bodies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.RateLimitHint;
import dev.headway.RetryPolicy;
import dev.headway.internal.Judgement;
import dev.headway.internal.hints.StandardHintParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What to do about what real servers say in bodies: the lines of {@code rate-limit-headers.jsonl} with a body. */
class BodyCorpusTest {

    private static final RetryPolicy POLICY =
            RetryPolicy.builder().throttlesInSuccess(true).build();

    /** A policy's to decide, since the response itself does not say: these are retried by their status. */
    private static final Set<String> RETRIED_BY_STATUS = Set.of("nginx-503-no-signal");

    /** The provider's own word, which the response does not say; the corpus would take no delay as well. */
    private static final Map<String, Long> TOLD_ELSEWHERE = Map.of(
            "github-secondary-no-retry-after", 60_000L,
            "airtable-429-fixed-30s", 30_000L,
            "kraken-throttled-until", 15_000L);

    @TestFactory
    Stream<DynamicTest> isAnsweredAsExpected() {
        return lines().stream()
                .map(line -> DynamicTest.dynamicTest(line.get("id").asString(), () -> isAnsweredAsExpected(line)));
    }

    private static void isAnsweredAsExpected(JsonNode line) {
        String id = line.get("id").asString();
        int status = line.get("status").asInt();
        JsonNode expect = line.get("expect");
        Answer answer = answer(line);
        RateLimitHint hint = StandardHintParser.INSTANCE.parse(
                answer, InstantSource.fixed(Instant.parse(line.get("now").asString())));

        boolean retried = Judgement.retryable(POLICY, status, hint);
        if (!expect.get("retry").isNull()) {
            assertThat(retried).isEqualTo(expect.get("retry").asBoolean());
        } else {
            assertThat(retried).isEqualTo(RETRIED_BY_STATUS.contains(id));
        }
        Long delay = hint.retryAfter()
                .map(length -> length.plusNanos(999_999).toMillis())
                .orElse(null);
        if (TOLD_ELSEWHERE.containsKey(id)) {
            assertThat(delay).isEqualTo(TOLD_ELSEWHERE.get(id));
        }
    }

    /** What the adapters are told to read: each of these bodies but those of ordinary answers. */
    @Test
    void theBodiesThatSaySomethingAreRead() {
        ErrorReader reader = ErrorReader.load();

        assertThat(lines())
                .filteredOn(line -> !line.get("expect").get("error_code").isNull())
                .allSatisfy(
                        line -> assertThat(reader.readsBody(line.get("status").asInt(), answer(line)))
                                .isTrue());
    }

    private static Answer answer(JsonNode line) {
        List<String> fields = new ArrayList<>();
        line.get("headers").valueStream().forEach(field -> {
            fields.add(field.get(0).asString());
            fields.add(field.get(1).asString());
        });
        return new Answer(
                line.get("status").asInt(), fields, line.get("body").asString().getBytes(StandardCharsets.UTF_8));
    }

    private static List<JsonNode> lines() {
        JsonMapper mapper = new JsonMapper();
        try (InputStream in = BodyCorpusTest.class.getResourceAsStream("/rate-limit-headers.jsonl")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(mapper::readTree)
                    .filter(line -> !line.get("body").isNull())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
