package dev.headway.okhttp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP/2 server without TLS that does to the n-th request what the n-th answer of its script says; the last answer repeats.
 * Writes its frames by hand, so it can refuse, throttle and go away as no library lets it, on every version of the client.
 */
final class Http2Script implements AutoCloseable {

    static final int INTERNAL_ERROR = 2;
    static final int REFUSED_STREAM = 7;
    static final int ENHANCE_YOUR_CALM = 11;

    private static final int PREFACE_LENGTH = 24;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    /** {@code :status: 200}, from the static table. */
    private static final byte[] STATUS_200 = {(byte) 0x88};

    private static final byte[] STATUS_400 = {(byte) 0x8c};
    /** With the name from the static table, and a value of three characters. */
    private static final byte[] STATUS_429 = {0x08, 3, '4', '2', '9'};

    private static final int MAX_FRAME = 16_384;

    /** What to do with a request. */
    interface Answer {
        void to(Request request) throws IOException;
    }

    /** A request that has arrived whole. */
    record Request(Socket socket, DataOutputStream out, int stream) {

        void frame(int type, int flags, int stream, byte[] payload) throws IOException {
            out.writeShort(payload.length >> 8);
            out.writeByte(payload.length);
            out.writeByte(type);
            out.writeByte(flags);
            out.writeInt(stream);
            out.write(payload);
            out.flush();
        }
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Answer> answers;
    private final List<String> bodies = new ArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    Http2Script(Answer... answers) throws IOException {
        this.answers = List.of(answers);
        daemon(this::accept);
    }

    static Answer ok() {
        return request -> request.frame(HEADERS, END_HEADERS | END_STREAM, request.stream(), STATUS_200);
    }

    /** A 400 with that body. */
    static Answer bad(String body) {
        return request -> {
            request.frame(HEADERS, END_HEADERS, request.stream(), STATUS_400);
            for (int at = 0; at < body.length(); at += MAX_FRAME) {
                String part = body.substring(at, Math.min(body.length(), at + MAX_FRAME));
                request.frame(DATA, 0, request.stream(), part.getBytes(ISO_8859_1));
            }
            request.frame(DATA, END_STREAM, request.stream(), new byte[0]);
        };
    }

    /** A 429 whose body begins so, and never ends. */
    static Answer busyWithoutEnd(String beginning) {
        return request -> {
            request.frame(HEADERS, END_HEADERS, request.stream(), STATUS_429);
            request.frame(DATA, 0, request.stream(), beginning.getBytes(ISO_8859_1));
        };
    }

    static Answer reset(int code) {
        return request -> request.frame(RST_STREAM, 0, request.stream(), number(code));
    }

    /** Goes away and says that it has not looked at this request. */
    static Answer goAwayBefore() {
        return request -> goAway(request, request.stream() - 2);
    }

    /** Goes away, says that it may have looked at this request, and leaves it without an answer. */
    static Answer goAwayAfter() {
        return request -> {
            goAway(request, request.stream());
            request.socket().close();
        };
    }

    private static void goAway(Request request, int lastStream) throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.write(number(lastStream));
        payload.write(number(0));
        request.frame(GOAWAY, 0, 0, payload.toByteArray());
    }

    private static byte[] number(int value) {
        return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort() + "/";
    }

    /** How many connections it has had. */
    int connections() {
        return sockets.size();
    }

    /** The bodies of the requests that have arrived whole. */
    List<String> bodies() {
        synchronized (bodies) {
            return List.copyOf(bodies);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket socket = listener.accept();
            sockets.add(socket);
            daemon(() -> serve(socket));
        }
    }

    private void serve(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        in.readNBytes(PREFACE_LENGTH);
        new Request(socket, out, 0).frame(SETTINGS, 0, 0, new byte[0]);
        Map<Integer, StringBuilder> open = new HashMap<>();
        while (!socket.isClosed()) {
            int length = (in.readUnsignedShort() << 8) + in.readUnsignedByte();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = in.readNBytes(length);
            if (type == SETTINGS && (flags & ACK) == 0) {
                new Request(socket, out, 0).frame(SETTINGS, ACK, 0, new byte[0]);
            }
            if (type == HEADERS || type == DATA) {
                StringBuilder body = open.computeIfAbsent(stream, opened -> new StringBuilder());
                if (type == DATA) {
                    body.append(new String(payload, ISO_8859_1));
                }
                if ((flags & END_STREAM) != 0) {
                    next(body.toString()).to(new Request(socket, out, stream));
                }
            }
        }
    }

    private Answer next(String body) {
        synchronized (bodies) {
            bodies.add(body);
            return answers.get(Math.min(bodies.size(), answers.size()) - 1);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException ended) {
                        // The other side has gone, or the server is closed.
                    }
                },
                "http2-script");
        thread.setDaemon(true);
        thread.start();
    }
}
