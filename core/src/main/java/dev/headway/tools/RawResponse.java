package dev.headway.tools;

import dev.headway.tools.Given.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A response as it is pasted: status line, header fields, an empty line, the body; with either end of line. Of several header
 * sections in a row, as {@code curl -i} prints them after a redirect or a 100, the last one counts.
 */
final class RawResponse {

    private static final Pattern STATUS_LINE = Pattern.compile("(?:HTTP/[0-9.]+ +)?([1-9][0-9][0-9])(?: .*)?");

    private final byte[] bytes;
    private int at;

    private RawResponse(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it has no status line
     */
    static Given read(byte[] bytes, String method, Instant now) {
        RawResponse raw = new RawResponse(bytes);
        Given last;
        do {
            last = raw.section(method, now);
        } while (raw.anotherBegins());
        return last;
    }

    private Given section(String method, Instant now) {
        if (bytes.length == 0) {
            throw new IllegalArgumentException("There is nothing on standard input.");
        }
        String first = line();
        Matcher status = STATUS_LINE.matcher(first.strip());
        if (!status.matches()) {
            throw new IllegalArgumentException(
                    "The first line must be a status line, like 'HTTP/1.1 429 Too Many Requests', not '" + shown(first)
                            + "'.");
        }
        List<Field> fields = new ArrayList<>();
        while (at < bytes.length) {
            String line = line();
            if (line.isEmpty()) {
                break;
            }
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("A header field must be 'Name: value', not '" + shown(line) + "'.");
            }
            fields.add(new Field(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return new Given(
                method,
                Integer.parseInt(status.group(1)),
                fields,
                ByteBuffer.wrap(bytes).slice(at, bytes.length - at),
                now);
    }

    /** A body does not begin with a status line. */
    private boolean anotherBegins() {
        int start = at;
        String line = line();
        at = start;
        return line.startsWith("HTTP/") && STATUS_LINE.matcher(line.strip()).matches();
    }

    private String line() {
        int start = at;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        int end = at > start && bytes[at - 1] == '\r' ? at - 1 : at;
        at = Math.min(at + 1, bytes.length);
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    private static String shown(String line) {
        return Report.visible(line.length() <= 60 ? line : line.substring(0, 60) + "…");
    }
}
