package dev.headway.internal.config;

import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** Writes trees as JSON. */
public final class JsonText {

    private static final JsonFactory JSON = new JsonFactory();

    private static final ObjectWriteContext PRETTY = new ObjectWriteContext.Base() {
        @Override
        public PrettyPrinter getPrettyPrinter() {
            DefaultIndenter lines = new DefaultIndenter("  ", "\n");
            return new DefaultPrettyPrinter().withObjectIndenter(lines);
        }

        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }
    };

    private JsonText() {}

    /**
     * Writes a node.
     *
     * @param node the root
     * @return JSON of several lines
     */
    public static String of(Node node) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(PRETTY, text)) {
            write(json, node);
        }
        return text + "\n";
    }

    /**
     * Writes a schema.
     *
     * @param value maps, lists, strings, numbers and booleans
     * @return JSON of several lines
     */
    public static String of(Map<String, Object> value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(PRETTY, text)) {
            write(json, (Object) value);
        }
        return text + "\n";
    }

    private static void write(JsonGenerator json, Node node) {
        if (node instanceof Node.Members object) {
            json.writeStartObject();
            object.members().forEach((name, value) -> {
                json.writeName(name);
                write(json, value);
            });
            json.writeEndObject();
        } else if (node instanceof Node.Elements list) {
            json.writeStartArray();
            list.elements().forEach(each -> write(json, each));
            json.writeEndArray();
        } else if (node instanceof Node.Text text) {
            json.writeString(text.text());
        } else {
            scalar(json, ((Node.Literal) node).value());
        }
    }

    private static void write(JsonGenerator json, Object value) {
        if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            map.forEach((name, each) -> {
                json.writeName((String) name);
                write(json, each);
            });
            json.writeEndObject();
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            list.forEach(each -> write(json, each));
            json.writeEndArray();
        } else if (value instanceof String text) {
            json.writeString(text);
        } else {
            scalar(json, value);
        }
    }

    private static void scalar(JsonGenerator json, @Nullable Object value) {
        if (value instanceof Boolean yes) {
            json.writeBoolean(yes);
        } else if (value instanceof Long || value instanceof Integer) {
            json.writeNumber(((Number) value).longValue());
        } else if (value instanceof Double number) {
            json.writeNumber(number);
        } else {
            json.writeNull();
        }
    }
}
