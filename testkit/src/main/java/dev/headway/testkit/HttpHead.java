package dev.headway.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first line of an HTTP/1.1 message and its fields, each line as it came. Immutable.
 *
 * @param start the request line or status line
 * @param fields the lines of the fields
 */
record HttpHead(String start, List<String> fields) {

    /** Far more than any head has; what has more is broken off. */
    private static final int MAX_LINE = 65_536;

    /** Fields about a connection, which end with it (RFC 9110 section 7.6.1). */
    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "keep-alive", "proxy-connection", "te", "upgrade");

    HttpHead {
        fields = List.copyOf(fields);
    }

    static HttpHead read(InputStream in) throws IOException {
        String start = line(in);
        List<String> fields = new ArrayList<>();
        for (String field = line(in); !field.isEmpty(); field = line(in)) {
            fields.add(field);
        }
        return new HttpHead(start, fields);
    }

    static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.length() == MAX_LINE) {
                throw new EOFException("A line without an end");
            }
            line.append((char) next);
        }
        int length = line.length();
        return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
    }

    /** The part of the first line of that number: method, target, version; or version, status, reason. */
    String part(int number) throws IOException {
        String[] parts = start.split(" ", 3);
        if (parts.length <= number) {
            throw new IOException("No HTTP: " + start);
        }
        return parts[number];
    }

    int status() throws IOException {
        try {
            return Integer.parseInt(part(1));
        } catch (NumberFormatException e) {
            throw new IOException("No HTTP: " + start, e);
        }
    }

    /** The value of the last field of that name. */
    @Nullable String field(String name) {
        String value = null;
        for (String field : fields) {
            if (name(field).equalsIgnoreCase(name)) {
                value = field.substring(field.indexOf(':') + 1).strip();
            }
        }
        return value;
    }

    boolean says(String name, String word) {
        String value = field(name);
        return value != null
                && List.of(value.toLowerCase(Locale.ROOT).split("\\s*,\\s*")).contains(word);
    }

    /** Whether the sender ends the connection after this message. */
    boolean closes() {
        return says("Connection", "close") || start.contains("HTTP/1.0");
    }

    /** Without what is about the connection alone, and without fields of these names, in lower case. */
    HttpHead without(String... names) {
        Set<String> gone = new HashSet<>(HOP_BY_HOP);
        gone.addAll(List.of(names));
        String connection = field("Connection");
        if (connection != null) {
            gone.addAll(List.of(connection.toLowerCase(Locale.ROOT).split("\\s*,\\s*")));
        }
        return new HttpHead(
                start,
                fields.stream()
                        .filter(field -> !gone.contains(name(field).toLowerCase(Locale.ROOT)))
                        .toList());
    }

    HttpHead with(List<String> more) {
        List<String> all = new ArrayList<>(fields);
        all.addAll(more);
        return new HttpHead(start, all);
    }

    byte[] bytes() {
        StringBuilder text = new StringBuilder(start).append("\r\n");
        fields.forEach(field -> text.append(field).append("\r\n"));
        return text.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    private static String name(String field) {
        int colon = field.indexOf(':');
        return colon < 0 ? field : field.substring(0, colon).strip();
    }
}
