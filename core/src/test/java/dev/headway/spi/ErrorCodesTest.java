package dev.headway.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Backoff;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.Signal;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a call does about the error that a response names. */
class ErrorCodesTest {

    private static final Step RETURN = new Step.Return();
    private static final Step UNSAFE = new Step.GiveUp(GiveUpReason.NOT_IDEMPOTENT);
    private static final String GRAPHQL = "{\"errors\":[{\"type\":\"RATE_LIMITED\"}]}";

    private static final RetryPolicy STANDARD =
            RetryPolicy.builder().backoff(Backoff.fixed(Duration.ofSeconds(1))).build();

    private final VirtualTime time = new VirtualTime();
    private final Headway headway = Headway.builder().time(time).build();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // throttled: again, whatever the method
                "POST | 400 | {\"__type\":\"x#ThrottlingException\"}                        | again",
                "POST | 403 | {\"message\":\"You have exceeded a secondary rate limit\"}    | again",
                "POST | 503 | <Error><Code>SlowDown</Code></Error>                          | again",
                "POST | 529 | {\"error\":{\"type\":\"overloaded_error\"}}                   | again",
                "POST | 429 | {\"code\":\"whatever\"}                                       | again",
                // transient: again where that is safe
                "GET  | 409 | {\"code\":\"IncorrectState\"}                                 | again",
                "POST | 409 | {\"code\":\"IncorrectState\"}                                 | unsafe",
                "POST | 503 | {\"error\":{\"status\":\"UNAVAILABLE\"}}                      | unsafe",
                // exhausted and fatal: not again, also where the status alone would be
                "GET  | 400 | {\"code\":\"LimitExceeded\"}                                  | no",
                "GET  | 429 | {\"error\":{\"code\":\"insufficient_quota\"}}                 | no",
                "GET  | 500 | <Fault><faultcode>s:Client</faultcode></Fault>                | no",
                // nothing known of the code: the status decides
                "GET  | 400 | {\"code\":\"Unheard\"}                                        | no",
                "GET  | 403 | {\"message\":\"Forbidden\"}                                   | no",
                "GET  | 500 | {\"code\":\"Unheard\"}                                        | again",
                // a success is one, whatever it says
                "GET  | 200 | {\"errors\":[{\"type\":\"RATE_LIMITED\"}]}                    | no"
            })
    void theKindOfTheErrorDecides(String method, int status, String body, String what) {
        assertThat(after(STANDARD, method, Answers.withBody(status, body))).isEqualTo(what);
    }

    @ParameterizedTest
    @CsvSource({
        "403, Retry-After, 5, again",
        "403, X-RateLimit-Remaining, 0, no",
        "400, Retry-After, 5, no",
        "404, Retry-After, 5, no"
    })
    void aForbiddenCallWithRetryAfterIsARefusal(int status, String name, String value, String what) {
        assertThat(after(STANDARD, "POST", Answers.status(status, name, value))).isEqualTo(what);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403})
    void aLimitThatIsExhaustedUntilAToldMomentHasRefused(int status) {
        String[] fields = {"X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "5"};

        assertThat(after(STANDARD, "POST", Answers.status(status, fields))).isEqualTo("again");
        assertThat(after(STANDARD, "POST", Answers.withBody(status, "{\"code\":\"InvalidParameter\"}", fields)))
                .isEqualTo(status == 400 ? "no" : "again");
    }

    @Test
    void aPassingTroubleProvesNothingThoughTheServerNamesADelay() {
        String trouble = "{\"error\":{\"status\":\"UNAVAILABLE\"}}";

        assertThat(after(STANDARD, "POST", Answers.withBody(503, trouble, "Retry-After", "5")))
                .isEqualTo("unsafe");
        assertThat(after(STANDARD, "GET", Answers.withBody(503, trouble, "Retry-After", "5")))
                .isEqualTo("again");
        assertThat(after(STANDARD, "POST", Answers.status(503, "Retry-After", "5")))
                .isEqualTo("again");
    }

    @Test
    void aThrottleHoldsEverybodyBack() {
        record(Answers.withBody(403, "{\"message\":\"API rate limit exceeded\"}", "Retry-After", "5"));

        assertThat(headway.begin(Facts.of("GET")).next()).isInstanceOf(Step.Await.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "400 | {\"code\":\"LimitExceeded\"}",
                "409 | {\"code\":\"IncorrectState\"}",
                "200 | {\"errors\":[{\"type\":\"RATE_LIMITED\"}]}"
            })
    void whatIsNoThrottleHoldsNobodyBack(int status, String body) {
        record(Answers.withBody(status, body));

        assertThat(headway.begin(Facts.of("GET")).next()).isInstanceOf(Step.Send.class);
    }

    @Test
    void whatIsUsedUpHoldsNobodyBackWhateverItAsksFor() {
        record(Answers.withBody(
                403, "{\"error\":{\"errors\":[{\"reason\":\"dailyLimitExceeded\"}]}}", "Retry-After", "60"));

        assertThat(headway.begin(Facts.of("GET")).next()).isInstanceOf(Step.Send.class);
    }

    private void record(Signal signal) {
        Execution execution = headway.begin(Facts.of("GET").with(STANDARD));
        execution.next();
        execution.record(signal);
    }

    @Test
    void theServersOwnWordGoesFirst() {
        assertThat(after(
                        STANDARD,
                        "GET",
                        Answers.withBody(409, "{\"code\":\"IncorrectState\"}", "x-should-retry", "false")))
                .isEqualTo("no");
        assertThat(after(
                        STANDARD,
                        "GET",
                        Answers.withBody(400, "{\"code\":\"LimitExceeded\"}", "x-should-retry", "true")))
                .isEqualTo("again");
        assertThat(after(named(409, "Other"), "GET", Answers.status(409, "Stripe-Should-Retry", "true")))
                .isEqualTo("again");
    }

    /** As OCI's service_error_retry_config has it. */
    @ParameterizedTest
    @CsvSource({
        "GET,  400, QuotaExceeded,    again",
        "POST, 400, QuotaExceeded,    again",
        "GET,  400, LimitExceeded,    no",
        "GET,  400, InvalidParameter, no",
        "GET,  400, '',               no"
    })
    void aCodeThatThePolicyNamesWinsOverWhatIsKnown(String method, int status, String code, String what) {
        Signal answer = Answers.withBody(status, "{\"code\":\"" + code + "\"}");

        assertThat(after(named(400, "QuotaExceeded"), method, answer)).isEqualTo(what);
    }

    @ParameterizedTest
    @CsvSource({"500, X, no", "500, Y, again", "503, X, again", "429, X, no", "429, Y, again", "404, Y, again"})
    void aStatusThatIsNamedDecidesAlone(int status, String code, String what) {
        RetryPolicy policy = STANDARD.toBuilder()
                .errorCodes(500, "Y")
                .errorCodes(429, "Y")
                .errorCodes(404, "Y")
                .build();

        assertThat(after(policy, "GET", Answers.withBody(status, "{\"code\":\"" + code + "\"}")))
                .isEqualTo(what);
    }

    @Test
    void noCodesMeanAnyCodeAndNone() {
        assertThat(after(named(404), "GET", Answers.status(404))).isEqualTo("again");
        assertThat(after(named(429), "GET", Answers.withBody(429, "{\"error\":{\"code\":\"insufficient_quota\"}}")))
                .isEqualTo("again");
    }

    @Test
    void aNamedCodeMakesNoCallSafe() {
        assertThat(after(named(409, "Busy"), "POST", Answers.withBody(409, "{\"code\":\"Busy\"}")))
                .isEqualTo("unsafe");
        assertThat(after(
                        named(400, "InvalidParameter"),
                        "POST",
                        Answers.withBody(400, "{\"code\":\"InvalidParameter\"}")))
                .isEqualTo("unsafe");
        assertThat(after(
                        named(400, "InvalidParameter"),
                        "POST",
                        Answers.withBody(
                                400,
                                "{\"code\":\"InvalidParameter\"}",
                                "X-RateLimit-Remaining",
                                "0",
                                "X-RateLimit-Reset",
                                "5")))
                .isEqualTo("unsafe");
        assertThat(after(named(429, "Busy"), "POST", Answers.withBody(429, "{\"code\":\"Busy\"}")))
                .isEqualTo("again");
    }

    @Test
    void whatIsNeverRetriedIsNotRetriedForWhatIsKnownOfItsCodeEither() {
        RetryPolicy never = STANDARD.toBuilder().neverRetryStatus(403, 429, 409).build();

        assertThat(after(never, "GET", Answers.withBody(403, "{\"message\":\"API rate limit exceeded\"}")))
                .isEqualTo("no");
        assertThat(after(never, "GET", Answers.status(403, "Retry-After", "1"))).isEqualTo("no");
        assertThat(after(never, "GET", Answers.withBody(409, "{\"code\":\"IncorrectState\"}")))
                .isEqualTo("no");
        assertThat(after(
                        never.toBuilder().errorCodes(409, "IncorrectState").build(),
                        "GET",
                        Answers.withBody(409, "{\"code\":\"IncorrectState\"}")))
                .isEqualTo("again");
    }

    @Test
    void aThrottleInASuccessCountsWhereThePolicyLooksForIt() {
        RetryPolicy looks = STANDARD.toBuilder().throttlesInSuccess(true).build();

        assertThat(after(looks, "POST", Answers.withBody(200, GRAPHQL))).isEqualTo("again");
        assertThat(after(looks, "POST", Answers.withBody(200, "{\"data\":{\"code\":\"RATE_LIMITED\"}}")))
                .isEqualTo("no");
        assertThat(after(looks, "POST", Answers.withBody(200, "{\"errors\":[{\"type\":\"NOT_FOUND\"}]}")))
                .isEqualTo("no");
        assertThat(after(looks, "POST", Answers.withBody(302, GRAPHQL))).isEqualTo("no");
        assertThat(after(named(200, "RATE_LIMITED"), "POST", Answers.withBody(200, GRAPHQL)))
                .isEqualTo("again");
        assertThat(after(named(200, "OTHER"), "POST", Answers.withBody(200, GRAPHQL)))
                .isEqualTo("no");
    }

    @Test
    void bodiesAreReadWhereTheyMayDecide() {
        Execution standard = headway.begin(Facts.of("GET"));
        Execution looks = headway.begin(Facts.of("GET")
                .with(STANDARD.toBuilder().throttlesInSuccess(true).build()));
        Execution named = headway.begin(Facts.of("GET").with(named(404, "X")));

        assertThat(reads(standard, 429, "application/json")).isTrue();
        assertThat(reads(standard, 429, "image/png")).isFalse();
        assertThat(reads(standard, 404, "application/json")).isFalse();
        assertThat(reads(standard, 200, "application/json")).isFalse();
        assertThat(reads(named, 404, "application/json")).isTrue();
        assertThat(reads(named, 404, "text/event-stream")).isFalse();
        assertThat(reads(named, 200, "application/json")).isFalse();
        assertThat(reads(looks, 200, "application/json")).isTrue();
        assertThat(reads(looks, 200, "text/event-stream")).isFalse();
        assertThat(reads(looks, 200, "application/octet-stream")).isFalse();
        assertThat(reads(looks, 301, "application/json")).isFalse();
        assertThat(reads(looks, 101, "application/json")).isFalse();
    }

    private static boolean reads(Execution execution, int status, String type) {
        return execution.readsBody(status, Answers.status(status, "Content-Type", type));
    }

    @Test
    void whatACodeCouldMakeRetryableIsHeldBackUntilItIsKnown() {
        Execution looks = headway.begin(Facts.of("GET")
                .with(STANDARD.toBuilder().throttlesInSuccess(true).build()));
        Execution named = headway.begin(Facts.of("GET").with(named(302, "X")));

        assertThat(looks.mayResend(200)).isTrue();
        assertThat(looks.mayResend(302)).isFalse();
        assertThat(named.mayResend(302)).isTrue();
        assertThat(named.mayResend(200)).isFalse();
        assertThat(named.mayResend(403)).isTrue();
    }

    private static RetryPolicy named(int status, String... codes) {
        return STANDARD.toBuilder().errorCodes(status, codes).build();
    }

    /** Each in a life of its own, so that no refusal before it counts. */
    private String after(RetryPolicy policy, String method, Signal signal) {
        Execution execution =
                Headway.builder().time(time).build().begin(Facts.of(method).with(policy));
        execution.next();
        execution.record(signal);
        Step step = execution.next();
        if (step.equals(RETURN)) {
            return "no";
        }
        return step.equals(UNSAFE) ? "unsafe" : "again";
    }
}
