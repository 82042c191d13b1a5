package dev.headway;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** The header fields of a response, as the client has them. Not thread-safe; valid only while a signal is recorded. */
public interface ResponseHeaders {

    /**
     * Tells whether any field name passes the test. Asked once for every response, so it should allocate nothing.
     *
     * @param test what to ask of each name, in the case as received
     * @return whether one passed
     */
    boolean anyName(Predicate<? super String> test);

    /**
     * Hands over each field line, in order; a repeated field comes once for each line.
     *
     * @param visitor takes the name, in the case as received, and the value
     */
    void forEach(BiConsumer<? super String, ? super String> visitor);

    /**
     * Returns the value of the first field of that name.
     *
     * @param name the name, in any case
     * @return the value, or empty where there is none
     */
    default Optional<String> first(String name) {
        List<String> values = new ArrayList<>(1);
        forEach((each, value) -> {
            if (each.equalsIgnoreCase(name)) {
                values.add(value);
            }
        });
        return values.stream().findFirst();
    }
}
