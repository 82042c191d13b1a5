package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitHintTest {

    @Test
    void nothingNegativeIsTaken() {
        Duration second = Duration.ofSeconds(1);
        Duration ago = second.negated();

        assertThatThrownBy(() -> new LimitHint(null, -1L, 0L, 0L, second, second, "requests"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limit is negative: -1");
        assertThatThrownBy(() -> new LimitHint(null, 0L, -1L, 0L, second, second, "requests"))
                .hasMessage("remaining is negative: -1");
        assertThatThrownBy(() -> new LimitHint(null, 0L, 0L, -1L, second, second, "requests"))
                .hasMessage("used is negative: -1");
        assertThatThrownBy(() -> new LimitHint(null, 0L, 0L, 0L, ago, second, "requests"))
                .hasMessage("resetAfter is negative: PT-1S");
        assertThatThrownBy(() -> new LimitHint(null, 0L, 0L, 0L, second, ago, "requests"))
                .hasMessage("window is negative: PT-1S");
    }

    @Test
    void onlyToldAndZeroIsExhausted() {
        assertThat(new LimitHint(null, 5L, 0L, null, null, "requests").exhausted())
                .isTrue();
        assertThat(new LimitHint(null, 5L, 1L, null, null, "requests").exhausted())
                .isFalse();
        assertThat(new LimitHint(null, 5L, null, null, null, "requests").exhausted())
                .isFalse();
    }
}
