package dev.headway.internal.limiter.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Rule 2.5 of the eager-limiter study. */
class CrowdTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long WINDOW = 5 * SECOND;

    private final Crowd crowd = new Crowd();

    @Test
    void aloneEverythingIsOurs() {
        assertThat(crowd.here()).isFalse();
        assertThat(crowd.shareOf(100)).isEqualTo(100);
    }

    @Test
    void afterARefusalWhatRemainsIsSharedAsInTheLastWindow() {
        window(60, 100);
        assertThat(crowd.refused(WINDOW, SECOND)).isFalse();

        assertThat(crowd.here()).isTrue();
        assertThat(crowd.shareOf(50)).isEqualTo(30);
        assertThat(crowd.shareOf(1)).as("never nothing of something").isEqualTo(1);
        assertThat(crowd.shareOf(0)).isZero();
    }

    @Test
    void aWindowThatHardlyGaveOutAnythingTellsNothing() {
        window(60, 100);
        crowd.accepted(0, WINDOW);
        crowd.gaveOut(24);
        crowd.windowEnded(100);
        crowd.refused(WINDOW, SECOND);

        assertThat(crowd.shareOf(50)).isEqualTo(30);
    }

    @Test
    void theCrowdIsGoneAfterEightQuietWindowsAndRememberedAllTheSame() {
        window(60, 100);
        crowd.refused(WINDOW, 0);
        crowd.accepted(8 * WINDOW, WINDOW);
        assertThat(crowd.here()).isTrue();

        crowd.accepted(8 * WINDOW + 1, WINDOW);
        assertThat(crowd.here()).isFalse();
        assertThat(crowd.seen()).isTrue();
    }

    @Test
    void itIsExpectedTwiceAsLongEachTime() {
        crowd.refused(WINDOW, 0);
        crowd.refused(WINDOW, WINDOW);
        crowd.accepted(17 * WINDOW, WINDOW);
        assertThat(crowd.here()).isTrue();

        crowd.accepted(17 * WINDOW + 1, WINDOW);
        assertThat(crowd.here()).isFalse();
    }

    @Test
    void whoeverHasMostOfTheQuotaKeepsSharingALongWindow() {
        window(60, 100);
        crowd.refused(WINDOW, 0);

        assertThat(crowd.refused(WINDOW, WINDOW)).isFalse();
    }

    @Test
    void whoeverHasLittleIsPaced() {
        window(10, 100);
        crowd.refused(WINDOW, 0);

        assertThat(crowd.refused(WINDOW, WINDOW)).isTrue();
        assertThat(crowd.ratePerSecond(100, WINDOW)).isCloseTo(1.8, within(1e-9));
    }

    @Test
    void episodesFarApartAreNoCrowd() {
        window(10, 100);
        crowd.refused(WINDOW, 0);

        assertThat(crowd.refused(WINDOW, 20 * WINDOW)).isFalse();
    }

    /** A window in which so many of ours were accepted, of so many that the server gave out. */
    private void window(int ours, int given) {
        for (int i = 0; i < ours; i++) {
            crowd.accepted(0, WINDOW);
        }
        crowd.gaveOut(given);
        crowd.windowEnded(given);
    }
}
