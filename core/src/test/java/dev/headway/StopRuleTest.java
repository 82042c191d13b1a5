package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StopRuleTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final Duration TEN = Duration.ofSeconds(10);

    @Test
    void attempts() {
        assertThat(StopRule.afterAttempts(3).stops(2, 0, 0)).isFalse();
        assertThat(StopRule.afterAttempts(3).stops(3, 0, 0)).isTrue();
    }

    @Test
    void elapsedLooksBackAndBeforeDelayAhead() {
        assertThat(StopRule.afterElapsed(TEN).stops(1, 10 * SECOND - 1, 5 * SECOND))
                .isFalse();
        assertThat(StopRule.afterElapsed(TEN).stops(1, 10 * SECOND, 0)).isTrue();
        assertThat(StopRule.beforeDelay(TEN).stops(1, 6 * SECOND, 4 * SECOND - 1))
                .isFalse();
        assertThat(StopRule.beforeDelay(TEN).stops(1, 6 * SECOND, 4 * SECOND)).isTrue();
        assertThat(StopRule.beforeDelay(TEN).stops(1, 0, Long.MAX_VALUE)).isTrue();
    }

    @Test
    void anEvent() {
        AtomicBoolean shutdown = new AtomicBoolean();
        StopRule rule = StopRule.when(shutdown::get);
        assertThat(rule.stops(1, 0, 0)).isFalse();

        shutdown.set(true);

        assertThat(rule.stops(1, 0, 0)).isTrue();
    }

    @Test
    void anEventThatThrowsHasNotHappenedWhateverElseIsTrue() {
        StopRule broken = StopRule.when(() -> {
            throw new StackOverflowError();
        });

        assertThat(broken.stops(1, 0, 0)).isFalse();
        assertThat(broken.or(StopRule.afterAttempts(2)).stops(2, 0, 0)).isTrue();
        assertThat(broken.and(StopRule.afterAttempts(2)).stops(2, 0, 0)).isFalse();
    }

    @Test
    void combined() {
        StopRule both = StopRule.afterAttempts(3).and(StopRule.afterElapsed(TEN));
        StopRule either = StopRule.afterAttempts(3).or(StopRule.afterElapsed(TEN));

        assertThat(both.stops(3, 0, 0)).isFalse();
        assertThat(both.stops(3, 10 * SECOND, 0)).isTrue();
        assertThat(either.stops(3, 0, 0)).isTrue();
        assertThat(either.stops(1, 0, 0)).isFalse();
        assertThat(both).hasToString("(3 attempts and PT10S elapsed)");
    }

    @Test
    void whatMakesNoRuleIsRefused() {
        assertThatThrownBy(() -> StopRule.afterAttempts(0))
                .hasMessage("The number of attempts must be at least 1, not 0.");
        assertThatThrownBy(() -> StopRule.afterElapsed(Duration.ZERO))
                .hasMessage("The length must be positive, not PT0S.");
        assertThatThrownBy(() -> StopRule.beforeDelay(Duration.ofSeconds(-1)))
                .hasMessage("The length must be positive, not PT-1S.");
    }
}
