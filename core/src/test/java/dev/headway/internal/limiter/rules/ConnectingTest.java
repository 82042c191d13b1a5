package dev.headway.internal.limiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConnectingTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static final long TOGETHER = TimeUnit.MILLISECONDS.toNanos(150);

    private final Connecting connecting = new Connecting();

    @Test
    void theFirstCallsMayComeASecondLater() {
        assertThat(connecting.granted(1, 5)).isTrue();
        assertThat(connecting.granted(2, 7)).isTrue();
        assertThat(connecting.late()).isTrue();
    }

    @Test
    void asManyAsBeforeFindOpenConnections() {
        connecting.granted(2, 0);

        assertThat(connecting.granted(1, SECOND)).isFalse();
        assertThat(connecting.granted(2, SECOND)).isFalse();
        assertThat(connecting.late()).isFalse();
    }

    @Test
    void oneMoreThanBeforeMakesThoseOfThatMomentSuspectAndNoOthers() {
        connecting.granted(2, 0);
        assertThat(connecting.granted(2, SECOND)).isFalse();
        assertThat(connecting.granted(3, SECOND)).isTrue();
        assertThat(connecting.granted(2, SECOND + TOGETHER)).isTrue();
        assertThat(connecting.granted(2, SECOND + TOGETHER + 1)).isFalse();
    }

    /** Threads read the clock before they take the lock. */
    @Test
    void whoComesLateToTheLockTakesNothingBack() {
        connecting.granted(1, 2 * SECOND);
        connecting.granted(2, 2 * SECOND - TOGETHER);

        assertThat(connecting.granted(1, 2 * SECOND + 1)).isTrue();
    }

    @Test
    void whatNobodyHasUsedForLongIsClosed() {
        connecting.granted(2, 0);
        connecting.granted(1, 19 * SECOND);
        assertThat(connecting.granted(2, 19 * SECOND)).as("of the 10 s before").isFalse();

        assertThat(connecting.granted(1, 60 * SECOND)).isTrue();
    }
}
