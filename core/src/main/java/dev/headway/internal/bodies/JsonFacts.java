package dev.headway.internal.bodies;

import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * What stands at the wanted places of a JSON document. A document that is cut off, broken or too deep yields what came before. Of
 * numbers only the digits are taken, so that none is ever computed.
 */
final class JsonFacts {

    private static final int MAX_DEPTH = 64;

    /** Where GraphQL and JSON-RPC have what was done, beside the errors of what was not. */
    private static final Set<String> RESULTS = Set.of("data", "result");

    /** Names are not kept from one document to the next: a server could fill any table with ever new ones. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(Facts.MAX_VALUE)
                    .build())
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .build();

    private final JsonParser parser;
    private final Facts found;
    private final Places.Node root;

    private JsonFacts(JsonParser parser, Facts found, Places.Node root) {
        this.parser = parser;
        this.found = found;
        this.root = root;
    }

    static void read(String document, Places places, Facts found) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), document)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.VALUE_STRING) {
                found.add(Places.TEXT, parser.getString(), true);
            } else if (first != null) {
                new JsonFacts(parser, found, places.root()).value(first, places.root());
                if (found.full() || parser.nextToken() != null) {
                    found.more();
                }
            }
        } catch (JacksonException e) {
            // What was read before it stands.
            found.more();
        }
    }

    /** The parser's own bound on depth bounds the recursion. */
    private void value(JsonToken token, Places.Node node) {
        switch (token) {
            case START_OBJECT -> object(node);
            case START_ARRAY -> array(node);
            case VALUE_STRING -> found(node, true);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> found(node, false);
            default -> {
                // true, false and null say nothing.
            }
        }
    }

    private void found(Places.Node node, boolean quoted) {
        String place = node.place();
        if (place != null) {
            found.add(place, parser.getString(), quoted);
        }
    }

    private void object(Places.Node node) {
        while (!found.full() && next() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken token = next();
            if (node.equals(root) && RESULTS.contains(name) && token != JsonToken.VALUE_NULL) {
                found.more();
            }
            valueAt(token, node.member(name));
        }
    }

    private void array(Places.Node node) {
        Places.Node element = node.element();
        JsonToken token = next();
        while (!found.full() && token != JsonToken.END_ARRAY) {
            valueAt(token, element);
            token = next();
        }
    }

    private void valueAt(JsonToken token, Places.@Nullable Node node) {
        if (node == null) {
            parser.skipChildren();
        } else {
            value(token, node);
        }
    }

    /** Within an object or array the parser throws at the end of what there is. */
    private JsonToken next() {
        return Objects.requireNonNull(parser.nextToken());
    }
}
