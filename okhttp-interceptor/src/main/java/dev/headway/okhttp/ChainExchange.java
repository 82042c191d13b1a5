package dev.headway.okhttp;

import dev.headway.spi.BlockingExchange;
import java.io.IOException;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okio.Timeout;

/** A call that passes the interceptor: each attempt proceeds along the chain. */
final class ChainExchange extends OkHttpExchange implements BlockingExchange<Response> {

    private Interceptor.Chain chain;

    ChainExchange(Interceptor.Chain chain, OriginScopes scopes) {
        super(scopes);
        this.chain = chain;
    }

    /** Keeps the client from sending this request a second time, and looks whether it has left, as far as the version can. */
    void sendOnce() {
        if (OkHttpFeatures.SINCE_5_4) {
            chain = OkHttp54.withoutResends(chain);
            watching();
        }
    }

    private Call call() {
        return chain.call();
    }

    @Override
    Request original() {
        return chain.request();
    }

    @Override
    Timeout timeout() {
        return call().timeout();
    }

    @Override
    public Response send(int attempt) throws IOException {
        CallWatch watch = watch();
        if (watch != null) {
            watch.attemptBegins();
        }
        return chain.proceed(request());
    }

    @Override
    public Registration onCancel(Runnable wake) {
        if (!OkHttpFeatures.SINCE_5_4) {
            return CancelScanner.SHARED.watch(call(), wake);
        }
        CallWatch listener = watching();
        listener.onCancel(wake);
        // After the registration: a cancel between the two is heard twice rather than not at all.
        if (call().isCanceled()) {
            wake.run();
        }
        return () -> listener.onCancel(CallWatch.NOBODY);
    }

    private CallWatch watching() {
        CallWatch known = watch();
        if (known != null) {
            return known;
        }
        CallWatch watch = new CallWatch();
        watchedBy(watch);
        // There is no way to take a listener off again, so one serves the whole call.
        OkHttp54.addEventListener(call(), watch);
        return watch;
    }

    @Override
    public boolean cancelled() {
        return call().isCanceled();
    }

    @Override
    public IOException cancellation() {
        return new IOException("Canceled");
    }
}
