package dev.headway.tools;

import dev.headway.LimitHint;
import dev.headway.RateLimitHint;
import dev.headway.tools.Given.Field;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** One response a line in, what was understood a line out; a line that can not be read gives an error and harms no other. */
final class JsonLines {

    private static final JsonFactory JSON = JsonFactory.builder().build();

    private JsonLines() {}

    static void explain(InputStream in, PrintStream out, InstantSource clock) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.isBlank()) {
                out.println(explained(line, clock));
            }
        }
    }

    private static String explained(String line, InstantSource clock) {
        try {
            Line read = new Line();
            read.read(line);
            return written(read.id, Understood.of(read.given(clock.instant())));
        } catch (JacksonException e) {
            return failed(idOf(line), "No JSON object: " + e.getOriginalMessage());
        } catch (IllegalArgumentException | DateTimeException e) {
            return failed(idOf(line), String.valueOf(e.getMessage()));
        }
    }

    /** Of a line that can not be read otherwise. */
    private static @Nullable Id idOf(String line) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                for (String name = json.nextName(); name != null; name = json.nextName()) {
                    JsonToken value = json.nextToken();
                    if (name.equals("id") && value.isScalarValue()) {
                        return Id.of(json);
                    }
                    json.skipChildren();
                }
            }
            return null;
        } catch (JacksonException e) {
            return null;
        }
    }

    /**
     * What the caller knows a line by, as he wrote it.
     *
     * @param text without quotes
     * @param quoted whether it is a string
     */
    private record Id(String text, boolean quoted) {

        static Id of(JsonParser json) {
            JsonToken token = json.currentToken();
            if (!token.isScalarValue()) {
                throw new IllegalArgumentException("id must be a string or a number.");
            }
            return new Id(json.getString(), token == JsonToken.VALUE_STRING);
        }
    }

    /** The members of one line, as far as they were read. */
    private static final class Line {
        @Nullable Id id;

        private int status;
        private @Nullable Instant now;
        private String method = "GET";
        private String body = "";
        private final List<Field> fields = new ArrayList<>();

        void read(String line) {
            try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
                require(json.nextToken() == JsonToken.START_OBJECT, "A line must be an object.");
                for (String name = json.nextName(); name != null; name = json.nextName()) {
                    JsonToken value = json.nextToken();
                    if (value == JsonToken.VALUE_NULL) {
                        continue;
                    }
                    switch (name) {
                        case "id" -> id = Id.of(json);
                        case "status" -> {
                            require(value == JsonToken.VALUE_NUMBER_INT, "status must be a whole number.");
                            status = json.getIntValue();
                        }
                        case "now" ->
                            now = OffsetDateTime.parse(text(json, name)).toInstant();
                        case "request_method" -> method = text(json, name);
                        case "body" -> body = text(json, name);
                        case "headers" -> headers(json);
                        default -> json.skipChildren();
                    }
                }
            }
        }

        private void headers(JsonParser json) {
            require(json.currentToken() == JsonToken.START_ARRAY, "headers must be an array.");
            while (json.nextToken() != JsonToken.END_ARRAY) {
                require(json.currentToken() == JsonToken.START_ARRAY, "A header must be an array of name and value.");
                json.nextToken();
                String name = text(json, "The name of a header");
                json.nextToken();
                fields.add(new Field(name, text(json, "The value of a header")));
                require(json.nextToken() == JsonToken.END_ARRAY, "A header must be an array of name and value.");
            }
        }

        private static String text(JsonParser json, String what) {
            require(json.currentToken() == JsonToken.VALUE_STRING, what + " must be a string.");
            return json.getString();
        }

        private static void require(boolean met, String otherwise) {
            if (!met) {
                throw new IllegalArgumentException(otherwise);
            }
        }

        Given given(Instant received) {
            require(status != 0, "There is no status.");
            return new Given(
                    method, status, fields, StandardCharsets.UTF_8.encode(body).slice(), now != null ? now : received);
        }
    }

    private static String written(@Nullable Id id, Understood understood) {
        StringWriter text = new StringWriter();
        RateLimitHint hint = understood.hint();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            write(json, id);
            Boolean retry = understood.retry();
            json.writeName("retry");
            if (retry == null) {
                json.writeNull();
            } else {
                json.writeBoolean(retry);
            }
            write(json, "delay_ms", millis(understood.delay()));
            json.writeName("limits");
            json.writeStartArray();
            hint.limits().forEach(limit -> write(json, limit));
            json.writeEndArray();
            write(json, "error_code", hint.errorCode().orElse(null));
            write(json, "scope", hint.scope().orElse(null));
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, @Nullable Id id) {
        json.writeName("id");
        if (id == null) {
            json.writeNull();
        } else if (id.quoted()) {
            json.writeString(id.text());
        } else {
            json.writeRawValue(id.text());
        }
    }

    private static void write(JsonGenerator json, LimitHint limit) {
        json.writeStartObject();
        write(json, "name", limit.name());
        write(json, "limit", limit.limit());
        write(json, "remaining", limit.remaining());
        write(json, "reset_after_ms", millis(limit.resetAfter()));
        write(json, "window_ms", millis(limit.window()));
        json.writeName("unit");
        json.writeString(limit.unit());
        if (limit.used() != null) {
            write(json, "used", limit.used());
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, @Nullable String value) {
        json.writeName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeString(value);
        }
    }

    private static void write(JsonGenerator json, String name, @Nullable Long value) {
        json.writeName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeNumber(value);
        }
    }

    private static @Nullable Long millis(@Nullable Duration length) {
        return length == null ? null : Long.valueOf(Understood.millis(length));
    }

    private static String failed(@Nullable Id id, String why) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            write(json, id);
            write(json, "error", why);
            json.writeEndObject();
        }
        return text.toString();
    }
}
