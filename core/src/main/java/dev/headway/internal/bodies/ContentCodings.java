package dev.headway.internal.bodies;

import dev.headway.Signal;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Undoes content codings (RFC 9110 section 8.4.1): gzip, deflate with or without the zlib frame, and several of them. What was
 * cut off or is broken yields what could be read before. No layer gives more than {@link Signal.Response#MAX_BODY_START} bytes,
 * so that a small body can not grow into a large one.
 */
final class ContentCodings {

    private static final int MAX_CODINGS = 4;
    private static final int CHUNK = 4096;

    // Of a member of gzip: the lengths of its fixed parts, and what its flags say that its header has beside.
    private static final int HEADER = 10;
    private static final int TRAILER = 8;
    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private static final int NONE = -1;

    private ContentCodings() {}

    /** Whether all of them can be undone. */
    static boolean known(String codings) {
        List<String> names = names(codings);
        return names.size() <= MAX_CODINGS
                && names.stream().allMatch(name -> isIdentity(name) || isGzip(name) || isDeflate(name));
    }

    /** The content before the codings; nothing when one of them is not known. */
    static byte[] undo(byte[] body, String codings) {
        if (!known(codings)) {
            return new byte[0];
        }
        List<String> names = names(codings);
        byte[] content = body;
        for (int i = names.size() - 1; i >= 0; i--) {
            if (!isIdentity(names.get(i))) {
                content = isGzip(names.get(i)) ? gunzip(content) : inflate(content);
            }
        }
        return content;
    }

    private static List<String> names(String codings) {
        return Arrays.stream(codings.toLowerCase(Locale.ROOT).split(",", -1))
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static boolean isIdentity(String name) {
        return name.equals("identity");
    }

    private static boolean isGzip(String name) {
        return name.equals("gzip") || name.equals("x-gzip");
    }

    private static boolean isDeflate(String name) {
        return name.equals("deflate");
    }

    /**
     * Member by member (RFC 1952), in a loop: the JDK's stream goes one call deeper for each, and a body may have thousands.
     * Checksums are not looked at.
     */
    private static byte[] gunzip(byte[] body) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        Inflater inflater = new Inflater(true);
        try {
            int at = afterHeader(body, 0);
            while (at > 0) {
                inflater.reset();
                inflater.setInput(body, at, body.length - at);
                inflate(inflater, chunk, content);
                at = inflater.finished() ? afterHeader(body, at + (int) inflater.getBytesRead() + TRAILER) : NONE;
            }
        } finally {
            inflater.end();
        }
        return content.toByteArray();
    }

    /** Where the data of the member that begins there begins; {@link #NONE} where none begins, or it has no data. */
    private static int afterHeader(byte[] body, int from) {
        if (from + HEADER > body.length || body[from] != 0x1f || (body[from + 1] & 0xff) != 0x8b) {
            return NONE;
        }
        int flags = body[from + 3];
        int at = from + HEADER;
        if ((flags & EXTRA) != 0 && at + 2 <= body.length) {
            at += 2 + (body[at] & 0xff) + ((body[at + 1] & 0xff) << 8);
        }
        if ((flags & NAME) != 0) {
            at = afterZero(body, at);
        }
        if ((flags & COMMENT) != 0) {
            at = afterZero(body, at);
        }
        if ((flags & HEADER_CHECKSUM) != 0) {
            at += 2;
        }
        return at < body.length ? at : NONE;
    }

    private static int afterZero(byte[] body, int from) {
        int at = from;
        while (at < body.length && body[at] != 0) {
            at++;
        }
        return at + 1;
    }

    /** Deflate should come in a zlib frame (RFC 1950), but some servers leave it away. */
    private static byte[] inflate(byte[] body) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        Inflater inflater = new Inflater(!hasZlibFrame(body));
        try {
            inflater.setInput(body);
            inflate(inflater, new byte[CHUNK], content);
        } finally {
            inflater.end();
        }
        return content.toByteArray();
    }

    private static boolean hasZlibFrame(byte[] body) {
        return body.length >= 2 && (body[0] & 0x0f) == 8 && (((body[0] & 0xff) << 8) | (body[1] & 0xff)) % 31 == 0;
    }

    private static void inflate(Inflater inflater, byte[] chunk, ByteArrayOutputStream content) {
        try {
            int read;
            do {
                read = inflater.inflate(chunk, 0, Math.min(CHUNK, Signal.Response.MAX_BODY_START - content.size()));
                content.write(chunk, 0, read);
            } while (read > 0);
        } catch (DataFormatException e) {
            // Broken: what came before it is what there is.
        }
    }
}
