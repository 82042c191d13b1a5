package dev.headway.okhttp;

import dev.headway.Evidence;
import dev.headway.Signal;
import dev.headway.spi.BlockingExchange;
import dev.headway.spi.FutureExchange;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/** A call of the factory: each attempt is a call of the client's own, so that between two of them the client holds nothing. */
final class CallExchange extends OkHttpExchange
        implements BlockingExchange<Response>, FutureExchange<Response, Response> {

    private final HeadwayCall call;
    private final CallTimeout timeout;
    private final HeadwayCallFactory factory;
    private boolean once;
    private int turned;

    private volatile @Nullable Call attempt;
    private volatile Runnable wake = CallWatch.NOBODY;
    private volatile boolean cancelled;
    private volatile @Nullable Thread answering;

    CallExchange(HeadwayCall call, HeadwayCallFactory factory, CallTimeout timeout, OriginScopes scopes) {
        super(scopes);
        this.call = call;
        this.factory = factory;
        this.timeout = timeout;
    }

    /** Keeps the client from sending this request a second time, and looks whether it has left. */
    void sendOnce() {
        once = true;
    }

    /** On any thread. */
    void cancel() {
        cancelled = true;
        Call running = attempt;
        if (running != null) {
            running.cancel();
        }
        wake.run();
    }

    /** Whether the client itself is just calling back on this thread, which may then go on to the caller's callback. */
    boolean onClientsThread() {
        return Thread.currentThread().equals(answering);
    }

    @Override
    Request original() {
        return call.request();
    }

    @Override
    Timeout timeout() {
        return timeout;
    }

    private Call next() {
        Call next = once ? watched(new CallWatch()) : factory.client().newCall(request());
        call.attemptBegins(next);
        timeout.runs(next);
        attempt = next;
        // After it is known to be the one to cancel: a cancel between the two is heard twice rather than not at all.
        if (cancelled) {
            next.cancel();
        }
        return next;
    }

    private Call watched(CallWatch ofThis) {
        watchedBy(ofThis);
        String host = request().url().host();
        turned = factory.turns(host);
        OkHttpClient client = factory.clientWithoutResends(host);
        if (!OkHttpFeatures.SINCE_5_4) {
            return client.newCall(SendSpotter.watched(request(), ofThis));
        }
        Call next = client.newCall(request());
        OkHttp54.addEventListener(next, ofThis);
        return next;
    }

    /** Whether the caller, or the timeout of the whole call, has cancelled it. */
    boolean cancelAsked() {
        return cancelled;
    }

    /** A call that was cancelled behind our back, by the client's dispatcher or its timeout, is over as well. */
    @Override
    public boolean cancelled() {
        Call running = attempt;
        return cancelled || (running != null && running.isCanceled());
    }

    @Override
    public Signal.Failure signalOf(Throwable failure) {
        if (cancelled()) {
            return new Signal.Failure(failure, Evidence.UNKNOWN, true, false);
        }
        Signal.Failure signal = super.signalOf(failure);
        if (once && signal.evidence() == Evidence.NOT_SENT) {
            factory.couldNotSend(request().url().host(), turned);
        }
        return signal;
    }

    /** As the client: a call that was cancelled before its response is the caller's fails. */
    @Override
    Response handedOver(Response response) throws IOException {
        if (cancelled) {
            discard(response);
            throw cancellation();
        }
        return super.handedOver(response);
    }

    // ---- BlockingExchange

    @Override
    public Response send(int number) throws IOException {
        if (cancelled()) {
            throw cancellation();
        }
        return next().execute();
    }

    @Override
    public Registration onCancel(Runnable task) {
        wake = task;
        if (cancelled) {
            task.run();
        }
        return () -> wake = CallWatch.NOBODY;
    }

    @Override
    public IOException cancellation() {
        return new IOException("Canceled");
    }

    // ---- FutureExchange

    @Override
    public CompletableFuture<Response> sendAsync(int number) {
        if (cancelled()) {
            return CompletableFuture.failedFuture(cancellation());
        }
        Call sent = next();
        Answer answer = new Answer(sent);
        sent.enqueue(answer);
        return answer;
    }

    /** The client's dispatcher may have ended the call while the beginning of a body was read. */
    @Override
    public Registration waits(Consumer<? super IOException> end) {
        if (cancelled()) {
            end.accept(cancellation());
        }
        return () -> {};
    }

    @Override
    public CompletableFuture<Response> deliver(Response response) {
        try {
            return CompletableFuture.completedFuture(handedOver(response));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void release(Response delivered) {
        discard(delivered);
    }

    /** The client's callback as a future. */
    private final class Answer extends CompletableFuture<Response> implements Callback {

        private final Call sent;

        Answer(Call sent) {
            this.sent = sent;
        }

        @Override
        public void onResponse(Call answered, Response response) {
            answering = Thread.currentThread();
            if (!complete(response)) {
                discard(response);
            }
            answering = null;
        }

        @Override
        public void onFailure(Call failed, IOException e) {
            answering = Thread.currentThread();
            completeExceptionally(e);
            answering = null;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            sent.cancel();
            return super.cancel(mayInterruptIfRunning);
        }
    }
}
