package dev.headway.okhttp;

import dev.headway.CallOptions;
import dev.headway.ResponseHeaders;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.Signal;
import dev.headway.spi.Exchange;
import dev.headway.spi.Execution;
import dev.headway.spi.RequestFacts;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import okhttp3.HttpUrl;
import okhttp3.MultipartBody;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/** One call: what core asks of its request, and what it is told of its responses. How it is sent is the subclasses' part. */
abstract class OkHttpExchange implements Exchange<Response>, RequestFacts {

    private final OriginScopes scopes;
    private @Nullable Seldom seldom;

    /** What most calls do not need, so that they are smaller without. */
    private static final class Seldom {
        @Nullable Request keyed;

        @Nullable CallWatch watch;

        @Nullable BodyStart bodyStart;
    }

    OkHttpExchange(OriginScopes scopes) {
        this.scopes = scopes;
    }

    private Seldom seldom() {
        if (seldom == null) {
            seldom = new Seldom();
        }
        return seldom;
    }

    /** What the caller has made. */
    abstract Request original();

    /** What each attempt sends. */
    final Request request() {
        Request keyed = seldom == null ? null : seldom.keyed;
        return keyed == null ? original() : keyed;
    }

    /** The timeout of the whole call. */
    abstract Timeout timeout();

    /** What was seen of the last attempt, where the call is watched. */
    final @Nullable CallWatch watch() {
        return seldom == null ? null : seldom.watch;
    }

    final void watchedBy(CallWatch watch) {
        seldom().watch = watch;
    }

    // ---- RequestFacts

    @Override
    public String method() {
        return request().method();
    }

    @Override
    public String url() {
        HttpUrl url = request().url();
        boolean plain = url.username().isEmpty()
                && url.password().isEmpty()
                && url.encodedQuery() == null
                && url.fragment() == null;
        return plain
                ? url.toString()
                : url.newBuilder()
                        .username("")
                        .password("")
                        .query(null)
                        .fragment(null)
                        .build()
                        .toString();
    }

    @Override
    public Scope scope() {
        return scopeOf(request().url());
    }

    Scope scopeOf(HttpUrl url) {
        return scopes.of(url);
    }

    @Override
    public boolean replayable() {
        RequestBody body = request().body();
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
    public List<String> headers(String name) {
        return request().headers(name);
    }

    /** Asked for every call that is not idempotent by its method: makes no list. */
    @Override
    public boolean hasHeader(String name) {
        return request().header(name) != null;
    }

    @Override
    public boolean addHeader(String name, String value) {
        seldom().keyed = request().newBuilder().header(name, value).build();
        return true;
    }

    @Override
    public @Nullable RetryPolicy policy() {
        return RequestTags.policy(request());
    }

    @Override
    public @Nullable CallOptions options() {
        return RequestTags.options(request());
    }

    @Override
    public OptionalLong timeLeftNanos() {
        Timeout timeout = timeout();
        long whole = timeout.timeoutNanos();
        if (!timeout.hasDeadline()) {
            return whole == 0 ? OptionalLong.empty() : OptionalLong.of(whole);
        }
        long left = Math.max(0, timeout.deadlineNanoTime() - OkioClock.nanoTime());
        return OptionalLong.of(whole == 0 ? left : Math.min(whole, left));
    }

    // ---- Exchange

    @Override
    public Signal signalOf(Response response, Execution execution) {
        return new OkHttpAnswer(response, this, execution);
    }

    @Override
    public Signal.Failure signalOf(Throwable failure) {
        return new Signal.Failure(
                failure, FailureEvidence.of(failure, watch()), false, FailureEvidence.throttled(failure));
    }

    @Override
    public void discard(Response response) {
        if (seldom != null) {
            seldom.bodyStart = null;
        }
        try {
            response.close();
        } catch (RuntimeException ignored) {
            // An interceptor of the user's may have made a response that can not be closed.
        }
    }

    // ---- the beginning of the body

    /** Reads it when it is asked for the first time; null where nobody wants it. */
    @Nullable BodyStart bodyStart(Response response, ResponseHeaders headers, Execution of) {
        BodyStart read = seldom == null ? null : seldom.bodyStart;
        if (read == null && of.readsBody(response.code(), headers)) {
            read = BodyStart.of(response, of.likelyResent(response.code()));
            seldom().bodyStart = read;
        }
        return read;
    }

    /**
     * The response as its caller gets it.
     *
     * @throws IOException of the client's own kind, if the call was cancelled while the beginning of the body was read
     */
    Response handedOver(Response response) throws IOException {
        BodyStart read = seldom == null ? null : seldom.bodyStart;
        if (read == null) {
            return response;
        }
        seldom().bodyStart = null;
        if (cancelled()) {
            discard(response);
            throw cancellation();
        }
        return read.handedOver(response);
    }

    abstract boolean cancelled();

    abstract IOException cancellation();
}
