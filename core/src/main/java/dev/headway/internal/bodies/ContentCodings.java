package dev.headway.internal.bodies;

import dev.headway.Signal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Undoes content codings (RFC 9110 section 8.4.1): gzip, deflate with or without the zlib frame, and several of them. What was
 * cut off or is broken yields what could be read before. No layer gives more than {@link Signal.Response#MAX_BODY_START} bytes,
 * so that a small body can not grow into a large one.
 */
final class ContentCodings {

    private static final int MAX_CODINGS = 4;
    private static final int CHUNK = 4096;

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

    private static byte[] gunzip(byte[] body) {
        if (body.length < 2 || body[0] != 0x1f || (body[1] & 0xff) != 0x8b) {
            return new byte[0];
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return beginning(in);
        } catch (IOException e) {
            return new byte[0];
        }
    }

    /** Deflate should come in a zlib frame (RFC 1950), but some servers leave it away. */
    private static byte[] inflate(byte[] body) {
        Inflater inflater = new Inflater(!hasZlibFrame(body));
        try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(body), inflater)) {
            return beginning(in);
        } catch (IOException e) {
            return new byte[0];
        } finally {
            inflater.end();
        }
    }

    private static boolean hasZlibFrame(byte[] body) {
        return body.length >= 2 && (body[0] & 0x0f) == 8 && (((body[0] & 0xff) << 8) | (body[1] & 0xff)) % 31 == 0;
    }

    private static byte[] beginning(InputStream in) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        try {
            int left = Signal.Response.MAX_BODY_START;
            int read = in.read(chunk, 0, Math.min(CHUNK, left));
            while (read > 0) {
                content.write(chunk, 0, read);
                left -= read;
                read = left > 0 ? in.read(chunk, 0, Math.min(CHUNK, left)) : 0;
            }
        } catch (IOException e) {
            // Cut off or broken: what came before it is what there is.
        }
        return content.toByteArray();
    }
}
