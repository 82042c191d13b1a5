package dev.headway.redis;

import static dev.headway.redis.Callers.SCOPE;
import static dev.headway.redis.Callers.accept;
import static dev.headway.redis.Callers.assertNeverMore;
import static dev.headway.redis.Callers.take;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.LimitHint;
import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.RateLimitHint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the answers of one process tell, all know. */
class LearnedTest extends OnRedis {

    private static RateLimitHint left(long remaining, Duration reset) {
        return RateLimitHint.builder()
                .limit(new LimitHint(null, 5L, remaining, reset, null, LimitHint.REQUESTS))
                .build();
    }

    private static void answer(Permit permit, RateLimitHint hint) {
        permit.answered(System.nanoTime(), Permit.Answer.ACCEPTED, hint);
    }

    @Test
    void whatRemainsIsSharedAndAfterTheResetOneCallLooks() throws Exception {
        RedisRateLimiter one = limiter();
        RedisRateLimiter other = limiter();
        take(other);
        Permit first = take(one);
        long began = Callers.micros();
        answer(first, left(3, Duration.ofSeconds(2)));
        // Heard by the engine before this is served.
        take(one);
        take(other);
        take(other);
        Permit look = Callers.ask(other, SCOPE, 1, Duration.ofSeconds(30));
        Permit next = Callers.ask(other, SCOPE, 1, Duration.ofSeconds(30));
        look.settled().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(Callers.micros() - began).isGreaterThanOrEqualTo(2_000_000);
        Permit elsewhere = Callers.ask(one, SCOPE, 1, Duration.ofSeconds(30));
        assertThat(next.state()).isEqualTo(Permit.State.PENDING);
        assertThat(elsewhere.state()).isEqualTo(Permit.State.PENDING);

        answer(look, left(4, Duration.ofSeconds(20)));

        next.settled().toCompletableFuture().get(30, TimeUnit.SECONDS);
        elsewhere.settled().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(next.state()).isEqualTo(Permit.State.GRANTED);
        assertThat(elsewhere.state()).isEqualTo(Permit.State.GRANTED);
    }

    @Test
    void foreignUseOfTheQuotaIsHeardOf() throws Exception {
        RedisRateLimiter one = limiter();
        Permit first = take(one);
        Permit second = take(one);
        answer(first, left(100, Duration.ofHours(1)));
        take(one);
        answer(second, left(0, Duration.ofHours(1)));

        Permit held = Callers.ask(one, SCOPE, 1, Duration.ofMinutes(10));
        held.settled().toCompletableFuture().get(30, TimeUnit.SECONDS);

        assertThat(held.state()).isEqualTo(Permit.State.REFUSED);
    }

    @Test
    void whereNothingIsKnownTenAreInFlightAndOneMoreForEachAnswer() throws Exception {
        RedisRateLimiter one = limiter();
        List<Permit> sent = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            sent.add(take(one));
        }
        Permit waits = Callers.ask(one, SCOPE, 1, Duration.ofSeconds(30));
        Permit behind = Callers.ask(one, SCOPE, 1, Duration.ofSeconds(30));
        Permit last = Callers.ask(one, SCOPE, 1, Duration.ofSeconds(30));

        accept(sent.get(0));

        waits.settled().toCompletableFuture().get(30, TimeUnit.SECONDS);
        behind.settled().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(behind.state()).isEqualTo(Permit.State.GRANTED);
        // Answers that never come are not waited for longer than this.
        last.settled().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(last.state()).isEqualTo(Permit.State.GRANTED);
    }

    @Test
    void refusalsWithoutAnyNumbersTellTheRate() throws Exception {
        RedisRateLimiter one = limiter();
        RedisRateLimiter other = limiter();
        take(other);
        // 20 in the first second, and then one is refused.
        for (int i = 0; i < 20; i++) {
            accept(take(one));
        }
        Callers.refuse(take(one), Duration.ofMillis(100));
        accept(take(one));

        List<Long> times = Callers.run(List.of(one, other), 5, 40, 1);

        // 0.95 × 22/s, a little more after 2 s; timers may be late.
        assertNeverMore(times, 15, Duration.ofMillis(500));
    }

    @Test
    void resendsOfOneProcessAreMissingInAnother() throws Exception {
        RedisRateLimiter one = limiter(Quota.of(1000).per(Duration.ofSeconds(1)));
        RedisRateLimiter other = limiter(Quota.of(1000).per(Duration.ofSeconds(1)));
        Permit mine = take(one);
        take(other);
        int resends = 0;
        while (mine.tryResend(1)) {
            resends++;
        }
        assertThat(resends).isEqualTo(100);
        // Told when the next number is asked for.
        take(one);

        assertThat(take(other).tryResend(1)).isFalse();
    }
}
