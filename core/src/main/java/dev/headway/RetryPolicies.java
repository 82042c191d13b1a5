package dev.headway;

import static dev.headway.RetryRule.errorCode;
import static dev.headway.RetryRule.failure;
import static dev.headway.RetryRule.header;
import static dev.headway.RetryRule.standard;
import static dev.headway.RetryRule.status;
import static dev.headway.RetryRule.statusBetween;

import java.time.Duration;

/**
 * Policies with the numbers of other systems: attempts, time, backoff, and what asks for another attempt. What holds for every policy
 * holds for these: the evidence decides what is safe to send again, {@code x-should-retry} goes before, and where the server names
 * the moment, that counts and not the backoff. Thread-safe.
 */
public final class RetryPolicies {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration CAP = Duration.ofSeconds(30);

    /** Timeouts and broken connections, not what is wrong for good. */
    private static final RetryRule BROKEN = standard().and(failure());

    private static final RetryRule SERVER_ERRORS = statusBetween(500, 599);
    private static final RetryRule IMPLEMENTED = status(501).not();

    private RetryPolicies() {}

    /**
     * Returns the policy that sends once.
     *
     * @return {@link RetryPolicy#none()}
     */
    public static RetryPolicy none() {
        return RetryPolicy.none();
    }

    /**
     * Returns the default of the OCI SDK for Python 2.15 (2020): 5 attempts in 300 s; 429 with any code, every 5xx, timeouts and broken
     * connections; up to 2, 4, 8, 16 s with full jitter, after a throttle with equal jitter.
     *
     * @return a policy
     */
    public static RetryPolicy oci2020() {
        return RetryPolicy.builder()
                .maxAttempts(5)
                .maxElapsed(Duration.ofMinutes(5))
                .retryIf(SERVER_ERRORS.or(status(429)).or(BROKEN))
                .backoff(Backoff.exponential(SECOND.multipliedBy(2), 2, CAP).withEqualJitterOnThrottle())
                .build();
    }

    /**
     * Returns the default of the OCI SDK for Python since 2.48 (2021): 8 attempts in 600 s; 409 with {@code IncorrectState} or {@code
     * LockConflict}, 429 with any code, every 5xx but 501, timeouts and broken connections; 1, 2, 4, 8, 16, 30, 30 s with up to 1 s more,
     * 30 s at most.
     *
     * @return a policy
     */
    public static RetryPolicy oci() {
        return RetryPolicy.builder()
                .maxAttempts(8)
                .maxElapsed(Duration.ofMinutes(10))
                .retryIf(SERVER_ERRORS
                        .and(IMPLEMENTED)
                        .or(status(429))
                        .or(status(409).and(errorCode("IncorrectState", "LockConflict")))
                        .or(BROKEN))
                .backoff(Backoff.exponential(SECOND, 2, CAP).withAdditiveJitter(SECOND))
                .build();
    }

    /**
     * Returns the policy of the OCI SDK for its federation endpoints: 3 attempts in 100 s; every 5xx but 501, timeouts and broken
     * connections, and no 429; the backoff of {@link #oci()}.
     *
     * @return a policy
     */
    public static RetryPolicy ociFederation() {
        return RetryPolicy.builder()
                .maxAttempts(3)
                .maxElapsed(Duration.ofSeconds(100))
                .retryIf(SERVER_ERRORS.and(IMPLEMENTED).or(BROKEN))
                .backoff(Backoff.exponential(SECOND, 2, CAP).withAdditiveJitter(SECOND))
                .build();
    }

    /**
     * Returns the "standard" mode of the AWS SDKs (botocore): 3 attempts; 500, 502, 503, 504, errors whose code is one of throttling or
     * of a passing trouble, timeouts and broken connections; up to 1, 2, 4, … 20 s with full jitter.
     *
     * @return a policy
     */
    public static RetryPolicy awsStandard() {
        return aws(Backoff.exponential(SECOND, 2, Duration.ofSeconds(20)).withFullJitter());
    }

    /**
     * Returns the mode that the AWS SDKs have behind {@code AWS_NEW_RETRIES_2026}: as {@link #awsStandard()}, but from 50 ms after a
     * failure and from 1 s after a throttle.
     *
     * @return a policy
     */
    public static RetryPolicy aws2026() {
        Duration cap = Duration.ofSeconds(20);
        return aws(Backoff.byCause(
                Backoff.exponential(SECOND, 2, cap).withFullJitter(),
                Backoff.exponential(Duration.ofMillis(50), 2, cap).withFullJitter()));
    }

    private static RetryPolicy aws(Backoff backoff) {
        return RetryPolicy.builder()
                .maxAttempts(3)
                .retryIf(status(500, 502, 503, 504)
                        .or(RetryRule.errorKind(ErrorKind.THROTTLED, ErrorKind.TRANSIENT))
                        .or(BROKEN))
                .backoff(backoff)
                .build();
    }

    /**
     * Returns what {@code Retry(total, backoff_factor=…, status_forcelist=…)} of urllib3 2 says: that many retries; these statuses, 413,
     * 429 and 503 with {@code Retry-After}, timeouts and broken connections; none before the first retry, then 2, 4, 8 … times
     * the factor, 120 s at most. A server may ask for six hours; where it asks for more, its response is handed over.
     *
     * @param total how many retries, 1 to 999
     * @param backoffFactor the unit of the delays; zero for none
     * @param statuses statuses that ask for another attempt, from 200 to 599; may be none
     * @return a policy
     * @throws IllegalArgumentException if a value is out of its range
     */
    public static RetryPolicy urllib3(int total, Duration backoffFactor, int... statuses) {
        if (total < 1 || total > 999) {
            throw new IllegalArgumentException("The number of retries must be between 1 and 999, not " + total + ".");
        }
        Duration longest = Duration.ofMinutes(2);
        RetryRule told = status(413, 429, 503).and(header("Retry-After")).or(BROKEN);
        Backoff backoff = backoffFactor.isZero()
                ? Backoff.none()
                : Backoff.chain(
                        Backoff.none(),
                        Backoff.exponential(backoffFactor, 2, Duration.ofDays(366))
                                .atMost(longest));
        return RetryPolicy.builder()
                .maxAttempts(total + 1)
                .maxElapsed(Duration.ofDays(1))
                .maxServerWait(Duration.ofHours(6))
                .retryIf(statuses.length == 0 ? told : status(statuses).or(told))
                .backoff(backoff)
                .build();
    }

    /**
     * Returns the standard handler of .NET's HTTP resilience, built on Polly 8: 4 attempts in 30 s; 408, 429, every 5xx, timeouts and
     * broken connections; about 2, 4, 8 s with smooth jitter.
     *
     * @return a policy
     */
    public static RetryPolicy pollyStandard() {
        return RetryPolicy.builder()
                .maxAttempts(4)
                .maxElapsed(Duration.ofSeconds(30))
                .retryIf(SERVER_ERRORS.or(status(408, 429)).or(BROKEN))
                .backoff(Backoff.exponential(SECOND.multipliedBy(2), 2, Duration.ofDays(1))
                        .withSmoothJitter())
                .build();
    }

    /**
     * Returns what GitHub asks of its clients: what {@link RetryPolicy#standard()} sends again, in two hours, because its limits are of one;
     * after a refusal that names no moment a minute, and twice as long each time, up to 15 minutes.
     *
     * @return a policy
     */
    public static RetryPolicy github() {
        return RetryPolicy.builder()
                .maxElapsed(Duration.ofHours(2))
                .backoff(Backoff.byCause(
                        Backoff.exponential(Duration.ofMinutes(1), 2, Duration.ofMinutes(15)),
                        Backoff.exponential(SECOND, 2, CAP).withFullJitter()))
                .build();
    }

    /**
     * Returns the default of OpenAI's own clients: 3 attempts; 408, 409, 429, every 5xx, timeouts and broken connections; 0.5, 1, 2 … 8 s, up
     * to a quarter shorter. Where the server asks for more than 120 s, its response is handed over.
     *
     * @return a policy
     */
    public static RetryPolicy openai() {
        return RetryPolicy.builder()
                .maxAttempts(3)
                .maxServerWait(Duration.ofMinutes(2))
                .retryIf(SERVER_ERRORS.or(status(408, 409, 429)).or(BROKEN))
                .backoff(Backoff.exponential(Duration.ofMillis(500), 2, Duration.ofSeconds(8))
                        .withProportionalJitter(0.75))
                .build();
    }
}
