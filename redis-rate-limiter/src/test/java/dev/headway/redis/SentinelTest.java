package dev.headway.redis;

import static dev.headway.redis.Callers.assertNeverMore;
import static dev.headway.redis.Callers.take;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Quota;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master, its replica, and a Sentinel that makes the replica the master when the other is gone. */
class SentinelTest {

    private static final String NAME = "shared";
    private static final long LONGEST_FAIL_OVER_SECONDS = 60;

    @TempDir
    private Path folder;

    private RedisProcess master;
    private RedisProcess replica;
    private Process sentinel;
    private RedisClient client;
    private final List<RedisRateLimiter> limiters = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        master = new RedisProcess();
        replica = new RedisProcess("--replicaof", "127.0.0.1", String.valueOf(master.port()));
        FaultyProxy.await(() -> replication(master).contains("state=online"), "the replica has what the master has");
        int port = RedisProcess.freePort();
        sentinel = startSentinel(port);
        RedisURI uri = RedisURI.Builder.sentinel("127.0.0.1", port, NAME)
                .withTimeout(Duration.ofSeconds(2))
                .build();
        client = RedisClient.create(uri);
        FaultyProxy.await(() -> knowsTheReplica(uri), "the Sentinel knows the replica");
    }

    private Process startSentinel(int port) throws IOException {
        Path settings = folder.resolve("sentinel.conf");
        Files.writeString(settings, """
                port %d
                bind 127.0.0.1
                dir %s
                sentinel monitor %s 127.0.0.1 %d 1
                sentinel down-after-milliseconds %s 500
                """.formatted(port, folder, NAME, master.port(), NAME));
        return new ProcessBuilder(RedisProcess.binary().getPath(), settings.toString(), "--sentinel")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private boolean knowsTheReplica(RedisURI uri) {
        try (var connection = client.connectSentinel(uri)) {
            return "1".equals(connection.sync().master(NAME).get("num-slaves"));
        } catch (RuntimeException e) {
            // It has not started yet.
            return false;
        }
    }

    @AfterEach
    void stop() throws Exception {
        limiters.forEach(RedisRateLimiter::close);
        client.shutdown();
        sentinel.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
        replica.close();
        master.close();
    }

    private static String replication(RedisProcess node) {
        return on(node, commands -> commands.info("replication"));
    }

    private static <T> T on(RedisProcess node, Function<RedisCommands<String, String>, T> work) {
        RedisClient own = node.client();
        try (var connection = own.connect()) {
            return work.apply(connection.sync());
        } finally {
            own.shutdown();
        }
    }

    private boolean replicaIsTheMaster() {
        try {
            return replication(replica).contains("role:master");
        } catch (RuntimeException e) {
            // The Sentinel cuts all connections to a node whose part it changes.
            return false;
        }
    }

    @Test
    void noCallIsLostWhenTheMasterIs() throws Exception {
        limiter();
        limiter();
        CompletableFuture<List<Long>> running = CompletableFuture.supplyAsync(() -> {
            try {
                return Callers.run(limiters, 10, 400, 1);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        FaultyProxy.await(() -> on(replica, commands -> commands.dbsize()) > 0, "calls have gone");
        master.kill();

        List<Long> times = running.get(LONGEST_FAIL_OVER_SECONDS, TimeUnit.SECONDS);

        assertThat(times).hasSize(400);
        // While one of them is back and the other is not yet: 0.8 of the limit twice.
        assertNeverMore(times, 80, Duration.ofSeconds(1));
        awaitFailOver();
        for (RedisRateLimiter limiter : limiters) {
            FaultyProxy.await(() -> numberOf(limiter) > 50, "numbers go on where those of the lost master ended");
        }
    }

    @Test
    void aMasterThatHasFallenSilentIsLeft() throws Exception {
        RedisRateLimiter limiter = limiter();
        FaultyProxy.await(() -> numberOf(limiter) > 0, "numbers come from the engine");
        long pid = Long.parseLong(
                on(master, commands -> commands.info("server")).replaceAll("(?s).*process_id:(\\d+).*", "$1"));
        // Its connections stay open, as those of a host without power do.
        new ProcessBuilder("kill", "-STOP", String.valueOf(pid)).start().waitFor();

        awaitFailOver();

        FaultyProxy.await(() -> numberOf(limiter) > 0, "numbers come from the new master");
    }

    private RedisRateLimiter limiter() {
        RedisRateLimiter limiter = RedisRateLimiter.builder(client)
                .timeout(Duration.ofMillis(200))
                .expectedWorkers(2)
                .limit(Quota.of(50).per(Duration.ofSeconds(1)))
                .build();
        limiters.add(limiter);
        return limiter;
    }

    private static long numberOf(RedisRateLimiter limiter) {
        try {
            return ((RedisPermit) take(limiter)).number;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitFailOver() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_FAIL_OVER_SECONDS);
        while (!replicaIsTheMaster()) {
            assertThat(System.nanoTime() - end).as("a fail-over in time").isNegative();
            Thread.onSpinWait();
        }
    }
}
