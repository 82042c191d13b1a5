package dev.headway.testkit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Quota;
import dev.headway.TokenBucket;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RateLimitedApiTest {

    private final VirtualTime time = new VirtualTime();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<RateLimitedApi> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(RateLimitedApi::close);
    }

    @Test
    void twoHundredThreadsGetExactlyWhatTheBucketHolds() throws Exception {
        RateLimitedApi api = start(bucket());
        CountDownLatch together = new CountDownLatch(200);
        ExecutorService threads = Executors.newFixedThreadPool(200);
        try {
            List<Future<Integer>> statuses = IntStream.range(0, 200)
                    .mapToObj(i -> threads.submit(() -> {
                        together.countDown();
                        together.await();
                        return get(api, "/" + i).statusCode();
                    }))
                    .toList();
            int ok = 0;
            int refused = 0;
            for (Future<Integer> status : statuses) {
                ok += status.get() == 200 ? 1 : 0;
                refused += status.get() == 429 ? 1 : 0;
            }

            assertThat(ok).isEqualTo(20);
            assertThat(refused).isEqualTo(180);
        } finally {
            threads.shutdownNow();
        }
        assertThat(api.accepted()).isEqualTo(20);
        assertThat(api.refused()).isEqualTo(180);
        assertThat(api.requests()).hasSize(200);
        assertThat(api.requests().subList(0, 20)).allMatch(AnsweredRequest::accepted);
        assertThat(api.requests().stream().map(AnsweredRequest::path).collect(Collectors.toSet()))
                .hasSize(200);
    }

    @Test
    void twoHundredConnectionsAreServedAtOnce() throws Exception {
        RateLimitedApi api = start(bucket().latency(Duration.ofDays(1)));
        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 200)
                .mapToObj(i -> client.sendAsync(request(api, "/" + i).build(), BodyHandlers.ofString()))
                .toList();

        awaitJudged(api, 200);

        assertThat(answers).noneMatch(CompletableFuture::isDone);
        assertThat(api.requests().stream().map(AnsweredRequest::connection).collect(Collectors.toSet()))
                .hasSize(200);
        assertThat(api.accepted()).isEqualTo(20);
    }

    @Test
    void theQuotaFollowsTheGivenClock() throws Exception {
        RateLimitedApi api =
                start(RateLimitedApi.builder().limit(TokenBucket.perSecond(10)).time(time));

        assertThat(get(api, "/").statusCode()).isEqualTo(200);
        time.advance(ofMillis(99));
        assertThat(get(api, "/").statusCode()).isEqualTo(429);
        time.advance(ofMillis(1));
        assertThat(get(api, "/").statusCode()).isEqualTo(200);
        assertThat(get(api, "/").statusCode()).isEqualTo(429);
    }

    @Test
    void theRecordTellsWhatCameAndWhen() throws Exception {
        RateLimitedApi api = start(
                RateLimitedApi.builder().limit(Quota.of(2).per(ofSeconds(5))).time(time));

        get(api, "/first?page=1");
        time.advance(ofSeconds(3));
        client.send(
                request(api, "/second").POST(BodyPublishers.ofString("body")).build(), BodyHandlers.ofString());
        List<AnsweredRequest> early = api.requests();
        get(api, "/third");

        assertThat(api.requests())
                .containsExactly(
                        new AnsweredRequest(ofSeconds(0), "GET", "/first?page=1", 200, 0),
                        new AnsweredRequest(ofSeconds(3), "POST", "/second", 200, 0),
                        new AnsweredRequest(ofSeconds(3), "GET", "/third", 429, 0, null, ofSeconds(5)));
        assertThat(early).hasSize(2).isUnmodifiable();
    }

    @Test
    void theRecordTellsTheNameOfARequest() throws Exception {
        RateLimitedApi api = start(bucket());
        RateLimitedApi other = start(bucket().requestId("X-Request-Id"));

        for (RateLimitedApi each : List.of(api, other)) {
            client.send(
                    request(each, "/")
                            .header("idempotency-key", "a")
                            .header("x-request-id", "b")
                            .build(),
                    BodyHandlers.ofString());
        }

        assertThat(api.requests()).extracting(AnsweredRequest::id).containsExactly("a");
        assertThat(other.requests()).extracting(AnsweredRequest::id).containsExactly("b");
    }

    @Test
    void aDialectOfOnesOwnIsSpoken() throws Exception {
        RateLimitedApi api = start(bucket().headers("X-Left: {remaining} of {limit} within {window} s"));

        assertThat(header(get(api, "/"), "X-Left")).isEqualTo("19 of 20 within 2 s");
    }

    @Test
    void aSkewedClockDatesEverythingAlike() throws Exception {
        RateLimitedApi api = start(RateLimitedApi.builder()
                .limit(Quota.of(1).per(ofSeconds(5)))
                .headers(RateLimitHeaders.X_RATELIMIT_EPOCH)
                .retryAfter(RetryAfter.HTTP_DATE)
                .clockSkew(Duration.ofHours(-1))
                .time(time));
        get(api, "/");

        HttpResponse<String> refused = get(api, "/");

        assertThat(header(refused, "Date")).isEqualTo("Wed, 31 Dec 2025 23:00:00 GMT");
        assertThat(header(refused, "Retry-After")).isEqualTo("Wed, 31 Dec 2025 23:00:05 GMT");
        assertThat(header(refused, "X-RateLimit-Reset")).isEqualTo("1767222005");
    }

    @Test
    void answersTellTheirQuotaAndTheirDate() throws Exception {
        RateLimitedApi api = start(RateLimitedApi.builder()
                .limit(Quota.of(1).per(ofSeconds(5)))
                .headers(RateLimitHeaders.RATELIMIT)
                .retryAfter(RetryAfter.HTTP_DATE)
                .time(time));

        HttpResponse<String> ok = get(api, "/");
        time.advance(ofMillis(1500));
        HttpResponse<String> refused = get(api, "/");

        assertThat(ok.body()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(header(ok, "Date")).isEqualTo("Thu, 01 Jan 2026 00:00:00 GMT");
        assertThat(header(ok, "RateLimit-Reset")).isEqualTo("5");
        assertThat(ok.headers().firstValue("Retry-After")).isEmpty();
        assertThat(refused.body()).contains("TooManyRequests");
        assertThat(header(refused, "Content-Type")).isEqualTo("application/json");
        assertThat(header(refused, "Date")).isEqualTo("Thu, 01 Jan 2026 00:00:01 GMT");
        assertThat(header(refused, "Retry-After")).isEqualTo("Thu, 01 Jan 2026 00:00:05 GMT");
        assertThat(header(refused, "RateLimit-Limit")).isEqualTo("1");
        assertThat(header(refused, "RateLimit-Remaining")).isEqualTo("0");
        assertThat(header(refused, "RateLimit-Reset")).isEqualTo("4");
    }

    @Test
    void byDefaultItSpeaksTheCommonDialect() throws Exception {
        RateLimitedApi api = start(bucket());

        HttpResponse<String> ok = get(api, "/");
        for (int i = 0; i < 19; i++) {
            get(api, "/");
        }
        HttpResponse<String> refused = get(api, "/");

        assertThat(header(ok, "X-RateLimit-Limit")).isEqualTo("20");
        assertThat(header(ok, "X-RateLimit-Remaining")).isEqualTo("19");
        assertThat(header(ok, "X-RateLimit-Reset")).isEqualTo("1");
        assertThat(header(refused, "Retry-After")).isEqualTo("1");
    }

    @Test
    void itCanBeSilent() throws Exception {
        RateLimitedApi api = start(RateLimitedApi.builder()
                .limit(Quota.of(1).per(ofSeconds(5)))
                .headers(RateLimitHeaders.NONE)
                .retryAfter(RetryAfter.NONE)
                .time(time));
        get(api, "/");

        HttpResponse<String> refused = get(api, "/");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().map().keySet())
                .containsExactlyInAnyOrder("content-length", "content-type", "date");
    }

    @Test
    void clockAlignedWindowsEndOnTheClock() throws Exception {
        time.advance(ofSeconds(3));
        RateLimitedApi api = start(RateLimitedApi.builder()
                .limit(Quota.of(1).per(ofSeconds(10)))
                .clockAligned()
                .time(time));

        assertThat(header(get(api, "/"), "X-RateLimit-Reset")).isEqualTo("7");
        time.advance(ofSeconds(7));
        assertThat(get(api, "/").statusCode()).isEqualTo(200);
    }

    @Test
    void clockAlignmentMeansNothingToABucketNorWhereTheCountingIsTold() throws Exception {
        time.advance(ofSeconds(3));
        RateLimitedApi bucket = start(bucket().clockAligned());
        RateLimitedApi told = start(RateLimitedApi.builder()
                .limit(Quota.of(1).per(ofSeconds(10)))
                .clockAligned()
                .counting(Counting.FIXED_WINDOW)
                .time(time));

        assertThat(header(get(bucket, "/"), "X-RateLimit-Limit")).isEqualTo("20");
        assertThat(header(get(told, "/"), "X-RateLimit-Reset")).isEqualTo("10");
    }

    @Test
    void aSlidingLogForgetsOneRequestAfterTheOther() throws Exception {
        RateLimitedApi api = start(RateLimitedApi.builder()
                .limit(Quota.of(2).per(ofSeconds(10)))
                .counting(Counting.SLIDING_LOG)
                .time(time));
        get(api, "/");
        time.advance(ofSeconds(9));
        get(api, "/");
        time.advance(ofSeconds(1));

        assertThat(get(api, "/").statusCode()).isEqualTo(200);
        assertThat(header(get(api, "/"), "Retry-After")).isEqualTo("9");
    }

    @Test
    void aLeakyBucketHoldsARequestUntilItsTurn() throws Exception {
        RateLimitedApi api =
                start(bucket().limit(TokenBucket.perSecond(10).burst(2)).counting(Counting.LEAKY_BUCKET));
        get(api, "/first");

        CompletableFuture<HttpResponse<String>> held =
                client.sendAsync(request(api, "/held").build(), BodyHandlers.ofString());
        time.awaitTasks(1);
        HttpResponse<String> refused = get(api, "/refused");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(held).isNotDone();
        time.advance(ofMillis(100));
        assertThat(held.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(time.pending()).isZero();
    }

    @Test
    void closeLetsGoOfWhatALeakyBucketHolds() throws Exception {
        RateLimitedApi api =
                start(bucket().limit(TokenBucket.perSecond(10).burst(2)).counting(Counting.LEAKY_BUCKET));
        get(api, "/first");
        CompletableFuture<HttpResponse<String>> held =
                client.sendAsync(request(api, "/held").build(), BodyHandlers.ofString());
        time.awaitTasks(1);

        api.close();

        assertThat(held).failsWithin(60, TimeUnit.SECONDS).withThrowableThat().withCauseInstanceOf(IOException.class);
    }

    @Test
    void headHasNoBodyAndLeavesTheConnectionUsable() throws Exception {
        RateLimitedApi api = start(bucket());

        HttpRequest head =
                request(api, "/").method("HEAD", BodyPublishers.noBody()).build();
        assertThat(client.send(head, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        assertThat(get(api, "/").statusCode()).isEqualTo(200);

        assertThat(api.requests()).allMatch(request -> request.connection() == 0);
    }

    @Test
    void resetFillsTheQuotaAndForgetsTheRecord() throws Exception {
        RateLimitedApi api =
                start(RateLimitedApi.builder().limit(TokenBucket.perSecond(1)).time(time));
        get(api, "/");
        time.advance(ofMillis(10));
        get(api, "/");

        api.reset();

        assertThat(api.requests()).isEmpty();
        assertThat(api.accepted()).isZero();
        assertThat(api.refused()).isZero();
        assertThat(get(api, "/again").statusCode()).isEqualTo(200);
        assertThat(api.requests()).containsExactly(new AnsweredRequest(ofMillis(10), "GET", "/again", 200, 0));
    }

    @Test
    void latencyDelaysTheAnswer() throws Exception {
        RateLimitedApi api = start(bucket().latency(ofMillis(30)));
        long begin = System.nanoTime();

        get(api, "/");

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(ofMillis(30));
    }

    @Test
    void closeLeavesWaitingRequestsWithoutAnAnswer() throws Exception {
        RateLimitedApi api = start(bucket().latency(Duration.ofDays(1)));
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request(api, "/").build(), BodyHandlers.ofString());
        awaitJudged(api, 1);

        api.close();
        api.close();

        assertThat(answer).failsWithin(60, TimeUnit.SECONDS).withThrowableThat().withCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> get(api, "/")).isInstanceOf(IOException.class);
        assertThat(api.requests()).hasSize(1);
    }

    @Test
    void urlsKeepTheirQuery() {
        RateLimitedApi api = start(bucket());

        assertThat(api.url("/a/b?c=d%20e"))
                .hasScheme("http")
                .hasHost("127.0.0.1")
                .hasPath("/a/b")
                .hasQuery("c=d e");
        assertThat(api.url("a")).isEqualTo(api.url("/a"));
        assertThatThrownBy(() -> api.url("/a b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> RateLimitedApi.builder().start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("limit");
        assertThatThrownBy(() -> RateLimitedApi.builder().latency(ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bucket().counting(Counting.SLIDING_LOG).start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("SLIDING_LOG");
        assertThatThrownBy(() -> bucket().limit(Quota.of(1).per(ofSeconds(1)))
                        .counting(Counting.LEAKY_BUCKET)
                        .start())
                .isInstanceOf(IllegalStateException.class);
    }

    private RateLimitedApi.Builder bucket() {
        return RateLimitedApi.builder()
                .limit(TokenBucket.perSecond(10).burst(20))
                .time(time);
    }

    private RateLimitedApi start(RateLimitedApi.Builder builder) {
        RateLimitedApi api = builder.start();
        opened.add(api);
        return api;
    }

    private static HttpRequest.Builder request(RateLimitedApi api, String path) {
        return HttpRequest.newBuilder(api.url(path));
    }

    private HttpResponse<String> get(RateLimitedApi api, String path) throws IOException, InterruptedException {
        return client.send(request(api, path).build(), BodyHandlers.ofString());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElseThrow();
    }

    private static void awaitJudged(RateLimitedApi api, int requests) {
        while (api.accepted() + api.refused() < requests) {
            Thread.onSpinWait();
        }
    }
}
