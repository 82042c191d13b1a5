package dev.headway.okhttp;

import kotlin.reflect.KClass;
import okhttp3.Call;

/** The calls that OkHttp has from 5.3 on. In a class of their own, which is never loaded on an older one. */
final class OkHttp53 {

    private OkHttp53() {}

    @SuppressWarnings("unchecked") // a tag is of its type
    static <T> void tag(Call call, KClass<T> type, Object tag) {
        call.tag(type, () -> (T) tag);
    }
}
