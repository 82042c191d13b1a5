package dev.headway.internal.limiter.scope;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.TokenBucket;
import dev.headway.internal.limiter.Linearizability;
import dev.headway.internal.limiter.LocalRateLimiter;
import dev.headway.internal.limiter.StillTime;
import dev.headway.internal.limiter.rules.BucketRule;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaneTest {

    private static final long DAY = TimeUnit.DAYS.toNanos(1);

    private static final LocalRateLimiter LIMITER = Linearizability.limiter(new StillTime());

    @ParameterizedTest
    @CsvSource({
        "3,   1000000000,  3",
        "20,  1000000000,  20",
        "7,   1000000000,  100",
        "10,  1000000000,  1",
        "64,  999999999,   5",
        "1,   86400000000000, 2",
        "1000000000, 1000000000, 1000000000"
    })
    void bucketsWordSaysWhatTheRuleSays(long permits, long period, long burst) {
        TokenBucket told = TokenBucket.of(permits, Duration.ofNanos(period)).burst(burst);
        BucketLane lane = requireNonNull(BucketLane.of(told, LIMITER));
        BucketRule rule = new BucketRule(told);
        SplittableRandom random = new SplittableRandom(permits);
        long word = lane.fresh();
        long now = 0;
        for (int i = 0; i < 20_000; i++) {
            now += random.nextLong(2 * Math.max(1, period / permits));
            long due = rule.earliest(now, 0, 1);
            long granted = lane.granted(word, now);

            assertThat(lane.earliest(word, now)).isEqualTo(due);
            assertThat(granted != Lane.SHUT).isEqualTo(due <= now);
            assertThat(lane.tooLate(word, now, due)).isFalse();
            assertThat(lane.tooLate(word, now, due - 1)).isTrue();
            assertThat(lane.tooLate(word, now, Long.MAX_VALUE)).isFalse();
            assertThat(lane.tooLate(word, now, Long.MIN_VALUE)).isTrue();
            if (granted != Lane.SHUT) {
                rule.granted(now, 1);
                word = granted;
                if (random.nextInt(10) == 0) {
                    rule.returned(now, 1);
                    word = lane.returned(word, () -> 0);
                }
            }
            if (random.nextInt(50) == 0) {
                // Over to the lock and back.
                BucketRule other = new BucketRule(told);
                other.set(word, now);
                assertThat(other.earliest(now, 0, 1)).isEqualTo(rule.earliest(now, 0, 1));
                word = other.word(now);
            }
        }
    }

    /** A caller who comes as early as he may gets what the rate says, to the nanosecond. */
    @Test
    void bucketDoesNotDrift() {
        BucketLane lane = requireNonNull(BucketLane.of(TokenBucket.perSecond(3).burst(3), LIMITER));
        long word = lane.fresh();
        for (int i = 0; i < 5; i++) {
            word = lane.granted(word, lane.earliest(word, 0));
        }
        long first = lane.earliest(word, 0);
        for (int i = 0; i < 1_000_000; i++) {
            word = lane.granted(word, lane.earliest(word, 0));
        }

        assertThat(lane.earliest(word, 0) - first - 1_000_000_000_000_000L / 3).isBetween(0L, 1L);
    }

    @Test
    void bucketThatAWordCanNotHoldHasNoLane() {
        assertThat(BucketLane.of(TokenBucket.perSecond(997), LIMITER)).isNull();
        assertThat(BucketLane.of(TokenBucket.of(1, Duration.ofDays(366)).burst(1_000_000_000), LIMITER))
                .isNull();
        assertThat(BucketLane.of(TokenBucket.perSecond(1000), LIMITER)).isNotNull();
    }

    @Test
    void bucketsWordLastsForYears() {
        BucketLane lane = requireNonNull(
                BucketLane.of(TokenBucket.of(64, Duration.ofNanos(999_999_999)).burst(2), LIMITER));
        long now = 4 * 365 * DAY;

        long word = lane.granted(lane.fresh(), now);
        assertThat(word).isNotEqualTo(Lane.SHUT);
        assertThat(lane.granted(word, now)).isEqualTo(Lane.SHUT);
        assertThat(lane.earliest(word, now)).isBetween(now + 1, now + TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void coldScopeHasTenInFlightAndOneMoreForEachAcceptedAnswer() {
        ColdLane lane = new ColdLane(LIMITER);
        long word = lane.fresh();
        for (int i = 0; i < 10; i++) {
            word = lane.granted(word, 0);
        }
        assertThat(lane.granted(word, 0)).isEqualTo(Lane.SHUT);

        word = lane.landed(word, false);
        assertThat(ColdLane.inFlight(word)).isEqualTo(9);
        assertThat(ColdLane.allowed(word)).isEqualTo(10);
        word = lane.landed(word, true);
        assertThat(ColdLane.allowed(word)).isEqualTo(11);
        word = lane.returned(word, () -> 0);
        assertThat(ColdLane.inFlight(word)).isEqualTo(7);
        assertThat(ColdLane.allowed(word)).isEqualTo(11);
    }

    @Test
    void coldWindowEndsBeforeItsHalfOfTheWordDoes() {
        ColdLane lane = new ColdLane(LIMITER);
        long word = ColdLane.word(0, Long.MAX_VALUE);
        long allowed = ColdLane.allowed(word);
        for (int i = 0; i < 10; i++) {
            word = lane.landed(lane.granted(word, 0), true);
        }

        assertThat(ColdLane.inFlight(word)).isZero();
        assertThat(ColdLane.allowed(word)).isEqualTo(allowed).isPositive();
    }
}
