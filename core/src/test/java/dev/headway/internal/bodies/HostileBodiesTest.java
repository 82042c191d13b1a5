package dev.headway.internal.bodies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.RateLimitHint;
import dev.headway.internal.hints.Lengths;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileBodiesTest {

    private static final int LONG = 65_536;

    private static final List<String> BODIES = List.of(
            "{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"reason\":\"X\",\"retryDelay\":\"57.2s\"}]}}",
            "{\"errors\":[{\"extensions\":{\"code\":\"THROTTLED\",\"retryAfter\":3}}],\"data\":null}",
            "[{\"errorCode\":\"REQUEST_LIMIT_EXCEEDED\",\"message\":\"TotalRequests Limit exceeded.\"}]",
            "{\"message\":\"You are being rate limited.\",\"retry_after\":64.57,\"global\":false}",
            "{\"rateLimitNext\":\"2023-11-08T05:49:55.123456Z\",\"type\":\"/a/b\",\"violated-policies\":[\"default\"]}",
            "<?xml version=\"1.0\"?><Error><Code>SlowDown</Code><Message>retry after 5 seconds</Message></Error>",
            "<!DOCTYPE a [<!ENTITY a \"&b;&b;\">]><s:Fault><faultcode>s:Client</faultcode>&a;</s:Fault>",
            "<!doctype html><html><body>Please try again in 5 minutes</body></html>",
            "Please retry after 55 seconds.",
            "{\"code\":\"\\ud800\\udc00\\u0000\",\"retry_after\":1e999999999}");

    private static final String ODD = "{}[]\":,\\<>&;!-/*0123456789.eE+~ \t\u0000\ud800\uff11ux";

    private static final List<String> CODINGS =
            List.of("gzip", "deflate", "gzip, gzip", "identity", "br", "x-gzip,deflate");

    private static final List<String> TYPES = List.of(
            "application/json",
            "application/xml; charset=utf-16",
            "text/html; charset=iso-8859-1",
            "text/plain; charset=\u0000");

    private static final int[] STATUSES = {200, 400, 403, 409, 418, 429, 500, 503, 529, 599};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void noBodyMakesItThrowOrAnswerANegativeLength(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 10_000; i++) {
            byte[] body =
                    mutated(random, BODIES.get(random.nextInt(BODIES.size())).getBytes(StandardCharsets.UTF_8));
            Answer answer = Answer.of(
                    STATUSES[random.nextInt(STATUSES.length)],
                    "",
                    "Content-Type",
                    TYPES.get(random.nextInt(TYPES.size())));
            switch (random.nextInt(4)) {
                case 0 -> checked(answer.with(mutated(random, Answer.gzip(body)), "Content-Encoding", "gzip"));
                case 1 -> checked(answer.with(body, "Content-Encoding", CODINGS.get(random.nextInt(CODINGS.size()))));
                default -> checked(answer.with(body));
            }
        }
    }

    private static byte[] mutated(SplittableRandom random, byte[] body) {
        byte[] mutated = body.clone();
        for (int edits = random.nextInt(5); edits > 0; edits--) {
            int at = random.nextInt(mutated.length + 1);
            switch (random.nextInt(4)) {
                case 0 -> mutated = Arrays.copyOf(mutated, at);
                case 1 -> mutated = inserted(mutated, at, odd(random));
                case 2 -> mutated = inserted(mutated, at, BODIES.get(random.nextInt(BODIES.size())));
                default -> {
                    if (at < mutated.length) {
                        mutated[at] = (byte) random.nextInt();
                    }
                }
            }
        }
        return mutated;
    }

    private static String odd(SplittableRandom random) {
        return String.valueOf(ODD.charAt(random.nextInt(ODD.length()))).repeat(1 + random.nextInt(100));
    }

    private static byte[] inserted(byte[] body, int at, String text) {
        byte[] more = text.getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(body, body.length + more.length);
        System.arraycopy(body, at, all, at + more.length, body.length - at);
        System.arraycopy(more, 0, all, at, more.length);
        return all;
    }

    private static RateLimitHint checked(Answer answer) {
        RateLimitHint hint = answer.hint();
        hint.retryAfter().ifPresent(length -> {
            if (length.isNegative() || length.compareTo(Lengths.LONGEST) > 0) {
                throw new AssertionError(length + " from " + answer);
            }
        });
        hint.errorCode().ifPresent(code -> {
            if (code.length() > Facts.MAX_VALUE) {
                throw new AssertionError("a code of " + code.length() + " characters");
            }
        });
        return hint;
    }

    /** As much of each as is ever read. What is quadratic in it would be seen as a test that takes minutes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "{\"a\":",
                "{\"errors\":[",
                "{\"errors\":[{\"code\":1},",
                "9",
                "{\"code\":9",
                "\"\\u0000",
                "\\",
                "<",
                "<!--",
                "<![CDATA[",
                "<Code>",
                "<Code></Code>",
                "<Code>&",
                "&",
                "<html>",
                "<html><",
                "retry ",
                "try again in 1",
                "wait for in ",
                " ",
                "\u0000",
                "\ufffd"
            })
    void aRepeatedPartCostsLittle(String part) {
        String body = part.repeat(LONG / part.length());

        for (String start : List.of("", "{\"code\":", "{\"message\":\"", "<Message>", "<html>")) {
            checked(Answer.of(429, start + body));
        }
    }

    @Test
    void aNumberOfAnyLengthIsNeverComputed() {
        assertThat(checked(Answer.of(429, "{\"code\":\"A\",\"retry_after\":" + "9".repeat(1000) + "}"))
                        .retryAfter())
                .hasValue(Lengths.LONGEST);
        assertThat(checked(Answer.of(429, "{\"code\":\"A\",\"retry_after\":" + "9".repeat(60_000) + "}")))
                .satisfies(hint -> assertThat(hint.errorCode()).hasValue("A"))
                .satisfies(hint -> assertThat(hint.retryAfter()).isEmpty());
    }

    @Test
    void depthEndsTheReadingAndNotTheThread() {
        String deep = "{\"code\":\"A\",\"errors\":" + "[".repeat(60_000);

        assertThat(checked(Answer.of(429, deep)).errorCode()).hasValue("A");
    }

    /** A field name or value is what the client makes of the server's bytes, so it may hold any character. */
    @Test
    void aContentTypeThatGrowsInLowerCaseIsRead() {
        String type = "text/plain;" + "\u0130".repeat(50) + " charset=";

        assertThat(checked(Answer.of(429, "{\"code\":\"A\"}", "Content-Type", type, "Retry-After", "5"))
                        .retryAfter())
                .hasValue(Duration.ofSeconds(5));
    }

    /** A thread with the smallest stack that people give to theirs. */
    @Test
    void manyEmptyMembersDoNotEndTheThread() throws InterruptedException, ExecutionException {
        byte[] empty = Answer.gzip(new byte[0]);
        byte[] last = Answer.gzip("{\"code\":\"A\"}".getBytes(StandardCharsets.UTF_8));
        byte[] body = new byte[3_000 * empty.length + last.length];
        for (int i = 0; i < 3_000; i++) {
            System.arraycopy(empty, 0, body, i * empty.length, empty.length);
        }
        System.arraycopy(last, 0, body, body.length - last.length, last.length);
        Answer answer = Answer.of(429, "", "Content-Encoding", "gzip").with(body);
        FutureTask<RateLimitHint> reading = new FutureTask<>(() -> checked(answer));

        new Thread(null, reading, "small", 256 * 1024).start();

        assertThat(reading.get().errorCode()).hasValue("A");
    }

    @Test
    void aStatusThatIsNoneSaysNothing() {
        assertThat(checked(Answer.of(-1, "{\"code\":\"A\"}")).errorKind()).isEmpty();
        assertThat(checked(Answer.of(Integer.MAX_VALUE, "{\"code\":\"A\"}")).errorKind())
                .isEmpty();
    }

    @Test
    void aBombIsReadAsFarAsAnyBody() {
        byte[] bomb = ("{\"code\":\"A\",\"pad\":\"" + "0".repeat(20_000_000)).getBytes(StandardCharsets.UTF_8);

        Answer answer = Answer.of(429, "", "Content-Encoding", "gzip, gzip").with(Answer.gzip(Answer.gzip(bomb)));

        assertThat(checked(answer).errorCode()).hasValue("A");
    }
}
