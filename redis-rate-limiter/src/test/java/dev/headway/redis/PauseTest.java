package dev.headway.redis;

import static dev.headway.redis.Callers.SCOPE;
import static dev.headway.redis.Callers.accept;
import static dev.headway.redis.Callers.refuse;
import static dev.headway.redis.Callers.take;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.WaitCause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A refusal that one process gets holds all. */
class PauseTest extends OnRedis {

    @Test
    void everyProcessIsHeld() throws Exception {
        RedisRateLimiter one = limiter(Quota.of(100).per(Duration.ofSeconds(1)));
        RedisRateLimiter other = limiter(Quota.of(100).per(Duration.ofSeconds(1)));
        take(other);
        Permit refused = take(one);
        long began = Callers.micros();
        assertThat(refuse(refused, Duration.ofMillis(600))).isTrue();
        // In front of the other's question: both go to the engine in the order of their connections' writes.
        take(one, SCOPE, 1);
        assertThat(Callers.micros() - began).isGreaterThanOrEqualTo(600_000);

        Permit held = take(one);
        assertThat(held).isNotNull();
    }

    @Test
    void whatWaitsElsewhereIsHeldToo() throws Exception {
        RedisRateLimiter one = limiter(TokenBucket.of(1, Duration.ofSeconds(2)));
        RedisRateLimiter other = limiter(TokenBucket.of(1, Duration.ofSeconds(2)));
        Permit refused = take(one);
        List<Permit> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(Callers.ask(other, SCOPE, 1, Duration.ofSeconds(30)));
        }
        // The first is due in 2 s at the soonest, and is not given to anybody 100 ms before.
        long began = Callers.micros();
        refuse(refused, Duration.ofSeconds(5));

        waiting.get(0).settled().toCompletableFuture().get(30, TimeUnit.SECONDS);

        assertThat(Callers.micros() - began).isGreaterThanOrEqualTo(5_000_000);
        assertThat(waiting.get(1).state()).isEqualTo(Permit.State.PENDING);
        waiting.forEach(each -> each.cancel(System.nanoTime()));
    }

    @Test
    void afterAPauseOneCallLooksAndOthersFollowWhenItIsAccepted() throws Exception {
        RedisRateLimiter one = limiter(Quota.of(1000).per(Duration.ofSeconds(1)));
        RedisRateLimiter other = limiter(Quota.of(1000).per(Duration.ofSeconds(1)));
        take(other);
        Permit refused = take(one);
        refuse(refused, Duration.ofMillis(300));
        Permit look = take(one);
        Permit second = Callers.ask(one, SCOPE, 1, Duration.ofSeconds(30));
        Permit third = Callers.ask(other, SCOPE, 1, Duration.ofSeconds(30));
        assertThat(third.state()).isEqualTo(Permit.State.PENDING);
        assertThat(second.state()).isEqualTo(Permit.State.PENDING);

        accept(look);

        second.settled().toCompletableFuture().get(30, TimeUnit.SECONDS);
        third.settled().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(second.state()).isEqualTo(Permit.State.GRANTED);
        assertThat(third.state()).isEqualTo(Permit.State.GRANTED);
    }

    @Test
    void manyRefusalsOfOneEpisodeCountOnce() throws Exception {
        RedisRateLimiter one = limiter(Quota.of(1000).per(Duration.ofSeconds(1)));
        List<Permit> sent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sent.add(take(one));
        }
        for (Permit each : sent) {
            refuse(each, Duration.ofMillis(200));
        }
        RedisPermit look = (RedisPermit) take(one);

        assertThat(look.epoch).isEqualTo(((RedisPermit) sent.get(0)).epoch + 1);
    }

    @Test
    void whoComesDuringAPauseIsToldWhyAndWhetherItIsHopeless() throws Exception {
        RedisRateLimiter limiter = limiter(Quota.of(10).per(Duration.ofSeconds(1)));
        refuse(take(limiter), Duration.ofHours(10));

        Permit waits = Callers.ask(limiter, SCOPE, 1, Duration.ofHours(20));
        assertThat(waits.cause()).isEqualTo(WaitCause.SCOPE_PAUSED);
        assertThat(Callers.ask(limiter, SCOPE, 1, Duration.ofMinutes(10)).state())
                .isEqualTo(Permit.State.REFUSED);
        waits.cancel(0);
        long now = System.nanoTime();
        long wait = limiter.earliest(SCOPE, 1, now) - now;
        assertThat(Duration.ofNanos(wait)).isBetween(Duration.ofMinutes(14), Duration.ofMinutes(16));
    }

    @Test
    void pauseOfAWholeHoldsItsPartsElsewhere() throws Exception {
        RedisRateLimiter one = limiter();
        RedisRateLimiter other = limiter();
        Scope part = SCOPE.part("search");
        long began = System.nanoTime();
        refuse(take(one), Duration.ofSeconds(3));

        // The engine may hear of the refusal a moment later than of the first of these.
        FaultyProxy.await(
                () -> {
                    Callers.ask(other, part, 1, Duration.ofSeconds(30)).cancel(System.nanoTime());
                    return other.earliest(part, 1, began) - System.nanoTime() > TimeUnit.MILLISECONDS.toNanos(500);
                },
                "the other hears of the pause");
        Permit last = Callers.ask(other, part, 1, Duration.ofSeconds(30));

        last.settled().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(last.state()).isEqualTo(Permit.State.GRANTED);
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(3));
    }
}
