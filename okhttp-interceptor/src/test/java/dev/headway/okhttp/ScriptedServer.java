package dev.headway.okhttp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.HttpUrl;

/** An HTTP/1.1 server that does to the n-th request what the n-th answer says; the last answer repeats. */
final class ScriptedServer implements AutoCloseable {

    /** What to do with the socket once a request has been read. */
    interface Answer {
        /** Answers. The connection lives on unless this closes it. */
        void to(Socket socket) throws Exception;
    }

    record Received(int connection, String method, String target, String body) {}

    private final ServerSocket listener;
    private final List<Answer> answers;
    private final List<Received> received = new ArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    ScriptedServer(Answer... answers) throws IOException {
        this("127.0.0.1", answers);
    }

    ScriptedServer(String address, Answer... answers) throws IOException {
        this.answers = List.of(answers);
        this.listener = new ServerSocket(0, 50, InetAddress.getByName(address));
        daemon(this::accept);
    }

    /** An answer of that status, body and header lines. */
    static Answer status(int status, String body, String... headers) {
        StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
        for (String header : headers) {
            text.append(header).append("\r\n");
        }
        text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
        return raw(text.toString());
    }

    static Answer raw(String text) {
        return socket -> write(socket, text);
    }

    static Answer hangUp() {
        return Socket::close;
    }

    static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(ISO_8859_1));
        out.flush();
    }

    int port() {
        return listener.getLocalPort();
    }

    HttpUrl url(String target) {
        return HttpUrl.get("http://" + listener.getInetAddress().getHostAddress() + ":" + port() + target);
    }

    List<Received> received() {
        synchronized (received) {
            return List.copyOf(received);
        }
    }

    List<String> targets() {
        return received().stream()
                .map(request -> request.method() + " " + request.target())
                .toList();
    }

    List<Integer> connections() {
        return received().stream().map(Received::connection).toList();
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
            int connection = sockets.size();
            sockets.add(socket);
            daemon(() -> serve(socket, connection));
        }
    }

    private void serve(Socket socket, int connection) throws Exception {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        while (!socket.isClosed()) {
            String[] start = line(in).split(" ", 3);
            int length = 0;
            boolean chunked = false;
            for (String header = line(in); !header.isEmpty(); header = line(in)) {
                String lower = header.toLowerCase(Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Integer.parseInt(
                            lower.substring("content-length:".length()).strip());
                }
                chunked |= lower.startsWith("transfer-encoding:");
            }
            String body = chunked ? chunks(in) : new String(in.readNBytes(length), ISO_8859_1);
            next(new Received(connection, start[0], start[1], body)).to(socket);
        }
    }

    private Answer next(Received request) {
        synchronized (received) {
            received.add(request);
            return answers.get(Math.min(received.size(), answers.size()) - 1);
        }
    }

    private static String chunks(InputStream in) throws IOException {
        StringBuilder body = new StringBuilder();
        for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
            body.append(new String(in.readNBytes(size), ISO_8859_1));
            line(in);
        }
        line(in);
        return body.toString();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception ended) {
                // The other side has gone, or the server is closed.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
