package dev.headway.redis;

import static dev.headway.redis.Callers.assertNeverMore;
import static dev.headway.redis.Callers.take;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.Scope;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three shards: each scope is on one of them. */
class ClusterTest {

    private static final int SHARDS = 3;
    private static final int SLOTS = 16_384;

    private final List<RedisProcess> nodes = new ArrayList<>();

    @BeforeEach
    void start() {
        for (int i = 0; i < SHARDS; i++) {
            nodes.add(new RedisProcess("--cluster-enabled", "yes"));
        }
        for (int i = 0; i < SHARDS; i++) {
            int shard = i;
            on(nodes.get(i), connection -> {
                int[] slots = IntStream.range(0, SLOTS)
                        .filter(slot -> slot % SHARDS == shard)
                        .toArray();
                connection.sync().clusterAddSlots(slots);
                nodes.forEach(node -> connection.sync().clusterMeet("127.0.0.1", node.port()));
            });
        }
        for (RedisProcess node : nodes) {
            on(
                    node,
                    connection -> FaultyProxy.await(
                            () -> connection.sync().clusterInfo().contains("cluster_state:ok")
                                    && connection.sync().clusterInfo().contains("cluster_known_nodes:" + SHARDS),
                            "the nodes know one another"));
        }
    }

    @AfterEach
    void stop() {
        nodes.forEach(RedisProcess::close);
    }

    private static void on(RedisProcess node, Consumer<StatefulRedisConnection<String, String>> work) {
        RedisClient client = node.client();
        try (var connection = client.connect()) {
            work.accept(connection);
        } finally {
            client.shutdown();
        }
    }

    @Test
    void limitsHoldWhereverTheirScopeIs() throws Exception {
        RedisClusterClient client = RedisClusterClient.create(nodes.get(0).uri());
        try (RedisRateLimiter one = limiter(client);
                RedisRateLimiter other = limiter(client)) {
            for (int i = 0; i < 12; i++) {
                assertThat(take(one, Scope.of("scope " + i), 1).state()).isEqualTo(Permit.State.GRANTED);
                RedisPermit second = (RedisPermit) take(other, Scope.of("scope " + i), 1);
                assertThat(second.number).isEqualTo(2);
            }
            List<Long> times = Callers.run(List.of(one, other), 5, 60, 1);
            assertNeverMore(times, 20, Duration.ofMillis(500));
        } finally {
            client.shutdown();
        }
        for (RedisProcess node : nodes) {
            on(node, connection -> assertThat(connection.sync().dbsize()).isPositive());
        }
    }

    private static RedisRateLimiter limiter(RedisClusterClient client) {
        return RedisRateLimiter.builder(client)
                .timeout(Duration.ofSeconds(5))
                .limit(Quota.of(20).per(Duration.ofMillis(500)))
                .build();
    }
}
