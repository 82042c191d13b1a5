package dev.headway.it.comingfrom;

import static dev.headway.testkit.ScriptedServer.hangUp;
import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Backoff;
import dev.headway.CallOptions;
import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.RetryRule;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import java.io.IOException;
import java.time.Duration;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Failsafe: a retry policy for exceptions and results, and a smooth rate limiter. */
@Timeout(60)
class FailsafeTest extends Origin {

    private static Request.Builder post() {
        return new Request.Builder().post(RequestBody.create(new byte[1]));
    }

    @Test
    void exceptionsAndResults() throws IOException {
        // begin policy
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(4)
                .retryIf(RetryRule.failure(IOException.class).or(RetryRule.statusBetween(500, 599)))
                .backoff(Backoff.exponential(Duration.ofSeconds(1), 2, Duration.ofSeconds(30)))
                .build();
        // end

        Sent sent = get(Headway.builder().retry(policy), status(500, ""));
        assertThat(sent.attempts()).isEqualTo(4);
        assertThat(sent.took()).isEqualTo(seconds(1 + 2 + 4));
    }

    @Test
    void aPostIsOnlyRepeatedWhereSomebodySaysSo() throws IOException {
        Headway.Builder api = Headway.builder();
        assertThat(send(api, post(), status(500, ""), OK).attempts()).isEqualTo(1);

        // begin idempotent
        CallOptions twice = CallOptions.builder().idempotent().build();
        // end
        assertThat(send(api, post().tag(CallOptions.class, twice), hangUp(), OK).attempts())
                .isEqualTo(2);
    }

    @Test
    void aSmoothLimiterIsABucketWithoutABurst() throws Exception {
        // begin limiter
        Headway.Builder api = Headway.builder().limit(TokenBucket.perSecond(10)).maxWait(Duration.ofSeconds(1));
        // end

        Headway one = api.time(time).build();
        for (int i = 0; i < 11; i++) {
            one.call(Scope.of("api"), () -> "sent");
        }
        assertThat(time.elapsed()).isBetween(seconds(1), seconds(1.2));
    }
}
