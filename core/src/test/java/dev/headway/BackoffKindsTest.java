package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffKindsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TEN = Duration.ofSeconds(10);

    private static List<Long> millis(Backoff backoff, int retries, RandomGenerator random) {
        return IntStream.rangeClosed(1, retries)
                .mapToObj(retry -> backoff.delay(retry, false, random).toMillis())
                .toList();
    }

    @Test
    void randomIsBetweenItsBounds() {
        Backoff backoff = Backoff.random(SECOND, TEN);

        assertThat(millis(backoff, 1, Fixed.LOWEST)).containsExactly(1000L);
        assertThat(millis(backoff, 1, Fixed.MIDDLE)).containsExactly(5500L);
        assertThat(millis(backoff, 1, Fixed.HIGHEST)).containsExactly(9999L);
    }

    @Test
    void incrementingGrowsByItsStepUpToTheCap() {
        assertThat(millis(Backoff.incrementing(SECOND, SECOND.multipliedBy(4), TEN), 5, Fixed.LOWEST))
                .containsExactly(1000L, 5000L, 9000L, 10_000L, 10_000L);
        assertThat(Backoff.incrementing(SECOND, TEN, TEN).delay(Integer.MAX_VALUE, false, Fixed.LOWEST))
                .isEqualTo(TEN);
    }

    @Test
    void decorrelatedIsUpToThreeTimesTheDelayBefore() {
        Backoff backoff = Backoff.decorrelated(SECOND, TEN);

        assertThat(backoff.delay(1, false, Fixed.HIGHEST)).isBetween(Duration.ofMillis(2999), SECOND.multipliedBy(3));
        assertThat(backoff.delay(2, false, SECOND.multipliedBy(3), Fixed.MIDDLE))
                .isEqualTo(SECOND.multipliedBy(5));
        assertThat(backoff.delay(3, false, TEN, Fixed.HIGHEST)).isEqualTo(TEN);
        assertThat(backoff.delay(3, false, TEN, Fixed.LOWEST)).isEqualTo(SECOND);
    }

    @Test
    void byCauseTellsThrottlesFromFailures() {
        Backoff backoff = Backoff.byCause(Backoff.fixed(TEN), Backoff.fixed(SECOND));

        assertThat(backoff.delay(1, true, Fixed.LOWEST)).isEqualTo(TEN);
        assertThat(backoff.delay(1, false, Fixed.LOWEST)).isEqualTo(SECOND);
    }

    @Test
    void chainTakesTheNthAndThenTheLast() {
        Backoff backoff = Backoff.chain(Backoff.none(), Backoff.fixed(SECOND), Backoff.exponential(SECOND, 2, TEN));

        assertThat(millis(backoff, 5, Fixed.LOWEST)).containsExactly(0L, 1000L, 4000L, 8000L, 10_000L);
    }

    @Test
    void sumsAndBounds() {
        Backoff curve = Backoff.exponential(SECOND, 2, TEN);

        assertThat(millis(curve.plus(Backoff.fixed(SECOND)), 3, Fixed.LOWEST)).containsExactly(2000L, 3000L, 5000L);
        assertThat(millis(curve.atMost(Duration.ofSeconds(3)), 3, Fixed.LOWEST)).containsExactly(1000L, 2000L, 3000L);
        assertThat(millis(curve.atLeast(Duration.ofSeconds(3)), 3, Fixed.LOWEST))
                .containsExactly(3000L, 3000L, 4000L);
    }

    @Test
    void whatIsCombinedHearsTheDelayBefore() {
        Backoff inside = Backoff.decorrelated(SECOND, TEN);
        Backoff combined = Backoff.chain(
                Backoff.byCause(inside, inside).plus(Backoff.none()).atMost(TEN).atLeast(SECOND));

        assertThat(combined.delay(2, true, SECOND.multipliedBy(3), Fixed.MIDDLE))
                .isEqualTo(SECOND.multipliedBy(5));
    }

    @Test
    void additiveJitterComesOnTopAndStaysBelowTheCap() {
        Backoff backoff = Backoff.exponential(SECOND, 2, TEN).withAdditiveJitter(SECOND);

        assertThat(millis(backoff, 5, Fixed.LOWEST)).containsExactly(1000L, 2000L, 4000L, 8000L, 10_000L);
        assertThat(millis(backoff, 5, Fixed.MIDDLE)).containsExactly(1500L, 2500L, 4500L, 8500L, 10_000L);
    }

    @Test
    void proportionalJitterOnlyShortens() {
        Backoff backoff = Backoff.exponential(SECOND, 2, TEN).withProportionalJitter(0.75);

        assertThat(millis(backoff, 2, Fixed.LOWEST)).containsExactly(750L, 1500L);
        assertThat(millis(backoff, 2, Fixed.MIDDLE)).containsExactly(875L, 1750L);
    }

    /** The formula by hand, with U = 0.5: f(0.5) = 1.2564, f(1.5) = 2.7866, f(2.5) = 5.6366. */
    @Test
    void smoothJitterIsPollys() {
        Backoff backoff = Backoff.exponential(SECOND, 2, Duration.ofDays(1)).withSmoothJitter();

        assertThat(backoff.delay(1, false, Fixed.MIDDLE).toNanos() / 1e9).isCloseTo(0.8974, within(0.001));
        assertThat(backoff.delay(2, false, Fixed.MIDDLE).toNanos() / 1e9).isCloseTo(1.0930, within(0.001));
        assertThat(backoff.delay(3, false, Fixed.MIDDLE).toNanos() / 1e9).isCloseTo(2.0357, within(0.001));
        assertThat(backoff.delay(1000, false, Fixed.MIDDLE)).isEqualTo(Duration.ofDays(1));
        assertThat(backoff.delay(Integer.MAX_VALUE, false, Fixed.MIDDLE)).isEqualTo(Duration.ofDays(1));
    }

    private static org.assertj.core.data.Offset<Double> within(double distance) {
        return org.assertj.core.data.Offset.offset(distance);
    }

    @Test
    void smoothJitterIsNeverNegative() {
        Backoff backoff = Backoff.exponential(SECOND, 2, TEN).withSmoothJitter();
        SplittableRandom random = new SplittableRandom(1);

        for (int i = 0; i < 10_000; i++) {
            assertThat(backoff.delay(1 + i % 12, false, random)).isBetween(Duration.ZERO, TEN);
        }
    }

    @Test
    void nothingOverflows() {
        Duration huge = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

        assertThat(Backoff.incrementing(huge, huge, huge).delay(Integer.MAX_VALUE, false, Fixed.HIGHEST))
                .isPositive();
        assertThat(Backoff.decorrelated(huge, huge).delay(9, false, huge, Fixed.HIGHEST))
                .isPositive();
        assertThat(Backoff.random(huge, huge).delay(9, false, Fixed.HIGHEST)).isPositive();
        assertThat(Backoff.fixed(huge).plus(Backoff.fixed(huge)).delay(9, false, Fixed.HIGHEST))
                .isPositive();
    }

    @Test
    void whatMakesNoBackoffIsRefused() {
        assertThatThrownBy(() -> Backoff.random(TEN, SECOND))
                .hasMessage("The longest of a backoff (PT1S) must not be below its shortest delay (PT10S).");
        assertThatThrownBy(() -> Backoff.random(Duration.ofNanos(-1), SECOND))
                .hasMessage("The delay of a backoff must not be negative: PT-0.000000001S.");
        assertThatThrownBy(() -> Backoff.incrementing(TEN, SECOND, SECOND))
                .hasMessage("The cap of a backoff (PT1S) must not be below its first delay (PT10S).");
        assertThatThrownBy(() -> Backoff.decorrelated(Duration.ZERO, SECOND))
                .hasMessage("The base of a backoff must be positive, not PT0S.");
        assertThatThrownBy(Backoff::chain).hasMessage("A chain of backoffs needs at least one.");
        assertThatThrownBy(() -> Backoff.exponential(SECOND, 2, TEN).withProportionalJitter(1.1))
                .hasMessage("The least factor of a jitter must be between 0 and 1, not 1.1.");
    }
}
