package dev.headway.internal.bodies;

import dev.headway.Signal;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The text of a body: codings undone, then decoded as {@code Content-Type} says, as UTF-8 where it says nothing. */
final class BodyText {

    private static final String CHARSET = "charset=";

    private BodyText() {}

    static String of(ByteBuffer start, BodyKind kind) {
        byte[] body = new byte[Math.min(start.remaining(), Signal.Response.MAX_BODY_START)];
        start.duplicate().get(body);
        byte[] content = ContentCodings.undo(body, kind.codings());
        return decoded(content, kind.type());
    }

    /** What is malformed becomes the replacement character; a byte order mark says more than the header. */
    private static String decoded(byte[] content, @Nullable String type) {
        if (startsWith(content, 0xef, 0xbb, 0xbf)) {
            return new String(content, 3, content.length - 3, StandardCharsets.UTF_8);
        }
        if (startsWith(content, 0xfe, 0xff) || startsWith(content, 0xff, 0xfe)) {
            return new String(content, StandardCharsets.UTF_16);
        }
        return new String(content, charset(type));
    }

    private static boolean startsWith(byte[] content, int... mark) {
        if (content.length < mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if ((content[i] & 0xff) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    private static Charset charset(@Nullable String type) {
        int at = type == null ? -1 : charsetAt(type);
        if (type == null || at < 0) {
            return StandardCharsets.UTF_8;
        }
        String rest = type.substring(at + CHARSET.length());
        int end = rest.indexOf(';');
        String name =
                (end < 0 ? rest : rest.substring(0, end)).replace('"', ' ').trim();
        try {
            return Charset.forName(name);
        } catch (IllegalArgumentException e) {
            return StandardCharsets.UTF_8;
        }
    }

    /** In any case; a text in lower case may be longer, so that places in it are others. */
    private static int charsetAt(String type) {
        int at = 0;
        while (at < type.length() && !type.regionMatches(true, at, CHARSET, 0, CHARSET.length())) {
            at++;
        }
        return at < type.length() ? at : -1;
    }
}
