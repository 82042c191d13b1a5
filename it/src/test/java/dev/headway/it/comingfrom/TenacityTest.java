package dev.headway.it.comingfrom;

import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Backoff;
import dev.headway.GiveUpException;
import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.RefusedException;
import dev.headway.RetryPolicy;
import dev.headway.RetryRule;
import dev.headway.Scope;
import dev.headway.StopRule;
import dev.headway.okhttp.HeadwayInterceptor;
import dev.headway.testkit.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** tenacity: rules, stops and waits that are put together, hooks, and functions that are no HTTP. */
@Timeout(60)
class TenacityTest extends Origin {

    @Test
    void exponentialJitterAndSixAttempts() throws IOException {
        // begin policy
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(6)
                .retryIf(RetryRule.status(429))
                .backoff(Backoff.exponential(Duration.ofSeconds(1), 2, Duration.ofSeconds(60))
                        .withAdditiveJitter(Duration.ofSeconds(1)))
                .build();
        // end

        Sent sent = get(Headway.builder().retry(policy), REFUSED);

        assertThat(sent.attempts()).isEqualTo(6);
        // [1,2] [2,3] [4,5] [8,9] [16,17] s.
        assertThat(sent.took()).isBetween(seconds(31), seconds(36.5));
        assertThat(get(Headway.builder().retry(policy), status(500, "")).attempts())
                .isEqualTo(1);
    }

    @Test
    void rulesStopsAndWaitsArePutTogether() throws IOException {
        AtomicBoolean shutdown = new AtomicBoolean();
        // begin combined
        RetryPolicy policy = RetryPolicy.builder()
                .retryIf(RetryRule.status(202).or(RetryRule.failure(IOException.class)))
                .stop(StopRule.beforeDelay(Duration.ofSeconds(20)).or(StopRule.when(shutdown::get)))
                .backoff(Backoff.chain(Backoff.fixed(Duration.ofSeconds(3)), Backoff.fixed(Duration.ofSeconds(7)))
                        .plus(Backoff.random(Duration.ZERO, Duration.ofSeconds(1))))
                .build();
        // end

        Sent sent = get(Headway.builder().retry(policy), status(202, "not yet"));

        // At 3 to 4, 10 to 12 and 17 to 20 s; the one after would come too late, whatever is drawn.
        assertThat(sent.attempts()).isBetween(3, 4);
        assertThat(sent.took()).isLessThan(seconds(20));
        shutdown.set(true);
        assertThat(get(Headway.builder().retry(policy), status(202, "not yet")).attempts())
                .isEqualTo(1);
    }

    @Test
    void beforeSleepIsAListener() throws IOException {
        List<String> log = new ArrayList<>();
        // begin before-sleep
        RetryPolicy policy = RetryPolicy.builder()
                .listener(new HeadwayListener() {
                    @Override
                    public void waiting(WaitEvent event) {
                        log.add("attempt " + event.before() + " in at most " + event.atMost());
                    }
                })
                .backoff(Backoff.fixed(Duration.ofSeconds(2)))
                .build();
        // end

        get(Headway.builder().retry(policy), status(503, ""), OK);

        assertThat(log).containsExactly("attempt 2 in at most PT2S");
    }

    @Test
    void theEndIsMappedToAValue() throws Exception {
        RetryPolicy policy =
                RetryPolicy.builder().maxAttempts(2).throwOnGiveUp().build();
        Headway api = Headway.builder().retry(policy).time(time).build();
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(HeadwayInterceptor.of(api))
                .build();
        try (ScriptedServer server = new ScriptedServer(status(503, "down"))) {
            Request request =
                    new Request.Builder().url(server.uri("/").toString()).build();
            // begin fallback
            String text;
            try (Response response = client.newCall(request).execute()) {
                text = response.body().string();
            } catch (GiveUpException e) {
                text = "from the cache, since " + e.reason();
            }
            // end
            assertThat(text).isEqualTo("from the cache, since ATTEMPTS");
            assertThat(server.received()).hasSize(2);
        } finally {
            client.connectionPool().evictAll();
        }
    }

    @Test
    void aFunctionThatIsNoHttp() throws Exception {
        Headway api = Headway.builder().time(time).build();
        AtomicInteger calls = new AtomicInteger();
        // begin function
        String reply = api.call(Scope.of("mail"), () -> {
            if (calls.incrementAndGet() < 3) {
                throw new RefusedException(Duration.ofSeconds(5));
            }
            return "sent";
        });
        // end

        assertThat(reply).isEqualTo("sent");
        assertThat(calls).hasValue(3);
        assertThat(time.elapsed()).isBetween(seconds(10), seconds(11));
    }
}
