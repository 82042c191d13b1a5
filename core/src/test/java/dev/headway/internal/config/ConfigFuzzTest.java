package dev.headway.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.HeadwayConfig;
import dev.headway.HeadwayConfigException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a file holds, it is read or refused, and no refusal quotes a secret. */
class ConfigFuzzTest {

    private static final int RUNS = Integer.getInteger("headway.fuzz.configs", 20_000);
    private static final String SECRET = "sk_live_7QzT9";

    private static final List<String> WORDS = List.of(
            "apis",
            "defaults",
            "hosts",
            "limits",
            "retry",
            "preset",
            "backoff",
            "exponential",
            "fixed",
            "maxWait",
            "maxAttempts",
            "errorCodes",
            "scopes",
            "header",
            "routes",
            "bucket",
            "quota",
            "concurrency",
            "rate",
            "burst",
            "pace",
            "errors",
            "400",
            "one");

    private static final List<String> VALUES = List.of(
            "\"10/s\"",
            "\"30s\"",
            "\"PT5M\"",
            "1",
            "-1",
            "0",
            "1e400",
            "1e-400",
            "NaN",
            "9223372036854775808",
            "true",
            "null",
            "\"\"",
            "\"none\"",
            "\"even\"",
            "\"*\"",
            "\"999999999999/ms\"",
            "\"9999999999d\"",
            "\"P999999999D\"",
            "\"\\u0000\"",
            "[]",
            "{}",
            "\"" + SECRET + "\"",
            SECRET,
            "\"é☃\"");

    private static final String BASE = """
            {"defaults": {"retry": {"maxElapsed": "60s"}}, "apis": {"one": {"hosts": ["a.example"], "limits": ["10/s", "500/h"],
            "retry": {"backoff": {"exponential": {"base": "1s", "growth": 2}}, "errorCodes": {"400": ["X"]}},
            "scopes": [{"header": "X-Key"}, {"routes": ["/a/{b}"]}], "maxWait": "5s"}}}""";

    @Test
    void anythingIsReadOrRefused() {
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            check(random.nextBoolean() ? mutated(random) : grown(random, 0), seed);
        }
    }

    private static void check(String text, int seed) {
        try {
            HeadwayConfig config = HeadwayConfig.parse(text);
            String written = config.toJson();
            assertThat(HeadwayConfig.parse(written).toJson())
                    .as("seed %d", seed)
                    .isEqualTo(written);
        } catch (HeadwayConfigException e) {
            assertThat(e.problems()).as("seed %d", seed).isNotEmpty().hasSizeLessThanOrEqualTo(50);
            e.problems().forEach(problem -> {
                assertThat(problem.reason())
                        .as("seed %d", seed)
                        .doesNotContain(SECRET)
                        .isNotBlank();
                assertThat(problem.line()).as("seed %d", seed).isPositive();
            });
        }
    }

    /** A good file with some things changed. */
    private static String mutated(Random random) {
        StringBuilder text = new StringBuilder(BASE);
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.setCharAt(at, (char) random.nextInt(0x100));
                case 2 -> text.insert(at, one(VALUES, random));
                default -> {
                    int end = Math.min(text.length(), at + random.nextInt(20));
                    text.replace(at, end, one(VALUES, random));
                }
            }
        }
        return text.toString();
    }

    /** Known words in any order and depth. */
    private static String grown(Random random, int depth) {
        if (depth > 0 && (depth > 6 || random.nextInt(3) == 0)) {
            return one(VALUES, random);
        }
        StringBuilder text = new StringBuilder("{");
        for (int members = random.nextInt(4); members >= 0; members--) {
            String word = depth == 0 && members == 0 ? "apis" : one(WORDS, random);
            text.append('"').append(word).append("\": ");
            boolean list = random.nextInt(5) == 0;
            text.append(list ? "[" : "").append(grown(random, depth + 1)).append(list ? "]" : "");
            text.append(members > 0 ? "," : "");
        }
        return text.append('}').toString();
    }

    private static String one(List<String> words, Random random) {
        return words.get(random.nextInt(words.size()));
    }
}
