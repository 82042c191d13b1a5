package dev.headway.benchmarks.redis;

import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.redis.RedisRateLimiter;
import dev.headway.redis.WhenUnavailable;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** The limiters under test, by name. To add one: write the class, add its name to the switch and to {@link #ALL}. */
final class SharedLimiters {
    private SharedLimiters() {}

    static final String FLOOR = "floor-evalsha";
    static final String LEASES = "headway-leases";
    static final String[] ALL = {FLOOR, "headway", LEASES, "redisson", "bucket4j", "zset-lua"};

    /** How many calls a thread has waiting at once where Headway takes leases; it leases as many at once. */
    private static final int BACKLOG = 64;

    static SharedLimiter create(String name, int port, String key, long permits, Duration window) {
        return switch (name) {
            case FLOOR -> new EvalSha(port, key);
            case "headway" -> new HeadwayRedis(port, key, permits, window, 1);
            case LEASES -> new HeadwayRedis(port, key, permits, window, BACKLOG);
            case "redisson" -> new RedissonRate(port, key, permits, window);
            case "bucket4j" -> new Bucket4j(port, key, permits, window);
            case "zset-lua" -> new ZsetLua(port, key, permits, window);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Whether it allows as many in any window, however that lies; or else a burst of as many, and the refill. */
    static boolean countsWindows(String name) {
        return !name.equals("bucket4j");
    }

    /** One Lettuce connection a limiter, shared by its threads. */
    private abstract static class OnLettuce implements SharedLimiter {
        final RedisClient client;
        final RedisCommands<String, String> redis;
        final String key;

        OnLettuce(int port, String key) {
            client = RedisClient.create("redis://127.0.0.1:" + port);
            redis = client.connect().sync();
            this.key = key;
        }

        @Override
        public void close() {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    /** One round trip and an empty script: nothing that asks Redis for each permit can be faster. */
    private static final class EvalSha extends OnLettuce {
        private final String sha;

        EvalSha(int port, String key) {
            super(port, key);
            sha = redis.scriptLoad("return 1");
        }

        @Override
        public boolean acquire() {
            return redis.<Long>evalsha(sha, ScriptOutputType.INTEGER, new String[] {key}) == 1;
        }
    }

    /**
     * Each thread asks for a permit, waits for it and tells of the answer; with a backlog, it has so many calls waiting at any time.
     * Without Redis nothing is granted, so that every permit comes from there.
     */
    private static final class HeadwayRedis implements SharedLimiter {
        private final RedisClient client;
        private final RedisRateLimiter limiter;
        private final Scope scope;
        private final int backlog;
        private final ThreadLocal<ArrayDeque<Permit>> waiting = ThreadLocal.withInitial(ArrayDeque::new);

        HeadwayRedis(int port, String key, long permits, Duration window, int backlog) {
            client = RedisClient.create("redis://127.0.0.1:" + port);
            limiter = RedisRateLimiter.builder(client)
                    .limit(Quota.of(permits).per(window))
                    .whenUnavailable(WhenUnavailable.FAIL_CLOSED)
                    .build();
            scope = Scope.of(key);
            this.backlog = backlog;
        }

        @Override
        public boolean acquire() throws Exception {
            ArrayDeque<Permit> mine = waiting.get();
            while (mine.size() < backlog) {
                long now = System.nanoTime();
                mine.addLast(limiter.acquire(scope, 1, now, now + TimeUnit.SECONDS.toNanos(30)));
            }
            Permit first = mine.removeFirst();
            if (first.state() == Permit.State.PENDING) {
                first.settled().toCompletableFuture().get(30, TimeUnit.SECONDS);
            }
            boolean granted = first.state() == Permit.State.GRANTED;
            first.answered(System.nanoTime(), Permit.Answer.ACCEPTED, RateLimitHint.none());
            return granted;
        }

        @Override
        public void close() {
            limiter.close();
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    /** A sliding window as articles have it, in one script: drop the old, count, add. */
    private static final class ZsetLua extends OnLettuce {
        private static final String SCRIPT = """
                local t = redis.call('TIME')
                local now, window = t[1] * 1000000 + t[2], tonumber(ARGV[1]) * 1000
                redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, now - window)
                if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
                redis.call('ZADD', KEYS[1], now, ARGV[3])
                redis.call('PEXPIRE', KEYS[1], ARGV[1] * 2)
                return 1
                """;
        private final String sha;
        private final String permits;
        private final String window;

        ZsetLua(int port, String key, long permits, Duration window) {
            super(port, key);
            sha = redis.scriptLoad(SCRIPT);
            this.permits = Long.toString(permits);
            this.window = Long.toString(window.toMillis());
        }

        @Override
        public boolean acquire() {
            String member = UUID.randomUUID().toString();
            return redis.<Long>evalsha(sha, ScriptOutputType.INTEGER, new String[] {key}, window, permits, member) == 1;
        }
    }

    private static final class Bucket4j implements SharedLimiter {
        private final RedisClient client;
        private final Bucket bucket;

        Bucket4j(int port, String key, long permits, Duration window) {
            client = RedisClient.create("redis://127.0.0.1:" + port);
            StatefulRedisConnection<String, byte[]> connection =
                    client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
            BucketConfiguration limit = BucketConfiguration.builder()
                    .addLimit(bandwidth -> bandwidth.capacity(permits).refillGreedy(permits, window))
                    .build();
            bucket = Bucket4jLettuce.casBasedBuilder(connection)
                    .expirationAfterWrite(
                            ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Duration.ofSeconds(10)))
                    .build()
                    .builder()
                    .build(key, () -> limit);
        }

        @Override
        public boolean acquire() {
            return bucket.tryConsume(1);
        }

        @Override
        public void close() {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    private static final class RedissonRate implements SharedLimiter {
        private final RedissonClient client;
        private final RRateLimiter limiter;

        RedissonRate(int port, String key, long permits, Duration window) {
            Config config = new Config();
            config.useSingleServer().setAddress("redis://127.0.0.1:" + port);
            client = Redisson.create(config);
            limiter = client.getRateLimiter(key);
            limiter.trySetRate(RateType.OVERALL, permits, window);
        }

        @Override
        public boolean acquire() {
            return limiter.tryAcquire();
        }

        @Override
        public void close() {
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }
}
