package dev.headway.it.comingfrom;

import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Backoff;
import dev.headway.Concurrency;
import dev.headway.GiveUpException;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.OnLimit;
import dev.headway.Quota;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import java.io.IOException;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** resilience4j: RateLimiter, Retry and Bulkhead in one. */
@Timeout(60)
class Resilience4jTest extends Origin {

    private static final Scope API = Scope.of("api");

    @Test
    void limitForPeriodIsAQuota() throws Exception {
        // begin limiter
        Headway.Builder builder = Headway.builder()
                .limit(Quota.of(50).per(Duration.ofMillis(500)))
                .maxWait(Duration.ofSeconds(5));
        // end

        Headway api = builder.time(time).build();
        for (int i = 0; i < 50; i++) {
            api.call(API, () -> "sent");
        }
        assertThat(time.elapsed()).isZero();
        api.call(API, () -> "sent");
        // Half a second after the first, wherever a cycle would have ended.
        assertThat(time.elapsed()).isBetween(seconds(0.5), seconds(0.6));
    }

    @Test
    void timeoutDurationZeroIsFail() throws Exception {
        // begin fail
        Headway.Builder builder =
                Headway.builder().limit(Quota.of(10).per(Duration.ofSeconds(1))).onLimit(OnLimit.FAIL);
        // end

        Headway api = builder.time(time).build();
        for (int i = 0; i < 10; i++) {
            api.call(API, () -> "sent");
        }
        GiveUpException refused = (GiveUpException) Assertions.catchThrowable(() -> api.call(API, () -> "sent"));
        assertThat(refused.reason()).isEqualTo(GiveUpReason.LIMIT);
        assertThat(refused.retryAfter().orElseThrow()).isBetween(seconds(1), seconds(1.1));
    }

    @Test
    void waitDurationIsABackoff() throws IOException {
        // begin retry
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(3)
                .backoff(Backoff.fixed(Duration.ofMillis(500)))
                .build();
        // end

        Sent sent = get(Headway.builder().retry(policy), status(500, ""));
        assertThat(sent.attempts()).isEqualTo(3);
        assertThat(sent.took()).isEqualTo(seconds(1));
    }

    /** Half to one and a half times 500 ms is a third to all of 750 ms. */
    @Test
    void aRandomizedIntervalIsAProportionalJitter() throws IOException {
        // begin random
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(3)
                .backoff(Backoff.exponential(Duration.ofMillis(750), 2, Duration.ofSeconds(30))
                        .withProportionalJitter(1.0 / 3))
                .build();
        // end

        Sent sent = get(Headway.builder().retry(policy).random(() -> Long.MIN_VALUE), status(500, ""));
        assertThat(sent.attempts()).isEqualTo(3);
        // The middle of 250 and 750 ms, and of 500 and 1500.
        assertThat(sent.took()).isBetween(seconds(1.499), seconds(1.501));
    }

    @Test
    void aBulkheadIsALimitToo() throws Exception {
        // begin bulkhead
        Headway.Builder builder = Headway.builder().limit(Concurrency.of(1)).onLimit(OnLimit.FAIL);
        // end

        Headway api = builder.time(time).build();
        Throwable within = api.call(API, () -> Assertions.catchThrowable(() -> api.call(API, () -> "two at once")));
        assertThat(((GiveUpException) within).reason()).isEqualTo(GiveUpReason.LIMIT);
        assertThat(api.call(API, () -> "one after the other")).isEqualTo("one after the other");
    }
}
