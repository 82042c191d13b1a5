package dev.headway.okhttp;

import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Interceptor;

/** The calls that OkHttp has from 5.4 on. In a class of their own, which is never loaded on an older one. */
final class OkHttp54 {

    private OkHttp54() {}

    static void addEventListener(Call call, EventListener listener) {
        call.addEventListener(listener);
    }

    static Interceptor.Chain withoutResends(Interceptor.Chain chain) {
        return chain.withRetryOnConnectionFailure(false);
    }
}
