package dev.headway.jdk;

import dev.headway.ResponseHeaders;
import java.net.http.HttpHeaders;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** The client's header fields, without a copy. */
final class JdkHeaders implements ResponseHeaders {

    private final HttpHeaders headers;

    JdkHeaders(HttpHeaders headers) {
        this.headers = headers;
    }

    @Override
    public boolean anyName(Predicate<? super String> test) {
        for (String name : headers.map().keySet()) {
            if (test.test(name)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super String> visitor) {
        headers.map().forEach((name, values) -> {
            for (String value : values) {
                visitor.accept(name, value);
            }
        });
    }
}
