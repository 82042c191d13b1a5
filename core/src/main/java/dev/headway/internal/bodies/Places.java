package dev.headway.internal.bodies;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The places that a table names: JSON pointers (RFC 6901) in which {@code *} or a number stands for every element of an array,
 * and names of XML elements. Pointers lie in a tree, so that a reader passes over what no pointer leads into.
 */
final class Places {

    static final String TEXT = "text";
    private static final String ANY = "*";

    /** What a pointer leads to, or through. */
    static final class Node {

        private final Map<String, Node> children = new HashMap<>();
        private @Nullable String place;

        /** The member of an object; null when nobody asks for it. */
        @Nullable Node member(String name) {
            return children.get(name);
        }

        /** Every element of an array; null when nobody asks for it. */
        @Nullable Node element() {
            return children.get(ANY);
        }

        /** The place that is here, or null when there is only something below. */
        @Nullable String place() {
            return place;
        }
    }

    private final Node root = new Node();
    private final Set<String> elements = new HashSet<>();

    /** The one way to write a place, or null when the text is none. */
    static @Nullable String canonical(String text) {
        if (text.equals(TEXT)) {
            return TEXT;
        }
        if (text.startsWith("/")) {
            return text.length() > 1 ? withoutIndexes(text) : null;
        }
        boolean element = text.length() > 2 && text.startsWith("<") && text.endsWith(">");
        return element && isName(text.substring(1, text.length() - 1)) ? text : null;
    }

    private static String withoutIndexes(String pointer) {
        return Arrays.stream(pointer.split("/", -1))
                .map(token -> !token.isEmpty() && token.chars().allMatch(c -> c >= '0' && c <= '9') ? ANY : token)
                .collect(Collectors.joining("/"));
    }

    private static boolean isName(String text) {
        char first = text.charAt(0);
        return (isLetter(first) || first == '_')
                && text.chars().allMatch(c -> isLetter(c) || (c >= '0' && c <= '9') || "_.-".indexOf(c) >= 0);
    }

    private static boolean isLetter(int c) {
        return c < 0x80 && Character.isLetter(c);
    }

    void add(String place) {
        if (place.startsWith("/")) {
            addPointer(place);
        } else if (place.startsWith("<")) {
            elements.add(place);
        }
    }

    private void addPointer(String pointer) {
        Node node = root;
        for (String token : pointer.substring(1).split("/", -1)) {
            String name = token.replace("~1", "/").replace("~0", "~");
            node = node.children.computeIfAbsent(name, any -> new Node());
        }
        node.place = pointer;
    }

    Node root() {
        return root;
    }

    /** The place of an element, or null when nobody asks for it. */
    @Nullable String element(String name) {
        String place = "<" + name + ">";
        return elements.contains(place) ? place : null;
    }
}
