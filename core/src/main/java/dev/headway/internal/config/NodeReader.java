package dev.headway.internal.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Makes a tree of a text. */
public final class NodeReader {

    /** Deeper than any config, and shallower than a stack. */
    private static final int MAX_DEPTH = 50;

    /** In characters: more is not worth reading. */
    public static final int MAX_LENGTH = 4_000_000;

    /** Some editors put it in front of UTF-8. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    static final StreamReadConstraints BOUNDS = StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxDocumentLength(MAX_LENGTH)
            .build();

    private static final TokenStreamFactory JSON =
            JsonFactory.builder().streamReadConstraints(BOUNDS).build();

    private final JsonParser parser;
    private final Problems problems;

    private NodeReader(JsonParser parser, Problems problems) {
        this.parser = parser;
        this.problems = problems;
    }

    /**
     * Reads a text.
     *
     * @param text the whole file
     * @param yaml whether it is YAML, rather than JSON
     * @param problems takes what is wrong
     * @return the root, or null where the text can not be read
     * @throws IllegalStateException if it is YAML and the module that reads it is missing
     */
    public static @Nullable Node read(String text, boolean yaml, Problems problems) {
        if (text.length() > MAX_LENGTH) {
            problems.add(new Node.Place(1, 1, ""), "The file is longer than " + MAX_LENGTH + " characters.");
            return null;
        }
        TokenStreamFactory factory = yaml ? Yaml.factory() : JSON;
        String bare = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), bare)) {
            NodeReader reader = new NodeReader(parser, problems);
            try {
                return reader.whole(yaml);
            } catch (JacksonException e) {
                // Its message quotes the text, in which a secret may stand.
                TokenStreamLocation at = e.getLocation();
                Node.Place place = at == null ? reader.here("") : place(at, "");
                problems.add(
                        place,
                        "This is no valid " + (yaml ? "YAML" : "JSON") + ", or deeper than " + MAX_DEPTH + " levels.");
                return null;
            }
        }
    }

    private @Nullable Node whole(boolean yaml) {
        if (parser.nextToken() == null) {
            problems.add(here(""), "The file is empty.");
            return null;
        }
        Node root = value(here(""));
        if (parser.nextToken() != null) {
            problems.add(here(""), "There is more after the end of the " + (yaml ? "document." : "object."));
            return null;
        }
        return root;
    }

    private Node value(Node.Place place) {
        JsonToken token = parser.currentToken();
        if (parser.getObjectId() != null || parser.getTypeId() != null) {
            problems.add(place, "Anchors and tags of YAML are not supported: write the value where it is used.");
        }
        return switch (token) {
            case START_OBJECT -> new Node.Members(place, members(place));
            case START_ARRAY -> new Node.Elements(place, elements(place));
            case VALUE_STRING -> new Node.Text(place, parser.getString());
            case VALUE_NUMBER_INT -> {
                boolean fits = parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
                yield new Node.Literal(
                        place,
                        parser.getString(),
                        fits ? (Object) parser.getLongValue() : (Object) parser.getDoubleValue());
            }
            case VALUE_NUMBER_FLOAT -> new Node.Literal(place, parser.getString(), parser.getDoubleValue());
            case VALUE_TRUE -> new Node.Literal(place, "true", true);
            case VALUE_FALSE -> new Node.Literal(place, "false", false);
            case VALUE_NULL -> new Node.Literal(place, "null", null);
            default -> {
                problems.add(place, "Aliases of YAML are not supported: write the value where it is used.");
                yield new Node.Literal(place, "null", null);
            }
        };
    }

    private Map<String, Node> members(Node.Place place) {
        Map<String, Node> members = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            Node.Place at = place.member(name, here("").line(), here("").column());
            parser.nextToken();
            if (members.put(name, value(at)) != null) {
                problems.add(at, "This key is there twice.");
            }
        }
        return Collections.unmodifiableMap(members);
    }

    private List<Node> elements(Node.Place place) {
        List<Node> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            Node.Place here = here("");
            elements.add(value(place.element(elements.size(), here.line(), here.column())));
        }
        return Collections.unmodifiableList(elements);
    }

    private Node.Place here(String path) {
        return place(parser.currentTokenLocation(), path);
    }

    private static Node.Place place(TokenStreamLocation at, String path) {
        return new Node.Place(Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()), path);
    }
}
