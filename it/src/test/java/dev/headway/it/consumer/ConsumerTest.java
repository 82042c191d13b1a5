package dev.headway.it.consumer;

import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.CallTrace;
import dev.headway.Headway;
import dev.headway.Quota;
import dev.headway.RetryPolicy;
import dev.headway.TokenBucket;
import dev.headway.WaitCause;
import dev.headway.jdk.HeadwayHttpClient;
import dev.headway.okhttp.HeadwayInterceptor;
import dev.headway.testkit.RateLimitHeaders;
import dev.headway.testkit.RateLimitedApi;
import dev.headway.testkit.RetryAfter;
import dev.headway.testkit.VirtualTime;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The lines of the README and the design, as a user would write them. */
@Timeout(60)
class ConsumerTest {

    @Test
    void twoLinesAreEnoughForOkHttp() throws Exception {
        try (RateLimitedApi server = oneAtATime()) {
            OkHttpClient http = new OkHttpClient.Builder()
                    .addInterceptor(HeadwayInterceptor.of(Headway.create()))
                    .build();

            for (int i = 0; i < 3; i++) {
                Request request =
                        new Request.Builder().url(server.url("/").toString()).build();
                try (Response response = http.newCall(request).execute()) {
                    assertThat(response.code()).isEqualTo(200);
                }
            }
            assertThat(server.accepted()).isEqualTo(3);
        }
    }

    @Test
    void twoLinesAreEnoughForTheJdksClient() throws Exception {
        try (RateLimitedApi server = oneAtATime()) {
            HttpClient jdk = HeadwayHttpClient.wrap(HttpClient.newHttpClient(), Headway.create());

            HttpRequest request = HttpRequest.newBuilder(server.url("/")).build();
            for (int i = 0; i < 2; i++) {
                assertThat(jdk.send(request, BodyHandlers.ofString()).statusCode())
                        .isEqualTo(200);
            }
            HttpResponse<String> last =
                    jdk.sendAsync(request, BodyHandlers.ofString()).get(30, TimeUnit.SECONDS);
            assertThat(last.statusCode()).isEqualTo(200);
            assertThat(server.accepted()).isEqualTo(3);
        }
    }

    @Test
    void clientsOfOneHeadwayShareItsLimits() throws Exception {
        Headway api = Headway.builder()
                .retry(RetryPolicy.standard())
                .limit(TokenBucket.perSecond(10).burst(1), Quota.of(5000).per(ofHours(1)))
                .time(VirtualTime.automatic())
                .build();
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(HeadwayInterceptor.of(api))
                .build();
        HttpClient jdk = HeadwayHttpClient.wrap(HttpClient.newHttpClient(), api);

        try (RateLimitedApi server = RateLimitedApi.builder()
                .limit(TokenBucket.perSecond(1000).burst(1000))
                .start()) {
            CallTrace first;
            Request request =
                    new Request.Builder().url(server.url("/").toString()).build();
            try (Response response = http.newCall(request).execute()) {
                first = HeadwayInterceptor.trace(response);
            }
            HttpResponse<String> response =
                    jdk.send(HttpRequest.newBuilder(server.url("/")).build(), BodyHandlers.ofString());
            CallTrace second = HeadwayHttpClient.trace(response);

            assertThat(first.waits()).isEmpty();
            assertThat(second.attempts()).hasSize(1);
            assertThat(second.waits())
                    .singleElement()
                    .satisfies(wait -> assertThat(wait.cause()).isEqualTo(WaitCause.PERMIT));
            assertThat(server.refused()).isZero();
        }
    }

    @Test
    void callBringsItsOwnPolicy() throws Exception {
        Headway api = Headway.create();
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(HeadwayInterceptor.of(api))
                .build();
        HeadwayHttpClient jdk = HeadwayHttpClient.wrap(HttpClient.newHttpClient(), api);

        try (RateLimitedApi server = RateLimitedApi.builder()
                .limit(Quota.of(1).per(ofHours(1)))
                .headers(RateLimitHeaders.NONE)
                .retryAfter(RetryAfter.NONE)
                .start()) {
            http.newCall(request(server)).execute().close();

            Request once = request(server)
                    .newBuilder()
                    .tag(RetryPolicy.class, RetryPolicy.none())
                    .build();
            try (Response response = http.newCall(once).execute()) {
                assertThat(HeadwayInterceptor.trace(response).attempts()).hasSize(1);
                assertThat(response.code()).isEqualTo(429);
            }
            HttpResponse<String> response = jdk.with(RetryPolicy.none())
                    .send(HttpRequest.newBuilder(server.url("/")).build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(429);
        }
    }

    private static Request request(RateLimitedApi server) {
        return new Request.Builder().url(server.url("/").toString()).build();
    }

    /** Refuses every second call of a caller who does not wait; a wait is a few milliseconds. */
    private static RateLimitedApi oneAtATime() {
        return RateLimitedApi.builder()
                .limit(TokenBucket.perSecond(20).burst(1))
                .headers(RateLimitHeaders.NONE)
                .retryAfter(RetryAfter.MILLISECONDS)
                .start();
    }
}
