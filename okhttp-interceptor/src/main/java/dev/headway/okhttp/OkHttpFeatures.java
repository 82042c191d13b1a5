package dev.headway.okhttp;

import kotlin.jvm.functions.Function0;
import kotlin.reflect.KClass;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.Request;

/** What the OkHttp at hand can do, asked once. */
final class OkHttpFeatures {

    /** Whether {@link OkHttp5} may be used. */
    static final boolean SINCE_5 = has(Request.class, "tag", KClass.class);

    /** Whether {@link OkHttp53} may be used. */
    static final boolean SINCE_5_3 = has(Call.class, "tag", KClass.class, Function0.class);

    /** Whether {@link OkHttp54} may be used. */
    static final boolean SINCE_5_4 = has(Call.class, "addEventListener", EventListener.class)
            && has(Interceptor.Chain.class, "withRetryOnConnectionFailure", boolean.class);

    private OkHttpFeatures() {}

    private static boolean has(Class<?> type, String method, Class<?>... parameters) {
        try {
            type.getMethod(method, parameters);
            return true;
        } catch (NoSuchMethodException absent) {
            return false;
        }
    }
}
