package dev.headway.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExplainTest {

    private static final JsonMapper MAPPER = new JsonMapper();

    /** What only he can know who knows the host: docs/providers.md. */
    static final Set<String> BY_HOST =
            Set.of("prisjakt-delta-ms", "shopify-graphql-throttled-200", "kraken-throttled-until");

    // ---- JSON Lines

    @TestFactory
    Stream<DynamicTest> everyLineOfTheCorpusIsExplainedAsExpected() throws IOException {
        List<String> lines;
        try (InputStream in = ExplainTest.class.getResourceAsStream("/rate-limit-headers.jsonl")) {
            lines = new String(in.readAllBytes(), UTF_8).lines().toList();
        }
        List<String> explained = jsonl(String.join("\n", lines)).lines().toList();
        assertThat(explained).hasSameSizeAs(lines);
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            JsonNode given = MAPPER.readTree(lines.get(i));
            JsonNode told = MAPPER.readTree(explained.get(i));
            String id = given.get("id").asString();
            if (!BY_HOST.contains(id)) {
                tests.add(DynamicTest.dynamicTest(id, () -> isAsExpected(given.get("expect"), told, id)));
            }
        }
        return tests.stream();
    }

    private static void isAsExpected(JsonNode expect, JsonNode told, String id) {
        assertThat(told.get("id").asString()).isEqualTo(id);
        assertThat(told.get("retry")).isEqualTo(expect.get("retry"));
        assertThat(told.get("error_code")).isEqualTo(expect.get("error_code"));
        assertThat(told.get("scope")).isEqualTo(expect.get("scope"));
        assertThat(numbers(told.get("limits"))).containsExactlyInAnyOrderElementsOf(numbers(expect.get("limits")));
        List<String> delays = new ArrayList<>();
        delays.add(expect.get("delay_ms").toString());
        if (expect.has("delay_ms_also")) {
            expect.get("delay_ms_also").forEach(delay -> delays.add(delay.toString()));
        }
        String delay = told.get("delay_ms").toString();
        // Practically never, however that is written.
        assertThat(delays.contains(delay) || (delays.contains("9223372036854775807") && delay.length() >= 13))
                .as("%s among %s", delay, delays)
                .isTrue();
    }

    private static List<Map<String, String>> numbers(JsonNode limits) {
        return limits.valueStream()
                .map(limit -> {
                    Map<String, String> members = new TreeMap<>();
                    limit.propertyStream()
                            .forEach(member -> members.put(
                                    member.getKey(), member.getValue().toString()));
                    members.putIfAbsent("used", "null");
                    return members;
                })
                .toList();
    }

    @Test
    void badLineGivesAnErrorAndHarmsNoOther() throws IOException {
        List<String> out = jsonl("""
                        {"id": "a", "status": 429}

                        no json
                        [1]
                        {"status": "429", "id": "b"}
                        {"id": "c", "status": 429, "headers": [["Retry-After"]]}
                        {"id": "d", "status": 429, "now": "yesterday"}
                        {"id": "e"}
                        {"id": [1], "status": 429}
                        {"id": 7, "status": 429}
                        {"id": "f", "status": 429, "headers": [["Retry-After", "7"]], "other": {"x": [1]}}
                        """).lines().toList();

        assertThat(out).hasSize(10);
        assertThat(id(out.get(0))).isEqualTo("a");
        assertThat(MAPPER.readTree(out.get(0)).get("retry").asBoolean()).isTrue();
        for (int i = 1; i < 8; i++) {
            assertThat(MAPPER.readTree(out.get(i)).get("error").asString()).isNotBlank();
        }
        assertThat(id(out.get(3))).isEqualTo("b");
        assertThat(id(out.get(4))).isEqualTo("c");
        assertThat(id(out.get(5))).isEqualTo("d");
        assertThat(id(out.get(6))).isEqualTo("e");
        assertThat(out.get(8)).startsWith("{\"id\":7,");
        assertThat(MAPPER.readTree(out.get(9)).get("delay_ms").asLong()).isEqualTo(7000);
    }

    // ---- one response

    @Test
    void refusalIsExplained() throws IOException {
        String response = """
                HTTP/1.1 429 Too Many Requests
                Retry-After: 5
                X-RateLimit-Limit: 100
                X-RateLimit-Remaining: 0

                """;
        assertThat(raw(response.replace("\n", "\r\n")))
                .contains("hold back     5 s", "100 requests", "0 left")
                .contains("the GET is sent again after 5 s 20 ms", "to this host wait 5 s 20 ms");
    }

    @Test
    void ordinaryAnswerSaysNothing() throws IOException {
        assertThat(raw("HTTP/2 200\ncontent-type: text/plain\n\nhello"))
                .contains("nothing of limits", "the caller gets this response", "go on");
    }

    @Test
    void successThatHasUsedUpTheLimitHoldsTheNextCall() throws IOException {
        assertThat(raw("""
                        HTTP/1.1 200 OK
                        X-RateLimit-Remaining: 0
                        X-RateLimit-Reset: 30

                        """)).contains("the caller gets this response", "to this host wait 30 s");
    }

    @Test
    void refusalOfAPartHoldsThePartAlone() throws IOException {
        String response = """
                HTTP/1.1 429 Too Many Requests
                X-RateLimit-Bucket: abcd
                Retry-After: 5
                """;

        assertThat(raw(response)).contains("of the part abcd wait 5 s 20 ms, others go on");
        assertThat(raw(response + "X-RateLimit-Global: true\n")).contains("to this host wait 5 s 20 ms");
    }

    @Test
    void pauseThatIsTooLongForACallIsStillTold() throws IOException {
        assertThat(raw("HTTP/1.1 429 Too Many Requests\nRetry-After: 3600\n\n"))
                .contains("not sent again: the server asks for a longer wait", "to this host wait 15 min 20 ms");
    }

    @Test
    void postThatMayHaveBeenDoneIsNotSentAgain() throws IOException {
        String response = "HTTP/1.1 502 Bad Gateway\n\n";

        assertThat(raw(response)).contains("the GET is sent again after at most 1 s");
        assertThat(run(response, "--method", "post")).contains("not sent again: the server may have done the work");
    }

    @Test
    void ofSeveralHeaderSectionsTheLastCounts() throws IOException {
        assertThat(raw("""
                        HTTP/1.1 301 Moved
                        Location: /x

                        HTTP/1.1 429 Busy
                        Retry-After: 3

                        """)).contains("hold back     3 s");
    }

    @Test
    void bodyThatSpeaksOfHttpIsABody() throws IOException {
        assertThat(raw("HTTP/1.1 505 No\nX-RateLimit-Limit: 3\n\nHTTP/1.0 is not supported here."))
                .contains("3 requests");
    }

    @Test
    void codeInTheBodyIsExplained() throws IOException {
        assertThat(raw("""
                        HTTP/1.1 429 Too Many Requests
                        Content-Type: application/json

                        {"error": {"code": "insufficient_quota"}}
                        """)).contains("error code    insufficient_quota", "the caller gets this response");
    }

    @Test
    void controlCharactersDoNotReachTheTerminal() throws IOException {
        assertThat(raw("HTTP/1.1 429 Busy\nX-RateLimit-Limit-\u001b[2J: 5\nX-RateLimit-Resource: a\u001b[2Jb\n\n"))
                .doesNotContain("\u001b");
        assertThat(failure("\u001b[2J")).doesNotContain("\u001b");
        assertThat(failure("HTTP/1.1 429 Busy\nx\u001b[2J\n\n")).doesNotContain("\u001b");
        assertThat(failure("HTTP/1.1 429 Busy\rRetry-After: 5\r\r")).doesNotContain("\r");
    }

    @Test
    void noStatusEndsTheProgram() throws IOException {
        assertThat(jsonl("""
                        {"status": -1, "body": "{\\"code\\": 1}"}
                        {"status": 2147483647, "body": "{\\"code\\": 1}"}
                        {"status": 429}
                        """).lines()).hasSize(3);
    }

    @Test
    void whatIsNoResponseIsSaidToBeNone() throws IOException {
        assertThat(failure("hello")).contains("status line");
        assertThat(failure("")).contains("nothing on standard input");
        assertThat(failure("HTTP/1.1 200 OK\nno field\n\n")).contains("Name: value");
        assertThat(failure("HTTP/1.1 200 OK\n\n", "--what")).contains("--what", "--jsonl");
    }

    // ----

    private static @Nullable String id(String line) {
        return MAPPER.readTree(line).get("id").asString();
    }

    private static String jsonl(String lines) throws IOException {
        return run(lines, "--jsonl");
    }

    private static String raw(String response) throws IOException {
        return run(response);
    }

    private static String run(String in, String... args) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Explain.run(
                List.of(args),
                new ByteArrayInputStream(in.getBytes(UTF_8)),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
        assertThat(err.toString(UTF_8)).isEmpty();
        assertThat(code).isZero();
        return out.toString(UTF_8);
    }

    private static String failure(String in, String... args) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Explain.run(
                List.of(args),
                new ByteArrayInputStream(in.getBytes(UTF_8)),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
        assertThat(code).isEqualTo(2);
        return err.toString(UTF_8);
    }
}
