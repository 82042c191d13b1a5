package dev.headway.internal.limiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProbingTest {

    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long now = 5 * SECOND;
    private final Probing probing = new Probing(100, now);

    @Test
    void itBeginsALittleBelowWhatWasProved() {
        assertThat(probing.ratePerSecond()).isEqualTo(98);
    }

    @Test
    void itIsNeverSlowerThanOneInFiveSeconds() {
        Probing slow = new Probing(0, 0);
        assertThat(slow.ratePerSecond()).isEqualTo(0.2);

        for (int i = 0; i < 100; i++) {
            slow.refused(Duration.ZERO, i * SECOND);
        }

        assertThat(slow.ratePerSecond()).isEqualTo(0.2);
    }

    @Test
    void callsKeepTheDistanceOfTheRate() {
        long interval = (long) (SECOND / 98.0);

        assertThat(probing.earliest(now, 0, 1)).isEqualTo(now);
        assertThat(probing.earliest(now, 3, 1)).isEqualTo(now + 3 * interval);
        probing.granted(now, 1);
        long next = probing.earliest(now, 0, 1);
        assertThat(next).isBetween(now + interval - 2 * MILLISECOND, now + interval);
        probing.granted(next, 5);
        assertThat(probing.earliest(next, 0, 1)).isBetween(next + 5 * interval - 2 * MILLISECOND, next + 5 * interval);
    }

    @Test
    void aLateTimerCostsNoThroughputButNobodySavesUp() {
        long interval = (long) (SECOND / 98.0);
        probing.granted(now, 1);
        long due = probing.earliest(now, 0, 1);

        probing.granted(due + MILLISECOND, 1);
        assertThat(probing.earliest(due, 0, 1)).as("a millisecond late").isEqualTo(due + interval);

        long idle = due + 10 * SECOND;
        probing.granted(idle, 1);
        assertThat(probing.earliest(idle, 0, 1)).isEqualTo(idle + interval - 2 * MILLISECOND);
    }

    @Test
    void theRateIsHeldForTwoSecondsThenALittleMoreIsTried() {
        use(98, 1990);
        assertThat(probing.ratePerSecond()).isEqualTo(98);

        use(98, 30);
        assertThat(probing.ratePerSecond()).isEqualTo(98 * 1.03);
    }

    @Test
    void aProbeThatIsAcceptedIsFollowedByALargerOne() {
        use(98, 2020);
        double first = probing.ratePerSecond();
        use(first, 2100);

        assertThat(probing.ratePerSecond()).isCloseTo(first * 1.06, within(0.001));
    }

    @Test
    void aProbeThatNobodyUsesProvesNothing() {
        use(98, 2020);
        use(10, 2200);

        assertThat(probing.ratePerSecond()).isEqualTo(98);
    }

    @Test
    void aProbeThatFailsGoesBackAndHoldsTwiceAsLong() {
        use(98, 2020);
        probing.refused(Duration.ZERO, now);
        double back = probing.ratePerSecond();
        assertThat(back).isBetween(98 * 0.98, 98.0);

        use(back, 3980);
        assertThat(probing.ratePerSecond()).isEqualTo(back);
        use(back, 40);
        assertThat(probing.ratePerSecond()).isGreaterThan(back);
    }

    @Test
    void aRefusalWhileItHoldsCutsToWhatWasAcceptedAndToHalfAtMost() {
        use(80, 1500);
        probing.refused(Duration.ZERO, now);
        assertThat(probing.ratePerSecond()).isBetween(76.0, 80.0);

        Probing unused = new Probing(100, 0);
        unused.refused(Duration.ZERO, SECOND);
        assertThat(unused.ratePerSecond()).isEqualTo(49);
    }

    @Test
    void aRefusalAlwaysCuts() {
        use(200, 1500);
        probing.refused(Duration.ZERO, now);

        assertThat(probing.ratePerSecond()).isEqualTo(98 * 0.97);
    }

    @Test
    void noSingleWordOfAServerHoldsTheRateForEver() {
        probing.refused(Duration.ofDays(100_000), now);
        double cut = probing.ratePerSecond();
        now += TimeUnit.HOURS.toNanos(2);

        use(cut, 1000);

        assertThat(probing.ratePerSecond()).isGreaterThan(cut);
    }

    /** So many a second are accepted, for so long. */
    private void use(double rate, long millis) {
        long until = now + millis * MILLISECOND;
        while (now < until) {
            now = Math.min(until, now + (long) (SECOND / rate));
            probing.accepted(now);
        }
    }
}
