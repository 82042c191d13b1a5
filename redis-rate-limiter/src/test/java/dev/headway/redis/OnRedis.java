package dev.headway.redis;

import dev.headway.Limit;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Tests on one engine, empty before each; its limiters wait for it as long as a busy machine needs. */
abstract class OnRedis {

    static RedisProcess redis;
    static RedisClient client;
    final List<RedisRateLimiter> limiters = new ArrayList<>();

    @BeforeAll
    static void start() {
        redis = new RedisProcess();
        client = redis.client();
    }

    @AfterAll
    static void stop() {
        client.shutdown();
        redis.close();
    }

    @BeforeEach
    void empty() {
        try (var connection = client.connect()) {
            connection.sync().flushall();
        }
    }

    @AfterEach
    void close() {
        limiters.forEach(RedisRateLimiter::close);
    }

    RedisRateLimiter limiter(Limit... limits) {
        return limiter(builder -> builder.limit(limits));
    }

    RedisRateLimiter limiter(UnaryOperator<RedisRateLimiter.Builder> settings) {
        RedisRateLimiter made = settings.apply(RedisRateLimiter.builder(client).timeout(Duration.ofSeconds(5)))
                .build();
        limiters.add(made);
        return made;
    }
}
