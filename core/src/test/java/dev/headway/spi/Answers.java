package dev.headway.spi;

import dev.headway.Signal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** Signals for tests. */
final class Answers {

    private Answers() {}

    /** A response; names and values alternate. */
    static Signal.Response status(int status, String... fields) {
        return answer(status, false, false, fields);
    }

    /** A response that the client made itself. */
    static Signal.Response local(int status) {
        return answer(status, true, false);
    }

    /** A response of a redirect's target, which was asked with another method. */
    static Signal.Response ofAnotherRequest(int status, String... fields) {
        return answer(status, false, true, fields);
    }

    /** A response with a body, of which an adapter reads the beginning. */
    static Signal.Response withBody(int status, String body, String... fields) {
        return answer(status, body, false, false, fields);
    }

    private static Signal.Response answer(int status, boolean local, boolean ofAnotherRequest, String... fields) {
        return answer(status, "", local, ofAnotherRequest, fields);
    }

    private static Signal.Response answer(
            int status, String body, boolean local, boolean ofAnotherRequest, String... fields) {
        return new Signal.Response() {
            @Override
            public ByteBuffer bodyStart() {
                return ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public int status() {
                return status;
            }

            @Override
            public boolean local() {
                return local;
            }

            @Override
            public boolean ofAnotherRequest() {
                return ofAnotherRequest;
            }

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
        };
    }
}
