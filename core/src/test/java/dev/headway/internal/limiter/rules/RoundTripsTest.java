package dev.headway.internal.limiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoundTripsTest {

    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private final RoundTrips roundTrips = new RoundTrips();

    @Test
    void theFirstIsNeverLate() {
        assertThat(roundTrips.late(3000 * MILLISECOND)).isZero();
    }

    @Test
    void whatTakesLongerThanUsualIsSoMuchLater() {
        roundTrips.late(5 * MILLISECOND);

        assertThat(roundTrips.late(9 * MILLISECOND)).isEqualTo(4 * MILLISECOND);
    }

    @Test
    void aServerThatTakesItsTimeIsNotTheWayThere() {
        roundTrips.late(5 * MILLISECOND);

        assertThat(roundTrips.late(4000 * MILLISECOND)).isEqualTo(20 * MILLISECOND);
    }

    @Test
    void oneInTenIsLateHoweverMuchTheyDiffer() {
        SplittableRandom random = new SplittableRandom(7);
        int late = 0;
        for (int i = 0; i < 11_000; i++) {
            boolean isLate = roundTrips.late(1 + random.nextLong(50 * MILLISECOND)) > 0;
            late += isLate && i >= 1000 ? 1 : 0;
        }

        assertThat(late).isBetween(800, 1200);
    }

    @Test
    void afterASlowBeginningItIsSoonQuickAgain() {
        roundTrips.late(500 * MILLISECOND);
        for (int i = 0; i < 250; i++) {
            roundTrips.late(MILLISECOND);
        }

        assertThat(roundTrips.late(5 * MILLISECOND)).isGreaterThan(3 * MILLISECOND);
    }
}
