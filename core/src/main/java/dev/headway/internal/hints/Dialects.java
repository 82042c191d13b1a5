package dev.headway.internal.hints;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The headers that only one vendor uses, as data: the lines of {@code dialects.txt} beside this class, and of every {@code
 * META-INF/headway/dialects.txt} on the class path, which go before ours. A line that can not be read is left out, with a
 * warning that says where it stands and what is wrong. Read once; immutable then.
 */
final class Dialects {

    private static final Logger LOG = LoggerFactory.getLogger(Dialects.class);

    private static final String OURS = "dialects.txt";
    private static final String OF_USERS = "META-INF/headway/dialects.txt";

    static final Dialects INSTANCE =
            of(files(Thread.currentThread().getContextClassLoader(), Dialects.class.getClassLoader()), LOG::warn);

    private final List<DialectLine> lines = new ArrayList<>();
    private final Map<String, DialectLine> exact = new HashMap<>();
    private final List<DialectLine> patterns = new ArrayList<>();
    private final Set<String> conditions = new HashSet<>();

    private Dialects() {}

    /** The lines of the files; what the first says of a header counts. */
    static Dialects of(Iterable<URL> files, Consumer<String> warn) {
        Dialects dialects = new Dialects();
        files.forEach(file -> dialects.add(file, warn));
        return dialects;
    }

    /** Users' files first; each once, whichever class loader knows it. */
    static List<URL> files(@Nullable ClassLoader... loaders) {
        Map<String, URL> files = new LinkedHashMap<>();
        for (ClassLoader loader : loaders) {
            try {
                if (loader != null) {
                    loader.getResources(OF_USERS)
                            .asIterator()
                            .forEachRemaining(file -> files.put(file.toString(), file));
                }
            } catch (IOException | RuntimeException e) {
                // One that was stopped throws what it likes.
                LOG.warn("Can not look for {}: {}", OF_USERS, e.toString());
            }
        }
        URL ours = Dialects.class.getResource(OURS);
        if (ours != null) {
            files.put(ours.toString(), ours);
        } else {
            LOG.warn("{} is missing from Headway's own jar: vendors' own headers are not understood", OURS);
        }
        return List.copyOf(files.values());
    }

    private void add(URL file, Consumer<String> warn) {
        Map<String, DialectLine> ofFile = new LinkedHashMap<>();
        int number = 0;
        try (BufferedReader reader = open(file)) {
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                number++;
                if (!text.isBlank() && !text.startsWith("#")) {
                    try {
                        add(DialectLine.parse(text), ofFile);
                    } catch (IllegalArgumentException e) {
                        warn.accept(file + ", line " + number + " is left out: " + e.getMessage());
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            // Whatever is on the class path, calls go on.
            warn.accept(file + " can not be read: " + e);
        }
        List<DialectLine> before = List.copyOf(patterns);
        ofFile.forEach((header, line) -> add(header, line, before));
    }

    /** Without the cache of jar files, which would keep them open. */
    private static BufferedReader open(URL file) throws IOException {
        URLConnection connection = file.openConnection();
        connection.setUseCaches(false);
        return new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Two providers may share a header, if it says the same at both. */
    private void add(DialectLine line, Map<String, DialectLine> ofFile) {
        DialectLine other = ofFile.putIfAbsent(line.header().toLowerCase(Locale.ROOT), line);
        if (other != null && !other.value().equals(line.value())) {
            throw new IllegalArgumentException(
                    other.provider() + " has " + line.header() + " as " + other.value() + ", not " + line.value());
        }
        lines.add(line);
    }

    /** Within a file a whole name says more than a pattern; between two the first file says more than either. */
    private void add(String header, DialectLine line, List<DialectLine> before) {
        if (line.isExact()) {
            if (before.stream().allMatch(pattern -> pattern.starOf(header) == null)) {
                exact.putIfAbsent(header, line);
            }
        } else {
            patterns.add(line);
        }
        String when = line.readingFor("").when();
        if (when != null) {
            conditions.add(when);
        }
    }

    /** All lines, those of users first. */
    List<DialectLine> lines() {
        return List.copyOf(lines);
    }

    /** How to read the value of a header, its name in lower case; null when no dialect knows it. */
    @Nullable Reading of(String name) {
        DialectLine line = exact.get(name);
        if (line != null) {
            return line.readingFor("");
        }
        for (DialectLine pattern : patterns) {
            String star = pattern.starOf(name);
            if (star != null) {
                return pattern.readingFor(star);
            }
        }
        return null;
    }

    /** Whether a header, its name in lower case, tells that another has the meaning of a dialect. */
    boolean isCondition(String name) {
        return conditions.contains(name);
    }
}
