package dev.headway.it.comingfrom;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.Quota;
import dev.headway.RetryPolicy;
import dev.headway.jdk.HeadwayHttpClient;
import dev.headway.okhttp.HeadwayCallFactory;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many requests at once, of which some fail for good: every result is there, in its place. */
@Timeout(60)
class BatchTest {

    private static final int REQUESTS = 40;
    private static final long POLL_NANOS = 100_000;

    private final VirtualTime time = new VirtualTime();
    private final AtomicInteger refusals = new AtomicInteger();

    // begin batch
    record Fetched(
            URI uri,
            @Nullable HttpResponse<String> response,
            @Nullable Throwable failure) {}

    static List<Fetched> fetchAll(HttpClient client, List<URI> uris) {
        List<CompletableFuture<Fetched>> all = uris.stream()
                .map(uri -> client.sendAsync(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                        .handle((response, failure) -> new Fetched(uri, response, failure)))
                .toList();
        return all.stream().map(CompletableFuture::join).toList();
    }
    // end

    private Headway headway() {
        return Headway.builder()
                .limit(Quota.of(10).per(Duration.ofSeconds(1)))
                .retry(RetryPolicy.builder().maxAttempts(2).build())
                .time(time)
                .build();
    }

    /** 404 for one in eight, a broken connection for another, and one refusal. */
    private MockWebServer server() throws IOException {
        MockWebServer server = new MockWebServer();
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                int number = Integer.parseInt(request.getUrl().pathSegments().get(0));
                if (number % 8 == 3) {
                    return new MockResponse.Builder()
                            .code(404)
                            .body("no " + number)
                            .build();
                }
                if (number % 8 == 5) {
                    return new MockResponse.Builder()
                            .onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
                            .build();
                }
                if (number == 20 && refusals.getAndIncrement() == 0) {
                    return new MockResponse.Builder()
                            .code(429)
                            .addHeader("Retry-After", "3")
                            .build();
                }
                return new MockResponse.Builder().body("item " + number).build();
            }
        });
        server.start();
        return server;
    }

    @Test
    void whatFailsTakesNothingFromTheRest() throws Exception {
        try (MockWebServer server = server()) {
            HttpClient client = HeadwayHttpClient.wrap(
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), headway());
            List<URI> uris = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                uris.add(server.url("/" + i).uri());
            }

            CompletableFuture<List<Fetched>> batch = CompletableFuture.supplyAsync(() -> fetchAll(client, uris));
            while (!batch.isDone()) {
                time.runNext(Duration.ofMinutes(1));
                LockSupport.parkNanos(POLL_NANOS);
            }

            List<Fetched> fetched = batch.get();
            assertThat(fetched.stream().map(Fetched::uri)).isEqualTo(uris);
            for (int i = 0; i < REQUESTS; i++) {
                HttpResponse<String> response = fetched.get(i).response();
                if (i % 8 == 5) {
                    assertThat(response).isNull();
                    assertThat(fetched.get(i).failure())
                            .isInstanceOf(CompletionException.class)
                            .cause()
                            .isInstanceOf(IOException.class);
                } else {
                    assertThat(response).isNotNull();
                    assertThat(response.statusCode()).isEqualTo(i % 8 == 3 ? 404 : 200);
                    assertThat(response.body()).isEqualTo((i % 8 == 3 ? "no " : "item ") + i);
                }
            }
            assertThat(refusals).hasValue(2);
        }
    }

    // begin okhttp
    record Loaded(int status, String body, @Nullable IOException failure) {}

    static CompletableFuture<Loaded> load(Call.Factory calls, Request request) {
        CompletableFuture<Loaded> loaded = new CompletableFuture<>();
        calls.newCall(request).enqueue(new Callback() {
            @Override
            public void onResponse(Call call, Response response) {
                try (response) {
                    loaded.complete(new Loaded(response.code(), response.body().string(), null));
                } catch (IOException e) {
                    onFailure(call, e);
                }
            }

            @Override
            public void onFailure(Call call, IOException e) {
                loaded.complete(new Loaded(0, "", e));
            }
        });
        return loaded;
    }
    // end

    @Test
    void okHttpLosesNothingEither() throws Exception {
        try (MockWebServer server = server()) {
            HeadwayCallFactory calls = HeadwayCallFactory.of(new OkHttpClient(), headway());
            List<CompletableFuture<Loaded>> batch = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                batch.add(load(
                        calls, new Request.Builder().url(server.url("/" + i)).build()));
            }
            while (!batch.stream().allMatch(CompletableFuture::isDone)) {
                time.runNext(Duration.ofMinutes(1));
                LockSupport.parkNanos(POLL_NANOS);
            }

            for (int i = 0; i < REQUESTS; i++) {
                Loaded loaded = batch.get(i).get();
                if (i % 8 == 5) {
                    assertThat(loaded.failure()).isNotNull();
                } else {
                    assertThat(loaded.status()).isEqualTo(i % 8 == 3 ? 404 : 200);
                    assertThat(loaded.body()).isEqualTo((i % 8 == 3 ? "no " : "item ") + i);
                }
            }
            // Ten go at once, and ten more each second.
            assertThat(time.elapsed()).isGreaterThanOrEqualTo(Duration.ofSeconds((REQUESTS - 1) / 10));
        }
    }
}
