package dev.headway.internal.hints;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What real servers send, one JSON object a line. */
final class Corpus {

    private Corpus() {}

    /** The responses that were found at servers or in their documentation: {@code rate-limit-headers.jsonl}. */
    static List<JsonNode> lines() {
        return lines("/rate-limit-headers.jsonl");
    }

    /** Our own, in the same form: {@code dialect-examples.jsonl}. */
    static List<JsonNode> examples() {
        return lines("/dialect-examples.jsonl");
    }

    private static List<JsonNode> lines(String resource) {
        JsonMapper mapper = new JsonMapper();
        try (InputStream in = Corpus.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(mapper::readTree)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The response of a line, received when the line says. */
    static Reply reply(JsonNode line) {
        List<String> fields = new ArrayList<>();
        line.get("headers").valueStream().forEach(field -> {
            fields.add(field.get(0).asString());
            fields.add(field.get(1).asString());
        });
        Instant now = Instant.parse(line.get("now").asString());
        String body = line.path("body").isString() ? line.get("body").asString() : "";
        return new Reply(line.get("status").asInt(), fields, body, InstantSource.fixed(now));
    }
}
