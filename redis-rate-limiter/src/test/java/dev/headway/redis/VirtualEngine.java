package dev.headway.redis;

import dev.headway.testkit.VirtualTime;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import io.lettuce.core.cluster.PipelinedRedisFuture;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A real Redis with the real script, at virtual times: the script is told the time instead of asking for it, and takes its way
 * there and back on the same clock as the limiters. One thread does everything, so a seed gives the same again.
 */
final class VirtualEngine implements AutoCloseable {

    private static final String CLOCK = "local time = call('TIME')\n";
    private static final String TOLD_CLOCK = "local time = {ARGV[#ARGV - 1], ARGV[#ARGV]}\n";
    private static final String SHORT_WAY = "if raw and want > 0 and v == q and";
    private static final long BEGAN_SECONDS = 1_700_000_000L;
    private static final long SECOND = TimeUnit.SECONDS.toMicros(1);

    final VirtualTime time = new VirtualTime();
    private final RedisClient client;
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final Random random;
    private final List<RedisRateLimiter> limiters = new ArrayList<>();
    private String sha;
    private Duration longestWay = Duration.ZERO;
    private Duration timeout = Duration.ofSeconds(1);
    private int lost;
    private int losesNext;
    private int scripts;

    VirtualEngine(RedisClient client, long seed) {
        this.client = client;
        this.connection = client.connect(ByteArrayCodec.INSTANCE);
        this.random = new Random(seed);
        this.sha = load(script());
        forget();
    }

    private String load(String script) {
        return connection.sync().scriptLoad(script.getBytes(StandardCharsets.UTF_8));
    }

    /** Each way there or back takes up to so long. */
    VirtualEngine ways(Duration upTo) {
        longestWay = upTo;
        return this;
    }

    /** Of a hundred answers so many are lost. */
    VirtualEngine loses(int percent) {
        lost = percent;
        return this;
    }

    /** After how long an answer counts as lost, of limiters made from now on. */
    VirtualEngine timeout(Duration length) {
        timeout = length;
        return this;
    }

    /** So many answers are lost from now on. */
    void loseNext(int answers) {
        losesNext = answers;
    }

    /** So many have run. */
    int scripts() {
        return scripts;
    }

    /** Every call goes the long way through the script. */
    VirtualEngine withoutShortWay() {
        sha = load(replaced(script(), SHORT_WAY, "if false and " + SHORT_WAY.substring(3)));
        return this;
    }

    /** Everything is lost, or its time to live is over. */
    void forget() {
        connection.sync().flushall();
    }

    RedisRateLimiter limiter(UnaryOperator<RedisRateLimiter.Builder> settings) {
        RedisRateLimiter made = settings.apply(RedisRateLimiter.builder(new Connector(this::link))
                        .timeout(timeout)
                        .time(time))
                .build();
        limiters.add(made);
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(Callers.BOUND_SECONDS);
        while (made.scopes().engine().starting()) {
            if (System.nanoTime() > giveUpAt) {
                throw new AssertionError("no connection");
            }
            Thread.onSpinWait();
        }
        return made;
    }

    @SuppressWarnings("unchecked")
    private Connector.Link link() {
        RedisScriptingAsyncCommands<byte[], byte[]> scripting =
                (RedisScriptingAsyncCommands<byte[], byte[]>) Proxy.newProxyInstance(
                        VirtualEngine.class.getClassLoader(),
                        new Class<?>[] {RedisScriptingAsyncCommands.class},
                        (ignored, method, arguments) -> method.getName().equals("evalsha")
                                ? evaluate((byte[][]) arguments[2], (byte[][]) arguments[3])
                                : new PipelinedRedisFuture<>(CompletableFuture.completedFuture("loaded")));
        return new Connector.Link(client.connect(ByteArrayCodec.INSTANCE), scripting);
    }

    private PipelinedRedisFuture<Object> evaluate(byte[][] keys, byte[][] words) {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        time.schedule(way(), () -> {
            scripts++;
            Object answered = connection.sync().evalsha(sha, ScriptOutputType.MULTI, keys, withClock(words));
            if (losesNext > 0 || random.nextInt(100) < lost) {
                losesNext = Math.max(0, losesNext - 1);
            } else {
                time.schedule(way(), () -> answer.complete(answered));
            }
        });
        return new PipelinedRedisFuture<>(answer);
    }

    private long way() {
        return longestWay.isZero() ? 0 : random.nextLong(longestWay.toNanos());
    }

    private byte[][] withClock(byte[][] words) {
        long micros = TimeUnit.NANOSECONDS.toMicros(time.elapsed().toNanos());
        byte[][] all = Arrays.copyOf(words, words.length + 2);
        all[words.length] = String.valueOf(BEGAN_SECONDS + micros / SECOND).getBytes(StandardCharsets.UTF_8);
        all[words.length + 1] = String.valueOf(micros % SECOND).getBytes(StandardCharsets.UTF_8);
        return all;
    }

    private static String script() {
        try (InputStream in = Engine.class.getResourceAsStream("scope.lua")) {
            return replaced(new String(in.readAllBytes(), StandardCharsets.UTF_8), CLOCK, TOLD_CLOCK);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String replaced(String text, String part, String other) {
        if (!text.contains(part)) {
            throw new AssertionError("the script has no line " + part);
        }
        return text.replace(part, other);
    }

    @Override
    public void close() {
        limiters.forEach(RedisRateLimiter::close);
        connection.close();
    }
}
