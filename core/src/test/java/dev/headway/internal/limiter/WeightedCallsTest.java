package dev.headway.internal.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Limit;
import dev.headway.Permit;
import dev.headway.Permit.Answer;
import dev.headway.Permit.State;
import dev.headway.Quota;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.internal.Events;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls that cost 1 to 50 under one to four told limits of any rate, burst, quota and window, drawn from seeds. */
class WeightedCallsTest {

    private static final Scope API = Scope.of("api");
    private static final int DEAREST = 50;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 150);
    }

    /** Each message takes up to the jitter longer than another, so this is what the server counts. */
    @ParameterizedTest
    @MethodSource("seeds")
    void noWindowAndNoBucketGetsMoreThanItHolds(long seed) {
        Run run = new Run(seed);
        run.demand(300);

        for (Limit limit : run.limits) {
            List<Arrival> arrivals = run.arrivals(limit);
            if (limit instanceof Quota quota) {
                assertThat(mostWithin(arrivals, quota.window().toNanos()))
                        .as("%s", quota)
                        .isLessThanOrEqualTo(quota.permits());
            } else {
                assertThat(lowest(arrivals, (TokenBucket) limit))
                        .as("%s", limit)
                        .isNotNegative();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aCheapCallNeverOvertakesADearOne(long seed) {
        Run run = new Run(seed);
        run.demand(300);

        assertThat(run.sent).hasSize(300);
        assertThat(run.sent.stream().map(Sent::number)).isSorted();
    }

    /** At one moment nothing refills, so what is free says what was taken. */
    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsFreeIsAllThatWasNotGrantedOrWasGivenBack(long seed) {
        Run run = new Run(seed);
        run.beKnown();
        long free = ToldLimits.free(run.limits);
        List<Held> waiting = new ArrayList<>();
        List<Held> granted = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            if (waiting.isEmpty() || run.random.nextBoolean()) {
                int cost = run.cost();
                waiting.add(new Held(run.acquire(cost), cost));
            } else {
                waiting.remove(run.random.nextInt(waiting.size())).permit.cancel(run.time.nanoTime());
            }
            waiting.stream().filter(Held::granted).forEach(granted::add);
            waiting.removeIf(Held::granted);
            if (!granted.isEmpty() && run.random.nextInt(3) == 0) {
                granted.remove(run.random.nextInt(granted.size())).permit.cancel(run.time.nanoTime());
                waiting.stream().filter(Held::granted).forEach(granted::add);
                waiting.removeIf(Held::granted);
            }
        }
        waiting.forEach(held -> held.permit.cancel(run.time.nanoTime()));
        long taken = granted.stream().mapToLong(Held::cost).sum();

        assertThat(ToldLimits.taken(run.limiter, API, run.time.nanoTime()))
                .as("%s, %d of %d taken", run.limits, taken, free)
                .isEqualTo(free - taken);
    }

    private record Held(Permit permit, int cost) {

        boolean granted() {
            return permit.state() == State.GRANTED;
        }
    }

    private record Sent(int number, long at, int cost) {}

    private record Arrival(long at, int cost) {}

    private static long mostWithin(List<Arrival> arrivals, long window) {
        long most = 0;
        long sum = 0;
        int oldest = 0;
        for (Arrival arrival : arrivals) {
            sum += arrival.cost;
            while (arrivals.get(oldest).at <= arrival.at - window) {
                sum -= arrivals.get(oldest).cost;
                oldest++;
            }
            most = Math.max(most, sum);
        }
        return most;
    }

    /** The lowest level of the server's bucket, in tokens × nanoseconds of the period: exact. */
    private static long lowest(List<Arrival> arrivals, TokenBucket bucket) {
        long period = bucket.period().toNanos();
        long full = bucket.burst() * period;
        long level = full;
        long lowest = full;
        long before = 0;
        for (Arrival arrival : arrivals) {
            long refilled = Math.min(arrival.at - before, full / bucket.permits() + 1) * bucket.permits();
            level = Math.min(full, level + refilled) - arrival.cost * period;
            before = arrival.at;
            lowest = Math.min(lowest, level);
        }
        return lowest;
    }

    private static final class Run {

        final SplittableRandom random;
        final VirtualTime time = new VirtualTime();
        final long origin = time.nanoTime();
        final List<Limit> limits = new ArrayList<>();
        final List<Sent> sent = new ArrayList<>();
        final List<Runnable> onTheirWay = new ArrayList<>();
        final LocalRateLimiter limiter;

        Run(long seed) {
            random = new SplittableRandom(seed);
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                limits.add(limit());
            }
            limiter = new LocalRateLimiter(limits, time, new Events(null), () -> random);
        }

        /** Of a size that holds the dearest call, also with what the jitter takes from a bucket. */
        private Limit limit() {
            Duration period = Duration.ofNanos(1_000_000 + random.nextLong(100_000_000_000L));
            long permits = 1 + random.nextLong(1000);
            long bunched = 2 + 20_000_000 * permits / period.toNanos();
            return random.nextBoolean()
                    ? Quota.of(DEAREST + random.nextLong(200)).per(period)
                    : TokenBucket.of(permits, period)
                            .burst(DEAREST + Math.min(bunched, permits) + random.nextLong(100));
        }

        int cost() {
            return 1 + random.nextInt(DEAREST);
        }

        Permit acquire(int cost) {
            long now = time.nanoTime();
            return limiter.acquire(API, cost, now, now + Duration.ofDays(400).toNanos());
        }

        /** So many calls, in bunches and alone, each answered soon after it has gone. */
        void demand(int calls) {
            for (int i = 0; i < calls; i++) {
                int cost = cost();
                int number = i;
                Permit permit = acquire(cost);
                permit.settled().thenRun(() -> {
                    long now = time.nanoTime();
                    sent.add(new Sent(number, now - origin, cost));
                    onTheirWay.add(() -> permit.answered(now, Answer.ACCEPTED, RateLimitHint.none()));
                });
                switch (random.nextInt(8)) {
                    case 0 -> time.runNext();
                    case 1 -> time.advance(Duration.ofNanos(random.nextLong(200_000_000)));
                    default -> {}
                }
                answer();
            }
            while (sent.size() < calls || !onTheirWay.isEmpty()) {
                if (onTheirWay.isEmpty()) {
                    assertThat(time.runNext()).as("a timer for those that wait").isTrue();
                }
                answer();
            }
        }

        /** Not before all that were granted together have been told. */
        private void answer() {
            List<Runnable> answers = List.copyOf(onTheirWay);
            onTheirWay.clear();
            answers.forEach(Runnable::run);
        }

        /** Until no quota is looked at any more, which takes as many calls as all of them hold, and all are whole again. */
        void beKnown() {
            demand(1200);
            sent.clear();
            time.advance(Duration.ofDays(2));
        }

        /** In the order of arrival, each late by no more than the limit's jitter. */
        List<Arrival> arrivals(Limit limit) {
            SplittableRandom network = new SplittableRandom(7);
            long jitter = ToldLimits.jitter(limit);
            return sent.stream()
                    .map(call -> new Arrival(call.at + network.nextLong(jitter + 1), call.cost))
                    .sorted(Comparator.comparingLong(Arrival::at))
                    .toList();
        }
    }
}
