package dev.headway.benchmarks.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.embedded.core.ExecutableProvider;

/** A Redis of our own on a free loopback port, without persistence: Debian's, or else the one that the tests embed. */
final class RedisServer implements AutoCloseable {

    private static final Path DEBIAN = Path.of("/usr/bin/redis-server");

    private final Process process;
    final int port;
    private final RedisClient client;
    final RedisCommands<String, String> commands;

    RedisServer() throws IOException, InterruptedException {
        port = freePort();
        process = new ProcessBuilder(
                        binary().toString(),
                        "--port",
                        "" + port,
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        "no",
                        "--loglevel",
                        "warning",
                        "--dir",
                        System.getProperty("java.io.tmpdir"))
                .inheritIO()
                .start();
        awaitPort();
        client = RedisClient.create("redis://127.0.0.1:" + port);
        commands = client.connect().sync();
    }

    private static Path binary() throws IOException {
        if (Files.isExecutable(DEBIAN)) {
            return DEBIAN;
        }
        Path folder = Files.createTempDirectory("headway-redis");
        folder.toFile().deleteOnExit();
        File unpacked =
                ExecutableProvider.newJarResourceProvider(folder.toFile()).get();
        unpacked.deleteOnExit();
        return unpacked.toPath();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitPort() throws IOException, InterruptedException {
        for (int i = 0; ; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                if (i == 100) {
                    throw e;
                }
                Thread.sleep(100);
            }
        }
    }

    String version() {
        Matcher version = Pattern.compile("redis_version:(\\S+)").matcher(commands.info("server"));
        return version.find() ? version.group(1) : "?";
    }

    /** How often clients have asked since the statistics were reset: scripts, and what Bucket4j reads before its own. */
    long calls(String impl) {
        String stats = commands.info("commandstats");
        // Each of Bucket4j's scripts has a GET of its own within.
        return impl.equals("bucket4j") ? calls(stats, "get") : calls(stats, "evalsha") + calls(stats, "eval");
    }

    private static long calls(String stats, String command) {
        Matcher calls = Pattern.compile("cmdstat_" + command + ":calls=(\\d+)").matcher(stats);
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    @Override
    public void close() {
        client.shutdown();
        process.destroy();
    }
}
