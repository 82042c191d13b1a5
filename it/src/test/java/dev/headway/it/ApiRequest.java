package dev.headway.it;

import dev.headway.CallOptions;
import dev.headway.RetryPolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that every path can send.
 *
 * @param method the method
 * @param headers its own header fields
 * @param body what goes with it
 * @param policy the policy of this call alone, or null
 * @param options what else this call wants, or null
 */
public record ApiRequest(
        String method,
        Map<String, String> headers,
        Body body,
        @Nullable RetryPolicy policy,
        @Nullable CallOptions options) {

    /** How a body is made. */
    public enum Kind {
        NONE,
        STRING,
        BYTES,
        FILE,
        /** Can be written only once. */
        ONE_SHOT
    }

    /**
     * A body.
     *
     * @param kind how it is made
     * @param text its bytes, each as one character
     */
    public record Body(Kind kind, String text) {

        static final Body NONE = new Body(Kind.NONE, "");
    }

    public static ApiRequest get() {
        return new ApiRequest("GET", Map.of(), Body.NONE, null, null);
    }

    public static ApiRequest post() {
        return post(Kind.STRING, "text");
    }

    public static ApiRequest post(Kind kind, String text) {
        return new ApiRequest("POST", Map.of(), new Body(kind, text), null, null);
    }

    public ApiRequest with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new ApiRequest(method, more, body, policy, options);
    }

    public ApiRequest with(RetryPolicy own) {
        return new ApiRequest(method, headers, body, own, options);
    }

    public ApiRequest with(CallOptions own) {
        return new ApiRequest(method, headers, body, policy, own);
    }
}
