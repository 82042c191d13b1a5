package dev.headway.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The segments of a path as most servers read it (RFC 3986 sections 5.2.4 and 6.2.2). Never throws, whatever the path is. */
final class PathSegments {

    private PathSegments() {}

    /** Decoded, without empty ones, and with dots resolved. */
    static List<String> of(String path) {
        List<String> segments = new ArrayList<>();
        for (String raw : split(path)) {
            String segment = decoded(raw);
            if (segment.equals("..")) {
                if (!segments.isEmpty()) {
                    segments.remove(segments.size() - 1);
                }
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.add(segment);
            }
        }
        return segments;
    }

    /** What stands between the slashes of a path that begins with one; the last is empty where it ends with one. */
    static List<String> split(String path) {
        List<String> segments = new ArrayList<>();
        int begin = 1;
        for (int slash = path.indexOf('/', 1); slash >= 0; slash = path.indexOf('/', begin)) {
            segments.add(path.substring(begin, slash));
            begin = slash + 1;
        }
        segments.add(path.substring(begin));
        return segments;
    }

    /** As it is, where the encoding is broken. */
    static String decoded(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        byte[] raw = segment.getBytes(UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(raw.length);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                decoded.write(raw[i]);
            } else if (i + 2 < raw.length && HexFormat.isHexDigit(raw[i + 1]) && HexFormat.isHexDigit(raw[i + 2])) {
                decoded.write(HexFormat.fromHexDigit(raw[i + 1]) << 4 | HexFormat.fromHexDigit(raw[i + 2]));
                i += 2;
            } else {
                return segment;
            }
        }
        return decoded.toString(UTF_8);
    }
}
