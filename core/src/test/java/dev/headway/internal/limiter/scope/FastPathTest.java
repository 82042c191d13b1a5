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

class FastPathTest {

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
        BucketFastPath path = requireNonNull(BucketFastPath.of(told, LIMITER));
        BucketRule rule = new BucketRule(told);
        SplittableRandom random = new SplittableRandom(permits);
        long word = path.fresh();
        long now = 0;
        for (int i = 0; i < 20_000; i++) {
            now += random.nextLong(2 * Math.max(1, period / permits));
            long due = rule.earliest(now, 0, 1);
            long granted = path.granted(word, now);

            assertThat(path.earliest(word, now)).isEqualTo(due);
            assertThat(granted != FastPath.SHUT).isEqualTo(due <= now);
            assertThat(path.tooLate(word, now, due)).isFalse();
            assertThat(path.tooLate(word, now, due - 1)).isTrue();
            assertThat(path.tooLate(word, now, Long.MAX_VALUE)).isFalse();
            assertThat(path.tooLate(word, now, Long.MIN_VALUE)).isTrue();
            if (granted != FastPath.SHUT) {
                rule.granted(now, 1);
                word = granted;
                if (random.nextInt(10) == 0) {
                    rule.returned(now, 1);
                    word = path.returned(word, () -> 0);
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
        BucketFastPath path =
                requireNonNull(BucketFastPath.of(TokenBucket.perSecond(3).burst(3), LIMITER));
        long word = path.fresh();
        for (int i = 0; i < 5; i++) {
            word = path.granted(word, path.earliest(word, 0));
        }
        long first = path.earliest(word, 0);
        for (int i = 0; i < 1_000_000; i++) {
            word = path.granted(word, path.earliest(word, 0));
        }

        assertThat(path.earliest(word, 0) - first - 1_000_000_000_000_000L / 3).isBetween(0L, 1L);
    }

    @Test
    void bucketThatAWordCanNotHoldHasNoLane() {
        assertThat(BucketFastPath.of(TokenBucket.perSecond(997), LIMITER)).isNull();
        assertThat(BucketFastPath.of(TokenBucket.of(1, Duration.ofDays(366)).burst(1_000_000_000), LIMITER))
                .isNull();
        assertThat(BucketFastPath.of(TokenBucket.perSecond(1000), LIMITER)).isNotNull();
    }

    @Test
    void bucketsWordLastsForYears() {
        BucketFastPath path = requireNonNull(BucketFastPath.of(
                TokenBucket.of(64, Duration.ofNanos(999_999_999)).burst(2), LIMITER));
        long now = 4 * 365 * DAY;

        long word = path.granted(path.fresh(), now);
        assertThat(word).isNotEqualTo(FastPath.SHUT);
        assertThat(path.granted(word, now)).isEqualTo(FastPath.SHUT);
        assertThat(path.earliest(word, now)).isBetween(now + 1, now + TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void coldScopeHasTenInFlightAndOneMoreForEachAcceptedAnswer() {
        ColdFastPath path = new ColdFastPath(LIMITER);
        long word = path.fresh();
        for (int i = 0; i < 10; i++) {
            word = path.granted(word, 0);
        }
        assertThat(path.granted(word, 0)).isEqualTo(FastPath.SHUT);

        word = path.landed(word, false);
        assertThat(ColdFastPath.inFlight(word)).isEqualTo(9);
        assertThat(ColdFastPath.allowed(word)).isEqualTo(10);
        word = path.landed(word, true);
        assertThat(ColdFastPath.allowed(word)).isEqualTo(11);
        word = path.returned(word, () -> 0);
        assertThat(ColdFastPath.inFlight(word)).isEqualTo(7);
        assertThat(ColdFastPath.allowed(word)).isEqualTo(11);
    }

    @Test
    void coldWindowEndsBeforeItsHalfOfTheWordDoes() {
        ColdFastPath path = new ColdFastPath(LIMITER);
        long word = ColdFastPath.word(0, Long.MAX_VALUE);
        long allowed = ColdFastPath.allowed(word);
        for (int i = 0; i < 10; i++) {
            word = path.landed(path.granted(word, 0), true);
        }

        assertThat(ColdFastPath.inFlight(word)).isZero();
        assertThat(ColdFastPath.allowed(word)).isEqualTo(allowed).isPositive();
    }
}
