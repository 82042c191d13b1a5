package dev.headway.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Passes a body on as it comes, framing included, each piece at once. */
final class HttpBody {

    private HttpBody() {}

    /** Whether the body of that answer ends with its connection. */
    static boolean untilClose(HttpHead answer) {
        return !answer.says("Transfer-Encoding", "chunked") && answer.field("Content-Length") == null;
    }

    /** Whether an answer has a body at all. */
    static boolean has(int status, String method) {
        return !method.equals("HEAD") && status >= 200 && status != 204 && status != 304;
    }

    /** Passes the body of a request on, or of an answer that does not end with its connection. */
    static void pass(HttpHead head, InputStream in, OutputStream out) throws IOException {
        if (head.says("Transfer-Encoding", "chunked")) {
            chunks(in, out);
            return;
        }
        String length = head.field("Content-Length");
        exactly(length == null ? 0 : number(length, 10), in, out);
    }

    static void passAll(InputStream in, OutputStream out) throws IOException {
        byte[] piece = new byte[8192];
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            out.write(piece, 0, read);
            out.flush();
        }
    }

    private static void chunks(InputStream in, OutputStream out) throws IOException {
        long size;
        do {
            String line = HttpHead.line(in);
            out.write((line + "\r\n").getBytes(ISO_8859_1));
            int extension = line.indexOf(';');
            size = number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
            if (size > 0) {
                exactly(size, in, out);
                HttpHead.line(in);
                out.write("\r\n".getBytes(ISO_8859_1));
                out.flush();
            }
        } while (size > 0);
        String trailer;
        do {
            trailer = HttpHead.line(in);
            out.write((trailer + "\r\n").getBytes(ISO_8859_1));
        } while (!trailer.isEmpty());
        out.flush();
    }

    private static void exactly(long length, InputStream in, OutputStream out) throws IOException {
        byte[] piece = new byte[8192];
        for (long left = length; left > 0; ) {
            int read = in.read(piece, 0, (int) Math.min(left, piece.length));
            if (read < 0) {
                throw new EOFException("A body without its end");
            }
            out.write(piece, 0, read);
            out.flush();
            left -= read;
        }
    }

    private static long number(String digits, int radix) throws IOException {
        try {
            return Long.parseUnsignedLong(digits, radix);
        } catch (NumberFormatException e) {
            throw new IOException("No length: " + digits, e);
        }
    }
}
