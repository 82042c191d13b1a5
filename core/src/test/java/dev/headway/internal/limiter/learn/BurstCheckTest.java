package dev.headway.internal.limiter.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BurstCheckTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final BurstCheck check = new BurstCheck();

    @Test
    void aRateHalfWayBetweenWhatWasAcceptedAndWhatWasRefusedTells() {
        assertThat(check.begin(40, 160)).isEqualTo(80);
        assertThat(check.underWay()).isTrue();

        check.end();
        assertThat(check.underWay()).isFalse();
    }

    @Test
    void noRateTellsWhereBothAreNear() {
        assertThat(check.begin(40, 89)).isZero();
        assertThat(check.underWay()).isFalse();
        assertThat(check.begin(40, 91)).isGreaterThan(60);
    }

    @Test
    void moreThanADrainedBucketCouldTakeRefutesIt() {
        check.begin(40, 160);

        assertThat(check.refuted(28, SECOND / 2)).as("28 of 26, and 2 to spare").isFalse();
        assertThat(check.refuted(29, SECOND / 2)).isTrue();
        assertThat(check.refuted(0, -SECOND)).as("nothing yet").isFalse();
    }

    @Test
    void aSecondRefusalHalvesTheDistanceAndTheFirstRateStaysTooFast() {
        check.begin(20, 320);
        assertThat(check.begin(20, 80)).isEqualTo(40);
        assertThat(check.refused()).isEqualTo(320);
        assertThat(check.refilled()).isEqualTo(20);
        assertThat(check.begin(20, 40)).as("a bucket").isZero();
    }
}
