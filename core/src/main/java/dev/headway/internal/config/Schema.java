package dev.headway.internal.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** JSON Schema as ordered maps. */
final class Schema {

    private Schema() {}

    static Map<String, Object> of(String name, Object value) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put(name, value);
        return schema;
    }

    static Map<String, Object> of(String name, Object value, String name2, Object value2) {
        Map<String, Object> schema = of(name, value);
        schema.put(name2, value2);
        return schema;
    }

    static Map<String, Object> of(String name, Object value, String name2, Object value2, String name3, Object value3) {
        Map<String, Object> schema = of(name, value, name2, value2);
        schema.put(name3, value3);
        return schema;
    }
}
