package dev.headway.redis;

import static dev.headway.redis.Callers.SCOPE;
import static dev.headway.redis.Callers.assertNeverMore;
import static dev.headway.redis.Callers.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Concurrency;
import dev.headway.Limit;
import dev.headway.Pacing;
import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StaticCredentialsProvider;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Several limiters on one Redis keep one limit. */
class SharedLimitTest extends OnRedis {

    private List<Long> run(int processes, int threads, int calls, int cost, Limit... limits) throws Exception {
        for (int i = 0; i < processes; i++) {
            limiter(limits);
        }
        List<Long> times = Callers.run(limiters, threads, calls, cost);
        assertThat(times).hasSize(calls);
        return times;
    }

    @Test
    void quotaIsNeverPassedInAnySpan() throws Exception {
        List<Long> times = run(3, 8, 120, 1, Quota.of(20).per(Duration.ofMillis(500)));

        assertNeverMore(times, 20, Duration.ofMillis(500));
    }

    @Test
    void bucketIsNeverPassed() throws Exception {
        List<Long> times = run(3, 8, 100, 1, TokenBucket.perSecond(50).burst(10));

        for (int n = 11; n <= 60; n++) {
            assertNeverMore(times, n, Duration.ofMillis((n - 10) * 20L));
        }
    }

    @Test
    void ofSeveralLimitsAllHold() throws Exception {
        List<Long> times = run(
                2, 8, 60, 1, TokenBucket.perSecond(40).burst(5), Quota.of(15).per(Duration.ofMillis(600)));

        assertNeverMore(times, 15, Duration.ofMillis(600));
        for (int n = 6; n <= 15; n++) {
            assertNeverMore(times, n, Duration.ofMillis((n - 5) * 25L));
        }
    }

    @Test
    void callsThatCostMoreTakeMore() throws Exception {
        List<Long> times = run(3, 4, 30, 5, Quota.of(20).per(Duration.ofMillis(400)));

        assertNeverMore(times, 4, Duration.ofMillis(400));
    }

    @Test
    void evenPaceHasNoBurst() throws Exception {
        for (int i = 0; i < 2; i++) {
            limiter(builder ->
                    builder.limit(Quota.of(51).per(Duration.ofSeconds(1))).pace(Pacing.EVEN));
        }
        List<Long> times = Callers.run(limiters, 4, 40, 1);

        // 20.8 ms apart; timers of two threads may be late by different amounts.
        assertNeverMore(times, 10, Duration.ofMillis(180));
    }

    @Test
    void burstOfQuotaIsFree() throws Exception {
        RedisRateLimiter limiter = limiter(Quota.of(50).per(Duration.ofDays(1)));

        List<Long> times = Callers.run(List.of(limiter), 50, 50, 1);

        assertThat(times).hasSize(50);
        Permit tooLate = Callers.ask(limiter, SCOPE, 1, Duration.ofHours(23));
        tooLate.settled().toCompletableFuture().get();
        assertThat(tooLate.state()).isEqualTo(Permit.State.REFUSED);
        // Now it is known beforehand.
        assertThat(Callers.ask(limiter, SCOPE, 1, Duration.ofHours(23)).state()).isEqualTo(Permit.State.REFUSED);
        long now = System.nanoTime();
        assertThat(limiter.earliest(SCOPE, 1, now) - now)
                .isGreaterThan(Duration.ofHours(23).toNanos());
    }

    @Test
    void scopesAndPrefixesAreApart() throws Exception {
        RedisRateLimiter one = limiter(Quota.of(1).per(Duration.ofDays(1)));
        RedisRateLimiter other = limiter(
                builder -> builder.limit(Quota.of(1).per(Duration.ofDays(1))).prefix("other"));

        take(one);
        take(other);
        assertThat(take(one, Scope.of("elsewhere"), 1).state()).isEqualTo(Permit.State.GRANTED);

        try (var connection = client.connect()) {
            assertThat(connection.sync().keys("*"))
                    .containsExactlyInAnyOrder(
                            "{headway:https://api.example.com:443}:v2",
                            "{other:https://api.example.com:443}:v2",
                            "{headway:elsewhere}:v2");
            assertThat(connection.sync().pttl("{headway:elsewhere}:v2"))
                    .isBetween(Duration.ofDays(1).toMillis(), Duration.ofDays(3).toMillis());
        }
    }

    @Test
    void quickProcessLeavesASlowOneItsPart() throws Exception {
        RedisRateLimiter quick = limiter(Quota.of(100).per(Duration.ofSeconds(2)));
        RedisRateLimiter slow = limiter(Quota.of(100).per(Duration.ofSeconds(2)));
        take(quick);
        take(slow);
        AtomicInteger left = new AtomicInteger(400);
        AtomicInteger slowly = new AtomicInteger();
        List<Future<?>> callers = new ArrayList<>();
        ExecutorService pool = Executors.newCachedThreadPool();
        try {
            for (int i = 0; i < 35; i++) {
                boolean quickly = i < 30;
                callers.add(pool.submit(() -> {
                    while (left.getAndDecrement() > 0) {
                        Permit permit = take(quickly ? quick : slow);
                        if (!quickly) {
                            slowly.incrementAndGet();
                            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(4));
                        }
                        accept(permit);
                    }
                    return null;
                }));
            }
            for (Future<?> each : callers) {
                each.get(Callers.BOUND_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }

        // In the first window nobody knows yet that the quota will be used up; in each of the next three it is 50.
        assertThat(slowly.get()).isGreaterThan(100);
    }

    @Test
    void whoLeavesTheQueueLeavesItsPlaceToTheNext() throws Exception {
        RedisRateLimiter limiter = limiter(TokenBucket.of(1, Duration.ofSeconds(2)));
        take(limiter);
        List<Permit> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(Callers.ask(limiter, SCOPE, 1, Duration.ofSeconds(30)));
        }
        List<Integer> order = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            waiting.get(i).settled().thenRun(() -> order.add(number));
        }
        waiting.get(0).cancel(System.nanoTime());
        waiting.get(2).cancel(System.nanoTime());

        waiting.get(4).settled().toCompletableFuture().get();

        assertThat(order).containsExactly(0, 2, 1, 3, 4);
        assertThat(waiting.get(2).state()).isEqualTo(Permit.State.CANCELLED);
        assertThat(waiting.get(4).state()).isEqualTo(Permit.State.GRANTED);
    }

    @Test
    void whatWasNeverSentGoesToTheNextAtOnce() throws Exception {
        RedisRateLimiter limiter = limiter(Quota.of(1).per(Duration.ofSeconds(100)));
        Permit first = take(limiter);
        long now = System.nanoTime();
        Permit next =
                limiter.acquire(SCOPE, 1, now, now + Duration.ofSeconds(200).toNanos());
        first.cancel(System.nanoTime());

        // Either it was quick enough, or the permit was too old to be used.
        if (next.state() == Permit.State.GRANTED) {
            assertThat(accept(next)).isFalse();
        } else {
            next.cancel(System.nanoTime());
            assertThat(next.state()).isEqualTo(Permit.State.CANCELLED);
        }
    }

    private static boolean accept(Permit permit) {
        return Callers.accept(permit);
    }

    @Test
    void callsThatAreSentAgainStandInFront() throws Exception {
        RedisRateLimiter limiter = limiter(TokenBucket.of(1, Duration.ofSeconds(2)));
        Permit first = take(limiter);
        Permit waiting = Callers.ask(limiter, SCOPE, 1, Duration.ofSeconds(30));
        long now = System.nanoTime();
        Permit again = first.renew(now, now, now + Duration.ofSeconds(30).toNanos());

        again.settled().toCompletableFuture().get();

        assertThat(waiting.state()).isEqualTo(Permit.State.PENDING);
        waiting.cancel(now);
    }

    @Test
    void greaterPrioritiesStandInFront() throws Exception {
        RedisRateLimiter limiter = limiter(TokenBucket.of(1, Duration.ofSeconds(2)));
        take(limiter);
        Permit waiting = Callers.ask(limiter, SCOPE, 1, Duration.ofSeconds(30));
        long now = System.nanoTime();
        Permit urgent =
                limiter.acquire(SCOPE, 1, 5, now, now + Duration.ofSeconds(30).toNanos());

        urgent.settled().toCompletableFuture().get();

        assertThat(urgent.state()).isEqualTo(Permit.State.GRANTED);
        assertThat(waiting.state()).isEqualTo(Permit.State.PENDING);
        waiting.cancel(now);
    }

    @Test
    void whoDoesNotWaitForALimitIsToldAtOnceWhetherItHolds() throws Exception {
        RedisRateLimiter one = limiter(Quota.of(1).per(Duration.ofDays(1)));
        RedisRateLimiter other = limiter(Quota.of(1).per(Duration.ofDays(1)));
        Permit first = Callers.ask(one, SCOPE, 1, Duration.ZERO);
        assertThat(first.state() == Permit.State.GRANTED || first.undecided()).isTrue();
        first.settled().toCompletableFuture().get();
        assertThat(first.state()).isEqualTo(Permit.State.GRANTED);
        assertThat(first.undecided()).isFalse();

        // It does not know yet, and asks; then it knows.
        Permit second = Callers.ask(other, SCOPE, 1, Duration.ZERO);
        second.settled().toCompletableFuture().get();
        assertThat(second.state()).isEqualTo(Permit.State.REFUSED);
        assertThat(Callers.ask(other, SCOPE, 1, Duration.ZERO).state()).isEqualTo(Permit.State.REFUSED);
    }

    @Test
    void queueIsBounded() {
        RedisRateLimiter limiter = limiter(builder ->
                builder.limit(Quota.of(1).per(Duration.ofMillis(500))).maxWaiting(2));
        List<Permit> asked = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            asked.add(Callers.ask(limiter, SCOPE, 1, Duration.ofSeconds(30)));
        }

        assertThat(asked)
                .filteredOn(each -> each.state() == Permit.State.QUEUE_FULL)
                .hasSizeGreaterThanOrEqualTo(7);
        asked.forEach(each -> each.cancel(System.nanoTime()));
    }

    @Test
    void needsNoRightsButThoseThatAreDocumented() throws Exception {
        try (var connection = client.connect()) {
            connection
                    .sync()
                    .aclSetuser(
                            "headway",
                            AclSetuserArgs.Builder.on()
                                    .addPassword("secret")
                                    .keyPattern("{headway:*")
                                    .addCommand(CommandType.EVALSHA)
                                    .addCommand(CommandType.EVAL)
                                    .addCommand(CommandType.TIME)
                                    .addCommand(CommandType.HGET)
                                    .addCommand(CommandType.HSET)
                                    .addCommand(CommandType.PEXPIRE)
                                    .addCommand(CommandType.HELLO));
        }
        RedisURI uri = redis.uri();
        uri.setCredentialsProvider(new StaticCredentialsProvider("headway", "secret".toCharArray()));
        RedisClient restricted = RedisClient.create(uri);
        try (RedisRateLimiter limiter = RedisRateLimiter.of(restricted)) {
            assertThat(((RedisPermit) take(limiter)).number).isEqualTo(1);
        } finally {
            restricted.shutdown();
        }
    }

    @Test
    void whatRedisCanNotSeeIsRefused() {
        assertThatThrownBy(() -> limiter(Concurrency.of(5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("can not be shared");
    }
}
