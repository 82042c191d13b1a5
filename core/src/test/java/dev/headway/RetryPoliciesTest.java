package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.internal.Judgement;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each preset against the sequences of its origin, written out from its formula. */
class RetryPoliciesTest {

    private record Answer(int status, String name) implements Signal.Response {
        @Override
        public boolean anyName(Predicate<? super String> test) {
            return test.test(name);
        }

        @Override
        public void forEach(BiConsumer<? super String, ? super String> visitor) {
            visitor.accept(name, "7");
        }
    }

    private static List<Double> seconds(RetryPolicy policy, boolean throttled, RandomGenerator random) {
        return IntStream.range(1, policy.maxAttempts())
                .mapToObj(retry ->
                        policy.backoff().delay(retry, throttled, random).toMillis() / 1000.0)
                .toList();
    }

    private static boolean retries(RetryPolicy policy, int status) {
        return Judgement.retryable(policy, new Answer(status, "Server"), RateLimitHint.none());
    }

    private static boolean retries(RetryPolicy policy, int status, String code) {
        RateLimitHint hint = RateLimitHint.builder().errorCode(code).build();
        return Judgement.retryable(policy, new Answer(status, "Server"), hint);
    }

    private static List<Integer> retried(RetryPolicy policy) {
        return IntStream.rangeClosed(200, 599)
                .filter(status -> retries(policy, status))
                .boxed()
                .toList();
    }

    private static List<Integer> serverErrorsBut(int... others) {
        return IntStream.rangeClosed(500, 599)
                .filter(status -> IntStream.of(others).noneMatch(other -> other == status))
                .boxed()
                .toList();
    }

    private static List<Integer> joined(List<Integer> first, List<Integer> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    static Stream<RetryPolicy> all() {
        return Stream.of(
                RetryPolicies.oci2020(),
                RetryPolicies.oci(),
                RetryPolicies.ociFederation(),
                RetryPolicies.awsStandard(),
                RetryPolicies.aws2026(),
                RetryPolicies.urllib3(3, Duration.ofSeconds(1)),
                RetryPolicies.pollyStandard(),
                RetryPolicies.github(),
                RetryPolicies.openai());
    }

    @ParameterizedTest
    @MethodSource("all")
    void brokenConnectionsAreSentAgainAndWhatIsWrongForGoodIsNot(RetryPolicy policy) {
        Signal.Failure timeout = new Signal.Failure(new SocketTimeoutException(), Evidence.UNKNOWN);
        Signal.Failure trust = new Signal.Failure(new IOException(new CertificateException()), Evidence.NOT_SENT);

        assertThat(Judgement.retryable(policy, timeout)).isTrue();
        assertThat(Judgement.retryable(policy, trust)).isFalse();
        assertThat(retries(policy, 200)).isFalse();
        assertThat(retries(policy, 404)).isFalse();
    }

    @Test
    void oci2020() {
        RetryPolicy policy = RetryPolicies.oci2020();

        assertThat(policy.maxAttempts()).isEqualTo(5);
        assertThat(policy.maxElapsed()).isEqualTo(Duration.ofMinutes(5));
        assertThat(seconds(policy, false, Fixed.LOWEST)).containsExactly(0.0, 0.0, 0.0, 0.0);
        assertThat(seconds(policy, false, Fixed.MIDDLE)).containsExactly(1.0, 2.0, 4.0, 8.0);
        assertThat(seconds(policy, true, Fixed.LOWEST)).containsExactly(1.0, 2.0, 4.0, 8.0);
        assertThat(seconds(policy, true, Fixed.MIDDLE)).containsExactly(1.5, 3.0, 6.0, 12.0);
        assertThat(retried(policy)).isEqualTo(joined(List.of(429), serverErrorsBut()));
        assertThat(retries(policy, 429, "AnyCode")).isTrue();
    }

    @Test
    void oci() {
        RetryPolicy policy = RetryPolicies.oci();

        assertThat(policy.maxAttempts()).isEqualTo(8);
        assertThat(policy.maxElapsed()).isEqualTo(Duration.ofMinutes(10));
        assertThat(seconds(policy, true, Fixed.LOWEST)).containsExactly(1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0);
        assertThat(seconds(policy, false, Fixed.MIDDLE)).containsExactly(1.5, 2.5, 4.5, 8.5, 16.5, 30.0, 30.0);
        assertThat(retried(policy)).isEqualTo(joined(List.of(429), serverErrorsBut(501)));
        assertThat(retries(policy, 409, "IncorrectState")).isTrue();
        assertThat(retries(policy, 409, "LockConflict")).isTrue();
        assertThat(retries(policy, 409, "InvalidParameter")).isFalse();
        assertThat(retries(policy, 400, "IncorrectState")).isFalse();
    }

    @Test
    void ociFederation() {
        RetryPolicy policy = RetryPolicies.ociFederation();

        assertThat(policy.maxAttempts()).isEqualTo(3);
        assertThat(policy.maxElapsed()).isEqualTo(Duration.ofSeconds(100));
        assertThat(seconds(policy, false, Fixed.MIDDLE)).containsExactly(1.5, 2.5);
        assertThat(retried(policy)).isEqualTo(serverErrorsBut(501));
    }

    @Test
    void none() {
        assertThat(RetryPolicies.none()).isSameAs(RetryPolicy.none());
    }

    @Test
    void awsStandard() {
        RetryPolicy policy = RetryPolicies.awsStandard();

        assertThat(policy.maxAttempts()).isEqualTo(3);
        assertThat(seconds(policy, true, Fixed.MIDDLE)).containsExactly(0.5, 1.0);
        assertThat(policy.backoff().delay(9, false, Fixed.MIDDLE)).isEqualTo(Duration.ofSeconds(10));
        assertThat(retried(policy)).containsExactly(500, 502, 503, 504);
        RateLimitHint throttled =
                RateLimitHint.builder().errorKind(ErrorKind.THROTTLED).build();
        assertThat(Judgement.retryable(policy, new Answer(400, "Server"), throttled))
                .isTrue();
    }

    @Test
    void aws2026() {
        RetryPolicy policy = RetryPolicies.aws2026();

        assertThat(policy.maxAttempts()).isEqualTo(3);
        assertThat(seconds(policy, false, Fixed.MIDDLE)).containsExactly(0.025, 0.05);
        assertThat(seconds(policy, true, Fixed.MIDDLE)).containsExactly(0.5, 1.0);
    }

    @Test
    void urllib3() {
        RetryPolicy policy = RetryPolicies.urllib3(10, Duration.ofMillis(200), 500, 502);

        assertThat(policy.maxAttempts()).isEqualTo(11);
        assertThat(policy.maxServerWait()).isEqualTo(Duration.ofHours(6));
        assertThat(seconds(policy, false, Fixed.HIGHEST))
                .containsExactly(0.0, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4);
        assertThat(policy.backoff().delay(11, false, Fixed.HIGHEST)).isEqualTo(Duration.ofMinutes(2));
        assertThat(retried(policy)).containsExactly(500, 502);
        for (int status : new int[] {413, 429, 503}) {
            assertThat(Judgement.retryable(policy, new Answer(status, "Retry-After"), RateLimitHint.none()))
                    .isTrue();
        }
        assertThat(Judgement.retryable(policy, new Answer(501, "Retry-After"), RateLimitHint.none()))
                .isFalse();
        assertThat(seconds(RetryPolicies.urllib3(2, Duration.ZERO), false, Fixed.HIGHEST))
                .containsExactly(0.0, 0.0);
        assertThatThrownBy(() -> RetryPolicies.urllib3(0, Duration.ZERO))
                .hasMessage("The number of retries must be between 1 and 999, not 0.");
    }

    @Test
    void pollyStandard() {
        RetryPolicy policy = RetryPolicies.pollyStandard();

        assertThat(policy.maxAttempts()).isEqualTo(4);
        assertThat(policy.maxElapsed()).isEqualTo(Duration.ofSeconds(30));
        assertThat(retried(policy)).isEqualTo(joined(List.of(408, 429), serverErrorsBut()));
        assertThat(seconds(policy, false, Fixed.MIDDLE)).containsExactly(1.794, 2.186, 4.071);
    }

    @Test
    void github() {
        RetryPolicy policy = RetryPolicies.github();

        assertThat(policy.maxElapsed()).isEqualTo(Duration.ofHours(2));
        assertThat(seconds(policy, true, Fixed.LOWEST)).containsExactly(60.0, 120.0, 240.0, 480.0);
        assertThat(seconds(policy, false, Fixed.MIDDLE)).containsExactly(0.5, 1.0, 2.0, 4.0);
        assertThat(retried(policy)).isEqualTo(retried(RetryPolicy.standard()));
    }

    @Test
    void openai() {
        RetryPolicy policy = RetryPolicies.openai();

        assertThat(policy.maxAttempts()).isEqualTo(3);
        assertThat(policy.maxServerWait()).isEqualTo(Duration.ofMinutes(2));
        assertThat(seconds(policy, true, Fixed.LOWEST)).containsExactly(0.375, 0.75);
        assertThat(seconds(policy, true, Fixed.MIDDLE)).containsExactly(0.437, 0.875);
        assertThat(policy.backoff().delay(9, false, Fixed.LOWEST)).isEqualTo(Duration.ofSeconds(6));
        assertThat(retried(policy)).isEqualTo(joined(List.of(408, 409, 429), serverErrorsBut()));
    }
}
