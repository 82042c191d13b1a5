package dev.headway.jdk;

import dev.headway.ResponseHeaders;
import java.net.http.HttpHeaders;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** The client's header fields as core reads them, without a copy. */
interface JdkHeaders extends ResponseHeaders {

    HttpHeaders headers();

    @Override
    default boolean anyName(Predicate<? super String> test) {
        for (String name : headers().map().keySet()) {
            if (test.test(name)) {
                return true;
            }
        }
        return false;
    }

    @Override
    default void forEach(BiConsumer<? super String, ? super String> visitor) {
        headers().map().forEach((name, values) -> {
            for (String value : values) {
                visitor.accept(name, value);
            }
        });
    }
}
