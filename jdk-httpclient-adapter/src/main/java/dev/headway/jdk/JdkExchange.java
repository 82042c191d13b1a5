package dev.headway.jdk;

import dev.headway.CallTrace;
import dev.headway.CallTraceException;
import dev.headway.Evidence;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.Signal;
import dev.headway.spi.BlockingExchange;
import dev.headway.spi.Execution;
import dev.headway.spi.FutureExchange;
import dev.headway.spi.RequestFacts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One call: what core asks of its request, and what the drivers do with its client. The client sees the {@link Attempt} as the
 * handler of its response; the caller's own handler is asked for the one that the caller gets.
 */
final class JdkExchange<T>
        implements BlockingExchange<HttpResponse<Object>>,
                FutureExchange<HttpResponse<Object>, HttpResponse<T>>,
                RequestFacts {

    private static final Registration NOTHING_TO_END = () -> {};

    private final HttpClient client;
    private final HttpRequest request;
    private final BodyHandler<T> handler;
    private final OriginScopes scopes;
    private final @Nullable RetryPolicy policy;
    private final @Nullable GuardedBody body;
    private @Nullable PushPromiseHandler<T> pushes;
    private @Nullable Execution execution;
    private @Nullable Attempt attempt;

    JdkExchange(
            HttpClient client,
            HttpRequest request,
            BodyHandler<T> handler,
            OriginScopes scopes,
            @Nullable RetryPolicy policy) {
        this.client = client;
        this.handler = Objects.requireNonNull(handler, "responseBodyHandler");
        this.scopes = scopes;
        this.policy = policy;
        BodyPublisher publisher = request.bodyPublisher().orElse(null);
        this.body = publisher == null || publisher.contentLength() == 0 ? null : new GuardedBody(publisher);
        this.request = body == null
                ? request
                : HttpRequest.newBuilder(request, (name, value) -> true)
                        .method(request.method(), body)
                        .build();
    }

    void pushTo(@Nullable PushPromiseHandler<T> pushPromiseHandler) {
        pushes = pushPromiseHandler;
    }

    void begun(Execution begun) {
        execution = begun;
    }

    private Execution execution() {
        return Objects.requireNonNull(execution);
    }

    /** Whether a handler is that of a call which another Headway carries out already. */
    static boolean isOfACall(BodyHandler<?> handler) {
        return handler instanceof JdkExchange<?>.Attempt;
    }

    // ---- RequestFacts

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public String url() {
        URI uri = request.uri();
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return uri.getScheme() + "://" + uri.getHost() + port + path;
    }

    @Override
    public Scope scope() {
        return scopes.of(request.uri());
    }

    @Override
    public boolean replayable() {
        return body == null || body.replayable();
    }

    @Override
    public boolean hasHeader(String name) {
        return request.headers().firstValue(name).isPresent();
    }

    @Override
    public @Nullable RetryPolicy policy() {
        return policy;
    }

    @Override
    public OptionalLong timeLeftNanos() {
        return OptionalLong.empty();
    }

    // ---- Exchange

    @Override
    public Signal signalOf(HttpResponse<Object> response) {
        return new JdkAnswer(response);
    }

    @Override
    public Signal signalOf(Throwable failure) {
        Attempt failed = attempt();
        boolean handlerAsked = failed.abandon();
        Evidence evidence = FailureEvidence.of(failure, failed.bodies(), failed.redirected());
        return new Signal.Failure(failure, evidence, handlerAsked, FailureEvidence.throttled(failure));
    }

    @Override
    public void discard(HttpResponse<Object> response) {
        HeldBody unread = held(response);
        if (unread != null) {
            unread.passTo(Drain.create());
        } else {
            letGo(response.body());
        }
    }

    /** A body that the caller's handler made for a caller who has gone. */
    private static void letGo(@Nullable Object made) {
        try {
            if (made instanceof AutoCloseable closeable) {
                closeable.close();
            } else if (made instanceof Flow.Publisher<?> publisher) {
                publisher.subscribe(new NoSubscriber());
            }
        } catch (Exception ignored) {
            // Nobody is left to hear of it.
        }
    }

    // ---- BlockingExchange

    @Override
    public HttpResponse<Object> send(int attempt) throws IOException, InterruptedException {
        Attempt begun = attemptBegins();
        try {
            return client.send(request, begun);
        } catch (InterruptedException e) {
            begun.abandon();
            throw e;
        }
    }

    /** The client's {@code send} hears nothing but the interrupt of its thread. */
    @Override
    public Registration onCancel(Runnable wake) {
        return NOTHING_TO_END;
    }

    @Override
    public boolean cancelled() {
        return false;
    }

    @Override
    public IOException cancellation() {
        throw new IllegalStateException("A blocking call can not be cancelled");
    }

    /** Turns the response into what the caller gets, on the calling thread. */
    HttpResponse<T> delivered(HttpResponse<Object> response) throws IOException, InterruptedException {
        HeldBody unread = held(response);
        if (unread == null) {
            return asReceived(response);
        }
        CompletableFuture<HttpResponse<T>> delivery = deliver(response, unread);
        try {
            return delivery.get();
        } catch (InterruptedException e) {
            if (!delivery.cancel(true) && !delivery.isCompletedExceptionally()) {
                release(delivery.join());
            }
            throw e;
        } catch (ExecutionException e) {
            IOException thrown = SyncFailures.asTheClientThrows(Objects.requireNonNull(e.getCause()));
            thrown.addSuppressed(new CallTraceException(execution().trace()));
            throw thrown;
        }
    }

    // ---- FutureExchange

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // pushes have the caller's type, and the client takes null for none
    public CompletableFuture<HttpResponse<Object>> sendAsync(int attempt) {
        return client.sendAsync(request, attemptBegins(), (PushPromiseHandler<Object>) pushes);
    }

    @Override
    public CompletableFuture<HttpResponse<T>> deliver(HttpResponse<Object> response) {
        HeldBody unread = held(response);
        return unread == null ? CompletableFuture.completedFuture(asReceived(response)) : deliver(response, unread);
    }

    @Override
    public void release(HttpResponse<T> delivered) {
        letGo(delivered.body());
    }

    // ---- the body

    private Attempt attemptBegins() {
        Attempt begun = new Attempt();
        attempt = begun;
        return begun;
    }

    private Attempt attempt() {
        return Objects.requireNonNull(attempt);
    }

    private @Nullable HeldBody held(HttpResponse<Object> response) {
        HeldBody mine = attempt().held();
        return mine != null && response.body() == mine ? mine : null;
    }

    @SuppressWarnings("unchecked") // the body is what the caller's handler made
    private HttpResponse<T> asReceived(HttpResponse<Object> response) {
        HttpResponse<T> received = (HttpResponse<T>) (HttpResponse<?>) response;
        return execution().eventful()
                ? new DeliveredResponse<>(received, received.body(), execution().trace())
                : received;
    }

    /** As the client does it, on its executor: a subscriber may read the whole body before it says what it makes of it. */
    private CompletableFuture<HttpResponse<T>> deliver(HttpResponse<Object> response, HeldBody unread) {
        CallTrace trace = execution().trace();
        Delivery<HttpResponse<T>> delivery = new Delivery<>(unread);
        run(client.executor().orElseGet(delivery::defaultExecutor), () -> read(response, unread, trace, delivery));
        return delivery;
    }

    private void read(
            HttpResponse<Object> response, HeldBody unread, CallTrace trace, Delivery<HttpResponse<T>> delivery) {
        if (delivery.isDone()) {
            return;
        }
        try {
            BodySubscriber<T> subscriber = asked(unread.info());
            unread.passTo(subscriber);
            subscriber.getBody().whenComplete((body, thrown) -> {
                if (thrown != null) {
                    delivery.fail(thrown);
                } else {
                    delivery.complete(new DeliveredResponse<>(response, body, trace));
                }
            });
        } catch (Throwable e) {
            delivery.fail(e);
            unread.drop(e);
        }
    }

    private BodySubscriber<T> asked(ResponseInfo info) {
        return Objects.requireNonNull(handler.apply(info), "the BodySubscriber of the BodyHandler");
    }

    private static void run(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    /** The handler of one attempt's response, on threads of the client's; of none that comes after the attempt has failed. */
    private final class Attempt implements BodyHandler<Object> {

        private final int bodiesBefore = body == null ? 0 : body.subscriptions();

        // Guarded by this; nobody is called under it.
        private @Nullable HeldBody held;
        private boolean handlerAsked;
        private boolean abandoned;

        @Override
        @SuppressWarnings("unchecked") // nobody but this class looks at the body of the client's response
        public BodySubscriber<Object> apply(ResponseInfo info) {
            boolean mayResend = execution().mayResend(info.statusCode());
            boolean late;
            HeldBody undecided = null;
            synchronized (this) {
                late = abandoned;
                if (late || mayResend) {
                    undecided = new HeldBody(info);
                    held = undecided;
                } else {
                    handlerAsked = true;
                }
            }
            if (undecided == null) {
                return (BodySubscriber<Object>) asked(info);
            }
            if (late) {
                undecided.passTo(Drain.create());
            }
            return undecided;
        }

        synchronized @Nullable HeldBody held() {
            return held;
        }

        /** Lets nothing more of it reach the caller. Returns whether something has. */
        boolean abandon() {
            HeldBody unread;
            boolean begun;
            synchronized (this) {
                unread = abandoned ? null : held;
                begun = handlerAsked;
                abandoned = true;
            }
            if (unread != null) {
                unread.passTo(Drain.create());
            }
            return begun;
        }

        /** How often the client has begun to send the request's body. */
        int bodies() {
            return body == null ? 0 : body.subscriptions() - bodiesBefore;
        }

        /** Whether the client may have been sent on: a request whose body it never began to send was not answered. */
        boolean redirected() {
            return client.followRedirects() != HttpClient.Redirect.NEVER
                    && (body == null || request.expectContinue() || bodies() > 0);
        }
    }

    /** The way of a body to the caller's subscriber, which a cancel ends. */
    private static final class Delivery<V> extends CompletableFuture<V> {

        private final HeldBody body;

        Delivery(HeldBody body) {
            this.body = body;
        }

        /** Wrapped, so that a failure of the caller's own is none of this future's: it may be a cancellation. */
        void fail(Throwable thrown) {
            completeExceptionally(thrown instanceof CompletionException ? thrown : new CompletionException(thrown));
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (cancelled) {
                body.drop(new IOException("The call was cancelled."));
            }
            return cancelled;
        }
    }

    private static final class NoSubscriber implements Flow.Subscriber<Object> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(Object item) {}

        @Override
        public void onError(Throwable throwable) {}

        @Override
        public void onComplete() {}
    }
}
