package dev.headway.tools;

import dev.headway.Signal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * A response that somebody shows us.
 *
 * @param method the request's
 * @param status its status
 * @param fields its header fields, in order
 * @param body its body
 * @param now when it was received
 */
record Given(String method, int status, List<Field> fields, ByteBuffer body, Instant now) implements Signal.Response {

    /**
     * A header field.
     *
     * @param name as received
     * @param value as received
     */
    record Field(String name, String value) {}

    @Override
    public boolean anyName(Predicate<? super String> test) {
        return fields.stream().map(Field::name).anyMatch(test);
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super String> visitor) {
        fields.forEach(field -> visitor.accept(field.name(), field.value()));
    }

    @Override
    public ByteBuffer bodyStart() {
        return body.slice(0, Math.min(body.capacity(), MAX_BODY_START)).asReadOnlyBuffer();
    }
}
