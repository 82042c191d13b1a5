package dev.headway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.RateLimiter;
import dev.headway.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that ask limiters for permits, and when these were granted. */
final class Callers {

    static final Scope SCOPE = Scope.of("https://api.example.com:443");
    static final long BOUND_SECONDS = 30;

    private Callers() {}

    /** Granted, or whatever else became of it, after waiting for real. */
    static Permit take(RateLimiter limiter, Scope scope, int cost) throws Exception {
        Permit permit = ask(limiter, scope, cost, Duration.ofSeconds(BOUND_SECONDS));
        permit.settled().toCompletableFuture().get(BOUND_SECONDS, TimeUnit.SECONDS);
        return permit;
    }

    static Permit take(RateLimiter limiter) throws Exception {
        Permit permit = take(limiter, SCOPE, 1);
        assertThat(permit.state()).isEqualTo(Permit.State.GRANTED);
        return permit;
    }

    static Permit ask(RateLimiter limiter, Scope scope, int cost, Duration longest) {
        long now = System.nanoTime();
        return limiter.acquire(scope, cost, now, now + longest.toNanos());
    }

    static boolean refuse(Permit permit, Duration retryAfter) {
        return permit.answered(
                System.nanoTime(),
                Permit.Answer.REFUSED,
                RateLimitHint.builder().retryAfter(retryAfter).build());
    }

    static boolean accept(Permit permit) {
        return permit.answered(System.nanoTime(), Permit.Answer.ACCEPTED, RateLimitHint.none());
    }

    /** So many calls of that cost in all, by so many threads of each limiter; returns when each was granted, in microseconds. */
    static List<Long> run(Collection<? extends RateLimiter> limiters, int threads, int calls, int cost)
            throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(limiters.size() * threads);
        ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
        AtomicInteger left = new AtomicInteger(calls);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (RateLimiter limiter : limiters) {
                for (int i = 0; i < threads; i++) {
                    running.add(pool.submit(() -> {
                        while (left.getAndDecrement() > 0) {
                            long now = System.nanoTime();
                            Permit permit =
                                    limiter.acquire(SCOPE, cost, now, now + TimeUnit.SECONDS.toNanos(BOUND_SECONDS));
                            permit.settled().toCompletableFuture().get(BOUND_SECONDS, TimeUnit.SECONDS);
                            assertThat(permit.state()).isEqualTo(Permit.State.GRANTED);
                            times.add(TimeUnit.NANOSECONDS.toMicros(((RedisPermit) permit).grantedAtNanos()));
                            accept(permit);
                        }
                        return null;
                    }));
                }
            }
            for (Future<?> each : running) {
                each.get(BOUND_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
        return times.stream().sorted().toList();
    }

    static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    /** No span of that length, wherever it begins, holds more. */
    static void assertNeverMore(List<Long> times, int most, Duration span) {
        long length = TimeUnit.NANOSECONDS.toMicros(span.toNanos());
        for (int i = most; i < times.size(); i++) {
            assertThat(times.get(i) - times.get(i - most))
                    .as("calls %d to %d of %d", i - most, i, times.size())
                    .isGreaterThanOrEqualTo(length);
        }
    }
}
