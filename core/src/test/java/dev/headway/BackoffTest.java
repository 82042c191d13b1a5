package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void noneIsNoDelay() {
        assertThat(Backoff.none().delay(1, true, Fixed.HIGHEST)).isZero();
        assertThat(Backoff.none().delay(1000, false, Fixed.HIGHEST)).isZero();
    }

    @Test
    void fixedIsTheSameDelayEachTime() {
        Backoff backoff = Backoff.fixed(Duration.ofNanos(123_456_789));

        assertThat(backoff.delay(1, true, Fixed.LOWEST)).isEqualTo(Duration.ofNanos(123_456_789));
        assertThat(backoff.delay(1000, false, Fixed.HIGHEST)).isEqualTo(Duration.ofNanos(123_456_789));
        assertThat(Backoff.fixed(Duration.ZERO).delay(1, true, Fixed.LOWEST)).isZero();
    }

    @Test
    void aDelayIsNotNegative() {
        assertThatThrownBy(() -> Backoff.fixed(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The delay of a backoff must not be negative: PT-0.000000001S.");
    }

    @Test
    void theCurveDoublesUpToTheCap() {
        Backoff backoff = Backoff.exponential(SECOND, 2, Duration.ofSeconds(30));

        assertThat(IntStream.rangeClosed(1, 8).mapToObj(retry -> backoff.delay(retry, false, Fixed.HIGHEST)))
                .extracting(Duration::toMillis)
                .containsExactly(1000L, 2000L, 4000L, 8000L, 16_000L, 30_000L, 30_000L, 30_000L);
        assertThat(backoff.delay(3, true, Fixed.LOWEST)).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void growthMayBeAnyFactorFromOneOn() {
        assertThat(Backoff.exponential(SECOND, 1, Duration.ofSeconds(30)).delay(1000, false, Fixed.LOWEST))
                .isEqualTo(SECOND);
        assertThat(Backoff.exponential(SECOND, 1.5, Duration.ofSeconds(30)).delay(3, false, Fixed.LOWEST))
                .isEqualTo(Duration.ofMillis(2250));
        assertThat(Backoff.exponential(SECOND, 1000, Duration.ofHours(1)).delay(2, false, Fixed.LOWEST))
                .isEqualTo(Duration.ofSeconds(1000));
        assertThat(Backoff.exponential(SECOND, 7, SECOND).delay(9, false, Fixed.LOWEST))
                .as("the cap may be the base")
                .isEqualTo(SECOND);
    }

    @Test
    void theThousandthDelayIsTheCapAndNoOverflow() {
        Duration huge = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
        Backoff.Exponential steep = Backoff.exponential(Duration.ofNanos(1), 1000, Duration.ofDays(366));
        Backoff.Exponential endless = Backoff.exponential(huge, 1000, huge);

        assertThat(steep.delay(1000, false, Fixed.LOWEST)).isEqualTo(Duration.ofDays(366));
        assertThat(steep.delay(Integer.MAX_VALUE, false, Fixed.LOWEST)).isEqualTo(Duration.ofDays(366));
        assertThat(steep.withFullJitter().delay(1000, false, Fixed.HIGHEST))
                .isBetween(Duration.ofDays(365), Duration.ofDays(366));
        assertThat(steep.withEqualJitter().delay(1000, false, Fixed.LOWEST)).isEqualTo(Duration.ofDays(183));
        assertThat(endless.delay(1000, false, Fixed.LOWEST)).isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
        assertThat(endless.withEqualJitter().delay(1000, false, Fixed.HIGHEST))
                .isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
    }

    @Test
    void jitterReachesBothEndsOfItsRange() {
        Backoff.Exponential curve = Backoff.exponential(Duration.ofSeconds(8), 2, Duration.ofSeconds(30));

        assertThat(curve.withFullJitter().delay(1, true, Fixed.LOWEST)).isZero();
        assertThat(curve.withFullJitter().delay(1, true, Fixed.MIDDLE)).isEqualTo(Duration.ofSeconds(4));
        assertThat(curve.withFullJitter().delay(1, true, Fixed.HIGHEST))
                .isBetween(Duration.ofNanos(7_999_999_999L), Duration.ofSeconds(8));
        assertThat(curve.withEqualJitter().delay(1, false, Fixed.LOWEST)).isEqualTo(Duration.ofSeconds(4));
        assertThat(curve.withEqualJitter().delay(1, false, Fixed.MIDDLE)).isEqualTo(Duration.ofSeconds(6));
        assertThat(curve.withEqualJitter().delay(1, false, Fixed.HIGHEST))
                .isBetween(Duration.ofNanos(7_999_999_999L), Duration.ofSeconds(8));
    }

    @Test
    void afterAThrottleNoRetryComesNearAtOnce() {
        Backoff backoff = Backoff.exponential(Duration.ofSeconds(8), 2, Duration.ofSeconds(30))
                .withEqualJitterOnThrottle();

        assertThat(backoff.delay(1, true, Fixed.LOWEST)).isEqualTo(Duration.ofSeconds(4));
        assertThat(backoff.delay(1, false, Fixed.LOWEST)).isZero();
        assertThat(backoff.delay(2, true, Fixed.MIDDLE)).isEqualTo(Duration.ofSeconds(12));
        assertThat(backoff.delay(2, false, Fixed.MIDDLE)).isEqualTo(Duration.ofSeconds(8));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void jitterNeverLeavesItsRange(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2000; i++) {
            Duration base =
                    Duration.ofNanos(1 + random.nextLong(Duration.ofMinutes(1).toNanos()));
            Duration cap = base.plusNanos(random.nextLong(Duration.ofHours(1).toNanos()));
            double growth = 1 + 9 * random.nextDouble();
            int retry = 1 + random.nextInt(1000);
            Backoff.Exponential curve = Backoff.exponential(base, growth, cap);
            Duration most = curve.delay(retry, false, random);

            assertThat(most).isBetween(base, cap);
            assertThat(curve.delay(retry + 1, false, random)).isGreaterThanOrEqualTo(most);
            assertThat(curve.withFullJitter().delay(retry, true, random)).isBetween(Duration.ZERO, most);
            assertThat(curve.withEqualJitter().delay(retry, false, random)).isBetween(most.dividedBy(2), most);
            assertThat(curve.withEqualJitterOnThrottle().delay(retry, true, random))
                    .isBetween(most.dividedBy(2), most);
        }
    }

    @Test
    void theBaseIsPositive() {
        for (Duration base : new Duration[] {Duration.ZERO, Duration.ofNanos(-1)}) {
            assertThatThrownBy(() -> Backoff.exponential(base, 2, SECOND))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("The base of a backoff must be positive, not " + base + ".");
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.999, 0, -2, 1000.001, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void theGrowthIsFromOneToAThousand(double growth) {
        assertThatThrownBy(() -> Backoff.exponential(SECOND, growth, SECOND))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The growth of a backoff must be between 1 and 1000, not " + growth + ".");
    }

    @Test
    void theCapIsNotBelowTheBase() {
        assertThatThrownBy(() -> Backoff.exponential(SECOND, 2, Duration.ofMillis(999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The cap of a backoff (PT0.999S) must not be below its base (PT1S).");
    }
}
