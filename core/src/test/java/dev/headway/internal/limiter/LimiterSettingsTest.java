package dev.headway.internal.limiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Concurrency;
import dev.headway.Limit;
import dev.headway.LimitHint;
import dev.headway.Pacing;
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
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a call weighs, how many are in flight, how a window is spread, and how many may wait. */
class LimiterSettingsTest {

    private static final Scope API = Scope.of("api");
    private static final RateLimitHint NONE = RateLimitHint.none();
    private static final Quota TEN_IN_FIVE_SECONDS = Quota.of(10).per(Duration.ofSeconds(5));

    private final VirtualTime time = new VirtualTime();

    static Stream<Limit> limits() {
        // What jitter bunches together must fit: of 12 tokens at 5 a second 11 are used.
        return Stream.of(TEN_IN_FIVE_SECONDS, TokenBucket.perSecond(5).burst(11));
    }

    // ---- cost

    @ParameterizedTest
    @MethodSource("limits")
    void aCallTakesWhatItWeighs(Limit limit) {
        LocalRateLimiter limiter = limiter(limit);
        first(limiter);

        assertThat(take(limiter, 6).state()).isEqualTo(State.GRANTED);
        assertThat(take(limiter, 6).state()).isEqualTo(State.PENDING);
    }

    /** Each call has taken 1 and not 4, so that there is room for six more. */
    @ParameterizedTest
    @MethodSource("limits")
    void whatWasEstimatedTooHighIsGivenBack(Limit limit) {
        LocalRateLimiter limiter = limiter(limit);
        first(limiter);
        Permit heavy = take(limiter, 8);
        List<Permit> waiting = take(limiter, 1, 4);
        assertThat(waiting).filteredOn(this::granted).hasSize(1);

        settle(heavy, 2);

        assertThat(waiting).allMatch(this::granted);
    }

    @ParameterizedTest
    @MethodSource("limits")
    void whatWasEstimatedTooLowIsTakenAfterwards(Limit limit) {
        LocalRateLimiter limiter = limiter(limit);
        first(limiter);
        settle(take(limiter, 1), 9);

        assertThat(take(limiter, 1).state()).isEqualTo(State.PENDING);
    }

    @Test
    void aCostIsSettledInAScopeOfWhichNothingIsTold() {
        LocalRateLimiter limiter = limiter();

        settle(take(limiter, 1), 50);
        settle(take(limiter, 20), 0);

        assertThat(take(limiter, 1).state()).isEqualTo(State.GRANTED);
    }

    @Test
    void whatIsLearnedOfAWindowIsChargedWithTheTrueCost() {
        LocalRateLimiter limiter = limiter();
        take(limiter, 1).answered(time.nanoTime(), Answer.ACCEPTED, told(100, 99, 5));
        Permit heavy = take(limiter, 1);
        heavy.settle(time.nanoTime(), 90);
        heavy.answered(time.nanoTime(), Answer.ACCEPTED, told(100, 99, 5));

        assertThat(take(limiter, 9).state()).isEqualTo(State.GRANTED);
        assertThat(take(limiter, 9).state()).isEqualTo(State.PENDING);
    }

    /** In flight are calls, and what they take: a heavy one that has landed leaves nothing behind. */
    @Test
    void aHeavyCallThatLandsInAnUnknownScopeLeavesNothingInFlight() {
        LocalRateLimiter limiter = limiter();
        Permit heavy = take(limiter, 5);
        Permit light = take(limiter, 1);
        heavy.answered(time.nanoTime(), Answer.UNKNOWN, NONE);
        light.answered(time.nanoTime(), Answer.UNKNOWN, NONE);

        assertThat(take(limiter, 1, 11)).filteredOn(this::granted).hasSize(10);
    }

    // ---- in flight

    @Test
    void noMoreThanSoManyAreInFlight() {
        LocalRateLimiter limiter = limiter(Concurrency.of(3));
        List<Permit> calls = take(limiter, 1, 5);
        assertThat(calls).filteredOn(this::granted).hasSize(3);

        time.advance(Duration.ofHours(1));
        assertThat(calls).filteredOn(this::granted).hasSize(3);
        assertThat(time.pending()).isZero();

        calls.get(1).answered(time.nanoTime(), Answer.UNKNOWN, NONE);
        assertThat(calls.get(3).state()).isEqualTo(State.GRANTED);
        calls.get(0).cancel(time.nanoTime());
        assertThat(calls.get(4).state()).isEqualTo(State.GRANTED);
    }

    @Test
    void aHeavyCallIsOneInFlight() {
        LocalRateLimiter limiter = limiter(Concurrency.of(3));

        assertThat(take(limiter, 3, 4)).filteredOn(this::granted).hasSize(3);
    }

    @Test
    void aNumberInFlightAndARateHoldTogether() {
        LocalRateLimiter limiter =
                limiter(Concurrency.of(2), TokenBucket.perSecond(1).burst(3));
        List<Permit> calls = take(limiter, 1, 3);
        assertThat(calls).filteredOn(this::granted).hasSize(2);

        // The bucket has one less than told for what jitter bunches.
        calls.get(0).answered(time.nanoTime(), Answer.ACCEPTED, NONE);
        assertThat(calls.get(2).state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofSeconds(2));
        assertThat(calls.get(2).state()).isEqualTo(State.GRANTED);
    }

    /** It says nothing of a rate, so ten at once is still all that an unknown API sees at first. */
    @Test
    void aNumberInFlightIsNoRate() {
        LocalRateLimiter limiter = limiter(Concurrency.of(50));

        assertThat(take(limiter, 1, 50)).filteredOn(this::granted).hasSize(10);
    }

    @Test
    void aRefusalInAScopeThatKnowsOnlyANumberInFlightIsHeeded() {
        LocalRateLimiter limiter = limiter(Concurrency.of(50));
        Permit refused = take(limiter, 1);
        refused.answered(
                time.nanoTime(),
                Answer.REFUSED,
                RateLimitHint.builder().retryAfter(Duration.ofSeconds(3)).build());
        Permit next = take(limiter, 1);

        time.advance(Duration.ofSeconds(3));
        assertThat(next.state()).isEqualTo(State.PENDING);
        time.advance(Duration.ofMillis(50));
        assertThat(next.state()).isEqualTo(State.GRANTED);
    }

    // ---- evenly

    @ParameterizedTest
    @MethodSource("limits")
    void evenlyNoBurstGoes(Limit limit) {
        LocalRateLimiter limiter =
                limiter(new Settings(List.of(limit), Pacing.EVEN, Integer.MAX_VALUE, Settings.MAX_SCOPES));
        List<Permit> calls = new ArrayList<>(List.of(first(limiter)));
        calls.addAll(take(limiter, 1, 9));
        List<Long> moments = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            while (!granted(calls.get(i))) {
                time.runNext();
            }
            moments.add(time.nanoTime());
        }

        long expected = limit instanceof Quota ? 500_000_000 : 200_000_000;
        for (int i = 1; i < moments.size(); i++) {
            assertThat(moments.get(i) - moments.get(i - 1))
                    .as("between the calls %d and %d", i - 1, i)
                    .isBetween(expected, expected * 12 / 10);
        }
    }

    /** A small quota loses none of its few calls: two in a second are half a second apart, and what jitter adds. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 10})
    void evenlyASmallQuotaIsUsedWhole(int limit) {
        Quota quota = Quota.of(limit).per(Duration.ofSeconds(1));
        LocalRateLimiter limiter =
                limiter(new Settings(List.of(quota), Pacing.EVEN, Integer.MAX_VALUE, Settings.MAX_SCOPES));
        first(limiter);
        List<Permit> calls = take(limiter, 1, 3 * limit);
        calls.forEach(call -> call.settled().thenRun(() -> call.answered(time.nanoTime(), Answer.ACCEPTED, NONE)));

        time.advance(Duration.ofMillis(3100));

        assertThat(calls).allMatch(this::granted);
    }

    @Test
    void evenlyWhatIsLearnedIsSpreadTooAndWhatRemainsStillHolds() {
        LocalRateLimiter limiter =
                limiter(new Settings(List.of(), Pacing.EVEN, Integer.MAX_VALUE, Settings.MAX_SCOPES));
        take(limiter, 1).answered(time.nanoTime(), Answer.ACCEPTED, told(600, 2, 60));
        List<Permit> calls = take(limiter, 1, 4);

        time.advance(Duration.ofMillis(50));
        assertThat(calls).filteredOn(this::granted).hasSize(1);
        time.advance(Duration.ofMillis(110));
        assertThat(calls).filteredOn(this::granted).hasSize(2);
        time.advance(Duration.ofSeconds(59));
        assertThat(calls).filteredOn(this::granted).hasSize(2);
        time.advance(Duration.ofSeconds(2));
        assertThat(calls).filteredOn(this::granted).hasSize(3);
    }

    // ---- waiting

    @Test
    void nobodyWaitsWhereSoManyWaitAlready() {
        LocalRateLimiter limiter =
                limiter(new Settings(List.of(Concurrency.of(1)), Pacing.EAGER, 2, Settings.MAX_SCOPES));
        Permit inFlight = take(limiter, 1);
        List<Permit> waiting = take(limiter, 1, 2);

        assertThat(take(limiter, 1).state()).isEqualTo(State.QUEUE_FULL);
        waiting.get(0).cancel(time.nanoTime());
        Permit place = take(limiter, 1);
        assertThat(place.state()).isEqualTo(State.PENDING);

        // What is sent again finds a place, in front.
        inFlight.answered(time.nanoTime(), Answer.UNKNOWN, NONE);
        assertThat(waiting.get(1).state()).isEqualTo(State.GRANTED);
        Permit another = take(limiter, 1);
        Permit again = inFlight.renew(time.nanoTime(), time.nanoTime(), deadline());
        assertThat(again.state()).isEqualTo(State.PENDING);
        waiting.get(1).answered(time.nanoTime(), Answer.UNKNOWN, NONE);
        assertThat(again.state()).isEqualTo(State.GRANTED);
        assertThat(List.of(place, another)).noneMatch(this::granted);
    }

    @Test
    void whoeverWasRefusedLearnsWhenACallWouldGo() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(1));
        take(limiter, 1, 4);

        long earliest = limiter.earliest(API, 1, time.nanoTime()) - time.nanoTime();

        assertThat(Duration.ofNanos(earliest)).isBetween(Duration.ofSeconds(4), Duration.ofMillis(4200));
        assertThat(limiter.earliest(Scope.of("idle"), 1, time.nanoTime())).isEqualTo(time.nanoTime());
        assertThat(limiter.earliest(Scope.of("idle"), 3, time.nanoTime())).isEqualTo(time.nanoTime());
    }

    @Test
    void aRefusedPermitCanNotBeSettled() {
        LocalRateLimiter limiter =
                limiter(new Settings(List.of(Concurrency.of(1)), Pacing.EAGER, 0, Settings.MAX_SCOPES));
        take(limiter, 1);
        Permit refused = take(limiter, 1);

        refused.settle(time.nanoTime(), 3);
        assertThatThrownBy(() -> refused.answered(time.nanoTime(), Answer.ACCEPTED, NONE))
                .isInstanceOf(IllegalStateException.class);
    }

    /** The first answer of a scope's life is awaited before the quota is used. */
    private Permit first(LocalRateLimiter limiter) {
        Permit first = take(limiter, 1);
        first.answered(time.nanoTime(), Answer.ACCEPTED, NONE);
        return first;
    }

    private void settle(Permit permit, int cost) {
        permit.settle(time.nanoTime(), cost);
        permit.answered(time.nanoTime(), Answer.ACCEPTED, NONE);
    }

    private LocalRateLimiter limiter(Limit... limits) {
        return limiter(Settings.of(List.of(limits)));
    }

    private LocalRateLimiter limiter(Settings settings) {
        SplittableRandom random = new SplittableRandom(1);
        return new LocalRateLimiter(settings, time, new Events(null), () -> random);
    }

    private Permit take(LocalRateLimiter limiter, int cost) {
        return limiter.acquire(API, cost, time.nanoTime(), deadline());
    }

    private List<Permit> take(LocalRateLimiter limiter, int cost, int number) {
        return IntStream.range(0, number).mapToObj(i -> take(limiter, cost)).toList();
    }

    private boolean granted(Permit permit) {
        return permit.state() == State.GRANTED || permit.state() == State.ANSWERED;
    }

    private long deadline() {
        return time.nanoTime() + Duration.ofDays(1).toNanos();
    }

    private static RateLimitHint told(long limit, long remaining, long resetSeconds) {
        return RateLimitHint.builder()
                .limit(new LimitHint(
                        null, limit, remaining, Duration.ofSeconds(resetSeconds), null, LimitHint.REQUESTS))
                .build();
    }
}
