package dev.headway.jdk;

import dev.headway.CallOptions;
import dev.headway.CallTrace;
import dev.headway.CallTraceException;
import dev.headway.Evidence;
import dev.headway.ResponseHeaders;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.Signal;
import dev.headway.spi.BlockingExchange;
import dev.headway.spi.Execution;
import dev.headway.spi.FutureExchange;
import dev.headway.spi.RequestFacts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call: what core asks of its request, and what the drivers do with its client. The client sees the {@link Attempt} as the
 * handler of its response; the caller's own handler is asked for the one that the caller gets.
 */
final class JdkExchange<T>
        implements BlockingExchange<HttpResponse<Object>>,
                FutureExchange<HttpResponse<Object>, HttpResponse<T>>,
                RequestFacts {

    private final SharedClient shared;
    private HttpRequest request;
    private final BodyHandler<T> handler;
    private final @Nullable CallOptions options;
    private final @Nullable GuardedBody body;
    private @Nullable PushPromiseHandler<T> pushes;
    private @Nullable Execution execution;
    private @Nullable Attempt<T> attempt;

    JdkExchange(SharedClient shared, HttpRequest request, BodyHandler<T> handler, @Nullable CallOptions options) {
        this.shared = shared;
        this.handler = Objects.requireNonNull(handler, "responseBodyHandler");
        this.options = options;
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
        if (body != null && begun.mayRepeat()) {
            body.keep();
        }
    }

    private Execution execution() {
        return Objects.requireNonNull(execution);
    }

    /** Whether a handler is that of a call which another Headway carries out already. */
    static boolean isOfACall(BodyHandler<?> handler) {
        return handler instanceof Attempt;
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
        return shared.scopes().of(request.uri());
    }

    @Override
    public boolean replayable() {
        return body == null || body.replayable();
    }

    @Override
    public List<String> headers(String name) {
        return request.headers().allValues(name);
    }

    @Override
    public boolean addHeader(String name, String value) {
        request = HttpRequest.newBuilder(request, (field, text) -> true)
                .setHeader(name, value)
                .build();
        return true;
    }

    @Override
    public @Nullable CallOptions options() {
        return options;
    }

    /** A view's policy is one of its options. */
    @Override
    public @Nullable RetryPolicy policy() {
        return null;
    }

    @Override
    public OptionalLong timeLeftNanos() {
        return OptionalLong.empty();
    }

    // ---- Exchange

    @Override
    public Signal signalOf(HttpResponse<Object> response, Execution call) {
        attemptEnds();
        return new JdkAnswer(response, shared.scopes());
    }

    @Override
    public Signal signalOf(Throwable failure) {
        attemptEnds();
        Attempt<T> failed = attempt();
        attempt = null;
        boolean handlerAsked = failed.abandon();
        Evidence evidence = FailureEvidence.of(
                failure, failed.bodies(), failed.redirected(shared.client().followRedirects()));
        return new Signal.Failure(failure, evidence, handlerAsked, FailureEvidence.throttled(failure));
    }

    private void attemptEnds() {
        if (body != null) {
            body.attemptEnds();
        }
    }

    @Override
    public void discard(HttpResponse<Object> response) {
        HeldBody unread = held(response);
        // A call that waits shall hold nothing of the attempt before.
        attempt = null;
        if (unread != null) {
            unread.passTo(Drain.create());
        } else {
            letGo(response.body());
        }
    }

    /** A body that the caller's handler made for a caller who has gone. */
    static void letGo(@Nullable Object made) {
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
        if (shared.waiting().closed()) {
            throw WaitingCalls.closedFailure();
        }
        Attempt<T> begun = attemptBegins();
        try {
            return begun.time() != null && request.expectContinue()
                    ? await(sendBounded(begun, begun.time()))
                    : shared.client().send(request, begun);
        } catch (InterruptedException e) {
            begun.interrupted();
            throw e;
        }
    }

    private HttpResponse<Object> await(CompletableFuture<HttpResponse<Object>> sent)
            throws IOException, InterruptedException {
        try {
            return sent.get();
        } catch (InterruptedException e) {
            if (!sent.cancel(true) && !sent.isCompletedExceptionally()) {
                letGo(sent.join().body());
            }
            throw e;
        } catch (ExecutionException e) {
            throw SyncFailures.asTheClientThrows(Objects.requireNonNull(e.getCause()));
        }
    }

    /** While it waits, the call ends when the client is closed; else {@code send} hears only the interrupt of its thread. */
    @Override
    public Registration onCancel(Runnable wake) {
        return shared.waiting().add(closed -> wake.run());
    }

    @Override
    public boolean cancelled() {
        return shared.waiting().closed();
    }

    @Override
    public IOException cancellation() {
        return WaitingCalls.closedFailure();
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
    public CompletableFuture<HttpResponse<Object>> sendAsync(int attempt) {
        Attempt<T> begun = attemptBegins();
        if (shared.waiting().closed()) {
            return CompletableFuture.failedFuture(WaitingCalls.closedFailure());
        }
        return begun.time() != null && request.expectContinue() ? sendBounded(begun, begun.time()) : sendAsync(begun);
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // pushes have the caller's type, and the client takes null for none
    private CompletableFuture<HttpResponse<Object>> sendAsync(Attempt<T> begun) {
        return shared.client().sendAsync(request, begun, (PushPromiseHandler<Object>) pushes);
    }

    private BoundedExchange<HttpResponse<Object>> sendBounded(Attempt<T> begun, AttemptTime time) {
        return new BoundedExchange<>(sendAsync(begun), time, late -> letGo(late.body()));
    }

    @Override
    public Registration waits(Consumer<? super IOException> end) {
        return shared.waiting().add(end);
    }

    @Override
    public Executor completer() {
        return SharedClient.COMPLETER;
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

    private Attempt<T> attemptBegins() {
        Attempt<T> begun =
                new Attempt<>(this, request.timeout().map(AttemptTime::begin).orElse(null));
        attempt = begun;
        return begun;
    }

    private Attempt<T> attempt() {
        return Objects.requireNonNull(attempt);
    }

    /** How often the client has begun to send the body. */
    int bodies() {
        return body == null ? 0 : body.subscriptions();
    }

    /** Whether the server may answer, and send the client on, although not a byte of a body was sent. */
    boolean mayBeAnsweredWithoutBody() {
        return body == null || request.expectContinue();
    }

    /** The caller's own, if there is one. */
    @Nullable Executor executor() {
        return shared.client().executor().orElse(null);
    }

    boolean mayResend(ResponseInfo info) {
        return execution().mayResend(info.statusCode());
    }

    boolean readsBody(ResponseInfo info, ResponseHeaders headers) {
        return execution().readsBody(info.statusCode(), headers);
    }

    private @Nullable HeldBody held(HttpResponse<Object> response) {
        // What is the caller's costs no lock.
        return (response.body() instanceof HeldBody body)
                        && body.equals(attempt().held())
                ? body
                : null;
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
        Delivery<HttpResponse<T>> delivery = new Delivery<>(unread, attempt().time());
        SharedClient.run(
                shared.client().executor().orElse(SharedClient.COMPLETER),
                () -> read(response, unread, trace, delivery));
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

    /** The caller gets this response, and nothing is sent after it. */
    BodySubscriber<T> asked(ResponseInfo info) {
        if (body != null) {
            body.letGo();
        }
        return Objects.requireNonNull(handler.apply(info), "the BodySubscriber of the BodyHandler");
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
