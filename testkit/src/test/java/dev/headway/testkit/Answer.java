package dev.headway.testkit;

import dev.headway.Signal;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** A response as Headway reads it. */
record Answer(int status, Map<String, String> fields) implements Signal.Response {

    @Override
    public boolean anyName(Predicate<? super String> test) {
        return fields.keySet().stream().anyMatch(test);
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super String> visitor) {
        fields.forEach(visitor);
    }
}
