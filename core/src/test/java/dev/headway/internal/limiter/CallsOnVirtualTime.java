package dev.headway.internal.limiter;

import dev.headway.LimitHint;
import dev.headway.Permit;
import dev.headway.Permit.Answer;
import dev.headway.Permit.State;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Calls of cost 1 that ask a limiter, all at the same time unless a test moves it. */
abstract class CallsOnVirtualTime {

    static final Scope API = Scope.of("api");
    static final RateLimitHint NONE = RateLimitHint.none();
    static final Duration SECOND = Duration.ofSeconds(1);

    final VirtualTime time = new VirtualTime();

    final List<Permit> take(LocalRateLimiter limiter, int calls) {
        return take(limiter, API, calls);
    }

    final List<Permit> take(LocalRateLimiter limiter, Scope scope, int calls) {
        return IntStream.range(0, calls)
                .mapToObj(i -> limiter.acquire(scope, 1, time.nanoTime(), deadline()))
                .toList();
    }

    /** Each is accepted as soon as it has been sent. */
    final List<Permit> takeAndAnswer(LocalRateLimiter limiter, int calls) {
        List<Permit> permits = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            Permit permit = take(limiter, 1).get(0);
            permits.add(permit);
            var unused = permit.settled().thenRun(() -> permit.answered(time.nanoTime(), Answer.ACCEPTED, NONE));
        }
        return permits;
    }

    /** Later than any test lasts. */
    final long deadline() {
        return time.nanoTime() + TimeUnit.DAYS.toNanos(1);
    }

    static int granted(List<Permit> permits) {
        return (int) permits.stream()
                .filter(permit -> permit.state() == State.GRANTED)
                .count();
    }

    static int sent(List<Permit> permits) {
        return (int) permits.stream()
                .filter(permit -> permit.state() != State.PENDING)
                .count();
    }

    static RateLimitHint remaining(long limit, long remaining, long resetSeconds) {
        return RateLimitHint.builder()
                .limit(new LimitHint(
                        null, limit, remaining, Duration.ofSeconds(resetSeconds), null, LimitHint.REQUESTS))
                .build();
    }
}
