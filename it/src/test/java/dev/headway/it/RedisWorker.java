package dev.headway.it;

import dev.headway.Headway;
import dev.headway.Scope;
import dev.headway.ScopeSnapshot;
import dev.headway.redis.RedisRateLimiter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** A client with a Headway and a connection to Redis of its own, as another process has them. */
final class RedisWorker implements AutoCloseable {

    /** As long as a busy machine needs. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final RedisClient redis;
    private final RedisRateLimiter limiter;
    final Headway headway;
    final Client client;

    RedisWorker(Path path, int port, UnaryOperator<RedisRateLimiter.Builder> settings) {
        this(path, port, settings, Headway.builder());
    }

    RedisWorker(Path path, int port, UnaryOperator<RedisRateLimiter.Builder> settings, Headway.Builder builder) {
        redis = RedisClient.create(RedisURI.create("127.0.0.1", port));
        limiter =
                settings.apply(RedisRateLimiter.builder(redis).timeout(TIMEOUT)).build();
        headway = builder.limiter(limiter).build();
        client = path.open(headway);
    }

    /** Comes back when there is a connection. */
    void connect() throws Exception {
        headway.call(Scope.of("to be connected"), () -> "done");
    }

    List<ScopeSnapshot> scopes() {
        return headway.snapshot();
    }

    @Override
    public void close() {
        client.close();
        limiter.close();
        redis.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
