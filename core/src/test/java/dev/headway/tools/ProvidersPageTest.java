package dev.headway.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code docs/providers.md} is what the tables and the corpus say. {@code mvn -pl core test -Dtest=ProvidersPageTest
 * -Dheadway.write=true} writes it anew.
 */
class ProvidersPageTest {

    private static final Path PAGE = Path.of("..", "docs", "providers.md");
    private static final String DIALECTS = "/dev/headway/internal/hints/dialects.txt";
    private static final String ERRORS = "/dev/headway/internal/bodies/errors.txt";

    /** The same under another name. */
    private static final Map<String, String> ALIASES = Map.of(
            "X (Twitter)", "X",
            "Oracle Cloud Infrastructure", "OCI",
            "Google APIs", "Google",
            "Docker", "Docker Hub",
            "GitHub GraphQL", "GitHub");

    /** Forms that belong to no one. */
    private static final List<String> ANYBODY =
            List.of("IETF", "IETF draft", "RFC 9457", "JSON API", "GraphQL", "OAuth", "SOAP", "many");

    private static String shown(String name) {
        return ALIASES.getOrDefault(name, name);
    }

    /** What is known of one provider. */
    private static final class Provider {
        int responses;
        int read;
        final TreeSet<String> headers = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        final TreeMap<String, TreeSet<String>> meanings = new TreeMap<>();
    }

    @Test
    void isWhatTheDataSays() throws IOException {
        String page = page();
        if (Boolean.getBoolean("headway.write")) {
            Files.writeString(PAGE, page);
        }

        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static String page() throws IOException {
        Map<String, Provider> providers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        List<JsonNode> corpus = corpus();
        for (JsonNode line : corpus) {
            String name = line.get("provider").asString();
            if (!name.startsWith("trap:")) {
                Provider provider = providers.computeIfAbsent(shown(name), key -> new Provider());
                provider.responses++;
                provider.read += ExplainTest.BY_HOST.contains(line.get("id").asString()) ? 0 : 1;
            }
        }
        lines(DIALECTS).forEach(line -> {
            String[] parts = line.split(" \\| ", -1);
            providers
                    .computeIfAbsent(parts[0].strip(), key -> new Provider())
                    .headers
                    .add(parts[1].strip());
        });
        lines(ERRORS).forEach(line -> {
            String[] parts = line.split("\\s+", 5);
            String value = parts.length > 4 ? parts[4].strip() : "";
            String said = value.isEmpty() || parts[0].equals("code") ? parts[3] : value;
            providers
                    .computeIfAbsent(parts[1].replace('-', ' '), key -> new Provider())
                    .meanings
                    .computeIfAbsent(parts[0], key -> new TreeSet<>())
                    .add(said);
        });
        StringBuilder text = new StringBuilder(INTRODUCTION);
        providers.forEach((name, provider) -> text.append(ANYBODY.contains(name) ? "" : row(name, provider)));
        text.append(ANYBODYS);
        ANYBODY.forEach(name -> text.append(row(name, providers.getOrDefault(name, new Provider()))));
        text.append(BY_HOST);
        corpus.stream()
                .filter(line -> line.get("knowledge").asString().equals("host"))
                .forEach(line -> text.append("* **")
                        .append(line.get("provider").asString())
                        .append("**: ")
                        .append(line.get("note").asString())
                        .append('\n'));
        return text.toString();
    }

    private static String row(String name, Provider provider) {
        String read = provider.responses == 0 ? "" : provider.read + " of " + provider.responses;
        String headers = provider.headers.stream().map(ProvidersPageTest::code).collect(Collectors.joining(", "));
        String errors = provider.meanings.entrySet().stream()
                .map(entry -> entry.getKey() + " "
                        + entry.getValue().stream().map(ProvidersPageTest::code).collect(Collectors.joining(", ")))
                .collect(Collectors.joining("; "));
        return "| " + name + " | " + read + " | " + headers + " | " + errors + " |\n";
    }

    private static String code(String text) {
        return "`" + text.replace("|", "\\|") + "`";
    }

    private static Stream<String> lines(String resource) {
        return read(resource).lines().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#"));
    }

    private static List<JsonNode> corpus() {
        JsonMapper mapper = new JsonMapper();
        List<JsonNode> lines = new ArrayList<>();
        read("/rate-limit-headers.jsonl").lines().forEach(line -> lines.add(mapper.readTree(line)));
        return lines;
    }

    private static String read(String resource) {
        try (InputStream in = ProvidersPageTest.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new AssertionError(resource.toLowerCase(Locale.ROOT), e);
        }
    }

    private static final String INTRODUCTION = """
            # Providers

            What Headway understands without being told who answers. Written from the tables
            [`dialects.txt`](../core/src/main/resources/dev/headway/internal/hints/dialects.txt) (header fields) and
            [`errors.txt`](../core/src/main/resources/dev/headway/internal/bodies/errors.txt) (bodies and codes), whose heads say how to
            add a line of your own, and from the responses of the tests (`rate-limit-headers.jsonl`).

            *Responses*: how many of this provider's in the tests are read as expected. Most need no line: `Retry-After`, its milliseconds
            variants, the fields of the IETF drafts 00 to 10, and any `…RateLimit…` or `…Rate-Limit…` are read by name, shape and size
            of the value. A provider that is not here is most likely read as well; paste one of its responses into
            `dev.headway.tools.Explain`.

            *Errors*: a code, or `~` and a part of the text, after what it means (`throttled`, `transient`, `exhausted`, `fatal`); or where
            a `code`, a `delay`, a `scope` or a `sentence` stands; a `pause` is what the provider asks for after a throttle without a delay.

            | provider | responses | headers of its own | errors |
            |---|---|---|---|
            """;

    private static final String ANYBODYS = """

            ## Forms that many use

            | form | responses | headers of its own | errors |
            |---|---|---|---|
            """;

    private static final String BY_HOST = """

            ## Where only the host could tell

            The responses themselves do not say it, only the provider's documentation. What GitHub and Airtable ask for is in the table
            of errors (`pause`); the others are read as if nothing were known.

            """;
}
