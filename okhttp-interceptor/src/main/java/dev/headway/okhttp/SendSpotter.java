package dev.headway.okhttp;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Tells a {@link CallWatch} of each request that leaves, below OkHttp 5.4, where a call takes no listeners: as the last network
 * interceptor of a client, which finds the watch among the tags of the call's own request: that in the chain may be one which an
 * interceptor has made anew.
 */
final class SendSpotter implements Interceptor {

    static Request watched(Request request, CallWatch watch) {
        return request.newBuilder().tag(CallWatch.class, watch).build();
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        CallWatch watch = chain.call().request().tag(CallWatch.class);
        if (watch != null) {
            watch.requestHeadersStart(chain.call());
        }
        return chain.proceed(chain.request());
    }
}
