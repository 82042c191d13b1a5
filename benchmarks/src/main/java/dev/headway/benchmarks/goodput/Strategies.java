package dev.headway.benchmarks.goodput;

import com.github.mizosoft.methanol.Methanol;
import com.github.mizosoft.methanol.RetryInterceptor;
import com.google.common.util.concurrent.RateLimiter;
import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import dev.failsafe.RetryPolicyBuilder;
import dev.failsafe.okhttp.FailsafeCall;
import dev.headway.Headway;
import dev.headway.Limit;
import dev.headway.Quota;
import dev.headway.TokenBucket;
import dev.headway.okhttp.HeadwayInterceptor;
import io.github.bucket4j.Bucket;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.RetryToken;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;

/** The peers. To add a client: write one small class, put it in {@link #all()}. */
public final class Strategies {
    private Strategies() {}

    public static Map<String, Strategy.Factory> all() {
        Map<String, Strategy.Factory> m = new LinkedHashMap<>();
        // knows nothing
        m.put("bare", Bare::new);
        m.put("sleep1-forever", Sleep1::new);
        m.put("failsafe-exp-5", r -> new FailsafeOkHttp(r, 5, false, 0.5));
        m.put("failsafe-exp-50", r -> new FailsafeOkHttp(r, 50, false, 0.5));
        m.put("aws-adaptive-5", r -> new AwsAdaptive(r, 5));
        m.put("aws-adaptive-50", r -> new AwsAdaptive(r, 50));
        // reads Retry-After
        m.put("failsafe-ra-5", r -> new FailsafeOkHttp(r, 5, true, 0));
        m.put("failsafe-ra-50", r -> new FailsafeOkHttp(r, 50, true, 0));
        m.put("failsafe-ra-jit-5", r -> new FailsafeOkHttp(r, 5, true, 0.5)); // withJitter falls on Retry-After as well
        m.put("methanol-ra-5", r -> new MethanolRetry(r, 4));
        // is told the limit
        m.put("r4j-rl+exp-5", r -> new R4j(r, false));
        m.put("r4j-rl-fine+exp-5", r -> new R4j(r, true));
        m.put("b4j+exp-5", r -> new B4j(r, false));
        m.put("b4j-fine+exp-5", r -> new B4j(r, true));
        m.put("guava+exp-5", GuavaLimited::new);
        m.put("failsafe-rl+exp-5", FailsafeLimited::new);
        m.put("headway", r -> new Ours(r, false)); // told nothing, reads the answers
        m.put("headway-told", r -> new Ours(r, true));
        // is told the limit and the server's algorithm: what is left is the machine
        m.put("oracle", Oracle::new);
        return m;
    }

    static boolean retryable(int status) {
        return status == 429 || status == 408 || status >= 500;
    }

    private static int done(Response r) throws IOException {
        try (r) {
            r.body().bytes();
            return r.code();
        }
    }

    static final class Bare implements Strategy {
        private final OkHttpClient client;
        private final Request request;

        Bare(Run run) {
            client = run.okHttp().build();
            request = run.request();
        }

        @Override
        public int call() throws IOException {
            return done(client.newCall(request).execute());
        }
    }

    /** What people write first. */
    static final class Sleep1 implements Strategy {
        private final Bare bare;

        Sleep1(Run run) {
            bare = new Bare(run);
        }

        @Override
        public int call() throws Exception {
            while (true) {
                int status = bare.call();
                if (!retryable(status)) {
                    return status;
                }
                Thread.sleep(1000);
            }
        }
    }

    private static RetryPolicy<Response> failsafeRetry(int attempts, boolean retryAfter, double jitter) {
        RetryPolicyBuilder<Response> p = RetryPolicy.<Response>builder()
                .handle(IOException.class)
                .handleResultIf(r -> r != null && retryable(r.code()))
                .withBackoff(Duration.ofSeconds(1), Duration.ofSeconds(30))
                .withMaxAttempts(attempts)
                .onRetry(
                        e -> { // the rejected response holds its connection until someone closes it
                            if (e.getLastResult() != null) {
                                e.getLastResult().close();
                            }
                        });
        if (jitter > 0) {
            p.withJitter(jitter);
        }
        if (retryAfter) {
            p.withDelayFn(c -> {
                Response r = c.getLastResult();
                String v = r == null ? null : r.header("Retry-After");
                if (v != null) {
                    return Duration.ofSeconds(Long.parseLong(v.trim()));
                }
                // the same back-off as without, its jitter worked out here: withJitter would fall on Retry-After too
                double base = Math.min(30e9, 1e9 * Math.pow(2, Math.max(0, c.getAttemptCount() - 1)));
                return jitter > 0
                        ? Duration.ofNanos((long) base)
                        : Duration.ofNanos(
                                (long) (base * ThreadLocalRandom.current().nextDouble(0.5, 1.5)));
            });
        }
        return p.build();
    }

    static final class FailsafeOkHttp implements Strategy {
        private final OkHttpClient client;
        private final Request request;
        private final FailsafeCall.FailsafeCallBuilder failsafe;

        FailsafeOkHttp(Run run, int attempts, boolean retryAfter, double jitter) {
            client = run.okHttp().build();
            request = run.request();
            failsafe = FailsafeCall.with(failsafeRetry(attempts, retryAfter, jitter));
        }

        @Override
        public int call() throws IOException {
            return done(failsafe.compose(client.newCall(request)).execute());
        }
    }

    /** Retry around limiter around call, the limiter of the same library, at the published rate. */
    static final class FailsafeLimited implements Strategy {
        private final OkHttpClient client;
        private final Request request;
        private final FailsafeCall.FailsafeCallBuilder failsafe;

        FailsafeLimited(Run run) {
            client = run.okHttp().build();
            request = run.request();
            double rate = run.spec.rate;
            dev.failsafe.RateLimiter<Response> limiter = (run.spec.window > 0
                            ? dev.failsafe.RateLimiter.<Response>burstyBuilder(
                                    run.spec.atOnce, seconds(run.spec.window))
                            : dev.failsafe.RateLimiter.<Response>smoothBuilder((long) rate, Duration.ofSeconds(1)))
                    .withMaxWaitTime(Duration.ofMinutes(2))
                    .build();
            failsafe = FailsafeCall.with(Failsafe.with(failsafeRetry(5, false, 0.5), limiter));
        }

        @Override
        public int call() throws IOException {
            return done(failsafe.compose(client.newCall(request)).execute());
        }
    }

    private static Duration seconds(double s) {
        return Duration.ofNanos((long) (s * 1e9));
    }

    /** {@code fine}: one permit an interval where a bucket leaks, instead of a second's worth at a time. */
    static final class R4j implements Strategy {
        private final Callable<Response> call;

        R4j(Run run, boolean fine) {
            OkHttpClient client = run.okHttp().build();
            Request request = run.request();
            Case c = run.spec;
            int limit = c.window > 0 ? c.atOnce : fine ? 1 : (int) c.rate;
            Duration period = c.window > 0 ? seconds(c.window) : fine ? seconds(1 / c.rate) : Duration.ofSeconds(1);
            io.github.resilience4j.ratelimiter.RateLimiter limiter = io.github.resilience4j.ratelimiter.RateLimiter.of(
                    "bench",
                    RateLimiterConfig.custom()
                            .limitForPeriod(limit)
                            .limitRefreshPeriod(period)
                            .timeoutDuration(Duration.ofMinutes(2))
                            .build());
            Retry retry = Retry.of(
                    "bench",
                    RetryConfig.<Response>custom()
                            .maxAttempts(5)
                            .retryOnResult(r -> retryable(r.code()))
                            .retryExceptions(IOException.class)
                            .consumeResultBeforeRetryAttempt((n, r) -> r.close())
                            .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(1000, 2.0, 0.5, 30_000))
                            .build());
            call = Retry.decorateCallable(
                    retry,
                    io.github.resilience4j.ratelimiter.RateLimiter.decorateCallable(
                            limiter, () -> client.newCall(request).execute()));
        }

        @Override
        public int call() throws Exception {
            return done(call.call());
        }
    }

    /** A blocking bucket inside the retry. {@code fine}: capacity and refill as the server has them. */
    static final class B4j implements Strategy {
        private final OkHttpClient client;
        private final Request request;
        private final Bucket bucket;
        private final RetryPolicy<Response> retry = failsafeRetry(5, false, 0.5);

        B4j(Run run, boolean fine) {
            Case c = run.spec;
            if (c.window > 0) {
                bucket = fine
                        ? Bucket.builder()
                                .addLimit(l -> l.capacity(c.atOnce).refillIntervally(c.atOnce, seconds(c.window)))
                                .build()
                        : Bucket.builder()
                                .addLimit(l -> l.capacity(c.atOnce).refillGreedy(c.atOnce, seconds(c.window)))
                                .build();
            } else {
                long capacity = fine ? c.atOnce : (long) c.rate;
                bucket = Bucket.builder()
                        .addLimit(l -> l.capacity(capacity).refillGreedy((long) c.rate, Duration.ofSeconds(1)))
                        .build();
            }
            client = run.okHttp()
                    .addInterceptor(chain -> {
                        try {
                            bucket.asBlocking().consume(1);
                        } catch (InterruptedException e) {
                            throw new java.io.InterruptedIOException();
                        }
                        return chain.proceed(chain.request());
                    })
                    .build();
            request = run.request();
        }

        @Override
        public int call() throws IOException {
            return done(
                    FailsafeCall.with(retry).compose(client.newCall(request)).execute());
        }
    }

    static final class GuavaLimited implements Strategy {
        private final OkHttpClient client;
        private final Request request;
        private final FailsafeCall.FailsafeCallBuilder failsafe = FailsafeCall.with(failsafeRetry(5, false, 0.5));

        GuavaLimited(Run run) {
            RateLimiter limiter = RateLimiter.create(run.spec.rate);
            client = run.okHttp()
                    .addInterceptor(chain -> {
                        limiter.acquire();
                        return chain.proceed(chain.request());
                    })
                    .build();
            request = run.request();
        }

        @Override
        public int call() throws IOException {
            return done(failsafe.compose(client.newCall(request)).execute());
        }
    }

    static final class MethanolRetry implements Strategy {
        private final Methanol client;
        private final HttpRequest request;

        MethanolRetry(Run run, int retries) {
            client = Methanol.newBuilder(HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .build())
                    .autoAcceptEncoding(false)
                    .interceptor(RetryInterceptor.newBuilder()
                            .maxRetries(retries)
                            .onException(IOException.class)
                            .onStatus(Strategies::retryable)
                            .backoff(RetryInterceptor.BackoffStrategy.retryAfterOr(
                                    RetryInterceptor.BackoffStrategy.exponential(
                                                    Duration.ofSeconds(1), Duration.ofSeconds(30))
                                            .withJitter(0.5)))
                            .build())
                    .backendInterceptor(Methanol.Interceptor.create(q -> {
                        run.sending();
                        return q;
                    }))
                    .backendInterceptor(new Answers(run))
                    .build();
            request = HttpRequest.newBuilder(URI.create(run.url))
                    .header("X-Api-Key", run.key)
                    .build();
        }

        @Override
        public int call() throws Exception {
            return client.send(request, HttpResponse.BodyHandlers.ofByteArray()).statusCode();
        }

        private static final class Answers implements Methanol.Interceptor {
            private final Run run;

            Answers(Run run) {
                this.run = run;
            }

            @Override
            public <T> HttpResponse<T> intercept(HttpRequest q, Chain<T> chain)
                    throws IOException, InterruptedException {
                HttpResponse<T> r = chain.forward(q);
                run.answered(r.statusCode());
                return r;
            }

            @Override
            public <T> java.util.concurrent.CompletableFuture<HttpResponse<T>> interceptAsync(
                    HttpRequest q, Chain<T> chain) {
                return chain.forwardAsync(q).whenComplete((r, e) -> {
                    if (r != null) {
                        run.answered(r.statusCode());
                    }
                });
            }
        }
    }

    /** The AWS SDK's own adaptive strategy (measured send rate, cubic growth, retry quota), around OkHttp. */
    static final class AwsAdaptive implements Strategy {
        private final Bare bare;
        private final RetryStrategy strategy;

        private static final class Throttled extends RuntimeException {
            private static final long serialVersionUID = 1;
            final int status;

            Throttled(int status) {
                super("status " + status, null, false, false);
                this.status = status;
            }
        }

        AwsAdaptive(Run run, int attempts) {
            bare = new Bare(run);
            strategy = DefaultRetryStrategy.adaptiveStrategyBuilder()
                    .maxAttempts(attempts)
                    .retryOnException(t -> t instanceof Throttled || t instanceof IOException)
                    .treatAsThrottling(t -> t instanceof Throttled)
                    .build();
        }

        @Override
        public int call() throws Exception {
            var first = strategy.acquireInitialToken(AcquireInitialTokenRequest.create("bench"));
            RetryToken token = first.token();
            Duration delay = first.delay();
            while (true) {
                if (!delay.isZero()) {
                    Thread.sleep(delay.toMillis(), delay.getNano() % 1_000_000);
                }
                Throwable failure;
                try {
                    int status = bare.call();
                    if (!retryable(status)) {
                        strategy.recordSuccess(RecordSuccessRequest.create(token));
                        return status;
                    }
                    failure = new Throttled(status);
                } catch (java.io.InterruptedIOException e) {
                    throw e;
                } catch (IOException e) {
                    failure = e;
                }
                try {
                    RefreshRetryTokenResponse again = strategy.refreshRetryToken(RefreshRetryTokenRequest.builder()
                            .token(token)
                            .failure(failure)
                            .build());
                    token = again.token();
                    delay = again.delay();
                } catch (TokenAcquisitionFailedException e) {
                    if (failure instanceof Throttled) {
                        return ((Throttled) failure).status;
                    }
                    throw (IOException) failure;
                }
            }
        }
    }

    /** Two lines: a Headway, and its interceptor. Told what the server does, or nothing. */
    static final class Ours implements Strategy {
        private final OkHttpClient client;
        private final Request request;

        Ours(Run run, boolean told) {
            Headway.Builder headway = Headway.builder();
            if (told) {
                headway.limit(limit(run.spec));
            }
            client = run.okHttp()
                    .addInterceptor(HeadwayInterceptor.of(headway.build()))
                    .build();
            request = run.request();
        }

        /** What is written in the vendor's pages; nginx without nodelay holds the burst back itself, but accepts it. */
        private static Limit limit(Case c) {
            return c.window > 0
                    ? Quota.of(c.atOnce).per(seconds(c.window))
                    : TokenBucket.perSecond((long) c.rate).burst(c.atOnce);
        }

        @Override
        public int call() throws IOException {
            return done(client.newCall(request).execute());
        }
    }

    /**
     * Not a peer: the reference. Knows rate, burst and the server's algorithm, and paces by them, late by a hair for the
     * scheduler's jitter; a rejected call takes the next free slot.
     */
    static final class Oracle implements Strategy {
        private final Bare bare;
        private final boolean window;
        private final boolean strict;
        private final int atOnce;
        private final long interval;
        private final ReentrantLock turn = new ReentrantLock(true);
        private long next = System.nanoTime();
        private int free;

        Oracle(Run run) {
            Case c = run.spec;
            bare = new Bare(run);
            window = c.window > 0;
            atOnce = c.serverDelays ? 1 : c.atOnce;
            strict = atOnce == 1; // no burst: a late request pushes the next one back
            interval = window ? (long) (c.window * 1e9) + 20_000_000 : (long) (1e9 / c.rate * 1.002) + 200_000;
            free = atOnce;
        }

        private void await() throws InterruptedException {
            turn.lockInterruptibly();
            try {
                if (free == atOnce && free > 0) {
                    next = System.nanoTime() + interval; // the first ever, or the first of a window
                }
                if (free > 0) {
                    free--;
                    return;
                }
                long wait;
                while ((wait = next - System.nanoTime()) > 0) {
                    LockSupport.parkNanos(wait); // Thread.sleep(ms, ns) rounds up to whole milliseconds before JDK 21
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                }
                next = (strict || window ? System.nanoTime() : next) + interval;
                if (window) {
                    free = atOnce - 1;
                }
            } finally {
                turn.unlock();
            }
        }

        @Override
        public int call() throws Exception {
            while (true) {
                await();
                int status = bare.call();
                if (!retryable(status)) {
                    return status;
                }
            }
        }
    }
}
