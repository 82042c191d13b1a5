package dev.headway.internal.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Limit;
import dev.headway.Pacing;
import dev.headway.Permit;
import dev.headway.Permit.Answer;
import dev.headway.Permit.State;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.internal.Events;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What would let somebody go twice, or never. */
class HostileLimiterTest {

    private static final Scope API = Scope.of("api");
    private static final RateLimitHint NONE = RateLimitHint.none();

    private final VirtualTime time = new VirtualTime();

    @Test
    void lateCancelGivesNothingBackThatTheBucketHasRefilled() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10).burst(20));
        long sent = time.nanoTime();
        List<Permit> never = take(limiter, 10);
        time.advance(Duration.ofSeconds(10));
        assertThat(granted(take(limiter, 19))).isEqualTo(19);

        never.forEach(permit -> permit.cancel(sent));
        assertThat(granted(take(limiter, 10))).isZero();
    }

    @Test
    void lateCancelUnderTheLockGivesNothingBackThatTheBucketHasRefilled() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10).burst(20));
        long sent = time.nanoTime();
        List<Permit> never = take(limiter, 10);
        time.advance(Duration.ofSeconds(10));
        assertThat(granted(take(limiter, 19))).isEqualTo(19);
        List<Permit> waiting = take(limiter, 5);

        never.forEach(permit -> permit.cancel(sent));
        assertThat(granted(waiting)).isZero();
    }

    @Test
    void promptCancelGivesTheTokenBack() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10).burst(20));
        List<Permit> never = take(limiter, 19);
        never.forEach(permit -> permit.cancel(time.nanoTime()));
        assertThat(granted(take(limiter, 20))).isEqualTo(19);
    }

    @Test
    void costsOfAHostileServerDoNotOpenTheBucket() {
        LocalRateLimiter limiter = limiter(TokenBucket.of(1, Duration.ofDays(1)).burst(20));
        List<Permit> sent = take(limiter, 8);
        assertThat(granted(sent)).isEqualTo(8);
        for (Permit permit : sent) {
            permit.settle(time.nanoTime(), Integer.MAX_VALUE);
            permit.answered(time.nanoTime(), Answer.ACCEPTED, NONE);
            assertThat(limiter.acquire(API, 1, time.nanoTime(), deadline()).state())
                    .isEqualTo(State.REFUSED);
        }
    }

    private List<Permit> take(LocalRateLimiter limiter, int calls) {
        return IntStream.range(0, calls)
                .mapToObj(i -> limiter.acquire(API, 1, time.nanoTime(), deadline()))
                .toList();
    }

    private static int granted(List<Permit> permits) {
        return (int) permits.stream()
                .filter(permit -> permit.state() == State.GRANTED)
                .count();
    }

    private long deadline() {
        return time.nanoTime() + TimeUnit.DAYS.toNanos(1);
    }

    private static RateLimitHint retryAfter(long seconds) {
        return RateLimitHint.builder().retryAfter(Duration.ofSeconds(seconds)).build();
    }

    private LocalRateLimiter limiter(Limit... told) {
        return limiter(Pacing.EAGER, told);
    }

    private LocalRateLimiter limiter(Pacing pacing, Limit... told) {
        SplittableRandom random = new SplittableRandom(1);
        return new LocalRateLimiter(
                new Settings(List.of(told), pacing, Integer.MAX_VALUE, 100), time, new Events(null), () -> random);
    }
}
