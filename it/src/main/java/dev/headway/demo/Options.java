package dev.headway.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the demo shall do, from {@code -Ddemo.…}.
 *
 * @param urls what to call; empty for the demo's own API
 * @param calls how many calls
 * @param threads on how many threads
 * @param header a header field of every request, or null
 * @param workers how many processes do it
 */
record Options(List<URI> urls, int calls, int threads, Map.@Nullable Entry<String, String> header, int workers) {

    private static final String PREFIX = "demo.";
    private static final List<String> KNOWN =
            List.of("demo.url", "demo.urls", "demo.calls", "demo.threads", "demo.header", "demo.workers");
    private static final int DEFAULT_CALLS = 200;
    private static final int MAX_CALLS = 1_000_000;
    private static final int MAX_WORKERS = 64;
    private static final int CALLS_OF_A_WORKER = 200;
    private static final int MAX_THREADS = 10_000;

    /** Something the user can mend; the message is one sentence. */
    static final class BadOption extends Exception {

        private static final long serialVersionUID = 1L;

        BadOption(String sentence) {
            super(sentence);
        }
    }

    static Options of(Properties properties) throws BadOption {
        for (String name : new TreeSet<>(properties.stringPropertyNames())) {
            if (name.startsWith(PREFIX) && !KNOWN.contains(name)) {
                throw new BadOption("-D" + name + " is not known; there are " + String.join(", ", KNOWN) + ".");
            }
        }
        List<URI> urls = urls(properties);
        int workers = number(properties, "demo.workers", 1, MAX_WORKERS);
        if (workers > 1 && !urls.isEmpty()) {
            throw new BadOption("-Ddemo.workers is for the demo's own API: leave out the URL.");
        }
        int usual = workers > 1 ? workers * CALLS_OF_A_WORKER : DEFAULT_CALLS;
        int calls = number(properties, "demo.calls", Math.max(urls.size(), usual), MAX_CALLS);
        if (workers > calls) {
            throw new BadOption("-Ddemo.calls must be at least as many as -Ddemo.workers.");
        }
        int threads = number(properties, "demo.threads", Math.min(calls, DEFAULT_CALLS), MAX_THREADS);
        return new Options(urls, calls, Math.min(threads, calls), header(properties), workers);
    }

    private static List<URI> urls(Properties properties) throws BadOption {
        String one = properties.getProperty("demo.url");
        String file = properties.getProperty("demo.urls");
        if (one != null && file != null) {
            throw new BadOption("Give either -Ddemo.url or -Ddemo.urls, not both.");
        }
        if (file != null) {
            return urlsOf(file);
        }
        return one == null ? List.of() : List.of(url(one, "-Ddemo.url"));
    }

    private static List<URI> urlsOf(String file) throws BadOption {
        List<URI> urls = new ArrayList<>();
        List<String> lines;
        try {
            lines = Files.readAllLines(Path.of(file));
        } catch (IOException | InvalidPathException e) {
            throw new BadOption("The file of -Ddemo.urls can not be read: " + e + ".");
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                urls.add(url(line, "Line " + (i + 1) + " of " + file));
            }
        }
        if (urls.isEmpty()) {
            throw new BadOption("There is no URL in " + file + ".");
        }
        return List.copyOf(urls);
    }

    private static URI url(String text, String where) throws BadOption {
        try {
            URI url = URI.create(text);
            if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new BadOption(where + " must be an http or https URL, not \"" + text + "\".");
    }

    private static int number(Properties properties, String name, int otherwise, int most) throws BadOption {
        String text = properties.getProperty(name);
        if (text == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new BadOption("-D" + name + " must be a whole number from 1 to " + most + ", not \"" + text + "\".");
    }

    private static Map.@Nullable Entry<String, String> header(Properties properties) throws BadOption {
        String text = properties.getProperty("demo.header");
        if (text == null) {
            return null;
        }
        int colon = text.indexOf(':');
        if (colon < 1 || !text.substring(0, colon).matches("[A-Za-z0-9-]+")) {
            // The value may be a secret.
            throw new BadOption("-Ddemo.header must look like \"Name: value\".");
        }
        return Map.entry(text.substring(0, colon), text.substring(colon + 1).strip());
    }
}
