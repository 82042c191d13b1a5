package dev.headway.redis;

import static dev.headway.redis.Callers.SCOPE;
import static dev.headway.redis.Callers.assertNeverMore;
import static dev.headway.redis.Callers.refuse;
import static dev.headway.redis.Callers.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.GiveUpException;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.Limit;
import dev.headway.OnLimit;
import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.TokenBucket;
import dev.headway.WaitCause;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Redis forgets, loses or does not say makes calls wait, and never lets more of them go. */
class LostStateTest {

    private static final String KEY = "{headway:" + SCOPE.name() + "}:v2";

    private RedisProcess redis;
    private FaultyProxy proxy;
    private RedisClient client;
    private final List<RedisRateLimiter> limiters = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        redis = new RedisProcess();
        proxy = new FaultyProxy(redis.port());
        client = RedisClient.create(RedisURI.create("127.0.0.1", proxy.port()));
    }

    @AfterEach
    void stop() throws Exception {
        limiters.forEach(RedisRateLimiter::close);
        client.shutdown();
        proxy.close();
        redis.close();
    }

    private RedisRateLimiter limiter(Limit... limits) {
        return limiter(builder -> builder.timeout(Duration.ofSeconds(5)).limit(limits));
    }

    private RedisRateLimiter limiter(UnaryOperator<RedisRateLimiter.Builder> settings) {
        RedisRateLimiter made = settings.apply(RedisRateLimiter.builder(client)).build();
        limiters.add(made);
        return made;
    }

    private void directly(Consumer<RedisCommands<String, String>> work) {
        RedisClient own = redis.client();
        try (var connection = own.connect()) {
            work.accept(connection.sync());
        } finally {
            own.shutdown();
        }
    }

    @Test
    void scriptIsLoadedAnewWhereItIsNotKnown() throws Exception {
        RedisRateLimiter limiter = limiter(Quota.of(100).per(Duration.ofSeconds(1)));
        take(limiter);
        directly(commands -> commands.scriptFlush());

        assertThat(((RedisPermit) take(limiter)).number).isEqualTo(2);
    }

    @Test
    void numbersQuotaAndPauseSurviveTheLossOfTheKey() throws Exception {
        RedisRateLimiter limiter = limiter(Quota.of(20).per(Duration.ofMillis(1500)));
        List<Long> before = Callers.run(List.of(limiter), 4, 20, 1);
        directly(commands -> commands.del(KEY));

        List<Long> times = new ArrayList<>(before);
        times.addAll(Callers.run(List.of(limiter), 4, 20, 1));

        assertNeverMore(times, 20, Duration.ofMillis(1500));
        RedisPermit last = (RedisPermit) take(limiter);
        assertThat(last.number).isGreaterThan(40);
        refuse(last, Duration.ofSeconds(1));
        long began = Callers.micros();
        // The engine has heard of the pause when this is asked; then it forgets all.
        Permit waits = Callers.ask(limiter, SCOPE, 1, Duration.ofSeconds(30));
        directly(commands -> commands.flushall());
        waits.settled().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(Callers.micros() - began).isGreaterThanOrEqualTo(1_000_000);
        assertThat(((RedisPermit) waits).number).isGreaterThan(41);
    }

    @Test
    void lostAnswersCostNumbersAndNeverGiveMore() throws Exception {
        RedisRateLimiter limiter = limiter(builder ->
                builder.timeout(Duration.ofMillis(200)).limit(Quota.of(30).per(Duration.ofSeconds(1))));
        take(limiter);
        proxy.loseAnswers(1);

        List<Long> times = Callers.run(List.of(limiter), 10, 60, 1);

        assertThat(times).hasSize(60);
        assertNeverMore(times, 30, Duration.ofSeconds(1));
    }

    @Test
    void slowAnswersCostTimeOnly() throws Exception {
        RedisRateLimiter limiter = limiter(builder -> builder.timeout(Duration.ofSeconds(2))
                .limit(TokenBucket.perSecond(200).burst(20)));
        proxy.delay(Duration.ofMillis(40));

        List<Long> times = Callers.run(List.of(limiter), 20, 100, 1);

        assertThat(times).hasSize(100);
        assertNeverMore(times, 60, Duration.ofMillis(150));
    }

    @Test
    void killedAndStartedAgainNoCallIsLost() throws Exception {
        for (int i = 0; i < 2; i++) {
            limiter(builder -> builder.timeout(Duration.ofMillis(200))
                    .expectedWorkers(2)
                    .limit(Quota.of(50).per(Duration.ofSeconds(1))));
        }
        CompletableFuture<List<Long>> running = CompletableFuture.supplyAsync(() -> {
            try {
                return Callers.run(limiters, 10, 400, 1);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        FaultyProxy.await(() -> known(10), "ten calls have gone");
        redis.kill();
        FaultyProxy.await(
                () -> !limiters.get(0)
                        .scopes()
                        .get(Callers.SCOPE)
                        .breaker()
                        .closed(limiters.get(0).scopes().now()),
                "the breaker opens");
        redis.start();

        List<Long> times = running.get(60, TimeUnit.SECONDS);

        assertThat(times).hasSize(400);
        // While one of them is back and the other is not yet: 0.8 of the limit and 0.8 of its share.
        assertNeverMore(times, 75, Duration.ofSeconds(1));
    }

    private boolean known(int numbers) {
        AtomicInteger enough = new AtomicInteger();
        directly(commands -> {
            Object length = commands.exists(KEY);
            enough.set(Long.valueOf(1).equals(length) ? numbers : 0);
        });
        return enough.get() >= numbers;
    }

    @Test
    void withoutRedisEachGoesOnWithItsShare() throws Exception {
        proxy.cut(true);
        RedisRateLimiter limiter = limiter(builder ->
                builder.expectedWorkers(4).limit(TokenBucket.perSecond(100).burst(50)));

        List<Long> times = Callers.run(List.of(limiter), 5, 20, 1);

        // 0.8 × 100/s / 4: 50 ms apart, or a little less where a timer was late.
        assertNeverMore(times, 10, Duration.ofMillis(440));
    }

    @Test
    void withoutRedisEverythingGoesWhereThatIsAskedFor() throws Exception {
        proxy.cut(true);
        RedisRateLimiter limiter = limiter(builder -> builder.whenUnavailable(WhenUnavailable.FAIL_OPEN)
                .limit(Quota.of(1).per(Duration.ofDays(1))));

        assertThat(Callers.run(List.of(limiter), 10, 1000, 1)).hasSize(1000);
    }

    @Test
    void withoutRedisNothingGoesWhereThatIsAskedForAndAllWhenItIsBack() throws Exception {
        proxy.cut(true);
        RedisRateLimiter limiter = limiter(builder -> builder.whenUnavailable(WhenUnavailable.FAIL_CLOSED)
                .limit(Quota.of(5).per(Duration.ofDays(1))));
        Permit waits = Callers.ask(limiter, SCOPE, 1, Duration.ofSeconds(30));
        FaultyProxy.await(
                () -> !limiter.scopes()
                        .get(Callers.SCOPE)
                        .breaker()
                        .closed(limiter.scopes().now()),
                "the breaker opens");
        assertThat(waits.state()).isEqualTo(Permit.State.PENDING);

        proxy.cut(false);

        waits.settled().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(waits.state()).isEqualTo(Permit.State.GRANTED);
        assertThat(((RedisPermit) waits).number).isPositive();
    }

    @Test
    void whoEndsForWantOfAnAnswerSaysSo() throws Exception {
        proxy.cut(true);
        RedisRateLimiter limiter = limiter(builder -> builder.whenUnavailable(WhenUnavailable.FAIL_CLOSED)
                .limit(Quota.of(5).per(Duration.ofDays(1))));
        Permit waits = Callers.ask(limiter, SCOPE, 1, Duration.ofSeconds(30));
        FaultyProxy.await(() -> waits.cause() == WaitCause.LIMITER_DOWN, "the breaker opens");

        for (Headway headway : List.of(
                Headway.builder().limiter(limiter).maxWait(Duration.ofMillis(1)).build(),
                Headway.builder().limiter(limiter).onLimit(OnLimit.FAIL).build())) {
            assertThatThrownBy(() -> headway.call(SCOPE, () -> "never"))
                    .isInstanceOfSatisfying(
                            GiveUpException.class,
                            thrown -> assertThat(thrown.reason()).isEqualTo(GiveUpReason.LIMITER_DOWN));
        }
        waits.cancel(System.nanoTime());
    }

    @Test
    void whoDoesNotWaitForALimitIsNotKeptByASilentEngine() throws Exception {
        RedisRateLimiter limiter = limiter(builder -> builder.whenUnavailable(WhenUnavailable.FAIL_CLOSED)
                .limit(TokenBucket.perSecond(1000).burst(100)));
        take(limiter);
        proxy.mute(true);

        Permit permit = Callers.ask(limiter, SCOPE, 1, Duration.ZERO);

        permit.settled().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(permit.state()).isEqualTo(Permit.State.REFUSED);
        proxy.mute(false);
    }

    @Test
    void anEngineThatDoesNotAnswerIsNotWaitedForAgainAndAgain() throws Exception {
        RedisRateLimiter limiter =
                limiter(builder -> builder.limit(TokenBucket.perSecond(1000).burst(100)));
        take(limiter);
        proxy.mute(true);
        take(limiter);

        assertThat(limiter.scopes()
                        .get(Callers.SCOPE)
                        .breaker()
                        .closed(limiter.scopes().now()))
                .isFalse();
        proxy.mute(false);
        FaultyProxy.await(
                () -> {
                    try {
                        return ((RedisPermit) take(limiter)).number > 0;
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                "numbers come from the engine again");
    }

    @Test
    void whoComesBackAfterTheTimeToLiveFindsTheWholeQuota() {
        RedisClient own = redis.client();
        try (VirtualEngine engine = new VirtualEngine(own, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 1, Quota.of(20).per(Duration.ofSeconds(1)));
            crowd.ask(0, 1, 0);
            crowd.pass(Duration.ofMinutes(10));
            engine.forget();
            for (int i = 0; i < 20; i++) {
                crowd.ask(0, 1, 0);
            }
            crowd.pass(Duration.ofMillis(100));

            assertThat(crowd.gone()).hasSize(21);
        } finally {
            own.shutdown();
        }
    }
}
