package dev.headway.it.comingfrom;

import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Backoff;
import dev.headway.Headway;
import dev.headway.RetryPolicies;
import dev.headway.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The AWS SDK's retry modes. */
@Timeout(60)
class AwsTest extends Origin {

    @Test
    void modeStandard() throws IOException {
        // begin standard
        Headway.Builder api = Headway.builder().retry(RetryPolicies.awsStandard());
        // end

        assertThat(get(api, status(503, "")).attempts()).isEqualTo(3);
        assertThat(get(api, error(400, "ThrottlingException"), OK).attempts()).isEqualTo(2);
        assertThat(get(api, error(400, "ValidationException"), OK).attempts()).isEqualTo(1);
    }

    /** A rate that is learned from refusals is what every Headway has; the retry quota is its budget. */
    @Test
    void modeAdaptive() throws IOException {
        // begin adaptive
        Headway.Builder api = Headway.builder();
        // end

        Sent sent = get(api, status(429, "", "Retry-After: 2"), OK);
        assertThat(sent.attempts()).isEqualTo(2);
        assertThat(sent.took().toNanos()).isBetween(TimeUnit.SECONDS.toNanos(2), TimeUnit.MILLISECONDS.toNanos(2500));
    }

    /** The SDK for Java waits from 100 ms after what was no throttle. */
    @Test
    void theDelaysOfTheSdkForJava() throws IOException {
        // begin java
        RetryPolicy java = RetryPolicies.awsStandard().toBuilder()
                .backoff(Backoff.byCause(
                        Backoff.exponential(Duration.ofSeconds(1), 2, Duration.ofSeconds(20))
                                .withFullJitter(),
                        Backoff.exponential(Duration.ofMillis(100), 2, Duration.ofSeconds(20))
                                .withFullJitter()))
                .build();
        // end

        Headway.Builder api = Headway.builder().retry(java).random(() -> Long.MIN_VALUE);
        Sent sent = get(api, status(503, ""));
        assertThat(sent.attempts()).isEqualTo(3);
        // The middle of 100 and of 200 ms.
        assertThat(sent.took()).isEqualTo(seconds(0.15));
    }
}
