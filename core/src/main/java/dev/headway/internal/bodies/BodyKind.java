package dev.headway.internal.bodies;

import dev.headway.ResponseHeaders;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What the header fields say of a body, so that only text that can be undone is ever looked at. */
public final class BodyKind implements BiConsumer<String, String> {

    /** Of a header value no more is looked at. */
    private static final int MAX_VALUE = 256;

    private @Nullable String type;
    private String codings = "";
    private boolean empty;

    private BodyKind() {}

    static BodyKind of(ResponseHeaders headers) {
        BodyKind kind = new BodyKind();
        headers.forEach(kind);
        return kind;
    }

    /**
     * Tells whether a body is one that may name an error: JSON, XML or other text, or of no told type; not a stream, not
     * empty, and not in a coding that can not be undone.
     *
     * @param headers the header fields
     * @return whether it is
     */
    public static boolean isText(ResponseHeaders headers) {
        BodyKind kind = of(headers);
        return !kind.empty && textual(kind.type) && (kind.codings.isEmpty() || ContentCodings.known(kind.codings));
    }

    @Override
    public void accept(String name, String value) {
        // The lengths first: nearly no name gets further.
        switch (name.length()) {
            case 12 -> {
                if (type == null && name.equalsIgnoreCase("Content-Type")) {
                    type = shortened(value);
                }
            }
            case 14 -> {
                if (name.equalsIgnoreCase("Content-Length")) {
                    empty = value.trim().equals("0");
                }
            }
            case 16 -> {
                if (name.equalsIgnoreCase("Content-Encoding")) {
                    codings = codings.isEmpty() ? shortened(value) : shortened(codings + "," + value);
                }
            }
            default -> {
                // Says nothing of the body.
            }
        }
    }

    /** The value of {@code Content-Type}. */
    @Nullable String type() {
        return type;
    }

    /** The values of {@code Content-Encoding}, in the order in which they were applied. */
    String codings() {
        return codings;
    }

    private static boolean textual(@Nullable String contentType) {
        if (contentType == null || contentType.isEmpty()) {
            return true;
        }
        boolean text = starts(contentType, "text/") || has(contentType, "json") || has(contentType, "xml");
        return text && !streaming(contentType);
    }

    /** What comes bit by bit, perhaps for ever: nothing of it is held back to be looked at. */
    private static boolean streaming(String contentType) {
        return has(contentType, "stream")
                || has(contentType, "ndjson")
                || has(contentType, "jsonl")
                || has(contentType, "json-seq");
    }

    private static boolean starts(String contentType, String part) {
        return contentType.regionMatches(true, 0, part, 0, part.length());
    }

    /** Whether the part occurs before the parameters, in any case. */
    private static boolean has(String contentType, String part) {
        int semicolon = contentType.indexOf(';');
        int last = (semicolon < 0 ? contentType.length() : semicolon) - part.length();
        char first = part.charAt(0);
        for (int i = 0; i <= last; i++) {
            if ((contentType.charAt(i) | 0x20) == first && contentType.regionMatches(true, i, part, 0, part.length())) {
                return true;
            }
        }
        return false;
    }

    private static String shortened(String value) {
        return value.length() > MAX_VALUE ? value.substring(0, MAX_VALUE) : value;
    }
}
