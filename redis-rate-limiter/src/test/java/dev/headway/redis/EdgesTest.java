package dev.headway.redis;

import static dev.headway.redis.Callers.ask;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.HeadwayListener;
import dev.headway.Pacing;
import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Dear calls, unusable keys, old samples and late timers. */
class EdgesTest extends OnRedis {

    private static final Scope S = Scope.of("s");

    @Test
    void aScopeWhoseKeyIsUnusableDoesNotHangBesideOneThatAnswers() throws Exception {
        RedisRateLimiter limiter =
                limiter(b -> b.limit(TokenBucket.perSecond(1000).burst(100)).expectedWorkers(1));
        Callers.take(limiter, Scope.of("good"), 1);
        try (var connection = client.connect()) {
            connection.sync().set("{headway:bad}:v2", "x");
        }
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            var unused = pool.submit(() -> {
                while (!stop.get()) {
                    Callers.accept(Callers.take(limiter, Scope.of("good"), 1));
                    Thread.sleep(2);
                }
                return null;
            });
            Permit bad = ask(limiter, Scope.of("bad"), 1, Duration.ofSeconds(5));
            bad.settled().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThat(bad.state()).isEqualTo(Permit.State.GRANTED);
        } finally {
            stop.set(true);
            pool.shutdown();
        }
    }

    @Test
    void aCallThatCanNotHaveAllItsUnitsInTimeStopsNobody() throws Exception {
        RedisRateLimiter one = limiter(Quota.of(10).per(Duration.ofSeconds(1)));
        RedisRateLimiter other = limiter(Quota.of(10).per(Duration.ofSeconds(1)));
        Callers.take(one, Scope.of("warm"), 1);
        Callers.take(other, Scope.of("warm"), 1);
        Permit dear = ask(one, S, 1000, Duration.ofMillis(500));
        dear.settled().toCompletableFuture().get(5, TimeUnit.SECONDS);
        assertThat(dear.state()).isEqualTo(Permit.State.REFUSED);
        Permit next = ask(other, S, 1, Duration.ofSeconds(5));
        next.settled().toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(next.state()).isEqualTo(Permit.State.GRANTED);
    }

    @Test
    void oneCallLooksThoughADearOneWentBefore() throws Exception {
        RedisRateLimiter limiter = limiter(TokenBucket.perSecond(1000).burst(500));
        Callers.accept(Callers.take(limiter, S, 50));
        Callers.refuse(Callers.take(limiter, S, 1), Duration.ofMillis(300));
        List<Permit> waiting = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            waiting.add(ask(limiter, S, 1, Duration.ofSeconds(20)));
        }
        CompletableFuture.anyOf(waiting.stream()
                        .map(each -> each.settled().toCompletableFuture())
                        .toArray(CompletableFuture<?>[]::new))
                .get(10, TimeUnit.SECONDS);

        // A herd is granted under one lock; two looks are seconds apart.
        assertThat(waiting.stream().filter(each -> each.state() == Permit.State.GRANTED))
                .hasSizeLessThan(5);
    }

    @Test
    void listenersAreNotToldOnTheThreadOfAllTimers() throws Exception {
        RedisRateLimiter limiter = limiter(TokenBucket.perSecond(100).burst(10));
        Set<String> threads = ConcurrentHashMap.newKeySet();
        limiter.addListener(new HeadwayListener() {
            @Override
            public void gateOpened(Scope scope) {
                threads.add(Thread.currentThread().getName());
            }
        });
        for (int i = 0; i < 5; i++) {
            Callers.refuse(Callers.take(limiter, S, 1), Duration.ofMillis(150));
            Callers.accept(Callers.take(limiter, S, 1));
        }
        Thread.sleep(200);
        assertThat(threads).isNotEmpty().noneMatch(name -> name.startsWith("headway-timer"));
    }

    @Test
    void aListenerThatThrowsHarmsNoCall() throws Exception {
        RedisRateLimiter limiter = limiter(TokenBucket.perSecond(100).burst(10));
        limiter.addListener(new HeadwayListener() {
            @Override
            public void gateClosed(GateEvent event) {
                throw new IllegalStateException("broken");
            }

            @Override
            public void gateOpened(Scope scope) {
                throw new IllegalStateException("broken");
            }
        });

        Callers.refuse(Callers.take(limiter, S, 1), Duration.ofMillis(150));
        Permit next = Callers.take(limiter, S, 1);

        assertThat(next.state()).isEqualTo(Permit.State.GRANTED);
        Callers.accept(next);
    }

    @Test
    void aTimerThatIsTakenBackTooLateLeavesNone() {
        List<AtomicBoolean> gone = new ArrayList<>();
        TimeSource time = new TimeSource() {
            @Override
            public long nanoTime() {
                return 0;
            }

            @Override
            public Instant instant() {
                return Instant.EPOCH;
            }

            @Override
            public void park(long nanos) {}

            @Override
            public Timer schedule(long delay, Runnable task) {
                AtomicBoolean mine = new AtomicBoolean();
                gone.add(mine);
                return () -> mine.set(true);
            }
        };
        Alarm alarm = new Alarm(time, () -> {});
        alarm.set(100, 0);
        for (int i = 0; i < 50; i++) {
            alarm.set(200 + 2 * i, 100);
            alarm.rang();
            alarm.set(201 + 2 * i, 100);
        }
        assertThat(gone.stream().filter(each -> !each.get())).hasSize(1);
    }

    @Test
    void aShareOfLongAgoTellsNothing() {
        Lane lane = Lane.of(TokenBucket.perSecond(100).burst(10), Pacing.EAGER);
        FairShare share = new FairShare(List.of(lane), 10);
        long second = TimeUnit.SECONDS.toNanos(1);
        for (int i = 0; i < 10; i++) {
            share.heard(100L * i, 100L * i, i * second);
        }
        long later = 3600 * second;
        share.begin(900, 900, List.of(), 9 * second, 0, later);
        share.granted(1, later);
        assertThat(share.earliest(later) - later).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(100));
    }
}
