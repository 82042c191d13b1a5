package dev.headway.redis;

import static dev.headway.redis.Callers.SCOPE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.RateLimitHint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Calls that leave long after they were granted, since they open a connection or load classes: a quota counts their answers. */
class CallsThatConnectTest extends OnRedis {

    private static final Quota QUOTA = Quota.of(20).per(Duration.ofSeconds(1));

    /** When a call of another process goes that asks while these are on their way. */
    private static Duration nextAfter(VirtualEngine engine, RedisRateLimiter one, RedisRateLimiter other) {
        Duration began = engine.time.elapsed();
        List<Permit> calls = ask(engine, one, 20);
        engine.time.advance(Duration.ofMillis(20));
        assertThat(calls).allMatch(call -> call.state() == Permit.State.GRANTED);
        List<Duration> gone = new ArrayList<>();
        Permit next = ask(engine, other, 1).get(0);
        var unused = next.settled().thenRun(() -> gone.add(engine.time.elapsed().minus(began)));
        engine.time.advance(Duration.ofMillis(280));
        answer(engine, calls);
        engine.time.advance(Duration.ofSeconds(5));
        next.answered(engine.time.nanoTime(), Permit.Answer.ACCEPTED, RateLimitHint.none());
        return gone.get(0);
    }

    private static List<Permit> ask(VirtualEngine engine, RedisRateLimiter limiter, int calls) {
        List<Permit> asked = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            long now = engine.time.nanoTime();
            asked.add(limiter.acquire(SCOPE, 1, now, now + Duration.ofMinutes(1).toNanos()));
        }
        return asked;
    }

    @Test
    void theFirstCallsOfAProcessCountFromTheirAnswersInAll() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            RedisRateLimiter one = engine.limiter(builder -> builder.limit(QUOTA));
            RedisRateLimiter other = engine.limiter(builder -> builder.limit(QUOTA));

            assertThat(nextAfter(engine, one, other)).isBetween(Duration.ofMillis(1300), Duration.ofMillis(1360));
        }
    }

    @Test
    void onOpenConnectionsTheyCountFromTheirPermits() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            RedisRateLimiter one = engine.limiter(builder -> builder.limit(QUOTA));
            RedisRateLimiter other = engine.limiter(builder -> builder.limit(QUOTA));
            nextAfter(engine, one, other);

            assertThat(nextAfter(engine, one, other)).isBetween(Duration.ofMillis(1040), Duration.ofMillis(1100));
        }
    }

    /** The engine need not know of late calls before others could take their place. */
    @Test
    void lateCallsAreToldOnceAndBeforeTheirWindowEnds() {
        try (VirtualEngine engine = new VirtualEngine(client, 1)) {
            RedisRateLimiter limiter = engine.limiter(builder -> builder.limit(QUOTA));
            List<Permit> calls = ask(engine, limiter, 20);
            engine.time.advance(Duration.ofMillis(100));
            int asked = engine.scripts();
            answer(engine, calls);
            engine.time.advance(Duration.ofMillis(600));
            assertThat(engine.scripts()).isEqualTo(asked);

            engine.time.advance(Duration.ofMillis(50));
            assertThat(engine.scripts()).isEqualTo(asked + 1);
            engine.time.advance(Duration.ofSeconds(5));
            assertThat(engine.scripts()).isEqualTo(asked + 1);
        }
    }

    /** Those that came late last must not count for those that came late first. */
    @Test
    void lateCallsOfDifferentMomentsCountFromTheirOwn() {
        try (VirtualEngine engine = new VirtualEngine(client, 1)) {
            RedisRateLimiter one = engine.limiter(builder -> builder.limit(QUOTA));
            RedisRateLimiter other = engine.limiter(builder -> builder.limit(QUOTA));
            List<Permit> first = ask(engine, one, 5);
            engine.time.advance(Duration.ofMillis(100));
            List<Permit> between = ask(engine, other, 5);
            engine.time.advance(Duration.ofMillis(1));
            answer(engine, between);
            engine.time.advance(Duration.ofMillis(39));
            List<Permit> second = ask(engine, one, 10);
            engine.time.advance(Duration.ofMillis(160));
            answer(engine, first);
            answer(engine, second);
            engine.time.advance(Duration.ofMillis(100));
            List<Duration> gone = new ArrayList<>();
            for (Permit next : ask(engine, other, 15)) {
                var unused = next.settled().thenRun(() -> gone.add(engine.time.elapsed()));
            }
            engine.time.advance(Duration.ofSeconds(3));
            assertThat(gone).hasSize(15);
            // 100 ms: between. 300 ms: all others.
            assertThat(gone.get(4)).isBetween(Duration.ofMillis(1100), Duration.ofMillis(1200));
            assertThat(gone.get(5)).isBetween(Duration.ofMillis(1300), Duration.ofMillis(1400));
        }
    }

    private static void answer(VirtualEngine engine, List<Permit> calls) {
        calls.forEach(call -> call.answered(engine.time.nanoTime(), Permit.Answer.ACCEPTED, RateLimitHint.none()));
    }

    /** A hundred that a server has kept for ten seconds, and answers all at once. */
    @Test
    void manyLateAnswersAtOnceHoldNobody() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            RedisRateLimiter one = engine.limiter(builder -> builder.limit(QUOTA));
            List<Permit> kept = ask(engine, one, 100);
            engine.time.advance(Duration.ofSeconds(10));
            assertThat(kept).allMatch(call -> call.state() == Permit.State.GRANTED);
            answer(engine, kept);
            engine.time.advance(Duration.ofMillis(100));

            List<Permit> next = ask(engine, one, 20);
            engine.time.advance(Duration.ofMillis(1100));
            assertThat(next).allMatch(call -> call.state() == Permit.State.GRANTED);
        }
    }

    /** What a window does not count any more does not come back. */
    @Test
    void answersThatTakeLongerThanTheWindowTakeNothingOfTheNext() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            RedisRateLimiter one = engine.limiter(builder -> builder.limit(QUOTA));
            List<Permit> slow = ask(engine, one, 20);
            engine.time.advance(Duration.ofSeconds(3));
            List<Permit> some = ask(engine, one, 10);
            engine.time.advance(Duration.ofMillis(20));
            answer(engine, slow);
            engine.time.advance(Duration.ofMillis(100));
            some.addAll(ask(engine, one, 10));
            engine.time.advance(Duration.ofMillis(20));
            assertThat(some).allMatch(call -> call.state() == Permit.State.GRANTED);
        }
    }

    /** A process of which the calls leave one after another until one is answered. */
    private static final class Cold {
        private final VirtualEngine engine;
        private final RedisRateLimiter limiter;
        private final Random random;
        private final List<Long> arrivals;
        private boolean cold = true;
        private long free;

        Cold(VirtualEngine engine, RedisRateLimiter limiter, Random random, List<Long> arrivals) {
            this.engine = engine;
            this.limiter = limiter;
            this.random = random;
            this.arrivals = arrivals;
        }

        void call() {
            Permit permit = ask(engine, limiter, 1).get(0);
            var unused = permit.settled().thenRun(() -> {
                long now = engine.time.elapsed().toNanos();
                if (cold) {
                    free = Math.max(free, now) + random.nextLong(2, 30) * 1_000_000;
                }
                long late = Math.max(0, free - now) + random.nextLong(1, 5) * 1_000_000;
                engine.time.schedule(late, () -> {
                    arrivals.add(engine.time.elapsed().toNanos());
                    engine.time.schedule(3_000_000, () -> {
                        cold = false;
                        permit.answered(engine.time.nanoTime(), Permit.Answer.ACCEPTED, RateLimitHint.none());
                    });
                });
            });
        }
    }

    @Test
    void coldProcessesDoNotPassTheQuota() {
        for (long seed = 1; seed <= 10; seed++) {
            try (VirtualEngine engine = new VirtualEngine(client, seed).ways(Duration.ofMillis(5))) {
                Random random = new Random(seed);
                List<Long> arrivals = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    Cold process = new Cold(engine, engine.limiter(builder -> builder.limit(QUOTA)), random, arrivals);
                    int calls = 20 + random.nextInt(60);
                    engine.time.schedule(random.nextLong(500_000_000), () -> {
                        for (int k = 0; k < calls; k++) {
                            process.call();
                        }
                    });
                }
                engine.time.advance(Duration.ofSeconds(20));
                for (int i = 20; i < arrivals.size(); i++) {
                    assertThat(arrivals.get(i) - arrivals.get(i - 20))
                            .as("seed %d, call %d", seed, i)
                            .isGreaterThanOrEqualTo(1_000_000_000);
                }
                assertThat(arrivals).hasSizeGreaterThan(60);
            }
        }
    }
}
