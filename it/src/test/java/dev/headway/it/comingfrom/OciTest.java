package dev.headway.it.comingfrom;

import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Backoff;
import dev.headway.Headway;
import dev.headway.IdempotencyKey;
import dev.headway.RetryPolicies;
import dev.headway.RetryPolicy;
import dev.headway.jdk.HeadwayHttpClient;
import dev.headway.testkit.ScriptedServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The OCI SDK: no strategy, the default one, one of one's own with its map of service errors, and one for a single call. */
@Timeout(60)
class OciTest extends Origin {

    @Test
    void noStrategySendsOnce() throws IOException {
        // begin none
        Headway.Builder api = Headway.builder().retry(RetryPolicy.none());
        // end

        Sent sent = get(api, REFUSED, OK);

        assertThat(sent.status()).isEqualTo(429);
        assertThat(sent.attempts()).isEqualTo(1);
        assertThat(sent.took()).isZero();
    }

    @Test
    void theDefaultStrategySendsFiveTimes() throws IOException {
        // begin default
        Headway.Builder api = Headway.builder().retry(RetryPolicies.oci2020());
        // end

        Sent sent = get(api, REFUSED);

        assertThat(sent.status()).isEqualTo(429);
        assertThat(sent.attempts()).isEqualTo(5);
        // Equal jitter of 2, 4, 8 and 16 s.
        assertThat(sent.took()).isBetween(seconds(15), seconds(30.5));
    }

    @Test
    void theDefaultOfTodaySendsEightTimes() throws IOException {
        // begin today
        Headway.Builder api = Headway.builder().retry(RetryPolicies.oci());
        // end

        assertThat(get(api, error(409, "IncorrectState"), error(409, "LockConflict"), OK)
                        .attempts())
                .isEqualTo(3);
        assertThat(get(api, error(409, "InvalidatedRetryToken"), OK).attempts()).isEqualTo(1);
        assertThat(get(api, status(500, "")).attempts()).isEqualTo(8);
    }

    private static RetryPolicy custom() {
        // begin custom
        RetryPolicy strategy = RetryPolicy.builder()
                .maxAttempts(10)
                .maxElapsed(Duration.ofSeconds(900))
                .errorCodes(400, "QuotaExceeded", "LimitExceeded")
                .errorCodes(429)
                .backoff(Backoff.exponential(Duration.ofSeconds(2), 2, Duration.ofSeconds(60))
                        .withEqualJitterOnThrottle())
                .build();
        // end
        return strategy;
    }

    @Test
    void aStatusOfTheMapDecidesByItsCodes() throws IOException {
        assertThat(get(Headway.builder().retry(custom()), error(400, "QuotaExceeded"), OK)
                        .attempts())
                .isEqualTo(2);
        assertThat(get(Headway.builder().retry(custom()), error(400, "InvalidParameter"), OK)
                        .attempts())
                .isEqualTo(1);
        assertThat(get(Headway.builder().retry(custom()), error(429, "AnyCode"), status(502, ""), OK)
                        .attempts())
                .isEqualTo(3);
    }

    @Test
    void oneCallHasAStrategyOfItsOwn() throws IOException {
        RetryPolicy strategy = custom();
        // begin per-call
        Request.Builder request = new Request.Builder().tag(RetryPolicy.class, strategy);
        // end

        Sent sent = send(Headway.builder().retry(RetryPolicy.none()), request, error(400, "LimitExceeded"), OK);

        assertThat(sent.attempts()).isEqualTo(2);
    }

    @Test
    void oneCallOfTheJdksClientHasAStrategyOfItsOwn() throws Exception {
        RetryPolicy strategy = custom();
        Headway once = Headway.builder().retry(RetryPolicy.none()).time(time).build();
        HeadwayHttpClient client = HeadwayHttpClient.wrap(HttpClient.newHttpClient(), once);
        try (ScriptedServer server = new ScriptedServer(error(400, "LimitExceeded"), OK)) {
            HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
            // begin per-call-jdk
            HttpResponse<String> response = client.with(strategy).send(request, BodyHandlers.ofString());
            // end

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(server.targets()).hasSize(2);
        } finally {
            client.shutdownNow();
        }
    }

    @Test
    void aRetryTokenMakesAPostSafe() throws IOException {
        // begin token
        Headway.Builder api =
                Headway.builder().retry(RetryPolicies.oci()).idempotencyKey(IdempotencyKey.header("opc-retry-token"));
        // end

        Sent sent = send(api, new Request.Builder().post(RequestBody.create(new byte[1])), status(500, ""), OK);

        assertThat(sent.attempts()).isEqualTo(2);
        String token = sent.received().get(0).headers().get("opc-retry-token");
        assertThat(token).isNotEmpty();
        assertThat(sent.received().get(1).headers()).containsEntry("opc-retry-token", token);
    }
}
