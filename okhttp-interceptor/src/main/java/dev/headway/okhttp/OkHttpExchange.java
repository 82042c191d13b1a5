package dev.headway.okhttp;

import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.Signal;
import dev.headway.spi.BlockingExchange;
import dev.headway.spi.RequestFacts;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.MultipartBody;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/** One call: what core asks of its request, and what the driver does with its client. */
final class OkHttpExchange implements BlockingExchange<Response>, RequestFacts {

    private final Call call;
    private final Request request;
    private final OriginScopes scopes;
    private Interceptor.Chain chain;
    private @Nullable CallWatch watch;

    OkHttpExchange(Interceptor.Chain chain, OriginScopes scopes) {
        this.chain = chain;
        this.call = chain.call();
        this.request = chain.request();
        this.scopes = scopes;
    }

    /** Keeps the client from sending this request a second time, and looks whether it has left, as far as the version can. */
    void sendOnce() {
        if (OkHttpFeatures.SINCE_5_4) {
            chain = OkHttp54.withoutResends(chain);
            watching();
        }
    }

    // ---- RequestFacts

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public String url() {
        return request.url()
                .newBuilder()
                .username("")
                .password("")
                .query(null)
                .fragment(null)
                .build()
                .toString();
    }

    @Override
    public Scope scope() {
        return scopes.of(request.url());
    }

    @Override
    public boolean replayable() {
        RequestBody body = request.body();
        return body == null || replayable(body);
    }

    private static boolean replayable(RequestBody body) {
        if (body.isOneShot() || body.isDuplex()) {
            return false;
        }
        if (body instanceof MultipartBody multipart) {
            // Before 5.0 it does not ask its parts.
            for (MultipartBody.Part part : multipart.parts()) {
                if (!replayable(part.body())) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public boolean hasHeader(String name) {
        return request.header(name) != null;
    }

    @Override
    public @Nullable RetryPolicy policy() {
        return request.tag(RetryPolicy.class);
    }

    @Override
    public OptionalLong timeLeftNanos() {
        Timeout timeout = call.timeout();
        long whole = timeout.timeoutNanos();
        if (!timeout.hasDeadline()) {
            return whole == 0 ? OptionalLong.empty() : OptionalLong.of(whole);
        }
        // A deadline counts on okio's own clock: one that is a nanosecond away tells what that shows.
        long now = new Timeout().deadline(1, TimeUnit.NANOSECONDS).deadlineNanoTime() - 1;
        long left = Math.max(0, timeout.deadlineNanoTime() - now);
        return OptionalLong.of(whole == 0 ? left : Math.min(whole, left));
    }

    // ---- BlockingExchange

    @Override
    public Response send(int attempt) throws IOException {
        if (watch != null) {
            watch.attemptBegins();
        }
        return chain.proceed(request);
    }

    @Override
    public Signal signalOf(Response response) {
        return new Signal.Response(
                response.code(), new OkHttpHeaders(response.headers()), response.networkResponse() == null);
    }

    @Override
    public Signal signalOf(Throwable failure) {
        return new Signal.Failure(failure, FailureEvidence.of(failure, watch), false);
    }

    @Override
    public void discard(Response response) {
        try {
            response.close();
        } catch (RuntimeException ignored) {
            // An interceptor of the user's may have made a response that can not be closed.
        }
    }

    @Override
    public Registration onCancel(Runnable wake) {
        if (!OkHttpFeatures.SINCE_5_4) {
            return CancelScanner.SHARED.watch(call, wake);
        }
        CallWatch listener = watching();
        listener.onCancel(wake);
        // After the registration: a cancel between the two is heard twice rather than not at all.
        if (call.isCanceled()) {
            wake.run();
        }
        return () -> listener.onCancel(CallWatch.NOBODY);
    }

    private CallWatch watching() {
        if (watch == null) {
            watch = new CallWatch();
            // There is no way to take a listener off again, so one serves the whole call.
            OkHttp54.addEventListener(call, watch);
        }
        return watch;
    }

    @Override
    public boolean cancelled() {
        return call.isCanceled();
    }

    @Override
    public IOException cancellation() {
        return new IOException("Canceled");
    }
}
