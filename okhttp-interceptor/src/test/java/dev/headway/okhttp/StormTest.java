package dev.headway.okhttp;

import static dev.headway.testkit.ScriptedServer.hangUp;
import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Backoff;
import dev.headway.Headway;
import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.RateLimiter;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.WaitCause;
import dev.headway.testkit.ScriptedServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many calls at once, each of which is cancelled, timed out, refused, broken off or failed by an interceptor at a random moment:
 * every one ends once, every permit goes back once, no connection stays in use, and no POST that was served is sent again.
 */
@Tag("every-okhttp")
@Timeout(120)
class StormTest {

    private static final int CALLS = 1500;
    private static final int WORKERS = 8;

    private final CountingLimiter limiter = new CountingLimiter();
    private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS, quiet("worker"));
    private final ExecutorService dispatching = Executors.newCachedThreadPool(quiet("dispatcher"));
    private final ExecutorService cancelling = Executors.newFixedThreadPool(2, quiet("canceller"));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nothingIsLeftAndNothingServedIsRepeated(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        List<Boolean> refusals = new ArrayList<>();
        ScriptedServer.Answer[] script = script(random.split(), refusals);
        Headway headway = Headway.builder()
                .limiter(limiter)
                .retry(RetryPolicy.builder().backoff(Backoff.none()).build())
                .build();
        try (ScriptedServer server = new ScriptedServer(script)) {
            OkHttpClient client = new OkHttpClient.Builder()
                    .dispatcher(new Dispatcher(dispatching))
                    .addInterceptor(new Breaking(random.split()))
                    .build();
            HeadwayCallFactory factory = HeadwayCallFactory.of(client, headway);
            OkHttpClient.Builder layered = client.newBuilder();
            layered.interceptors().add(0, HeadwayInterceptor.of(headway));
            // Below 5.4 the client itself may send the POST of an intercepted call again.
            Call.Factory intercepted = layered.retryOnConnectionFailure(false).build();

            List<Future<?>> ended = new ArrayList<>();
            List<Heard> enqueued = new CopyOnWriteArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                int number = i;
                SplittableRandom own = random.split();
                ended.add(workers.submit(
                        () -> call(own.nextBoolean() ? factory : intercepted, server, number, own, enqueued)));
            }
            for (Future<?> each : ended) {
                each.get(60, TimeUnit.SECONDS);
            }
            for (Heard each : enqueued) {
                assertThat(each.thread()).isNotNull();
            }
            CallFactoryTest.eventually(() -> factory.active() == 0
                    && limiter.outstanding.get() == 0
                    && client.dispatcher().runningCallsCount() == 0
                    && client.dispatcher().queuedCallsCount() == 0
                    && client.connectionPool().idleConnectionCount()
                            == client.connectionPool().connectionCount());
            assertThat(limiter.wrong).isEmpty();
            assertThat(enqueued).allSatisfy(each -> assertThat(each.calls()).hasSize(1));
            assertThat(servedTwice(server.received(), refusals)).isEmpty();
        } finally {
            workers.shutdownNow();
            cancelling.shutdownNow();
            dispatching.shutdown();
        }
    }

    private void call(
            Call.Factory factory, ScriptedServer server, int number, SplittableRandom random, List<Heard> enqueued) {
        Request.Builder request =
                new Request.Builder().url(server.uri("/" + number).toString());
        if (random.nextBoolean()) {
            request.post(RequestBody.create("text", MediaType.get("text/plain")));
        }
        Call call = factory.newCall(request.build());
        switch (random.nextInt(8)) {
            case 0 -> call.timeout().timeout(1, TimeUnit.NANOSECONDS);
            case 1 -> call.timeout().timeout(random.nextInt(1, 5000), TimeUnit.MICROSECONDS);
            case 2 -> call.timeout().deadline(random.nextInt(1, 5000), TimeUnit.MICROSECONDS);
            default -> {}
        }
        int spins = random.nextInt(20_000);
        switch (random.nextInt(6)) {
            case 0 -> call.cancel();
            case 1, 2 ->
                cancelling.execute(() -> {
                    for (int i = 0; i < spins; i++) {
                        Thread.onSpinWait();
                    }
                    call.cancel();
                });
            default -> {}
        }
        if (random.nextBoolean()) {
            Heard heard = new Heard();
            enqueued.add(heard);
            call.enqueue(heard);
            close(heard);
        } else {
            try (Response response = call.execute()) {
                if (random.nextBoolean()) {
                    response.body().string();
                }
            } catch (IOException | RuntimeException | Broken expected) {
                // Any end will do.
            }
        }
    }

    private static void close(Heard heard) {
        try {
            heard.response().close();
        } catch (IOException expected) {
            // Any end will do.
        } catch (Exception e) {
            throw new AssertionError("No callback", e);
        }
    }

    private static ScriptedServer.Answer[] script(SplittableRandom random, List<Boolean> refusals) {
        ScriptedServer.Answer[] script = new ScriptedServer.Answer[CALLS * 10];
        for (int i = 0; i < script.length; i++) {
            int which = random.nextInt(10);
            refusals.add(which == 0 || which == 1);
            script[i] = switch (which) {
                case 0, 1 -> status(429, "busy");
                case 2 -> status(500, "broken");
                case 3 -> hangUp();
                case 4 -> status(303, "", "Location: /receipt");
                default -> status(200, "ok");
            };
        }
        return script;
    }

    /** Of each POST only the last may have been anything but refused. */
    private static Set<String> servedTwice(List<ScriptedServer.Received> received, List<Boolean> refusals) {
        Map<String, Boolean> served = new HashMap<>();
        Set<String> twice = new HashSet<>();
        for (int i = 0; i < received.size(); i++) {
            ScriptedServer.Received each = received.get(i);
            if (each.method().equals("POST")) {
                if (served.getOrDefault(each.target(), false)) {
                    twice.add(each.target());
                }
                served.put(each.target(), !refusals.get(i));
            }
        }
        return twice;
    }

    private static ThreadFactory quiet(String name) {
        return task -> {
            Thread thread = new Thread(task, "storm-" + name);
            thread.setDaemon(true);
            // The client throws on what an interceptor throws.
            thread.setUncaughtExceptionHandler((failed, e) -> {});
            return thread;
        };
    }

    private static final class Broken extends Error {
        private static final long serialVersionUID = 1;
    }

    /** Behaves in every way in which an interceptor may. */
    private static final class Breaking implements Interceptor {

        private final SplittableRandom random;

        Breaking(SplittableRandom random) {
            this.random = random;
        }

        private synchronized int next() {
            return random.nextInt(30);
        }

        @Override
        public Response intercept(Chain chain) throws IOException {
            Request request = chain.request();
            switch (next()) {
                case 0 -> throw new IOException("before");
                case 1 -> throw new IllegalStateException("before");
                case 2 -> throw new Broken();
                case 3 -> {
                    return new Response.Builder()
                            .request(request)
                            .protocol(Protocol.HTTP_1_1)
                            .code(503)
                            .message("made up")
                            .body(ResponseBody.create("made up", null))
                            .build();
                }
                case 4 -> {
                    chain.proceed(request).close();
                    throw new IOException("after");
                }
                case 5 -> {
                    if (request.method().equals("GET")) {
                        chain.proceed(request).close();
                    }
                }
                default -> {}
            }
            return chain.proceed(request);
        }
    }

    /** Grants at once, a little later on another thread, or never; counts. */
    private static final class CountingLimiter implements RateLimiter {

        final AtomicInteger outstanding = new AtomicInteger();
        final List<String> wrong = new CopyOnWriteArrayList<>();
        private final SplittableRandom random = new SplittableRandom(7);

        @Override
        public Permit acquire(Scope scope, int cost, int priority, long nowNanos, long deadlineNanos) {
            int which;
            synchronized (random) {
                which = random.nextInt(20);
            }
            return switch (which) {
                case 0 -> new Counted(scope, Permit.State.REFUSED);
                case 1, 2, 3, 4 -> {
                    Counted pending = new Counted(scope, Permit.State.PENDING);
                    CompletableFuture.delayedExecutor(which, TimeUnit.MILLISECONDS)
                            .execute(pending::grant);
                    yield pending;
                }
                default -> {
                    Counted granted = new Counted(scope, Permit.State.PENDING);
                    granted.grant();
                    yield granted;
                }
            };
        }

        private final class Counted implements Permit {

            private final CompletableFuture<Void> settled = new CompletableFuture<>();
            private final Scope scope;
            private State state;

            Counted(Scope scope, State state) {
                this.scope = scope;
                this.state = state;
            }

            void grant() {
                synchronized (this) {
                    if (state == State.PENDING) {
                        state = State.GRANTED;
                        outstanding.incrementAndGet();
                    }
                }
                settled.complete(null);
            }

            @Override
            public Scope scope() {
                return scope;
            }

            @Override
            public synchronized State state() {
                return state;
            }

            @Override
            public CompletionStage<?> settled() {
                return settled;
            }

            @Override
            public WaitCause cause() {
                return WaitCause.PERMIT;
            }

            @Override
            public synchronized boolean answered(long sentAtNanos, Answer answer, RateLimitHint hint) {
                if (state != State.GRANTED) {
                    wrong.add("answered in " + state);
                }
                end(State.ANSWERED);
                return false;
            }

            @Override
            public synchronized void cancel(long sentAtNanos) {
                if (state != State.GRANTED && state != State.PENDING) {
                    wrong.add("cancelled in " + state);
                }
                end(State.CANCELLED);
            }

            private void end(State end) {
                if (state == State.GRANTED) {
                    outstanding.decrementAndGet();
                }
                state = end;
            }

            @Override
            public boolean tryResend(int weight) {
                return true;
            }

            @Override
            public Permit renew(int priority, long sinceNanos, long nowNanos, long deadlineNanos) {
                return acquire(Scope.of("api"), 1, nowNanos, deadlineNanos);
            }

            @Override
            public long earliestRenewal(long nowNanos) {
                return nowNanos;
            }
        }
    }
}
