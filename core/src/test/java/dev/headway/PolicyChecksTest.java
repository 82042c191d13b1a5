package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What contradicts itself, or could never count, is refused when the policy is built, with the sentence why. */
class PolicyChecksTest {

    private static final String NOTHING =
            "The rule of retryIf can match nothing: an outcome is a response of one status or a failure. Join its parts by or.";

    static Stream<Arguments> refused() {
        return Stream.of(
                refused(
                        policy -> policy.retryStatus(409).retryFailures(false).retryIf(RetryRule.standard()),
                        "retryIf decides alone what is sent again, so retryFailures, retryStatus would count for nothing:"
                                + " say it in the rule, RetryRule.standard().or(status(409))."),
                refused(
                        policy -> policy.retryIf(RetryRule.status(404).not()),
                        "The rule of retryIf matches every 200, so that no success would be handed over before the"
                                + " last attempt: narrow it."),
                refused(policy -> policy.retryIf(RetryRule.status(409).and(RetryRule.failure())), NOTHING),
                refused(policy -> policy.retryIf(RetryRule.status(409).and(RetryRule.status(503))), NOTHING),
                refused(
                        policy -> policy.retryIf(RetryRule.standard()
                                .and(RetryRule.status(202))
                                .and(RetryRule.failure().not())),
                        NOTHING),
                refused(
                        policy -> policy.maxAttempts(1).stop(StopRule.when(() -> true)),
                        "With one attempt nothing is sent again, so stop would count for nothing."),
                refused(
                        policy -> policy.maxAttempts(1).throwOnGiveUp().retryIf(RetryRule.standard()),
                        "With one attempt nothing is sent again, so retryIf, throwOnGiveUp would count for nothing."),
                refused(
                        policy -> policy.backoff(Backoff.none()).maxAttempts(1),
                        "With one attempt nothing is sent again, so backoff would count for nothing."),
                refused(
                        policy -> policy.retryStatus(409, 410).neverRetryStatus(410),
                        "Status 410 is in retryStatus and in neverRetryStatus."),
                refused(
                        policy -> policy.maxServerWait(Duration.ofMinutes(6)),
                        "maxServerWait is longer than maxElapsed, which ends every wait before."),
                refused(
                        policy -> policy.stop(StopRule.afterAttempts(5)),
                        "The rule to stop after 5 attempts can never come true: maxAttempts is 5."),
                refused(
                        policy -> policy.stop(
                                StopRule.when(() -> false).or(StopRule.afterElapsed(Duration.ofMinutes(5)))),
                        "The rule to stop after PT5M can never come true: maxElapsed is PT5M."),
                refused(
                        policy -> policy.maxElapsed(Duration.ofSeconds(9))
                                .stop(StopRule.beforeDelay(Duration.ofSeconds(10))
                                        .and(StopRule.afterAttempts(2))),
                        "The rule to stop after PT10S can never come true: maxElapsed is PT9S."));
    }

    private static Arguments refused(UnaryOperator<RetryPolicy.Builder> settings, String why) {
        return Arguments.of(settings, why);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefused(UnaryOperator<RetryPolicy.Builder> settings, String why) {
        RetryPolicy.Builder builder = settings.apply(RetryPolicy.builder());

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(why);
    }

    @Test
    void aRuleOfFailuresAloneIsOne() {
        RetryRule failures = RetryRule.failure().and(RetryRule.status(404).not());

        assertThat(RetryPolicy.builder()
                        .retryIf(RetryRule.failure())
                        .build()
                        .rule()
                        .orElseThrow()
                        .couldMatch(503))
                .isFalse();
        assertThat(RetryPolicy.builder().retryIf(failures).build().rule()).contains(failures);
    }

    @Test
    void whatWasBuiltCanBeBuiltUpon() {
        RetryPolicy policy = RetryPolicy.builder()
                .retryIf(RetryRule.standard())
                .stop(StopRule.afterAttempts(2))
                .throwOnGiveUp()
                .build();

        RetryPolicy longer = policy.toBuilder().maxAttempts(9).build();

        assertThat(longer.rule()).isEqualTo(policy.rule()).isPresent();
        assertThat(longer.stops(2, 0, 0)).isTrue();
        assertThat(longer.throwsOnGiveUp()).isTrue();
        assertThat(longer.toString()).endsWith(", retryIf=standard, stop=2 attempts, throwsOnGiveUp]");
    }

    /** What another has said counts no more, and contradicts nothing. */
    @Test
    void ofWhatWasBuiltEverythingMayBeChanged() {
        RetryPolicy policy = RetryPolicy.builder()
                .retryIf(RetryRule.standard())
                .stop(StopRule.afterAttempts(3).or(StopRule.afterElapsed(Duration.ofMinutes(1))))
                .backoff(Backoff.none())
                .throwOnGiveUp()
                .build();

        assertThat(policy.toBuilder().maxAttempts(1).build().maxAttempts()).isEqualTo(1);
        assertThat(policy.toBuilder()
                        .maxAttempts(2)
                        .maxElapsed(Duration.ofSeconds(9))
                        .build()
                        .maxAttempts())
                .isEqualTo(2);
        assertThat(RetryPolicies.oci().toBuilder()
                        .maxAttempts(1)
                        .build()
                        .forIdempotentCall()
                        .maxAttempts())
                .isEqualTo(1);
        assertThat(policy.toBuilder().throwOnGiveUp(false).build().throwsOnGiveUp())
                .isFalse();
    }
}
