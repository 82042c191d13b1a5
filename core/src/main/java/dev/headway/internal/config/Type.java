package dev.headway.internal.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a value of a config file may be. */
interface Type<T> {

    /** The value; null where it is none, and then the problems say why. */
    @Nullable T read(Node node, Problems problems);

    /** What it may be, for a sentence: {@code a length of time such as "30s"}. */
    String words();

    /** The same as a JSON Schema (draft 2020-12): maps, lists, strings, numbers and booleans. */
    Map<String, Object> schema();
}
