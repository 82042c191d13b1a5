package dev.headway.it.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headway.testkit.AnsweredRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A server of somebody else's, as a process on a port of its own. It writes down what it answered, a line for each request: the
 * milliseconds since 1970 at which it came, its API key, the status, and for how many seconds that answer allows no other.
 */
final class RealServer implements AutoCloseable {

    /** The header by which these servers tell callers apart. */
    static final String KEY = "X-Api-Key";

    /** Where their configurations are. */
    static final Path FILES = Path.of("src/test/servers").toAbsolutePath();

    /** The file in its folder that a server writes its answers to, unless it does that to its standard output. */
    static final String LOG = "requests.log";

    /**
     * Runs a server until it ends, or until this end of its standard input closes: that happens however this JVM ends, also where
     * it is killed and no shutdown hook runs.
     */
    private static final String WATCHED = """
        exec 3<&0
        "$@" <&3 &
        server=$!
        (cat <&3 >/dev/null; kill $server) 2>/dev/null >&2 &
        wait $server
        """;

    private static final int TRIES = 3;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);
    private static final long POLL_MILLIS = 20;

    private final Path folder;
    private final Process process;
    private final int port;

    /** What starts a server. */
    interface Command {
        List<String> of(int port, Path folder) throws IOException;
    }

    private RealServer(Path folder, Process process, int port) {
        this.folder = folder;
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a server and waits until it listens.
     *
     * @param name its name, and that of its folder below target/real-servers
     * @param command what starts it
     */
    static RealServer start(String name, Command command) throws IOException, InterruptedException {
        Path folder =
                Files.createDirectories(Path.of("target/real-servers", name)).toAbsolutePath();
        for (int tries = 1; ; tries++) {
            Files.write(folder.resolve(LOG), new byte[0]);
            int port = freePort();
            List<String> words = new ArrayList<>(List.of("sh", "-c", WATCHED, "sh"));
            words.addAll(command.of(port, folder));
            Process process = new ProcessBuilder(words)
                    .directory(folder.toFile())
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(folder.resolve(LOG).toFile()))
                    .redirectError(folder.resolve("errors.log").toFile())
                    .start();
            RealServer server = new RealServer(folder, process, port);
            if (server.awaitListening()) {
                return server;
            }
            server.close();
            // Somebody may have been quicker to take the port.
            if (tries == TRIES) {
                throw new AssertionError("%s does not start: %s says%n%s"
                        .formatted(name, words, Files.readString(folder.resolve("errors.log"))));
            }
        }
    }

    /** Fails where a program is not there that a server needs. */
    static void require(String name, String... check) throws IOException, InterruptedException {
        boolean there;
        try {
            Process process = new ProcessBuilder(check)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            there = process.waitFor() == 0;
        } catch (IOException e) {
            there = false;
        }
        if (!there) {
            throw new AssertionError("%s is not installed (%s): %s as root installs it from Debian"
                    .formatted(name, String.join(" ", check), FILES.resolve("install.sh")));
        }
    }

    /** Writes a configuration of {@link #FILES} to a server's folder, with its port. */
    static Path configure(String file, int port, Path folder) throws IOException {
        String text = Files.readString(FILES.resolve(file)).replace("@PORT@", Integer.toString(port));
        return Files.writeString(folder.resolve(file), text);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean awaitListening() throws InterruptedException {
        long giveUpAt = System.nanoTime() + PATIENCE;
        while (process.isAlive() && giveUpAt - System.nanoTime() > 0) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                Thread.sleep(POLL_MILLIS);
            }
        }
        return false;
    }

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    Path folder() {
        return folder;
    }

    /**
     * Returns what the server answered to an API key, in the order in which it came. What the client has received may not be
     * written down yet, so this waits for as many as it has sent, though not for ever.
     */
    List<AnsweredRequest> requests(String key, int sent) throws IOException, InterruptedException {
        long giveUpAt = System.nanoTime() + PATIENCE;
        while (true) {
            List<AnsweredRequest> requests = requests(key);
            if (requests.size() >= sent || giveUpAt - System.nanoTime() < 0) {
                return requests;
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private List<AnsweredRequest> requests(String key) throws IOException {
        List<AnsweredRequest> requests = new ArrayList<>();
        String text = Files.readString(folder.resolve(LOG), UTF_8);
        // The last line may be half written.
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1)) {
            String[] words = line.split(" ", -1);
            if (words.length == 4 && words[1].equals(key)) {
                // nginx puts a dot before the milliseconds.
                Duration at = Duration.ofMillis(Long.parseLong(words[0].replace(".", "")));
                Duration hold = words[3].equals("-")
                        ? Duration.ZERO
                        : Duration.ofMillis((long) (1000 * Double.parseDouble(words[3])));
                requests.add(new AnsweredRequest(at, "GET", "/", Integer.parseInt(words[2]), 0, null, at.plus(hold)));
            }
        }
        requests.sort(Comparator.comparing(AnsweredRequest::at));
        return requests;
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            process.onExit().get(PATIENCE, TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new IOException(folder + ": the server did not end when it was told to", e);
        }
    }
}
