package dev.headway.internal.bodies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.ErrorKind;
import dev.headway.RateLimitHint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorReaderTest {

    private static final String OCI = "{\"code\":\"TooManyRequests\",\"message\":\"User-rate limit exceeded.\"}";

    @Test
    void aHintCarriesCodeKindDelayAndScope() {
        RateLimitHint hint = Answer.of(429, """
                {"error": {"code": 429, "message": "Quota exceeded", "status": "RESOURCE_EXHAUSTED", "details": [
                  {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "MODEL_CAPACITY_EXHAUSTED"},
                  {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "57.238747106s"}]}}
                """).hint();

        assertThat(hint.errorCode()).hasValue("RESOURCE_EXHAUSTED");
        assertThat(hint.errorKind()).hasValue(ErrorKind.THROTTLED);
        assertThat(hint.retryAfter()).hasValue(Duration.ofNanos(57_238_747_106L));
        assertThat(hint.scope()).hasValue("MODEL_CAPACITY_EXHAUSTED");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "400 | {\"code\":\"LimitExceeded\"}                                | LimitExceeded           | EXHAUSTED",
                "400 | {\"__type\":\"com.x.v1#LimitExceededException\"}            | LimitExceededException  | THROTTLED",
                "400 | {\"__type\":\"ThrottlingException:http://internal/\"}       | ThrottlingException     | THROTTLED",
                "409 | {\"code\":\"IncorrectState\"}                               | IncorrectState          | TRANSIENT",
                "503 | <Error><Code>SlowDown</Code></Error>                        | SlowDown                | THROTTLED",
                "400 | <E><Errors><Error><Code>Throttling</Code></Error></Errors></E> | Throttling           | THROTTLED",
                "429 | {\"error\":{\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\"}} | insufficient_quota | EXHAUSTED",
                "429 | {\"error\":{\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}          | rate_limit_exceeded | THROTTLED",
                "529 | {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}} | overloaded_error     | THROTTLED",
                "403 | {\"message\":\"You have exceeded a Secondary Rate Limit\"}  |                         | THROTTLED",
                "403 | {\"message\":\"Must have admin rights\"}                    |                         |",
                "200 | {\"data\":null,\"errors\":[{\"type\":\"NOT_FOUND\"},{\"type\":\"RATE_LIMITED\"}]} | RATE_LIMITED | THROTTLED",
                "200 | {\"error\":[\"EAPI:Rate limit exceeded\"]}                  | EAPI:Rate limit exceeded | THROTTLED",
                "429 | {\"statusCode\":429,\"error\":\"Too Many Requests\",\"code\":429} | 429                | ",
                "429 | {\"code\":429,\"error\":\"slow_down\"}                      | slow_down               | ",
                "500 | <s:Fault><faultcode>s:Client</faultcode></s:Fault>          | s:Client                | FATAL",
                "400 | {\"code\":\"other\"}                                        | other                   | ",
                "429 | {\"type\":\"about:blank\"}                                  |                         | "
            })
    void codesAreFoundAndUnderstood(int status, String body, String code, ErrorKind kind) {
        RateLimitHint hint = Answer.of(status, body).hint();

        assertThat(hint.errorCode().orElse(null)).isEqualTo(code);
        assertThat(hint.errorKind().orElse(null)).isEqualTo(kind);
    }

    @Test
    void aCodeInAHeaderNeedsNoBody() {
        RateLimitHint hint = Answer.of(400, "", "x-amzn-ErrorType", "ThrottlingException:http://internal/")
                .hint();

        assertThat(hint.errorCode()).hasValue("ThrottlingException");
        assertThat(hint.errorKind()).hasValue(ErrorKind.THROTTLED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"retry_after\": 64.57}                                    | PT1M4.57S",
                "{\"error\": {\"retry_after\": 300}}                         | PT5M",
                "{\"retryAfter\": \"2026-01-01T00:00:20Z\"}                  | PT20S",
                "{\"retryAfter\": 1767225612}                                | PT12S",
                "{\"retryAfter\": \"Thu, 01 Jan 2026 00:00:09 GMT\"}         | PT9S",
                "{\"retryAfter\": \"00:00:03\"}                              | PT3S",
                "{\"retry_after_ms\": 250}                                   | PT0.25S",
                "{\"retry_after\": 5, \"retryAfter\": 7}                     | PT7S",
                "{\"retry_after\": 0}                                        |",
                "{\"retryAfter\": \"2025-12-31T23:59:59Z\"}                  |",
                "{\"message\": \"blocked until 1767225000\"}                |",
                "{\"retry_after\": -5}                                       |",
                "{\"retry_after\": 1e3}                                      |",
                "{\"retry_after\": true}                                     |",
                "{\"retry_after\": null}                                     |",
                "{\"message\": \"Please retry after 55 seconds.\"}           | PT55S",
                "{\"retry_after\": 3, \"message\": \"retry after 55 seconds\"} | PT3S",
                "Please wait 2 minutes                                       | PT2M",
                "<html><body>Try again <b>in</b> 10 seconds</body></html>    | PT10S"
            })
    void delaysAreReadInEveryForm(String body, Duration delay) {
        assertThat(Answer.of(429, body).hint().retryAfter().orElse(null)).isEqualTo(delay);
    }

    @Test
    void aHeadersDelayGoesBeforeTheBodysAndThatBeforeTheLimits() {
        Answer both = Answer.of(429, "{\"retry_after\": 64}", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "90");

        assertThat(both.hint().retryAfter()).hasValue(Duration.ofSeconds(64));
        assertThat(both.with("Retry-After", "65").hint().retryAfter()).hasValue(Duration.ofSeconds(65));
        assertThat(both.with(new byte[0]).hint().retryAfter()).hasValue(Duration.ofSeconds(90));
    }

    @Test
    void aMomentCountsFromTheResponsesOwnDate() {
        Answer answer =
                Answer.of(429, "{\"retryAfter\": \"2026-01-02T00:00:20Z\"}", "Date", "Fri, 02 Jan 2026 00:00:00 GMT");

        assertThat(answer.hint().retryAfter()).hasValue(Duration.ofSeconds(20));
    }

    @Test
    void wordsAreBelievedOfAThrottleOnly() {
        String words = "{\"message\": \"Down for maintenance, try again in 5 minutes\"}";

        assertThat(Answer.of(503, words).hint().retryAfter()).isEmpty();
        assertThat(Answer.of(403, words).hint().retryAfter()).isEmpty();
        assertThat(Answer.of(429, words).hint().retryAfter()).hasValue(Duration.ofMinutes(5));
    }

    @Test
    void aThrottlesDelayIsTheResetOfWhatIsExhaustedWhateverItsStatus() {
        String throttle = "{\"errors\":[{\"type\":\"RATE_LIMITED\"}]}";
        String[] fields = {"X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "90"};

        assertThat(Answer.of(200, throttle, fields).hint().retryAfter()).hasValue(Duration.ofSeconds(90));
        assertThat(Answer.of(200, "{\"data\":{}}", fields).hint().retryAfter()).isEmpty();
    }

    @Test
    void aProvidersUsualDelayIsTheLast() {
        Answer secondary = Answer.of(403, "{\"message\": \"You have exceeded a secondary rate limit.\"}");

        assertThat(secondary.hint().retryAfter()).hasValue(Duration.ofSeconds(60));
        assertThat(secondary.with("Retry-After", "7").hint().retryAfter()).hasValue(Duration.ofSeconds(7));
        assertThat(secondary
                        .with("X-RateLimit-Remaining", "14", "X-RateLimit-Reset", "31")
                        .hint()
                        .retryAfter())
                .hasValue(Duration.ofSeconds(60));
        assertThat(secondary
                        .with("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "90")
                        .hint()
                        .retryAfter())
                .hasValue(Duration.ofSeconds(90));
        assertThat(Answer.of(403, "{\"message\": \"Must have admin rights.\"}")
                        .hint()
                        .retryAfter())
                .isEmpty();
    }

    @Test
    void aSecondaryLimitIsThatOfTheWholeApi() {
        assertThat(Answer.of(403, "{\"message\": \"You have exceeded a secondary rate limit.\"}")
                        .hint()
                        .whole())
                .isTrue();
        assertThat(Answer.of(403, "{\"message\": \"API rate limit exceeded\"}")
                        .hint()
                        .whole())
                .isFalse();
    }

    @Test
    void whatWasCutOffStillSaysWhatCameBefore() {
        String half = "{\"errors\":[{\"extensions\":{\"code\":\"RATELIMITED\"},\"message\":\"Rate li";

        assertThat(Answer.of(400, half).hint().errorKind()).hasValue(ErrorKind.THROTTLED);
        assertThat(Answer.of(429, "<Error><Code>SlowDown</Code><Mess").hint().errorCode())
                .hasValue("SlowDown");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"errors\":[{\"type\":\"RATE_LIMITED\"}]}                              | THROTTLED",
                "{\"errors\":[{\"type\":\"RATE_LIMITED\"}],\"data\":null}                | THROTTLED",
                "{\"errors\":[{\"type\":\"RATE_LIMITED\"}],\"data\":{\"first\":{}}}      |",
                "{\"data\":{\"first\":{}},\"errors\":[{\"type\":\"RATE_LIMITED\"}]}      |",
                "{\"errors\":[{\"type\":\"RATE_LIMITED\"}],\"da                          |",
                "{\"errors\":[{\"type\":\"RATE_LIMITED\"}]} {\"data\":{}}                |",
                "{\"error\":[\"EAPI:Rate limit exceeded\"],\"result\":{\"txid\":1}}      |"
            })
    void aSuccessThatMayHaveDoneAPartIsNoRefusal(String body, ErrorKind kind) {
        assertThat(Answer.of(200, body).hint().errorKind().orElse(null)).isEqualTo(kind);
    }

    @Test
    void aSuccessWhoseBodyWasNotReadIsNoRefusal() {
        String[] named = {"MediaWiki-API-Error", "ratelimited"};

        assertThat(Answer.of(200, "{\"error\":{\"code\":\"ratelimited\"}}", named)
                        .hint()
                        .errorKind())
                .hasValue(ErrorKind.THROTTLED);
        assertThat(Answer.of(200, "", named).hint().errorKind()).isEmpty();
        assertThat(Answer.of(200, "", named)
                        .with(new byte[] {1, 2, 3}, "Content-Encoding", "br")
                        .hint()
                        .errorKind())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<a:Error><Code>SlowDown</Code></a:Error>                      | THROTTLED",
                "<?xml version='1.0'?><Error x='>'><Code>SlowDown</Code></Error > | THROTTLED",
                "<Error><Code>SlowDown</Code><Mess                               |",
                "<Result><Error><Code>SlowDown</Code></Error>                    |",
                "SlowDown                                                        |"
            })
    void aSuccessInXmlIsOneOnlyIfItWasReadToItsEnd(String body, ErrorKind kind) {
        ErrorReader reader = ErrorReader.load(
                "throttled us 2xx <Code> SlowDown", "throttled us 2xx text SlowDown", "code us 2xx <Code>");

        assertThat(Answer.of(200, body).error(reader).kind()).isEqualTo(kind);
    }

    /** GitHub's own answers carry words of its users: the message of a commit that was made. */
    @Test
    void wordsInTheMessageOfASuccessAreNoThrottle() {
        assertThat(Answer.of(200, "{\"message\":\"You have exceeded a secondary rate limit. Please wait.\"}")
                        .hint()
                        .errorKind())
                .hasValue(ErrorKind.THROTTLED);
        assertThat(Answer.of(201, "{\"sha\":\"7638\",\"message\":\"You have exceeded a secondary rate limit\"}")
                        .hint())
                .isSameAs(RateLimitHint.none());
        assertThat(Answer.of(200, "{\"sha\":\"7638\",\"message\":\"Wait at the secondary rate limit\"}")
                        .hint())
                .isSameAs(RateLimitHint.none());
    }

    @Test
    void aLargeBodySaysWhatStandsInItsBeginning() {
        String large = "{\"code\":\"TooManyRequests\",\"pad\":\"" + "x".repeat(100_000) + "\",\"retry_after\":9}";

        RateLimitHint hint = Answer.of(429, large).hint();

        assertThat(hint.errorCode()).hasValue("TooManyRequests");
        assertThat(hint.retryAfter()).isEmpty();
    }

    @Test
    void aCompressedBodyIsRead() {
        assertThat(Answer.of(429, OCI).gzipped().hint().errorCode()).hasValue("TooManyRequests");
    }

    @Test
    void theCharsetIsThatOfTheContentType() {
        Answer wide = Answer.of(429, "", "Content-Type", "application/json; Charset=\"utf-16be\"")
                .with(OCI.getBytes(StandardCharsets.UTF_16BE));
        Answer marked = Answer.of(429, "\ufeff" + OCI, "Content-Type", "application/json");
        Answer unknown = Answer.of(429, OCI, "Content-Type", "application/json; charset=none-such");

        assertThat(wide.hint().errorCode()).hasValue("TooManyRequests");
        assertThat(marked.hint().errorCode()).hasValue("TooManyRequests");
        assertThat(unknown.hint().errorCode()).hasValue("TooManyRequests");
    }

    @Test
    void aBodyCanBeReadOnlyOnceAndIsReadAsOften() {
        Answer answer = Answer.of(429, OCI);

        assertThat(answer.hint().errorCode()).isEqualTo(answer.hint().errorCode());
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 400, 403, 429, 503})
    void withoutABodyAndWithoutFieldsThereIsNoHint(int status) {
        assertThat(Answer.of(status, "", "Content-Type", "application/json").hint())
                .isSameAs(RateLimitHint.none());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a><![CDATA[x]]><!-- a > b <Code>No</Code> --><s:Code>Slow&lt;Down&amp;</s:Code></a>",
                "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x \"y\">]><Code x='1'>Slow&lt;Down&amp;</Code>",
                "<Code> <![CDATA[Slow<Down&]]> </Code>"
            })
    void xmlIsReadWithoutAnythingThatIsDeclared(String xml) {
        assertThat(Answer.of(429, xml).hint().errorCode()).hasValue("Slow<Down&");
    }

    @Test
    void anEntityIsNeverFollowed() {
        String bomb =
                "<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]>";

        assertThat(Answer.of(429, bomb + "<Code>&b;&c;</Code>").hint().errorCode())
                .hasValue("&b;&c;");
    }
}
