package dev.headway.internal.limiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long NOW = 7 * SECOND;

    @Test
    void callsKeepTheDistanceOfTheRate() {
        Pace pace = new Pace(10, 1, 1, NOW);
        assertThat(pace.earliest(NOW, 0, 1)).isEqualTo(NOW);
        assertThat(pace.earliest(NOW, 3, 1)).isEqualTo(NOW + 300 * MILLISECOND);

        pace.granted(NOW, 1);
        assertThat(pace.earliest(NOW, 0, 1)).isEqualTo(NOW + 100 * MILLISECOND);
        pace.granted(NOW + 100 * MILLISECOND, 5);
        assertThat(pace.earliest(NOW, 0, 1)).isEqualTo(NOW + 600 * MILLISECOND);
    }

    @Test
    void nobodySavesUpMoreThanTheBurst() {
        Pace pace = new Pace(10, 3, 0, NOW);
        assertThat(pace.earliest(NOW, 0, 1)).isEqualTo(NOW + 100 * MILLISECOND);

        long idle = NOW + 60 * SECOND;
        assertThat(pace.earliest(idle, 2, 1)).isEqualTo(idle);
        assertThat(pace.earliest(idle, 3, 1)).isEqualTo(idle + 98 * MILLISECOND);
    }

    @Test
    void whatTheBurstNeverHoldsGoesWhenItIsFullAndLeavesADebt() {
        Pace pace = new Pace(10, 2, 2, NOW);
        assertThat(pace.earliest(NOW, 0, 5)).isEqualTo(NOW);
        pace.granted(NOW, 5);

        assertThat(pace.earliest(NOW, 0, 1)).isEqualTo(NOW + 400 * MILLISECOND);
    }

    @Test
    void whatWasReturnedGoesToTheNextAndNoMoreThanTheBurst() {
        Pace pace = new Pace(10, 1, 1, NOW);
        pace.granted(NOW, 3);
        pace.returned(2);
        assertThat(pace.earliest(NOW, 0, 1)).isEqualTo(NOW + 100 * MILLISECOND);

        pace.returned(5);
        assertThat(pace.earliest(NOW, 0, 1)).isEqualTo(NOW);
        assertThat(pace.earliest(NOW, 1, 1)).isEqualTo(NOW + 98 * MILLISECOND);
    }

    @Test
    void whatLeavesLateIsNotMadeUpFor() {
        Pace pace = new Pace(100, 1, 1, NOW);
        pace.granted(NOW, 1);
        pace.departed(NOW + MILLISECOND);
        assertThat(pace.earliest(NOW + MILLISECOND, 0, 1)).isEqualTo(NOW + 11 * MILLISECOND);

        pace.departed(NOW);
        assertThat(pace.earliest(NOW + MILLISECOND, 0, 1)).as("an older one").isEqualTo(NOW + 11 * MILLISECOND);
    }

    @Test
    void aLateTimerCostsNoThroughputWithinTheTolerance() {
        Pace pace = new Pace(100, 1, 1, NOW);
        pace.granted(NOW, 1);
        pace.granted(NOW + 11 * MILLISECOND, 1);
        assertThat(pace.earliest(NOW, 0, 1)).isBetween(NOW + 18 * MILLISECOND, NOW + 20 * MILLISECOND);

        pace.granted(NOW + 30 * MILLISECOND, 1);
        assertThat(pace.earliest(NOW, 0, 1)).as("not more than that").isEqualTo(NOW + 38 * MILLISECOND);
    }

    @Test
    void anotherRateKeepsWhatIsOwedInCalls() {
        Pace pace = new Pace(10, 1, 1, NOW);
        pace.granted(NOW, 6);

        pace.change(100, 1, NOW);

        assertThat(pace.earliest(NOW, 0, 1)).isEqualTo(NOW + 60 * MILLISECOND);
    }

    @Test
    void anotherRateKeepsWhatIsSavedUpToTheNewBurst() {
        Pace pace = new Pace(10, 8, 8, NOW);

        pace.change(100, 3, NOW);

        assertThat(pace.earliest(NOW, 2, 1)).isEqualTo(NOW);
        assertThat(pace.earliest(NOW, 3, 1)).isEqualTo(NOW + 10 * MILLISECOND);
    }
}
