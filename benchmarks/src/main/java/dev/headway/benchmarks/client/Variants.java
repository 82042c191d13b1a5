package dev.headway.benchmarks.client;

import com.github.mizosoft.methanol.Methanol;
import com.github.mizosoft.methanol.RetryInterceptor;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import dev.headway.Headway;
import dev.headway.TokenBucket;
import dev.headway.jdk.HeadwayHttpClient;
import dev.headway.okhttp.HeadwayInterceptor;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** The clients under test, by name. Limits are set so high that nothing is ever held back. */
public final class Variants {
    private Variants() {}

    public static final String[] OKHTTP = {
        "okhttp-bare",
        "okhttp-noop",
        "okhttp-floor",
        "okhttp-r4j-icpt-rl",
        "okhttp-failsafe-icpt-rl",
        "okhttp-headway",
        "okhttp-headway-told",
        "okhttp-headway-seen"
    };
    public static final String[] JDK = {
        "jdk-bare",
        "jdk-floor",
        "jdk-r4j-retry-rl",
        "jdk-failsafe-rl",
        "methanol-retry",
        "jdk-headway",
        "jdk-headway-told",
        "jdk-bare-async",
        "methanol-retry-async",
        "jdk-headway-async"
    };

    /** {@code url} null: a stub stands for the network. */
    public static Variant create(String name, String url) {
        return name.startsWith("okhttp") ? okhttp(name, url) : jdk(name, url);
    }

    private static Headway told() {
        return Headway.builder()
                .limit(TokenBucket.perSecond(1_000_000_000).burst(1_000_000_000))
                .build();
    }

    // ---- OkHttp

    /** Says that the stub's answer came from a server and not from a cache. */
    private static final Response NETWORK = new Response.Builder()
            .request(new Request.Builder().url("http://127.0.0.1:1/x").build())
            .protocol(Protocol.HTTP_1_1)
            .code(200)
            .message("OK")
            .build();

    private static final MediaType TEXT = MediaType.parse("text/plain");

    private static final Interceptor STUB = chain -> new Response.Builder()
            .request(chain.request())
            .protocol(Protocol.HTTP_1_1)
            .code(200)
            .message("OK")
            .header("Date", "Wed, 25 Nov 2026 10:00:00 GMT")
            .header("Content-Type", "text/plain")
            .header("Content-Length", "2")
            .header("Server", "stub")
            .header("Connection", "keep-alive")
            .networkResponse(NETWORK)
            .body(ResponseBody.create("ok", TEXT))
            .build();

    private static RetryPolicy<Response> failsafeRetry() {
        return RetryPolicy.<Response>builder()
                .handle(IOException.class)
                .handleResultIf(r -> r != null && Floor.retryable(r.code()))
                .withBackoff(Duration.ofSeconds(1), Duration.ofSeconds(30))
                .withJitter(0.5)
                .withMaxAttempts(5)
                .build();
    }

    private static <R> dev.failsafe.RateLimiter<R> failsafeLimiter() {
        return dev.failsafe.RateLimiter.<R>smoothBuilder(1_000_000_000L, Duration.ofSeconds(1))
                .withMaxWaitTime(Duration.ofMinutes(1))
                .build();
    }

    private static io.github.resilience4j.ratelimiter.RateLimiter r4jLimiter() {
        return io.github.resilience4j.ratelimiter.RateLimiter.of(
                "bench",
                RateLimiterConfig.custom()
                        .limitForPeriod(Integer.MAX_VALUE)
                        .limitRefreshPeriod(Duration.ofSeconds(1))
                        .timeoutDuration(Duration.ofMinutes(1))
                        .build());
    }

    private static <T> Retry r4jRetry(java.util.function.Predicate<T> again) {
        return Retry.of(
                "bench",
                RetryConfig.<T>custom()
                        .maxAttempts(5)
                        .retryOnResult(again)
                        .retryExceptions(IOException.class)
                        .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(1000, 2.0, 0.5, 30_000))
                        .build());
    }

    private static int done(Response r) throws IOException {
        try (r) {
            r.body().bytes();
            return r.code();
        }
    }

    private static Variant okhttp(String name, String url) {
        OkHttpClient.Builder b = new OkHttpClient.Builder().retryOnConnectionFailure(true);
        switch (name) {
            case "okhttp-noop":
                b.addInterceptor(chain -> chain.proceed(chain.request()));
                break;
            case "okhttp-floor": {
                Floor floor = new Floor();
                b.addInterceptor(chain -> {
                    for (int attempt = 1; ; attempt++) {
                        if (floor.reserve() > 1_000_000) {
                            throw new IOException("never in this bench");
                        }
                        Response r = chain.proceed(chain.request());
                        if (attempt == 5 || !Floor.retryable(r.code())) {
                            return r;
                        }
                        r.close();
                    }
                });
                break;
            }
            case "okhttp-headway":
                b.addInterceptor(HeadwayInterceptor.of(Headway.create()));
                break;
            case "okhttp-headway-told":
                b.addInterceptor(HeadwayInterceptor.of(told()));
                break;
            case "okhttp-headway-seen":
                b.addInterceptor(Seen.intercepting(HeadwayInterceptor.of(Seen.headway())));
                break;
            case "okhttp-failsafe-icpt-rl": {
                FailsafeExecutor<Response> exec = Failsafe.with(failsafeRetry(), failsafeLimiter());
                b.addInterceptor(chain -> {
                    try {
                        return exec.get(() -> chain.proceed(chain.request()));
                    } catch (FailsafeException e) {
                        throw new IOException(e.getCause());
                    }
                });
                break;
            }
            case "okhttp-r4j-icpt-rl": {
                Retry retry = r4jRetry((Response r) -> Floor.retryable(r.code()));
                io.github.resilience4j.ratelimiter.RateLimiter rl = r4jLimiter();
                b.addInterceptor(chain -> {
                    try {
                        return retry.executeCallable(() -> rl.executeCallable(() -> chain.proceed(chain.request())));
                    } catch (IOException e) {
                        throw e;
                    } catch (Exception e) {
                        throw new IOException(e);
                    }
                });
                break;
            }
            default:
        }
        if (url == null) {
            b.addInterceptor(STUB);
        }
        OkHttpClient client = b.build();
        Request request = new Request.Builder()
                .url(url == null ? "http://127.0.0.1:1/x" : url)
                .header("X-Variant", name)
                .build();
        switch (name) {
            case "okhttp-bare":
            case "okhttp-noop":
            case "okhttp-floor":
            case "okhttp-failsafe-icpt-rl":
            case "okhttp-r4j-icpt-rl":
            case "okhttp-headway":
            case "okhttp-headway-told":
            case "okhttp-headway-seen":
                return () -> done(client.newCall(request).execute());
            default:
                throw new IllegalArgumentException(name);
        }
    }

    // ---- java.net.http

    private static Variant jdk(String name, String url) {
        HttpClient client = url == null
                ? new StubJdkClient()
                : HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url == null ? "http://127.0.0.1:1/x" : url))
                .header("X-Variant", name)
                .build();
        HttpResponse.BodyHandler<byte[]> body = HttpResponse.BodyHandlers.ofByteArray();
        switch (name) {
            case "jdk-bare":
                return () -> client.send(request, body).statusCode();
            case "jdk-bare-async":
                return () -> client.sendAsync(request, body).join().statusCode();
            case "jdk-floor": {
                Floor floor = new Floor();
                return () -> {
                    for (int attempt = 1; ; attempt++) {
                        if (floor.reserve() > 1_000_000) {
                            throw new IOException("never in this bench");
                        }
                        int status = client.send(request, body).statusCode();
                        if (attempt == 5 || !Floor.retryable(status)) {
                            return status;
                        }
                    }
                };
            }
            case "jdk-headway": {
                HttpClient h = HeadwayHttpClient.wrap(client, Headway.create());
                return () -> h.send(request, body).statusCode();
            }
            case "jdk-headway-told": {
                HttpClient h = HeadwayHttpClient.wrap(client, told());
                return () -> h.send(request, body).statusCode();
            }
            case "jdk-headway-async": {
                HttpClient h = HeadwayHttpClient.wrap(client, Headway.create());
                return () -> h.sendAsync(request, body).join().statusCode();
            }
            case "methanol-retry": {
                Methanol m = methanolRetry(client);
                return () -> m.send(request, body).statusCode();
            }
            case "methanol-retry-async": {
                Methanol m = methanolRetry(client);
                return () -> m.sendAsync(request, body).join().statusCode();
            }
            case "jdk-failsafe-rl": {
                RetryPolicy<HttpResponse<byte[]>> retry = RetryPolicy.<HttpResponse<byte[]>>builder()
                        .handle(IOException.class)
                        .handleResultIf(r -> r != null && Floor.retryable(r.statusCode()))
                        .withBackoff(Duration.ofSeconds(1), Duration.ofSeconds(30))
                        .withJitter(0.5)
                        .withMaxAttempts(5)
                        .build();
                FailsafeExecutor<HttpResponse<byte[]>> exec =
                        Failsafe.with(retry, Variants.<HttpResponse<byte[]>>failsafeLimiter());
                return () -> exec.get(() -> client.send(request, body)).statusCode();
            }
            case "jdk-r4j-retry-rl": {
                Callable<HttpResponse<byte[]>> c = Retry.decorateCallable(
                        r4jRetry((HttpResponse<byte[]> r) -> Floor.retryable(r.statusCode())),
                        io.github.resilience4j.ratelimiter.RateLimiter.decorateCallable(
                                r4jLimiter(), () -> client.send(request, body)));
                return () -> c.call().statusCode();
            }
            default:
                throw new IllegalArgumentException(name);
        }
    }

    private static Methanol methanolRetry(HttpClient client) {
        return Methanol.newBuilder(client)
                .autoAcceptEncoding(false)
                .interceptor(RetryInterceptor.newBuilder()
                        .maxRetries(4)
                        .onException(IOException.class)
                        .onStatus(Floor::retryable)
                        .backoff(RetryInterceptor.BackoffStrategy.retryAfterOr(
                                RetryInterceptor.BackoffStrategy.exponential(
                                                Duration.ofSeconds(1), Duration.ofSeconds(30))
                                        .withJitter()))
                        .build())
                .build();
    }
}
