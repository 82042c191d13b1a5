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
import dev.headway.internal.limiter.rules.BucketRule;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What must hold whatever callers and server do: calls that come, wait, leave, are answered, refused and sent again in any
 * order, under one to three told limits, drawn from seeds.
 */
class LimiterPropertiesTest {

    private static final Scope API = Scope.of("api");
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final int STEPS = 600;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theServerNeverSeesMoreThanItAllows(long seed) {
        Run run = new Run(seed);
        run.play();

        for (Limit limit : run.limits) {
            List<Call> counted = run.countedByTheServer(limit);
            if (limit instanceof Quota quota) {
                assertThat(mostWithin(counted, quota.window().toNanos()))
                        .as("%s", quota)
                        .isLessThanOrEqualTo(quota.permits());
            } else {
                assertThat(lowest(counted, (TokenBucket) limit)).as("%s", limit).isNotNegative();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothingGoesWhileTheServersMomentIsAhead(long seed) {
        Run run = new Run(seed);
        run.play();

        for (Pause pause : run.pauses) {
            assertThat(run.sent)
                    .filteredOn(call -> call.sentAt >= pause.began && call.sequence >= pause.sequence)
                    .allSatisfy(call -> assertThat(call.sentAt).isGreaterThanOrEqualTo(pause.ends));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whoeverAskedFirstGoesFirstAndWhoeverGoesAgainBeforeThem(long seed) {
        Run run = new Run(seed);
        run.play();

        List<Long> firstTimes = run.sent.stream()
                .filter(call -> !call.again)
                .map(call -> call.number)
                .collect(Collectors.toList());
        assertThat(firstTimes).isSorted();
        assertThat(run.overtaken).isZero();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothingIsLost(long seed) {
        Run run = new Run(seed);
        run.play();
        run.finish();

        assertThat(run.waiting).isEmpty();
        assertThat(run.inFlight).isEmpty();
        assertThat(run.granted).isEqualTo(run.answered + run.givenBack);
        assertThat(run.asked).isEqualTo(run.granted + run.left);
        assertThat(run.time.pending()).as("timers").isZero();
        if (run.calm) {
            // What was given back is really free again: after a rest everything that the limits hold goes at once.
            run.bePatient();
            run.time.advance(Duration.ofDays(2));
            assertThat(ToldLimits.taken(run.limiter, API, run.time.nanoTime())).isEqualTo(ToldLimits.free(run.limits));
        }
    }

    @Test
    void aMillionPermitsDriftByLessThanANanosecond() {
        for (long perSecond : new long[] {3, 7, 997, 30_011}) {
            BucketRule bucket = new BucketRule(TokenBucket.perSecond(perSecond).burst(2));
            long emptied = take(bucket, 0, 1000);
            long first = bucket.earliest(emptied, 0, 1);
            long now = take(bucket, emptied, 1_000_000);

            long exact = Math.round(1_000_000 * (double) SECOND / perSecond);
            assertThat(bucket.earliest(now, 0, 1) - first)
                    .as("%d a second", perSecond)
                    .isBetween(exact - 1, exact + 1);
        }
    }

    private static long take(BucketRule bucket, long from, int permits) {
        long now = from;
        for (int i = 0; i < permits; i++) {
            now = bucket.earliest(now, 0, 1);
            bucket.granted(now, 1);
        }
        return now;
    }

    // ---- what the server counts

    private static long mostWithin(List<Call> arrivals, long window) {
        long most = 0;
        long sum = 0;
        int oldest = 0;
        for (Call call : arrivals) {
            sum += call.cost;
            while (arrivals.get(oldest).arrivedAt <= call.arrivedAt - window) {
                sum -= arrivals.get(oldest).cost;
                oldest++;
            }
            most = Math.max(most, sum);
        }
        return most;
    }

    /** The lowest level of the server's bucket, in tokens × nanoseconds of the period: exact. */
    private static long lowest(List<Call> arrivals, TokenBucket bucket) {
        long period = bucket.period().toNanos();
        long full = bucket.burst() * period;
        long level = full;
        long lowest = full;
        long before = 0;
        for (Call call : arrivals) {
            level = Math.min(full, level + (call.arrivedAt - before) * bucket.permits());
            before = call.arrivedAt;
            level -= call.cost * period;
            lowest = Math.min(lowest, level);
        }
        return lowest;
    }

    // ---- one run

    private record Pause(long began, long ends, long sequence) {}

    private static final class Call {
        final long number;
        final int cost;
        final boolean again;
        final long since;
        final long askedAt;
        Permit permit;
        long sequence;
        long sentAt;
        long arrivedAt;
        boolean counted;

        Call(long number, int cost, boolean again, long since, long askedAt, Permit permit) {
            this.number = number;
            this.cost = cost;
            this.again = again;
            this.since = since;
            this.askedAt = askedAt;
            this.permit = permit;
        }
    }

    private static final class Run {
        final SplittableRandom random;
        final VirtualTime time = new VirtualTime();
        final long origin = time.nanoTime();
        final List<Limit> limits = new ArrayList<>();
        final LocalRateLimiter limiter;
        final List<Call> waiting = new ArrayList<>();
        final List<Call> inFlight = new ArrayList<>();
        final List<Call> sent = new ArrayList<>();
        final List<Pause> pauses = new ArrayList<>();
        final boolean calm;
        long asked;
        long granted;
        long answered;
        long givenBack;
        long left;
        long overtaken;
        long sequence;

        Run(long seed) {
            random = new SplittableRandom(seed);
            int number = 1 + random.nextInt(3);
            for (int i = 0; i < number; i++) {
                limits.add(limit());
            }
            // In a calm run nothing is refused, so that the limits themselves are used to the full.
            calm = random.nextInt(3) == 0;
            limiter = new LocalRateLimiter(limits, time, new Events(null), () -> random);
        }

        private Limit limit() {
            long[] periods = {SECOND, 7 * SECOND / 10, 999_999_937L, 60 * SECOND};
            Duration period = Duration.ofNanos(periods[random.nextInt(periods.length)]);
            if (random.nextBoolean()) {
                return Quota.of(3L + random.nextInt(100)).per(period);
            }
            long permits = 1L + random.nextInt(100);
            // Large enough for what the jitter bunches together, and for a call of cost 3.
            return TokenBucket.of(permits, period).burst(6L + random.nextInt(50));
        }

        long now() {
            return time.nanoTime() - origin;
        }

        void play() {
            for (int i = 0; i < STEPS; i++) {
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> ask();
                    case 3, 4 -> answer();
                    case 5 -> leave();
                    case 6 -> giveBack();
                    default -> pass();
                }
            }
        }

        void finish() {
            while (!waiting.isEmpty() || !inFlight.isEmpty()) {
                while (!inFlight.isEmpty()) {
                    answered(inFlight.remove(0), Answer.ACCEPTED, RateLimitHint.none());
                }
                if (!waiting.isEmpty()) {
                    assertThat(time.runNext()).as("a timer for those that wait").isTrue();
                }
            }
        }

        private void ask() {
            int calls = random.nextInt(10) == 0 ? 20 : 1;
            for (int i = 0; i < calls; i++) {
                enqueue(1 + (random.nextInt(5) == 0 ? random.nextInt(3) : 0));
            }
        }

        private void enqueue(int cost) {
            long now = time.nanoTime();
            asked++;
            await(new Call(asked, cost, false, now, now, limiter.acquire(API, cost, now, now + forever())));
        }

        private void answer() {
            if (inFlight.isEmpty()) {
                return;
            }
            Call call = inFlight.remove(random.nextInt(inFlight.size()));
            int luck = calm ? 0 : random.nextInt(10);
            if (luck < 8) {
                answered(call, luck == 7 ? Answer.UNKNOWN : Answer.ACCEPTED, RateLimitHint.none());
                return;
            }
            call.counted = false;
            long seconds = random.nextInt(3);
            RateLimitHint hint = RateLimitHint.builder()
                    .retryAfter(Duration.ofSeconds(seconds))
                    .build();
            pauses.add(new Pause(now(), now() + seconds * SECOND, sequence));
            answered(call, Answer.REFUSED, hint);
            long now = time.nanoTime();
            asked++;
            Permit permit = call.permit.renew(call.since, now, now + forever());
            await(new Call(call.number, call.cost, true, call.since, now, permit));
        }

        private void answered(Call call, Answer answer, RateLimitHint hint) {
            answered++;
            call.permit.answered(call.askedAt, answer, hint);
        }

        private void leave() {
            if (!waiting.isEmpty()) {
                Call call = waiting.remove(random.nextInt(waiting.size()));
                left++;
                call.permit.cancel(call.askedAt);
            }
        }

        /** A call that provably never left. */
        private void giveBack() {
            // A bucket does not remember when it was as full as the server's: what is given back late may be too much.
            boolean bucket = limits.stream().anyMatch(TokenBucket.class::isInstance);
            List<Call> candidates = inFlight.stream()
                    .filter(call -> !bucket || call.sentAt == now())
                    .toList();
            if (!candidates.isEmpty() && random.nextInt(3) == 0) {
                Call call = candidates.get(random.nextInt(candidates.size()));
                inFlight.remove(call);
                call.counted = false;
                givenBack++;
                call.permit.cancel(call.askedAt);
            }
        }

        private void pass() {
            if (random.nextBoolean()) {
                time.runNext(Duration.ofSeconds(70));
            } else {
                time.advance(Duration.ofNanos(random.nextLong(random.nextInt(20) == 0 ? 5 * SECOND : SECOND / 20)));
            }
        }

        private void await(Call call) {
            waiting.add(call);
            call.permit.settled().thenRun(() -> send(call));
        }

        /** As soon as it is granted, unless it has left. */
        private void send(Call call) {
            if (call.permit.state() != State.GRANTED) {
                return;
            }
            waiting.remove(call);
            overtaken +=
                    call.again ? 0 : waiting.stream().filter(each -> each.again).count();
            granted++;
            call.sequence = sequence++;
            call.sentAt = now();
            call.counted = true;
            sent.add(call);
            inFlight.add(call);
        }

        /** What arrived and was counted, in the order of arrival, each late by no more than the limit's jitter. */
        List<Call> countedByTheServer(Limit limit) {
            SplittableRandom network = new SplittableRandom(42);
            long jitter = ToldLimits.jitter(limit);
            for (Call call : sent) {
                call.arrivedAt = call.sentAt + network.nextLong(jitter + 1);
            }
            return sent.stream()
                    .filter(call -> call.counted)
                    .sorted(Comparator.comparingLong(call -> call.arrivedAt))
                    .toList();
        }

        /** Until nothing is looked at any more. */
        void bePatient() {
            for (int i = 0; i < 300; i++) {
                enqueue(1);
                finish();
            }
        }

        private static long forever() {
            return Duration.ofDays(1).toNanos();
        }
    }
}
