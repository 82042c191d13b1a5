package dev.headway.internal.limiter.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Rule 2.5 of the eager-limiter study. */
class OtherUsersTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long WINDOW = 5 * SECOND;

    private final OtherUsers others = new OtherUsers();

    @Test
    void aloneEverythingIsOurs() {
        assertThat(others.here()).isFalse();
        assertThat(others.shareOf(100)).isEqualTo(100);
    }

    @Test
    void afterARefusalWhatRemainsIsSharedAsInTheLastWindow() {
        window(60, 100);
        assertThat(others.refused(WINDOW, SECOND)).isFalse();

        assertThat(others.here()).isTrue();
        assertThat(others.shareOf(50)).isEqualTo(30);
        assertThat(others.shareOf(1)).as("never nothing of something").isEqualTo(1);
        assertThat(others.shareOf(0)).isZero();
    }

    @Test
    void aWindowThatHardlyGaveOutAnythingTellsNothing() {
        window(60, 100);
        others.accepted(0, WINDOW);
        others.gaveOut(24);
        others.windowEnded(100);
        others.refused(WINDOW, SECOND);

        assertThat(others.shareOf(50)).isEqualTo(30);
    }

    @Test
    void theCrowdIsGoneAfterEightQuietWindowsAndRememberedAllTheSame() {
        window(60, 100);
        others.refused(WINDOW, 0);
        others.accepted(8 * WINDOW, WINDOW);
        assertThat(others.here()).isTrue();

        others.accepted(8 * WINDOW + 1, WINDOW);
        assertThat(others.here()).isFalse();
        assertThat(others.seen()).isTrue();
    }

    @Test
    void itIsExpectedTwiceAsLongEachTime() {
        others.refused(WINDOW, 0);
        others.refused(WINDOW, WINDOW);
        others.accepted(17 * WINDOW, WINDOW);
        assertThat(others.here()).isTrue();

        others.accepted(17 * WINDOW + 1, WINDOW);
        assertThat(others.here()).isFalse();
    }

    @Test
    void whoeverHasMostOfTheQuotaKeepsSharingALongWindow() {
        window(60, 100);
        others.refused(WINDOW, 0);

        assertThat(others.refused(WINDOW, WINDOW)).isFalse();
    }

    @Test
    void whoeverHasLittleIsPaced() {
        window(10, 100);
        others.refused(WINDOW, 0);

        assertThat(others.refused(WINDOW, WINDOW)).isTrue();
        assertThat(others.ratePerSecond(100, WINDOW)).isCloseTo(1.8, within(1e-9));
    }

    @Test
    void episodesFarApartAreNoCrowd() {
        window(10, 100);
        others.refused(WINDOW, 0);

        assertThat(others.refused(WINDOW, 20 * WINDOW)).isFalse();
    }

    /** A window in which so many of ours were accepted, of so many that the server gave out. */
    private void window(int ours, int given) {
        for (int i = 0; i < ours; i++) {
            others.accepted(0, WINDOW);
        }
        others.gaveOut(given);
        others.windowEnded(given);
    }
}
