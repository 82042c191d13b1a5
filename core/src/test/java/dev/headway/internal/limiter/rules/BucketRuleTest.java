package dev.headway.internal.limiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.TokenBucket;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketRuleTest {

    private static final long SECOND = 1_000_000_000;

    @Test
    void threeASecondDoNotDriftInThreeMillionCalls() {
        BucketRule rule = new BucketRule(TokenBucket.perSecond(3).burst(3));
        long now = 0;
        long first = 0;
        for (int i = 0; i < 3_000_000; i++) {
            now = rule.earliest(now, 0, 1);
            rule.granted(now, 1);
            if (i == 2) {
                first = now;
            }
        }

        long ideal = (3_000_000L - 3) * SECOND / 3;
        assertThat(now - first).isBetween(ideal - 3, ideal + 3);
    }

    /** The exact envelope: in any span no more than the burst and what refills, the timer's tolerance included. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void neverMoreThanTheBucketHoldsAndRefills(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long permits = 1 + random.nextLong(1000);
        long period = 1_000_000 + random.nextLong(10 * SECOND);
        long burst = 1 + random.nextLong(50);
        BucketRule rule =
                new BucketRule(TokenBucket.of(permits, Duration.ofNanos(period)).burst(burst));
        BigDecimal rate = BigDecimal.valueOf(permits).divide(BigDecimal.valueOf(period), MathContext.DECIMAL128);

        BigDecimal level = BigDecimal.valueOf(burst);
        long now = random.nextLong(SECOND);
        long last = now;
        for (int i = 0; i < 2000; i++) {
            now += random.nextInt(4) == 0 ? random.nextLong(period) : 0;
            long at = rule.earliest(now, 0, 1);
            assertThat(at).isGreaterThanOrEqualTo(now);
            rule.granted(at, 1);
            now = at;
            level = level.add(rate.multiply(BigDecimal.valueOf(at - last))).min(BigDecimal.valueOf(burst));
            level = level.subtract(BigDecimal.ONE);
            last = at;
            assertThat(level.signum()).as("seed %d, call %d", seed, i).isNotNegative();
        }
    }

    @Test
    void aTimerThatIsALittleLateCostsNoThroughput() {
        BucketRule rule = new BucketRule(TokenBucket.perSecond(1000).burst(20));
        long now = 0;
        for (int i = 0; i < 1100; i++) {
            // Each a millisecond late, when the bucket holds one at most.
            now = Math.max(now, rule.earliest(now, 0, 1) + 1_000_000);
            rule.granted(now, 1);
        }

        // Twice as long if each delay moved those behind it.
        assertThat(now).isLessThan(1_150_000_000);
    }

    @Test
    void withoutABurstTheDistanceIsKeptFromTheLastCallThatReallyWent() {
        BucketRule rule = new BucketRule(TokenBucket.perSecond(200));
        rule.granted(0, 1);
        assertThat(rule.earliest(0, 0, 1)).isEqualTo(5_200_000);

        // Three milliseconds late: the next one keeps the whole distance.
        rule.granted(8_200_000, 1);
        assertThat(rule.earliest(8_200_000, 0, 1)).isEqualTo(13_400_000);
    }

    @Test
    void whatLeavesLateMovesTheNextOnlyWhereThereIsNoBurst() {
        BucketRule single = new BucketRule(TokenBucket.perSecond(200));
        single.granted(0, 1);
        single.departed(1_000_000);
        assertThat(single.earliest(1_000_000, 0, 1)).isEqualTo(6_200_000);
        single.departed(500_000);
        assertThat(single.earliest(1_000_000, 0, 1)).as("an older one").isEqualTo(6_200_000);

        BucketRule bucket = new BucketRule(TokenBucket.perSecond(200).burst(20));
        bucket.granted(SECOND, 1);
        bucket.departed(SECOND + 1_000_000);
        assertThat(bucket.earliest(SECOND + 1_000_000, 0, 10)).isEqualTo(SECOND + 1_000_000);
    }

    @Test
    void aFullBucketHoldsLittleLessThanTheServers() {
        BucketRule rule = new BucketRule(TokenBucket.perSecond(20).burst(20));
        int free = 0;
        while (rule.earliest(SECOND, 0, 1) == SECOND) {
            rule.granted(SECOND, 1);
            free++;
        }

        assertThat(free).isEqualTo(19);
    }

    @Test
    void whatWasReturnedIsThereAgain() {
        BucketRule rule = new BucketRule(TokenBucket.perSecond(1));
        rule.granted(0, 1);
        rule.returned(0, 1);

        assertThat(rule.earliest(0, 0, 1)).isZero();
    }

    @Test
    void whatWasReturnedIsNotThereTwiceWhenTheBucketHasBeenFullSince() {
        BucketRule rule = new BucketRule(TokenBucket.perSecond(1).burst(3));
        rule.granted(0, 1);
        long full = 10 * SECOND;
        int free = 0;
        while (rule.earliest(full, 0, 1) == full) {
            rule.granted(full, 1);
            free++;
        }
        assertThat(free).isPositive();

        rule.returned(0, 1);
        assertThat(rule.earliest(full, 0, 1)).isGreaterThan(full);
    }

    @Test
    void hugeNumbersDoNotOverflow() {
        BucketRule slow = new BucketRule(TokenBucket.of(1, Duration.ofDays(366)).burst(1_000_000_000));
        BucketRule fast = new BucketRule(TokenBucket.of(999_999_937, Duration.ofNanos(86_399_999_999_999L))
                .burst(999_999_937));

        assertThat(slow.earliest(0, 1_000_000_000L, 1)).isPositive();
        assertThat(fast.earliest(0, 0, 1)).isZero();
        fast.granted(0, Integer.MAX_VALUE);
        assertThat(fast.earliest(0, Integer.MAX_VALUE, 1)).isPositive();
        slow.granted(0, 1_000_000_000);
        assertThat(slow.earliest(0, 0, 1)).isPositive();
    }

    /** A bound that is too late would refuse a call that could still go in time. */
    @Test
    void aLongQueueOfAnAwkwardRateIsNotHopeless() {
        // 999 999 937 is a prime: nothing can be cancelled. About 385 a second.
        BucketRule rule =
                new BucketRule(TokenBucket.of(999_999_937, Duration.ofDays(30)).burst(2));

        assertThat(rule.earliest(0, 100_000, 1)).isBetween(250 * SECOND, 270 * SECOND);
        assertThat(rule.earliest(0, Long.MAX_VALUE / 2, 1))
                .isGreaterThan(Duration.ofDays(366).toNanos());
    }

    @Test
    void whatTheServerSaysLowersTheBucketAndNeverRaisesIt() {
        BucketRule rule = new BucketRule(TokenBucket.perSecond(20).burst(20));
        rule.sync(3, SECOND, SECOND);
        assertThat(rule.earliest(SECOND, 0, 4)).isEqualTo(SECOND);
        assertThat(rule.earliest(SECOND, 0, 5)).isEqualTo(SECOND + SECOND / 20);

        for (long remaining : new long[] {4, 1_000_000, Long.MAX_VALUE}) {
            rule.sync(remaining, SECOND, SECOND);
            assertThat(rule.earliest(SECOND, 0, 5)).isEqualTo(SECOND + SECOND / 20);
        }
    }

    @Test
    void lessThanNothingIsNothing() {
        for (long remaining : new long[] {0, -1, Long.MIN_VALUE}) {
            BucketRule rule = new BucketRule(TokenBucket.perSecond(20).burst(20));
            rule.sync(remaining, SECOND, SECOND);

            assertThat(rule.earliest(SECOND, 0, 1)).isEqualTo(SECOND);
            assertThat(rule.earliest(SECOND, 0, 2)).isEqualTo(SECOND + SECOND / 20);
        }
    }
}
