package dev.headway.jdk;

import dev.headway.CallOptions;
import dev.headway.CallTrace;
import dev.headway.GiveUpException;
import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.spi.BlockingDriver;
import dev.headway.spi.Execution;
import dev.headway.spi.FutureDriver;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Paces and, where it is safe, repeats the calls of a {@link HttpClient}, by the rules of a {@link Headway}.
 *
 * <pre>{@code
 * HttpClient client = HeadwayHttpClient.wrap(HttpClient.newHttpClient(), headway);
 * }</pre>
 *
 * <p>Libraries that build the client themselves take {@link #newBuilder(Headway)}.
 *
 * <p>The caller gets the last response, or the client's own exception, in which {@link dev.headway.CallTraceException} is
 * suppressed; {@link GiveUpException} only where there is neither. The {@link BodyHandler} is asked once, for the response that
 * the caller gets: the bodies of all others are let go of. Everything else is the wrapped client's own.
 *
 * <p>A wait of {@link #send} ends at once when its thread is interrupted. A call of {@link #sendAsync} holds no thread while it
 * waits; cancelling its future, or one that is derived from it, or completing it in any other way ({@code orTimeout}), ends
 * the wait or the exchange, and nothing is sent after. {@link HttpRequest#timeout} is the time of one attempt, as without
 * Headway, and goes on until the caller's handler has made the body, for which the client alone does not care up to Java 25; what
 * streams ({@code ofInputStream}, {@code ofLines}, {@code ofPublisher}) is made before its first byte. A body that stalls fails its
 * call and is not asked for again.
 *
 * <p>A body of {@code BodyPublishers.ofString}, {@code ofByteArray}, {@code ofFile} or {@code noBody}, or of which {@link
 * #replayable} says so, is read anew for each attempt. Of others nobody can tell whether they would give the same bytes: they are
 * read once and copied as they are sent, unless the policy allows one attempt only. A call that waits holds the copy, 256 KiB at
 * most; a body that is longer, or was refused before its end, is not sent again. The client itself sends some requests again,
 * which counts here as one attempt: it follows redirects, answers 401, and repeats a {@code GET} once whose connection broke.
 * A {@link PushPromiseHandler} sees the pushes of every attempt, also of those that failed.
 *
 * <p>Where the {@link dev.headway.HintParser} looks at a body, its first 64 KiB are waited for, one second at most and within {@link
 * HttpRequest#timeout}, without a thread. The caller's handler gets every byte, and what had not come by then as it comes.
 *
 * <p>Where a call comes from another {@code HeadwayHttpClient}, through a client in between, this one only sends it.
 *
 * <p>Thread-safe. Closing it, or a view of it, ends the calls that wait, and takes no more; then it closes the wrapped client, on
 * Java 21 and later. Below, that client has nothing to close, and what is on its way goes on.
 */
public final class HeadwayHttpClient extends HttpClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeadwayHttpClient.class);
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private final HttpClient client;
    private final SharedClient shared;
    private final Headway headway;
    private final @Nullable CallOptions options;

    /**
     * Returns a client that sends through another one.
     *
     * @param client the client to send with
     * @param headway the rules and the shared state
     * @return a new client
     * @throws IllegalArgumentException if the client is wrapped already: two layers would repeat each other's attempts
     */
    public static HeadwayHttpClient wrap(HttpClient client, Headway headway) {
        if (client instanceof HeadwayHttpClient) {
            throw new IllegalArgumentException("The client is wrapped already."
                    + " Use with(policy) for other rules, or wrap the inner client for another Headway.");
        }
        Objects.requireNonNull(client, "client");
        return new HeadwayHttpClient(new SharedClient(client, new OriginScopes(), new WaitingCalls()), headway, null);
    }

    /**
     * Returns a builder for those who want to build the client themselves.
     *
     * @param headway the rules and the shared state
     * @return a new builder, with the JDK's defaults; each client it builds is a {@code HeadwayHttpClient}
     */
    public static HttpClient.Builder newBuilder(Headway headway) {
        return builder(HttpClient.newBuilder(), headway);
    }

    /**
     * Returns a builder over another one.
     *
     * @param builder what each method is passed on to
     * @param headway the rules and the shared state
     * @return a new builder; each client it builds is a {@code HeadwayHttpClient}
     * @throws IllegalArgumentException if the builder is one of these already
     */
    public static HttpClient.Builder builder(HttpClient.Builder builder, Headway headway) {
        return new HeadwayBuilder(builder, headway);
    }

    /**
     * Says of a body that it gives the same bytes each time it is asked for them, so that its request may be sent again however long
     * it is, and without a copy: for {@code ofInputStream(() -> aNewStream())}, {@code ofByteArrays}, {@code fromPublisher}, {@code
     * concat} and publishers of one's own, of which nobody can tell. One that turns out shorter or longer than the first time fails
     * its call instead.
     *
     * @param body the body
     * @return the same body, for a request of this client
     */
    public static BodyPublisher replayable(BodyPublisher body) {
        return new ReplayableBody(body);
    }

    private HeadwayHttpClient(SharedClient shared, Headway headway, @Nullable CallOptions options) {
        this.shared = shared;
        this.client = shared.client();
        this.headway = Objects.requireNonNull(headway, "headway");
        this.options = options;
    }

    /**
     * Returns a view of this client whose calls follow another policy. It shares connections, limits and budget.
     *
     * @param retryPolicy the policy of the calls that are made through the view
     * @return a view; closing it closes this client
     */
    public HeadwayHttpClient with(RetryPolicy retryPolicy) {
        CallOptions.Builder kept = options == null ? CallOptions.builder() : options.toBuilder();
        return new HeadwayHttpClient(shared, headway, kept.policy(retryPolicy).build());
    }

    /**
     * Returns a view of this client whose calls have these options, instead of those of this one; a policy that this one was given
     * stays, unless they have another. It shares connections, limits and budget.
     *
     * @param callOptions the options of the calls that are made through the view
     * @return a view; closing it closes this client
     */
    public HeadwayHttpClient with(CallOptions callOptions) {
        RetryPolicy kept = options == null ? null : options.policy();
        return new HeadwayHttpClient(
                shared,
                headway,
                kept == null || callOptions.policy() != null
                        ? callOptions.toBuilder().build()
                        : callOptions.toBuilder().policy(kept).build());
    }

    /**
     * Returns what happened in the call that ended with this response.
     *
     * @param response as this client returned it
     * @return the trace; one attempt, not timed, if nothing else happened
     */
    public static CallTrace trace(HttpResponse<?> response) {
        return response instanceof DeliveredResponse<?> delivered
                        && !delivered.trace().attempts().isEmpty()
                ? delivered.trace()
                : new CallTrace(List.of(onlyAttempt(response)), List.of(), null);
    }

    private static CallTrace.Attempt onlyAttempt(HttpResponse<?> response) {
        return new CallTrace.Attempt(1, Duration.ZERO, Duration.ZERO, OptionalInt.of(response.statusCode()), null);
    }

    /**
     * Carries a call to its end on this thread.
     *
     * @throws GiveUpException if the call gave up and there is no response to hand over
     * @throws IOException as the wrapped client
     * @throws InterruptedException if the thread is interrupted; nothing is sent after
     */
    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> responseBodyHandler)
            throws IOException, InterruptedException {
        if (shared.waiting().closed()) {
            throw WaitingCalls.closedFailure();
        }
        if (JdkExchange.isOfACall(responseBodyHandler)) {
            warnOfTwoLayers();
            return client.send(request, responseBodyHandler);
        }
        JdkExchange<T> exchange = new JdkExchange<>(shared, request, responseBodyHandler, options);
        Execution execution = begin(exchange);
        return exchange.delivered(BlockingDriver.run(execution, exchange));
    }

    /** Carries a call to its end without holding a thread. Fails as the wrapped client does, or with {@link GiveUpException}. */
    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> responseBodyHandler) {
        return sendAsync(request, responseBodyHandler, null);
    }

    /** As {@link #sendAsync(HttpRequest, BodyHandler)}; the handler of pushes sees those of every attempt. */
    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request,
            BodyHandler<T> responseBodyHandler,
            @Nullable PushPromiseHandler<T> pushPromiseHandler) {
        if (shared.waiting().closed()) {
            return CompletableFuture.failedFuture(new CompletionException(WaitingCalls.closedFailure()));
        }
        if (JdkExchange.isOfACall(responseBodyHandler)) {
            warnOfTwoLayers();
            return client.sendAsync(request, responseBodyHandler, pushPromiseHandler);
        }
        JdkExchange<T> exchange = new JdkExchange<>(shared, request, responseBodyHandler, options);
        exchange.pushTo(pushPromiseHandler);
        return FutureDriver.run(begin(exchange), exchange, shared.executor());
    }

    private static void warnOfTwoLayers() {
        if (WARNED.compareAndSet(false, true)) {
            LOG.warn("A call passes two HeadwayHttpClients; the inner one does nothing. Wrap each client once.");
        }
    }

    private Execution begin(JdkExchange<?> exchange) {
        Execution execution = headway.begin(exchange);
        exchange.begun(execution);
        return execution;
    }

    // ---- the wrapped client's own

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return client.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return client.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return client.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return client.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return client.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return client.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return client.authenticator();
    }

    @Override
    public Version version() {
        return client.version();
    }

    @Override
    public Optional<Executor> executor() {
        return client.executor();
    }

    /** Returns the wrapped client's builder: a web socket is neither paced nor repeated. */
    @Override
    public WebSocket.Builder newWebSocketBuilder() {
        return client.newWebSocketBuilder();
    }

    // ---- the end; since Java 21 these override

    /**
     * Takes no more calls and sends nothing more. What is on its way comes to its end; a call that waits, or would wait, fails at
     * once with an {@code IOException}, and its permit goes back. Then shuts the wrapped client down, on Java 21 and later.
     */
    public void shutdown() {
        shared.waiting().close();
        NewerJava.shutdown(client);
    }

    /** As {@link #shutdown()}, and the wrapped client ends what is on its way, on Java 21 and later. */
    public void shutdownNow() {
        shared.waiting().close();
        NewerJava.shutdownNow(client);
    }

    /**
     * Tells whether this client and the wrapped one have come to their ends.
     *
     * @return whether they have; below Java 21, where the wrapped client tells nothing of what is on its way, whether this one is
     *     closed and no call waits any more
     */
    public boolean isTerminated() {
        return shared.waiting().ended() && NewerJava.isTerminated(client);
    }

    /**
     * Waits for the end that {@link #isTerminated()} tells.
     *
     * @param duration how long at most
     * @return whether it has come
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitTermination(Duration duration) throws InterruptedException {
        // The first takes no time once this is closed, and all of it before.
        return shared.waiting().awaitEnd(duration) && NewerJava.awaitTermination(client, duration);
    }

    /** As {@link #shutdown()}; then closes the wrapped client, on Java 21 and later, which waits for what is on its way. */
    @Override
    public void close() {
        shared.waiting().close();
        NewerJava.close(client);
    }

    @Override
    public String toString() {
        return "HeadwayHttpClient[" + client + "]";
    }
}
