package dev.headway.spi;

import dev.headway.ResponseHeaders;
import dev.headway.Signal;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** Signals for tests. */
final class Answers {

    private Answers() {}

    /** A response; names and values alternate. */
    static Signal.Response status(int status, String... fields) {
        return new Signal.Response(status, new ResponseHeaders() {
            @Override
            public boolean anyName(Predicate<? super String> test) {
                for (int i = 0; i < fields.length; i += 2) {
                    if (test.test(fields[i])) {
                        return true;
                    }
                }
                return false;
            }

            @Override
            public void forEach(BiConsumer<? super String, ? super String> visitor) {
                for (int i = 0; i < fields.length; i += 2) {
                    visitor.accept(fields[i], fields[i + 1]);
                }
            }
        });
    }
}
