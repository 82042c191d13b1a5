package dev.headway.internal.config;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A type that has itself among its parts; a schema refers to it by name. */
final class Recursive<T> implements Type<T> {

    private final String name;
    private final Supplier<Type<T>> whole;

    Recursive(String name, Supplier<Type<T>> whole) {
        this.name = name;
        this.whole = whole;
    }

    @Override
    public @Nullable T read(Node node, Problems problems) {
        return whole.get().read(node, problems);
    }

    @Override
    public String words() {
        return whole.get().words();
    }

    @Override
    public Map<String, Object> schema() {
        return Schema.of("$ref", "#/$defs/" + name);
    }
}
