package dev.headway.internal.limiter.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FreshWindowsTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long WINDOW = 60 * SECOND;

    private final FreshWindows fresh = new FreshWindows();

    @Test
    void twiceNotFullAfterAResetIsProof() {
        assertThat(look(40)).isFalse();
        assertThat(look(74)).isTrue();
    }

    @Test
    void aFullOneForgivesHalf() {
        look(40);
        look(99);
        assertThat(look(40)).isTrue();

        FreshWindows other = new FreshWindows();
        other.notFull(40, 100, WINDOW, WINDOW, 0);
        other.notFull(75, 100, WINDOW, WINDOW, 0);
        other.notFull(99, 100, WINDOW, WINDOW, 0);
        assertThat(other.notFull(40, 100, WINDOW, WINDOW, 0)).isFalse();
    }

    @Test
    void whatIsNotFreshTellsNothing() {
        for (int i = 0; i < 5; i++) {
            assertThat(fresh.notFull(1, 100, WINDOW - SECOND - 1, WINDOW, 0)).isFalse();
            assertThat(fresh.notFull(1, 100, WINDOW, WINDOW, 2 * SECOND)).isFalse();
            assertThat(fresh.notFull(1, 100, 4 * SECOND, 4 * SECOND, 0)).isFalse();
        }
        assertThat(look(40)).isFalse();
    }

    private boolean look(long remaining) {
        return fresh.notFull(remaining, 100, WINDOW - SECOND, WINDOW, SECOND);
    }
}
