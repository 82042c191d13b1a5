package dev.headway.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/** A real Redis on a loopback port, without persistence. {@code -Dheadway.redis=/usr/bin/redis-server} takes another binary. */
final class RedisProcess implements AutoCloseable {

    private static final String HOST = InetAddress.getLoopbackAddress().getHostAddress();
    /** A node of a cluster also listens 10000 above its port. */
    private static final int HIGHEST_PORT = 55_000;

    private static final Duration LONGEST_START = Duration.ofSeconds(30);
    private static @Nullable File binary;

    private final int port;
    private final List<String> options;
    private final Path folder;
    private @Nullable Process process;

    RedisProcess(String... options) {
        this.options = List.of(options);
        folder = newFolder();
        port = freePort();
        start();
    }

    int port() {
        return port;
    }

    RedisURI uri() {
        return RedisURI.create(HOST, port);
    }

    RedisClient client() {
        return RedisClient.create(uri());
    }

    /** Starts it, again on the same port and with nothing in it. */
    void start() {
        try {
            List<String> command = new ArrayList<>(List.of(
                    binary().getPath(),
                    "--port",
                    String.valueOf(port),
                    "--bind",
                    HOST,
                    "--save",
                    "",
                    "--dir",
                    folder.toString()));
            command.addAll(options);
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        awaitPort();
    }

    /** As kill -9 does. */
    void kill() throws InterruptedException {
        Process running = process;
        if (running != null) {
            running.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        delete(folder);
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory("headway-redis");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitPort() {
        long end = System.nanoTime() + LONGEST_START.toNanos();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(HOST, port), 1000);
                return;
            } catch (IOException e) {
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException("Redis did not start", e);
                }
                Thread.onSpinWait();
            }
        }
    }

    static synchronized File binary() throws IOException {
        String given = System.getProperty("headway.redis");
        if (given != null) {
            return new File(given);
        }
        if (binary == null) {
            Path folder = Files.createTempDirectory("headway-redis");
            folder.toFile().deleteOnExit();
            File unpacked =
                    ExecutableProvider.newJarResourceProvider(folder.toFile()).get();
            unpacked.deleteOnExit();
            binary = unpacked;
        }
        return binary;
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = socket.getLocalPort();
            return port <= HIGHEST_PORT ? port : freePort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
