package dev.headway;

import dev.headway.internal.config.ApiDraft;
import dev.headway.internal.config.ConfigFile;
import dev.headway.internal.config.JsonText;
import dev.headway.internal.config.NodeReader;
import dev.headway.internal.config.Problems;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of several APIs, from a file: what the builders can be told but code.
 *
 * <pre>{@code
 * {
 *   "defaults": {"retry": {"maxElapsed": "60s"}},
 *   "apis": {
 *     "github": {"hosts": "api.github.com", "limits": "5000/h"},
 *     "billing": {"hosts": "*.billing.example.com", "limits": ["10/s", "500/h"], "maxWait": "5s"}
 *   }
 * }
 * }</pre>
 *
 * <p>JSON, or YAML where {@code tools.jackson.dataformat:jackson-dataformat-yaml} is on the class path. An API inherits from the
 * defaults key by key, and within {@code retry} again; a {@code preset} of its own begins anew. Lengths are {@code "30s"}, {@code
 * "250ms"}, {@code "1m30s"} or {@code "PT5M"}; a rate {@code "100/min"} is a {@link Quota}, and {@code {"bucket": {"rate": "10/s",
 * "burst": 20}}} a {@link TokenBucket}. All keys are in {@code dev/headway/headway.schema.json}, a JSON Schema beside the classes.
 *
 * <p>Strict: what is unknown, of the wrong type, out of its range or contradictory is refused, all of it at once, with line, path,
 * reason and the nearest known key. Immutable and thread-safe.
 */
public final class HeadwayConfig {

    /** {@link URI#getHost} knows no host with an underscore, which clients call nevertheless. */
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:[^@]*@)?(?<host>\\[[^\\]]*\\]|[^:@]+?)\\.?(?::(?<port>\\d{0,5}))?");

    private final ConfigFile file;

    private HeadwayConfig(ConfigFile file) {
        this.file = file;
    }

    /**
     * Reads a file in UTF-8.
     *
     * @param path the file; YAML if its name ends in {@code .yaml} or {@code .yml}, else JSON
     * @return the settings
     * @throws IOException if the file can not be read
     * @throws HeadwayConfigException if it can not be used
     * @throws IllegalStateException if it is YAML and the module that reads it is missing
     */
    public static HeadwayConfig load(Path path) throws IOException {
        String name = path.toString().toLowerCase(Locale.ROOT);
        return parse(path.toString(), text(path), name.endsWith(".yaml") || name.endsWith(".yml"));
    }

    /** No more than shows that it is too long, of a file that may have no end. */
    private static String text(Path path) throws IOException {
        StringBuilder text = new StringBuilder();
        char[] part = new char[8192];
        try (Reader file = Files.newBufferedReader(path)) {
            for (int read = file.read(part);
                    read >= 0 && text.length() <= NodeReader.MAX_LENGTH;
                    read = file.read(part)) {
                text.append(part, 0, read);
            }
        }
        return text.toString();
    }

    /**
     * Reads JSON.
     *
     * @param json the text
     * @return the settings
     * @throws HeadwayConfigException if it can not be used
     */
    public static HeadwayConfig parse(String json) {
        return parse("config", json, false);
    }

    private static HeadwayConfig parse(String name, String text, boolean yaml) {
        Problems problems = new Problems();
        ConfigFile file = ConfigFile.read(text, yaml, problems);
        if (file == null || problems.size() > 0) {
            throw new HeadwayConfigException(
                    name, problems.all().stream().map(HeadwayConfig::told).toList());
        }
        return new HeadwayConfig(file);
    }

    private static HeadwayConfigException.Problem told(Problems.Problem problem) {
        return new HeadwayConfigException.Problem(
                problem.place().line(),
                problem.place().column(),
                problem.place().path(),
                problem.reason());
    }

    /**
     * Returns the names of the APIs.
     *
     * @return the names, in the order of the file
     */
    public List<String> names() {
        return file.names();
    }

    /**
     * Finds the API whose settings are for a URL: the one with the most specific host pattern. A name goes before a domain, the longer
     * before the shorter, one with a port before one without. A dot at the end of the host counts for nothing.
     *
     * @param url with scheme and host
     * @return the name of the API; empty where no pattern matches
     */
    public Optional<String> nameOf(URI url) {
        String authority = url.getRawAuthority();
        Matcher parts = AUTHORITY.matcher(authority == null ? "" : authority);
        if (url.getScheme() == null || !parts.matches()) {
            return Optional.empty();
        }
        int standard = url.getScheme().equalsIgnoreCase("http") ? 80 : 443;
        String port = parts.group("port");
        return file.nameOf(
                parts.group("host").toLowerCase(Locale.ROOT),
                port == null || port.isEmpty() ? standard : Integer.parseInt(port));
    }

    /**
     * Returns a builder with the settings of an API, to which code adds what no file can say: listeners, costs.
     *
     * @param name the name of the API
     * @return a new builder
     * @throws IllegalArgumentException if there is none of that name
     */
    public Headway.Builder builder(String name) {
        return api(name).builder();
    }

    /**
     * Returns a new Headway with the settings of an API. Each has a state of its own: make one for each API, and share it.
     *
     * @param name the name of the API
     * @return a new Headway
     * @throws IllegalArgumentException if there is none of that name
     */
    public Headway headway(String name) {
        return builder(name).build();
    }

    ApiDraft api(String name) {
        return file.api(name).orElseThrow(() -> unknown(name));
    }

    IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException(
                "There is no API " + name + "; there are " + String.join(", ", names()) + ".");
    }

    /**
     * Writes the settings, with the file's own words in the file's order.
     *
     * @return JSON that {@link #parse(String)} reads as the same settings
     */
    public String toJson() {
        return JsonText.of(file.root());
    }

    /** Names alone. */
    @Override
    public String toString() {
        return "HeadwayConfig" + names();
    }
}
