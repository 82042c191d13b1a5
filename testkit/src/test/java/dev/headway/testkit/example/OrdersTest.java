package dev.headway.testkit.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.CallOptions;
import dev.headway.Headway;
import dev.headway.HeadwayListener.WaitEvent;
import dev.headway.Quota;
import dev.headway.RefusedException;
import dev.headway.Scope;
import dev.headway.WaitCause;
import dev.headway.testkit.AnsweredRequest;
import dev.headway.testkit.Counting;
import dev.headway.testkit.Fault;
import dev.headway.testkit.FaultProxy;
import dev.headway.testkit.RateLimitHeaders;
import dev.headway.testkit.RateLimitedApi;
import dev.headway.testkit.RateLimitedApiExtension;
import dev.headway.testkit.RecordingListener;
import dev.headway.testkit.RequestChecks;
import dev.headway.testkit.VirtualTime;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OrdersTest {

    private static final Quota QUOTA = Quota.of(5).per(Duration.ofSeconds(10));

    private final VirtualTime time = VirtualTime.automatic();
    private final RecordingListener listener = new RecordingListener();
    private final Headway.Builder headway = Headway.builder().time(time).listener(listener);

    @RegisterExtension
    final RateLimitedApiExtension apis = new RateLimitedApiExtension(() -> RateLimitedApi.builder()
            .limit(QUOTA)
            .counting(Counting.SLIDING_LOG)
            .headers(RateLimitHeaders.RATELIMIT_DRAFT_08)
            .time(time));

    @Test
    void keepsALimitThatItKnows(RateLimitedApi api) throws Exception {
        Orders orders = new Orders(headway.limit(QUOTA).build(), api.url("/"));

        for (int i = 0; i < 12; i++) {
            orders.place("order-" + i);
        }

        RequestChecks.that(api.requests()).neverOver().nothingTwice();
        assertThat(time.elapsed()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(21));
    }

    @Test
    void waitsAsLongAsTheServerAsks(RateLimitedApi api) throws Exception {
        Orders orders = new Orders(headway.build(), api.url("/"));

        for (int i = 0; i < 12; i++) {
            orders.place("order-" + i);
        }

        assertThat(api.accepted()).isEqualTo(12);
        RequestChecks.that(api.requests()).neverEarly().nothingTwice();
    }

    @Test
    void getsThroughTrouble(RateLimitedApi api) throws Exception {
        try (FaultProxy proxy = FaultProxy.builder()
                .to(api.url("/"))
                .faults(Fault.script("503:2s,reset-before,ok"))
                .time(time)
                .start()) {
            Orders orders = new Orders(headway.build(), proxy.url("/"));

            assertThat(orders.place("order-1")).isEqualTo(200);

            assertThat(proxy.requests()).extracting(AnsweredRequest::status).containsExactly(503, 200);
            RequestChecks.that(proxy.requests()).neverEarly().nothingTwice();
        }
        assertThat(api.accepted()).isEqualTo(1);
        assertThat(listener.of(WaitEvent.class).get(0).cause()).isEqualTo(WaitCause.SERVER_HINT);
    }

    /** What is tested: a client of one's own. */
    private record Orders(Headway headway, HttpClient http, URI api) {

        private static final CallOptions IDEMPOTENT =
                CallOptions.builder().idempotent().build();

        Orders(Headway headway, URI api) {
            this(headway, HttpClient.newHttpClient(), api);
        }

        int place(String id) throws Exception {
            HttpRequest request = HttpRequest.newBuilder(api.resolve("/orders"))
                    .header("Idempotency-Key", id)
                    .POST(BodyPublishers.ofString("{}"))
                    .build();
            return headway.call(Scope.ofOrigin(api), IDEMPOTENT, () -> {
                HttpResponse<Void> answer = http.send(request, BodyHandlers.discarding());
                if (answer.statusCode() == 429 || answer.statusCode() == 503) {
                    long seconds =
                            answer.headers().firstValueAsLong("Retry-After").orElseThrow();
                    throw new RefusedException(Duration.ofSeconds(seconds));
                }
                return answer.statusCode();
            });
        }
    }
}
