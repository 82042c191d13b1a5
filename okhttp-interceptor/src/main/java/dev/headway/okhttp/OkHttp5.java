package dev.headway.okhttp;

import dev.headway.CallOptions;
import dev.headway.CallTrace;
import dev.headway.RetryPolicy;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.reflect.KClass;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** The calls that OkHttp has from 5 on. In a class of their own, which is never loaded on an older one. */
final class OkHttp5 {

    private static final KClass<RetryPolicy> POLICY = JvmClassMappingKt.getKotlinClass(RetryPolicy.class);
    private static final KClass<CallOptions> OPTIONS = JvmClassMappingKt.getKotlinClass(CallOptions.class);
    private static final KClass<CallTrace> TRACE = JvmClassMappingKt.getKotlinClass(CallTrace.class);

    private OkHttp5() {}

    static @Nullable RetryPolicy policy(Request request) {
        return request.tag(POLICY);
    }

    static @Nullable CallOptions options(Request request) {
        return request.tag(OPTIONS);
    }

    static @Nullable CallTrace trace(Request request) {
        return request.tag(TRACE);
    }
}
