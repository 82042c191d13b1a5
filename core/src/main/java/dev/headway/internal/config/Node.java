package dev.headway.internal.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of a config file, and where it stands. Immutable. */
public sealed interface Node {

    /**
     * Returns where it stands.
     *
     * @return the place
     */
    Place place();

    /**
     * A place in a file.
     *
     * @param line from 1
     * @param column from 1
     * @param path as a JSON pointer (RFC 6901), empty for the whole
     */
    record Place(int line, int column, String path) {

        Place member(String name, int atLine, int atColumn) {
            return new Place(
                    atLine, atColumn, path + "/" + name.replace("~", "~0").replace("/", "~1"));
        }

        Place element(int index, int atLine, int atColumn) {
            return new Place(atLine, atColumn, path + "/" + index);
        }
    }

    /**
     * An object.
     *
     * @param place where
     * @param members in the order of the file
     */
    record Members(Place place, Map<String, Node> members) implements Node {}

    /**
     * An array.
     *
     * @param place where
     * @param elements in order
     */
    record Elements(Place place, List<Node> elements) implements Node {}

    /**
     * A string.
     *
     * @param place where
     * @param text its text
     */
    record Text(Place place, String text) implements Node {}

    /**
     * A number, true, false or null.
     *
     * @param place where
     * @param literal as it is written
     * @param value null, a Boolean, a Long, or a Double for every other number
     */
    record Literal(Place place, String literal, @Nullable Object value) implements Node {}
}
