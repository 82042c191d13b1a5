package dev.headway.redis;

import static dev.headway.redis.Callers.SCOPE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Limit;
import dev.headway.Permit;
import dev.headway.Quota;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many numbers are asked for at once. */
class LeasesTest extends OnRedis {

    private static final int WAITING = 576;

    @Test
    void wherePlentyIsLeftManyNumbersAreAskedForAtOnce() {
        try (VirtualEngine engine = engine()) {
            List<Permit> calls = calls(engine, Quota.of(10_000).per(Duration.ofSeconds(1)));
            assertThat(calls).allMatch(call -> call.state() == Permit.State.GRANTED);
            // One number for the first call, which finds no other; nothing is known of the limit yet.
            assertThat(engine.scripts()).isEqualTo(1 + 3);
        }
    }

    @Test
    void whereTheLimitIsReachedNobodyTakesManyAtOnce() {
        try (VirtualEngine engine = engine()) {
            List<Permit> calls = calls(engine, Quota.of(1).per(Duration.ofMillis(10)));
            assertThat(calls).anyMatch(call -> call.state() == Permit.State.PENDING);
            assertThat(numbersGiven()).isBetween(65L, 100L);
        }
    }

    private static long numbersGiven() {
        try (var connection = client.connect(ByteArrayCodec.INSTANCE)) {
            String key = "{headway:" + SCOPE.name() + "}:v2";
            byte[] state = connection.sync().hget(key.getBytes(UTF_8), "state".getBytes(UTF_8));
            return new Doubles(state).next();
        }
    }

    private static VirtualEngine engine() {
        return new VirtualEngine(client, 1).ways(Duration.ofMillis(2));
    }

    private static List<Permit> calls(VirtualEngine engine, Limit limit) {
        RedisRateLimiter limiter = engine.limiter(b -> b.limit(limit));
        List<Permit> calls = new ArrayList<>();
        for (int i = 0; i < WAITING; i++) {
            long now = engine.time.nanoTime();
            calls.add(limiter.acquire(SCOPE, 1, now, now + Duration.ofMinutes(5).toNanos()));
        }
        engine.time.advance(Duration.ofMillis(30));
        return calls;
    }
}
