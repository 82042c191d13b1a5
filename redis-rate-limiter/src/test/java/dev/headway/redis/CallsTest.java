package dev.headway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.RateLimiter;
import dev.headway.WaitCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Calls stand in their order, however they come and leave. */
class CallsTest extends OnRedis {

    @Test
    void theyStandAsInASortedSet() {
        RedisScope home = limiter().scopes().get(Callers.SCOPE);
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            Calls calls = new Calls();
            TreeMap<Turn, RedisPermit> sorted = new TreeMap<>();
            int outOfOrder = random.nextInt(3);
            for (int place = 0; place < 300; place++) {
                if (random.nextInt(3) > 0 || sorted.isEmpty()) {
                    RedisPermit call = call(home, random, outOfOrder, place);
                    calls.add(call);
                    sorted.put(call.turn, call);
                } else {
                    List<RedisPermit> all = new ArrayList<>(sorted.values());
                    RedisPermit gone = all.get(random.nextBoolean() ? 0 : random.nextInt(all.size()));
                    calls.remove(gone);
                    sorted.remove(gone.turn);
                }
                assertThat(calls).containsExactlyElementsOf(sorted.values());
                assertThat(calls.size()).isEqualTo(sorted.size());
                assertThat(calls.isEmpty()).isEqualTo(sorted.isEmpty());
                assertThat(calls.first())
                        .isSameAs(sorted.isEmpty() ? null : sorted.firstEntry().getValue());
            }
        }
    }

    private static RedisPermit call(RedisScope home, Random random, int outOfOrder, int place) {
        boolean other = random.nextInt(3) < outOfOrder;
        int priority = other ? random.nextInt(3) - 1 : RateLimiter.NORMAL_PRIORITY;
        Turn turn = new Turn(priority, other && random.nextBoolean(), random.nextInt(100), place);
        return new RedisPermit(home, 1, turn, Time.NEVER, WaitCause.PERMIT);
    }
}
