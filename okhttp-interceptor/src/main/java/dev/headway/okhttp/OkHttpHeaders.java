package dev.headway.okhttp;

import dev.headway.ResponseHeaders;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import okhttp3.Headers;

/** The client's header fields, without a copy. */
final class OkHttpHeaders implements ResponseHeaders {

    private final Headers headers;

    OkHttpHeaders(Headers headers) {
        this.headers = headers;
    }

    @Override
    public boolean anyName(Predicate<? super String> test) {
        for (int i = 0; i < headers.size(); i++) {
            if (test.test(headers.name(i))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super String> visitor) {
        for (int i = 0; i < headers.size(); i++) {
            visitor.accept(headers.name(i), headers.value(i));
        }
    }
}
