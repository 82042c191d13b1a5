package dev.headway.internal.limiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConnectingTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Connecting connecting = new Connecting();

    @Test
    void theFirstCallsMayHaveComeAsLateAsTheirAnswers() {
        connecting.granted(1, 5);
        connecting.granted(2, 7);

        assertThat(connecting.arrived(5, SECOND / 2)).isEqualTo(SECOND / 2);
        assertThat(connecting.arrived(7, SECOND / 2)).isEqualTo(SECOND / 2);
    }

    @Test
    void afterASecondTheyHaveLeft() {
        connecting.granted(1, 5);

        assertThat(connecting.arrived(5, 40 * SECOND)).isEqualTo(5 + SECOND);
    }

    @Test
    void asManyAsBeforeFindOpenConnections() {
        connecting.granted(2, 0);
        connecting.granted(1, SECOND);
        connecting.granted(2, SECOND);

        assertThat(connecting.arrived(SECOND, 2 * SECOND)).isEqualTo(SECOND);
    }

    @Test
    void oneMoreThanBeforeMakesAllInFlightSuspect() {
        connecting.granted(2, 0);
        connecting.granted(2, SECOND);
        connecting.granted(3, SECOND + 1);

        assertThat(connecting.arrived(SECOND, 2 * SECOND)).isEqualTo(2 * SECOND);
        assertThat(connecting.latest(2 * SECOND, SECOND)).isEqualTo(SECOND);
        for (int i = 0; i < 3; i++) {
            connecting.landed(SECOND);
        }
        assertThat(connecting.latest(2 * SECOND, SECOND)).isZero();
    }

    @Test
    void whatNobodyHasUsedForLongIsClosed() {
        connecting.granted(2, 0);
        connecting.granted(1, 19 * SECOND);
        connecting.granted(2, 19 * SECOND);
        assertThat(connecting.arrived(19 * SECOND, 20 * SECOND))
                .as("of the 10 s before")
                .isEqualTo(19 * SECOND);

        connecting.granted(1, 60 * SECOND);
        assertThat(connecting.arrived(60 * SECOND, 61 * SECOND)).isEqualTo(61 * SECOND);
    }

    @Test
    void whoIsNeverAnsweredHoldsNothingForEver() {
        connecting.granted(1, 0);

        assertThat(connecting.latest(3 * SECOND - 1, 2 * SECOND)).isEqualTo(SECOND);
        assertThat(connecting.latest(3 * SECOND, 2 * SECOND)).isZero();
    }
}
