package dev.headway.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP/1.1 server on a loopback socket that does to the n-th request what the n-th answer of its script says; the last
 * answer repeats. An answer has the bare socket in its hand, so it can also drip, stall, break off or hang up. The body of a
 * request with {@code Expect} is left for the answer to read. Thread-safe.
 */
public final class ScriptedServer implements AutoCloseable {

    /** What to do with the socket once a request has been read. */
    @FunctionalInterface
    public interface Answer {

        /**
         * Answers. The connection lives on unless this closes it.
         *
         * @param socket the client's connection
         * @throws Exception whatever goes wrong; it ends the connection
         */
        void to(Socket socket) throws Exception;
    }

    /**
     * A request as it arrived.
     *
     * @param connection the number of the connection it came on, from 0
     * @param method the method
     * @param target the request target, the query included
     * @param headers the header fields, names in lower case, the last of a repeated one
     * @param body the body, each byte as one character
     */
    public record Received(int connection, String method, String target, Map<String, String> headers, String body) {}

    private final ServerSocket listener;
    private final List<Answer> answers;
    private final List<Received> received = new ArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /**
     * Starts a server on 127.0.0.1, on a free port.
     *
     * @param answers the script, at least one answer
     * @throws IOException if no socket can be opened
     */
    public ScriptedServer(Answer... answers) throws IOException {
        this("127.0.0.1", answers);
    }

    /**
     * Starts a server on a free port.
     *
     * @param address an address of this machine
     * @param answers the script, at least one answer
     * @throws IOException if no socket can be opened
     */
    public ScriptedServer(String address, Answer... answers) throws IOException {
        if (answers.length == 0) {
            throw new IllegalArgumentException("A script needs at least one answer.");
        }
        this.answers = List.of(answers);
        this.listener = new ServerSocket(0, 50, InetAddress.getByName(address));
        daemon(this::accept);
    }

    /**
     * Returns an answer of that status, body and header lines; the length of the body is told.
     *
     * @param status the status code
     * @param body the body, of ISO 8859-1 characters
     * @param headers lines as {@code Retry-After: 5}
     * @return the answer
     */
    public static Answer status(int status, String body, String... headers) {
        StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
        for (String header : headers) {
            text.append(header).append("\r\n");
        }
        text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
        return raw(text.toString());
    }

    /**
     * Returns an answer of exactly those bytes.
     *
     * @param text each character one byte
     * @return the answer
     */
    public static Answer raw(String text) {
        return socket -> write(socket, text);
    }

    /**
     * Returns an answer that closes the connection without a byte.
     *
     * @return the answer
     */
    public static Answer hangUp() {
        return Socket::close;
    }

    /**
     * Writes to a client at once, for answers made by hand.
     *
     * @param socket the client's connection
     * @param text each character one byte
     * @throws IOException if the client has gone
     */
    public static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(ISO_8859_1));
        out.flush();
    }

    /**
     * Returns the port.
     *
     * @return its number
     */
    public int port() {
        return listener.getLocalPort();
    }

    /**
     * Returns an address of this server.
     *
     * @param target the request target, beginning with a slash
     * @return the whole address
     */
    public URI uri(String target) {
        return URI.create("http://" + listener.getInetAddress().getHostAddress() + ":" + port() + target);
    }

    /**
     * Returns the requests that have arrived.
     *
     * @return an immutable list, in order
     */
    public List<Received> received() {
        synchronized (received) {
            return List.copyOf(received);
        }
    }

    /**
     * Returns method and target of the requests that have arrived.
     *
     * @return as {@code GET /}, in order
     */
    public List<String> targets() {
        return received().stream()
                .map(request -> request.method() + " " + request.target())
                .toList();
    }

    /**
     * Returns the connections on which the requests came.
     *
     * @return their numbers, in the order of the requests
     */
    public List<Integer> connections() {
        return received().stream().map(Received::connection).toList();
    }

    /** Closes the server and all its connections. */
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
            Map<String, String> headers = headers(in);
            String body = "";
            if (!headers.containsKey("expect")) {
                body = headers.containsKey("transfer-encoding")
                        ? chunks(in)
                        : new String(
                                in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0"))),
                                ISO_8859_1);
            }
            next(new Received(connection, start[0], start[1], headers, body)).to(socket);
        }
    }

    private Answer next(Received request) {
        synchronized (received) {
            received.add(request);
            return answers.get(Math.min(received.size(), answers.size()) - 1);
        }
    }

    private static Map<String, String> headers(InputStream in) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        return Map.copyOf(headers);
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
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (Exception ended) {
                        // The other side has gone, or the server is closed.
                    }
                },
                "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }
}
