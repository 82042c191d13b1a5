package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void theStandardPolicyIsWhatTheDocumentationSays() {
        RetryPolicy standard = RetryPolicy.standard();

        assertThat(standard.maxAttempts()).isEqualTo(5);
        assertThat(standard.maxElapsed()).isEqualTo(Duration.ofMinutes(5));
        assertThat(standard.maxServerWait()).isEqualTo(Duration.ofMinutes(5));
        assertThat(standard.retriesFailures()).isTrue();
        assertThat(standard.isForIdempotentCall()).isFalse();
        assertThat(standard.idempotencyHeaders())
                .containsExactlyInAnyOrder(
                        "Idempotency-Key",
                        "X-Idempotency-Key",
                        "Idempotence-Key",
                        "PayPal-Request-Id",
                        "opc-retry-token");
        assertThat(RetryPolicy.standard()).isSameAs(standard);
    }

    @Test
    void aSuccessIsOnlyRepeatedWhereThePolicySaysSo() {
        assertThat(RetryPolicy.standard().mayRepeatSuccess()).isFalse();
        assertThat(RetryPolicy.builder()
                        .retryStatus(409)
                        .errorCodes(400)
                        .build()
                        .mayRepeatSuccess())
                .isFalse();
        assertThat(RetryPolicy.builder().retryStatus(202).build().mayRepeatSuccess())
                .isTrue();
        assertThat(RetryPolicy.builder().errorCodes(200, "BUSY").build().mayRepeatSuccess())
                .isTrue();
        assertThat(RetryPolicy.builder().throttlesInSuccess(true).build().mayRepeatSuccess())
                .isTrue();
    }

    @Test
    void theStandardStatusesAreTheseAndNoOthers() {
        List<Integer> permanent = List.of(501, 505, 506, 510, 511);
        List<Integer> expected = IntStream.concat(IntStream.of(408, 425, 429), IntStream.rangeClosed(500, 599))
                .boxed()
                .filter(status -> !permanent.contains(status))
                .toList();

        assertThat(statuses(RetryPolicy.standard())).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 600, 999, Integer.MAX_VALUE})
    void aStatusThatIsNoneIsNotRetried(int status) {
        assertThat(RetryPolicy.standard().retriesStatus(status)).isFalse();
    }

    @Test
    void theStandardDelaysAreOneSecondDoublingToThirtyWithEqualJitterAfterAThrottle() {
        Backoff backoff = RetryPolicy.standard().backoff();
        SplittableRandom random = new SplittableRandom(5);
        for (int retry = 1; retry <= 50; retry++) {
            Duration curve = Duration.ofSeconds(retry > 5 ? 30 : 1L << (retry - 1));

            assertThat(backoff.delay(retry, true, random)).isBetween(curve.dividedBy(2), curve);
            assertThat(backoff.delay(retry, false, random)).isBetween(Duration.ZERO, curve);
        }
        assertThat(backoff.delay(1, true, Fixed.LOWEST)).isEqualTo(Duration.ofMillis(500));
        assertThat(backoff.delay(1, false, Fixed.LOWEST)).isZero();
    }

    @Test
    void noneSendsOnceAndIsTheStandardElse() {
        RetryPolicy none = RetryPolicy.none();

        assertThat(none.maxAttempts()).isEqualTo(1);
        assertThat(none.toBuilder().maxAttempts(5).build())
                .hasToString(RetryPolicy.standard().toString());
        assertThat(RetryPolicy.none()).isSameAs(none);
    }

    @Test
    void attemptsAreFromOneToAThousand() {
        RetryPolicy.Builder builder = RetryPolicy.builder();

        assertThat(builder.maxAttempts(1).build().maxAttempts()).isEqualTo(1);
        assertThat(builder.maxAttempts(1000).build().maxAttempts()).isEqualTo(1000);
        assertRefused(() -> builder.maxAttempts(0), "maxAttempts must be between 1 and 1000, not 0.");
        assertRefused(() -> builder.maxAttempts(1001), "maxAttempts must be between 1 and 1000, not 1001.");
        assertRefused(() -> builder.maxAttempts(-1), "maxAttempts must be between 1 and 1000, not -1.");
        assertThat(builder.build().maxAttempts())
                .as("a refused value changes nothing")
                .isEqualTo(1000);
    }

    @Test
    void lengthsAreFromAMillisecondToAYear() {
        RetryPolicy.Builder builder = RetryPolicy.builder();
        Duration least = Duration.ofMillis(1);
        Duration most = Duration.ofDays(366);

        assertThat(builder.maxElapsed(least).build().maxElapsed()).isEqualTo(least);
        assertThat(builder.maxElapsed(most).build().maxElapsed()).isEqualTo(most);
        assertThat(builder.maxServerWait(least).build().maxServerWait()).isEqualTo(least);
        assertThat(builder.maxServerWait(most).build().maxServerWait()).isEqualTo(most);
        assertRefused(
                () -> builder.maxElapsed(least.minusNanos(1)),
                "maxElapsed must be between 1 ms and 366 days, not PT0.000999999S.");
        assertRefused(
                () -> builder.maxElapsed(most.plusNanos(1)),
                "maxElapsed must be between 1 ms and 366 days, not PT8784H0.000000001S.");
        assertRefused(
                () -> builder.maxServerWait(Duration.ZERO),
                "maxServerWait must be between 1 ms and 366 days, not PT0S.");
        assertRefused(
                () -> builder.maxServerWait(Duration.ofSeconds(Long.MIN_VALUE)),
                "maxServerWait must be between 1 ms and 366 days, not PT-2562047788015215H-30M-8S.");
    }

    @Test
    void statusesAreFrom200To599() {
        RetryPolicy.Builder builder = RetryPolicy.builder();
        RetryPolicy policy =
                builder.retryStatus(200, 404, 599).neverRetryStatus(500, 503).build();

        assertThat(statuses(policy)).contains(200, 404, 599, 429, 502).doesNotContain(500, 503, 201);
        assertThat(statuses(builder.retryStatus().neverRetryStatus().build())).isEqualTo(statuses(policy));
        for (int status : new int[] {199, 600, 0, -1, Integer.MAX_VALUE}) {
            String message = "A status must be between 200 and 599, not " + status + ".";
            assertRefused(() -> builder.retryStatus(status), message);
            assertRefused(() -> builder.neverRetryStatus(status), message);
        }
    }

    @Test
    void aStatusThatIsNeverRetriedStaysSoUntilItIsNamedAgain() {
        RetryPolicy policy = RetryPolicy.builder().neverRetryStatus(403, 503).build();

        assertThat(policy.neverRetriesStatus(403)).isTrue();
        assertThat(policy.neverRetriesStatus(400)).isFalse();
        assertThat(policy.neverRetriesStatus(-1)).isFalse();
        assertThat(policy.toBuilder().retryStatus(403).build().neverRetriesStatus(403))
                .isFalse();
        assertThat(policy.toBuilder().build().neverRetriesStatus(503)).isTrue();
    }

    @Test
    void errorCodesAreKeptByTheirStatus() {
        RetryPolicy.Builder builder = RetryPolicy.builder()
                .errorCodes(400, "Gone")
                .errorCodes(400, "QuotaExceeded", "LimitExceeded", "QuotaExceeded")
                .errorCodes(429);
        RetryPolicy policy = builder.build();
        builder.errorCodes(409, "IncorrectState");

        assertThat(policy.errorCodes())
                .containsExactly(Map.entry(400, Set.of("QuotaExceeded", "LimitExceeded")), Map.entry(429, Set.of()));
        assertThat(policy.decidesByErrorCode(400)).isTrue();
        assertThat(policy.decidesByErrorCode(409)).isFalse();
        assertThat(policy.decidesByErrorCode(-1)).isFalse();
        assertThat(policy.toBuilder().build().errorCodes()).isEqualTo(policy.errorCodes());
        assertThat(policy).asString().contains("errorCodes={400=[LimitExceeded, QuotaExceeded], 429=[]}");
        assertThatThrownBy(() -> policy.errorCodes().put(500, Set.of()))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> policy.errorCodes().getOrDefault(400, Set.of()).clear())
                .isInstanceOf(UnsupportedOperationException.class);
        assertRefused(() -> builder.errorCodes(600), "A status must be between 200 and 599, not 600.");
    }

    @Test
    void throttlesInSuccessAreOnlyLookedForWhenAskedFor() {
        RetryPolicy asked = RetryPolicy.builder().throttlesInSuccess(true).build();

        assertThat(RetryPolicy.standard().throttlesInSuccess()).isFalse();
        assertThat(asked.throttlesInSuccess()).isTrue();
        assertThat(asked.toBuilder().build().throttlesInSuccess()).isTrue();
    }

    @Test
    void idempotencyHeadersReplaceTheDefaultOnesAndIgnoreCase() {
        Set<String> headers = RetryPolicy.builder()
                .idempotencyHeaders("X-Once", "Request-Token")
                .build()
                .idempotencyHeaders();

        assertThat(headers).containsExactlyInAnyOrder("X-Once", "Request-Token");
        assertThat(headers.contains("x-ONCE")).isTrue();
        assertThat(headers.contains("Idempotency-Key")).isFalse();
        assertThat(RetryPolicy.builder().idempotencyHeaders().build().idempotencyHeaders())
                .isEmpty();
        assertThatThrownBy(() -> headers.add("other")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void theSameIdempotencyHeaderTwiceIsOne() {
        assertThat(RetryPolicy.builder()
                        .idempotencyHeaders("X-Once", "X-Once", "x-once")
                        .build()
                        .idempotencyHeaders())
                .containsExactly("X-Once");
    }

    @Test
    void nothingIsNoBackoffAndNoHeader() {
        RetryPolicy.Builder builder = RetryPolicy.builder();

        assertThatThrownBy(() -> builder.backoff(absent())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.idempotencyHeaders("X-Once", absent()))
                .isInstanceOf(NullPointerException.class);
        assertThatCode(builder::build).doesNotThrowAnyException();
    }

    @Test
    void aBuiltPolicyDoesNotFollowItsBuilder() {
        RetryPolicy.Builder builder = RetryPolicy.builder().maxAttempts(3);
        RetryPolicy policy = builder.build();
        String before = policy.toString();

        builder.maxAttempts(9)
                .maxElapsed(SECOND)
                .retryStatus(404)
                .neverRetryStatus(429)
                .retryFailures(false)
                .idempotencyHeaders("X-Once");

        assertThat(policy).hasToString(before);
        assertThat(policy.retriesStatus(404)).isFalse();
        assertThat(policy.retriesStatus(429)).isTrue();
        assertThat(builder.build().maxAttempts()).isEqualTo(9);
    }

    @Test
    void aBuilderMadeOfAPolicyDoesNotChangeIt() {
        RetryPolicy policy = RetryPolicy.builder().build();
        policy.toBuilder().retryStatus(404).neverRetryStatus(429).build();

        assertThat(policy.retriesStatus(404)).isFalse();
        assertThat(policy.retriesStatus(429)).isTrue();
        assertThat(RetryPolicy.standard().retriesStatus(404)).isFalse();
    }

    @Test
    void aPolicySurvivesItsOwnBuilder() {
        Backoff backoff = Backoff.fixed(SECOND);
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(7)
                .maxElapsed(Duration.ofSeconds(77))
                .maxServerWait(Duration.ofSeconds(7))
                .backoff(backoff)
                .retryStatus(404)
                .neverRetryStatus(503)
                .retryFailures(false)
                .idempotencyHeaders("X-Once")
                .build()
                .forIdempotentCall();

        RetryPolicy copy = policy.toBuilder().build();

        assertThat(copy).hasToString(policy.toString());
        assertThat(copy.maxAttempts()).isEqualTo(7);
        assertThat(copy.maxElapsed()).isEqualTo(Duration.ofSeconds(77));
        assertThat(copy.maxServerWait()).isEqualTo(Duration.ofSeconds(7));
        assertThat(copy.backoff()).isSameAs(backoff);
        assertThat(statuses(copy)).isEqualTo(statuses(policy));
        assertThat(copy.retriesFailures()).isFalse();
        assertThat(copy.idempotencyHeaders()).containsExactly("X-Once");
        assertThat(copy.isForIdempotentCall()).isTrue();
    }

    @Test
    void aServersWaitFollowsTheWholeCallsUntilItIsSet() {
        RetryPolicy follows = RetryPolicy.builder().maxElapsed(SECOND).build();
        assertThat(follows.maxServerWait()).isEqualTo(SECOND);
        assertThat(follows.toBuilder().maxElapsed(Duration.ofSeconds(9)).build().maxServerWait())
                .isEqualTo(Duration.ofSeconds(9));

        RetryPolicy set = RetryPolicy.builder()
                .maxElapsed(Duration.ofSeconds(9))
                .maxServerWait(SECOND)
                .build();
        assertThat(set.toBuilder().maxElapsed(Duration.ofSeconds(99)).build().maxServerWait())
                .isEqualTo(SECOND);
    }

    @Test
    void aServersWaitThatWasSetToTheSameLengthDoesNotFollow() {
        RetryPolicy set =
                RetryPolicy.builder().maxElapsed(SECOND).maxServerWait(SECOND).build();

        assertThat(set.toBuilder().maxElapsed(Duration.ofSeconds(99)).build().maxServerWait())
                .isEqualTo(SECOND);
    }

    @Test
    void onlyTheCopyIsForAnIdempotentCall() {
        RetryPolicy policy = RetryPolicy.builder().maxAttempts(3).build();
        RetryPolicy promised = policy.forIdempotentCall();

        assertThat(promised.isForIdempotentCall()).isTrue();
        assertThat(promised.maxAttempts()).isEqualTo(3);
        assertThat(policy.isForIdempotentCall()).isFalse();
    }

    private static List<Integer> statuses(RetryPolicy policy) {
        return IntStream.range(0, 1000).filter(policy::retriesStatus).boxed().toList();
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable what, String message) {
        assertThatThrownBy(what).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    /** What only a caller without a null checker can pass. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T absent() {
        return null;
    }

    @Test
    void aBlankErrorCodeIsRefused() {
        assertThatThrownBy(() -> RetryPolicy.builder().errorCodes(429, "Busy", " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("blank");
    }

    /** Each call with {@code idempotent()} asks for it. */
    @Test
    void thePromiseIsMadeOnce() {
        RetryPolicy policy = RetryPolicies.oci();
        RetryPolicy promised = policy.forIdempotentCall();

        assertThat(policy.forIdempotentCall()).isSameAs(promised);
        assertThat(promised.forIdempotentCall()).isSameAs(promised);
        assertThat(promised.isForIdempotentCall()).isTrue();
        assertThat(policy.isForIdempotentCall()).isFalse();
    }
}
