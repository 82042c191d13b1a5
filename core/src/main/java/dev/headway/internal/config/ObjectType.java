package dev.headway.internal.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * An object with known keys, each of which changes a draft. They are applied in the order in which they were declared here, not in
 * that of the file. Immutable once declared.
 */
final class ObjectType<D> {

    private record Key<D, V>(String name, Type<V> type, String meaning, BiConsumer<D, V> apply) {

        void read(Node node, D draft, Problems problems) {
            V value = type.read(node, problems);
            if (value == null) {
                return;
            }
            try {
                apply.accept(draft, value);
            } catch (IllegalArgumentException e) {
                problems.add(node.place(), "This must be " + type.words() + ", and one that the builder takes.");
            }
        }
    }

    private final String words;
    private final Map<String, Key<D, ?>> keys = new LinkedHashMap<>();

    ObjectType(String words) {
        this.words = words;
    }

    <V> ObjectType<D> key(String name, Type<V> type, String meaning, BiConsumer<D, V> apply) {
        keys.put(name, new Key<>(name, type, meaning, apply));
        return this;
    }

    /** Changes the draft by what the object says. */
    void read(Node node, D draft, Problems problems) {
        if (!(node instanceof Node.Members object)) {
            problems.add(node.place(), "This must be " + words + ".");
            return;
        }
        object.members().forEach((name, value) -> {
            if (!keys.containsKey(name)) {
                problems.add(value.place(), unknown(name));
            }
        });
        keys.forEach((name, key) -> {
            Node value = object.members().get(name);
            if (value != null) {
                key.read(value, draft, problems);
            }
        });
    }

    private String unknown(String name) {
        String near = Nearest.of(name, keys.keySet());
        return near != null
                ? "Unknown key; did you mean \"" + near + "\"?"
                : "Unknown key; there are " + String.join(", ", keys.keySet()) + ".";
    }

    String words() {
        return words;
    }

    Map<String, Object> schema() {
        return Schema.of("type", "object", "properties", properties(), "additionalProperties", false);
    }

    Map<String, Object> properties() {
        Map<String, Object> properties = new LinkedHashMap<>();
        keys.forEach((name, key) -> {
            Map<String, Object> schema = new LinkedHashMap<>();
            schema.put("description", key.meaning());
            schema.putAll(key.type().schema());
            properties.put(name, schema);
        });
        return properties;
    }

    List<String> names() {
        return new ArrayList<>(keys.keySet());
    }
}
