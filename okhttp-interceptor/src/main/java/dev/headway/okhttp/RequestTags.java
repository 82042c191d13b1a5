package dev.headway.okhttp;

import dev.headway.CallOptions;
import dev.headway.CallTrace;
import dev.headway.RetryPolicy;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** The tags of a request that Headway reads, for every call: from OkHttp 5 on without making an object to ask for each. */
final class RequestTags {

    private RequestTags() {}

    static @Nullable RetryPolicy policy(Request request) {
        return OkHttpFeatures.SINCE_5 ? OkHttp5.policy(request) : request.tag(RetryPolicy.class);
    }

    static @Nullable CallOptions options(Request request) {
        return OkHttpFeatures.SINCE_5 ? OkHttp5.options(request) : request.tag(CallOptions.class);
    }

    static @Nullable CallTrace trace(Request request) {
        return OkHttpFeatures.SINCE_5 ? OkHttp5.trace(request) : request.tag(CallTrace.class);
    }
}
