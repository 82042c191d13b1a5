package dev.headway.internal.bodies;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What error codes mean and where they stand: the lines of {@code errors.txt} beside this class, and before them those of every
 * file {@link #USERS} on the class path. Immutable.
 */
final class ErrorTable {

    /** Where a user's own lines stand. */
    static final String USERS = "META-INF/headway/errors.txt";

    private static final String OURS = "errors.txt";
    private static final Logger LOG = LoggerFactory.getLogger(ErrorTable.class);

    private final List<ErrorLine> lines;
    private final Places places = new Places();
    private final BitSet read = new BitSet();

    ErrorTable(List<ErrorLine> lines) {
        this.lines = List.copyOf(lines);
        for (ErrorLine line : lines) {
            places.add(line.place());
            if (line.what().kind() != null || line.what() == ErrorLine.What.DELAY) {
                read.or(line.statuses());
            }
        }
    }

    /** Reads the files. What is wrong in one is left out, and told in one warning. */
    static ErrorTable load(List<String> more, ClassLoader... loaders) {
        List<ErrorLine> lines = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        parse("line", more, true, lines, refused);
        if (!refused.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", refused));
        }
        for (URL file : users(loaders, refused)) {
            read(file, true, lines, refused);
        }
        read(Objects.requireNonNull(ErrorTable.class.getResource(OURS), OURS), false, lines, refused);
        if (!refused.isEmpty()) {
            LOG.warn("Lines of error tables that are left out: {}", String.join("; ", refused));
        }
        return new ErrorTable(lines);
    }

    private static Collection<URL> users(ClassLoader[] loaders, List<String> refused) {
        Map<String, URL> files = new LinkedHashMap<>();
        for (ClassLoader loader : loaders) {
            try {
                loader.getResources(USERS)
                        .asIterator()
                        .forEachRemaining(file -> files.putIfAbsent(file.toExternalForm(), file));
            } catch (IOException | RuntimeException e) {
                // One that was stopped throws what it likes.
                refused.add(USERS + ": " + e);
            }
        }
        return files.values();
    }

    private static void read(URL file, boolean own, List<ErrorLine> lines, List<String> refused) {
        try {
            URLConnection connection = file.openConnection();
            // Else the jar would stay open for as long as the program runs.
            connection.setUseCaches(false);
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
                parse(file.toExternalForm(), reader.lines().toList(), own, lines, refused);
            }
        } catch (IOException | RuntimeException e) {
            // Whatever is on the class path, calls go on.
            refused.add(file + ": " + e);
        }
    }

    static void parse(String file, List<String> text, boolean own, List<ErrorLine> lines, List<String> refused) {
        for (int i = 0; i < text.size(); i++) {
            String line = text.get(i);
            if (!line.isBlank() && !line.startsWith("#")) {
                try {
                    lines.add(ErrorLine.parse(line, own));
                } catch (ErrorLine.Bad e) {
                    refused.add(file + ":" + (i + 1) + ": " + e.getMessage());
                }
            }
        }
    }

    /** Whether the body of such a response may say something that is not said by the status. */
    boolean reads(int status) {
        return status >= 0 && read.get(status);
    }

    List<ErrorLine> lines() {
        return lines;
    }

    Places places() {
        return places;
    }
}
