package dev.headway.it;

import static dev.headway.it.ApiRequest.get;
import static dev.headway.testkit.ScriptedServer.status;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.GiveUpException;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.Quota;
import dev.headway.ScopeSnapshot;
import dev.headway.redis.RedisRateLimiter;
import dev.headway.redis.WhenUnavailable;
import dev.headway.testkit.RateLimitedApi;
import dev.headway.testkit.ScriptedServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import redis.embedded.RedisServer;

/** What processes share through a real Redis, on every path. Its clock is real, and so is that of these tests. */
@Timeout(120)
class RedisPathsTest {

    private static final ScriptedServer.Answer OK = status(200, "ok");
    private static final Quota WIDE = Quota.of(1000).per(Duration.ofSeconds(1));

    private static int port;
    private static RedisServer server;
    private static RedisClient direct;
    private static StatefulRedisConnection<byte[], byte[]> redis;

    @BeforeAll
    static void start() throws IOException {
        port = freePort();
        server = engine(port);
        server.start();
        direct = RedisClient.create(RedisURI.create("127.0.0.1", port));
        redis = direct.connect(ByteArrayCodec.INSTANCE);
    }

    @AfterAll
    static void stop() throws IOException {
        direct.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        server.stop();
    }

    @BeforeEach
    void empty() {
        redis.sync().flushall();
    }

    private static RedisServer engine(int port) throws IOException {
        return RedisServer.newRedisServer().port(port).bind("127.0.0.1").build();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static UnaryOperator<RedisRateLimiter.Builder> told(Quota quota) {
        return builder -> builder.limit(quota);
    }

    static Stream<Path> withoutThreads() {
        return Stream.of(Path.values()).filter(path -> !path.parks());
    }

    /** Each with a limiter of its own would send 70 at once, of which 30 were refused; a thread that stands still is late with one. */
    @ParameterizedTest
    @EnumSource
    void twoProcessesKeepOneLimit(Path path) throws Exception {
        Quota quota = Quota.of(40).per(Duration.ofSeconds(2));
        try (RateLimitedApi api = RateLimitedApi.builder().limit(quota).start();
                RedisWorker one = new RedisWorker(path, port, told(quota));
                RedisWorker other = new RedisWorker(path, port, told(quota))) {
            List<Ongoing> calls = new ArrayList<>();
            for (int i = 0; i < 35; i++) {
                calls.add(one.client.begin(get(), api.url("/one/" + i)));
                calls.add(other.client.begin(get(), api.url("/other/" + i)));
            }

            for (Ongoing call : calls) {
                assertThat(call.result().status()).isEqualTo(200);
            }
            assertThat(api.refused()).isLessThan(5);
            assertThat(api.accepted()).isEqualTo(70);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusalThatOneProcessGetsHoldsTheOther(Path path) throws Exception {
        Duration pause = Duration.ofSeconds(2);
        AtomicInteger asked = new AtomicInteger();
        ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<byte[]> before = new ConcurrentLinkedQueue<>();
        ScriptedServer.Answer refusesTheFirst = socket -> {
            times.add(System.nanoTime());
            if (asked.getAndIncrement() == 0) {
                before.add(sharedState());
                status(429, "busy", "Retry-After: " + pause.toSeconds()).to(socket);
            } else {
                OK.to(socket);
            }
        };
        try (ScriptedServer api = new ScriptedServer(refusesTheFirst);
                RedisWorker one = new RedisWorker(path, port, told(WIDE));
                RedisWorker other = new RedisWorker(path, port, told(WIDE))) {
            other.connect();
            Ongoing refused = one.client.begin(get(), api.uri("/one"));
            await(() -> !before.isEmpty() && !Arrays.equals(before.element(), sharedState()), "Redis hears of it");
            Ongoing held = other.client.begin(get(), api.uri("/other"));

            assertThat(held.result().status()).isEqualTo(200);
            assertThat(refused.result().status()).isEqualTo(200);
            assertThat(held.result().trace().attempts()).hasSize(1);
            assertThat(held.result().trace().waits()).isNotEmpty();
            List<Long> all = List.copyOf(times);
            assertThat(all).hasSize(3);
            assertThat(all.get(1) - all.get(0)).isGreaterThanOrEqualTo(pause.toNanos());
        }
    }

    private static byte[] sharedState() {
        return redis.sync().keys("{headway:http*").stream()
                .findFirst()
                .map(key -> redis.sync().hget(key, "state".getBytes(US_ASCII)))
                .orElse(new byte[0]);
    }

    @ParameterizedTest
    @EnumSource
    void cancelledWaitLeavesItsTurnAndNoPermit(Path path) throws Exception {
        Quota slow = Quota.of(1).per(Duration.ofSeconds(2));
        try (ScriptedServer api = new ScriptedServer(OK);
                RedisWorker worker = new RedisWorker(path, port, told(slow))) {
            worker.client.call(get(), api.uri("/first"));
            Ongoing second = worker.client.begin(get(), api.uri("/second"));
            awaitWaiting(worker, 1);
            Ongoing third = worker.client.begin(get(), api.uri("/third"));
            awaitWaiting(worker, 2);

            (path.cancellable() ? second.cancel() : second.interrupt()).run();
            assertThat(second.failure()).isNotNull();

            assertThat(third.result().status()).isEqualTo(200);
            assertThat(api.targets()).containsExactly("GET /first", "GET /third");
            await(() -> worker.scopes().stream().allMatch(RedisPathsTest::isEmpty), "nothing is left");
        }
    }

    private static void awaitWaiting(RedisWorker worker, int calls) {
        await(
                () -> worker.scopes().stream().mapToInt(ScopeSnapshot::waiting).sum() == calls,
                calls + " calls wait for a permit");
    }

    private static boolean isEmpty(ScopeSnapshot scope) {
        return scope.waiting() == 0 && Long.valueOf(0).equals(scope.inFlight());
    }

    @ParameterizedTest
    @MethodSource("withoutThreads")
    void noThreadIsHeldWhileRedisIsAsked(Path path) throws Exception {
        try (ScriptedServer api = new ScriptedServer(OK);
                RedisWorker worker = new RedisWorker(path, port, told(WIDE))) {
            worker.connect();
            redis.sync().clientPause(2000);
            List<Ongoing> calls = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                calls.add(worker.client.begin(get(), api.uri("/")));
            }

            assertThat(Thread.getAllStackTraces().values())
                    .noneMatch(stack -> Arrays.stream(stack)
                            .anyMatch(frame -> frame.getClassName().endsWith("BlockingWait")));
            for (Ongoing call : calls) {
                assertThat(call.result().status()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutRedisEachGoesOnWithItsShare(Path path) throws Exception {
        int own = freePort();
        RedisServer mortal = engine(own);
        mortal.start();
        try (ScriptedServer api = new ScriptedServer(OK);
                RedisWorker worker = new RedisWorker(path, own, told(WIDE))) {
            worker.client.call(get(), api.uri("/with"));
            mortal.stop();

            for (int i = 0; i < 5; i++) {
                assertThat(worker.client.call(get(), api.uri("/without")).status())
                        .isEqualTo(200);
            }
        } finally {
            mortal.stop();
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutRedisTheCallFailsAndSaysWhyWhereThatIsAskedFor(Path path) throws Exception {
        int nobody = freePort();
        try (ScriptedServer api = new ScriptedServer(OK);
                RedisWorker worker = new RedisWorker(
                        path,
                        nobody,
                        builder -> builder.limit(WIDE).whenUnavailable(WhenUnavailable.FAIL_CLOSED),
                        Headway.builder().maxWait(Duration.ofSeconds(2)))) {
            Throwable failure = worker.client.begin(get(), api.uri("/")).failure();

            assertThat(failure)
                    .isInstanceOf(GiveUpException.class)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(GiveUpReason.LIMITER_DOWN.text());
            assertThat(((GiveUpException) failure).reason()).isEqualTo(GiveUpReason.LIMITER_DOWN);
            assertThat(api.targets()).isEmpty();
        }
    }

    private static void await(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(end - System.nanoTime())
                    .as("nanoseconds left until %s", what)
                    .isPositive();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
