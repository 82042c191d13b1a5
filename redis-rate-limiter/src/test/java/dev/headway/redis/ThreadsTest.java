package dev.headway.redis;

import static dev.headway.redis.Callers.BOUND_SECONDS;
import static dev.headway.redis.Callers.SCOPE;
import static dev.headway.redis.Callers.take;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.HeadwayListener;
import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.Scope;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Calls and listeners may block: the threads of Lettuce are for all users of its client. */
class ThreadsTest extends OnRedis {

    private static final String LETTUCE = "lettuce";

    @Test
    void callThatGoesOnWithItsPermitMayBlock() throws Exception {
        CountDownLatch ends = new CountDownLatch(1);
        try (FaultyProxy proxy = new FaultyProxy(redis.port())) {
            RedisClient slow = RedisClient.create(RedisURI.create("127.0.0.1", proxy.port()));
            try (RedisRateLimiter limiter = RedisRateLimiter.builder(slow)
                    .timeout(Duration.ofSeconds(5))
                    .limit(Quota.of(100).per(Duration.ofSeconds(1)))
                    .build()) {
                take(limiter);
                proxy.mute(true);
                Permit permit = Callers.ask(limiter, SCOPE, 1, Duration.ofSeconds(BOUND_SECONDS));
                CompletableFuture<String> thread = new CompletableFuture<>();
                permit.settled().whenComplete((nothing, thrown) -> {
                    thread.complete(Thread.currentThread().getName());
                    awaitEnd(ends);
                });
                proxy.mute(false);

                assertThat(thread.get(BOUND_SECONDS, TimeUnit.SECONDS)).doesNotContain(LETTUCE);
                // On the same connection.
                assertThat(take(limiter, Scope.of("another"), 1).state()).isEqualTo(Permit.State.GRANTED);
                assertThat(((RedisPermit) permit).number).isPositive();
            } finally {
                ends.countDown();
                slow.shutdown();
            }
        }
    }

    @Test
    void whoHearsOfAGateMayBlock() throws Exception {
        RedisRateLimiter one = limiter(Quota.of(1000).per(Duration.ofSeconds(1)));
        RedisRateLimiter other = limiter(Quota.of(1000).per(Duration.ofSeconds(1)));
        CountDownLatch ends = new CountDownLatch(1);
        CompletableFuture<String> thread = new CompletableFuture<>();
        other.addListener(new HeadwayListener() {
            @Override
            public void gateClosed(GateEvent event) {
                thread.complete(Thread.currentThread().getName());
                awaitEnd(ends);
            }
        });
        try {
            Callers.refuse(take(one), Duration.ofSeconds(2));
            // The engine may hear of the refusal a moment later than of the first of these.
            while (!thread.isDone()) {
                Permit permit = Callers.ask(other, SCOPE, 1, Duration.ofSeconds(BOUND_SECONDS));
                permit.settled().toCompletableFuture().get(BOUND_SECONDS, TimeUnit.SECONDS);
            }

            assertThat(thread.get()).doesNotContain(LETTUCE);
            assertThat(take(other, Scope.of("another"), 1).state()).isEqualTo(Permit.State.GRANTED);
        } finally {
            ends.countDown();
        }
    }

    private static void awaitEnd(CountDownLatch ends) {
        try {
            ends.await(BOUND_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
