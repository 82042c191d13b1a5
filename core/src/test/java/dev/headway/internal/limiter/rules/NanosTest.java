package dev.headway.internal.limiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NanosTest {

    private static final Duration LONGEST = Duration.ofDays(1000);

    @Test
    void anOrdinaryLengthIsExact() {
        assertThat(Nanos.of(Duration.ZERO)).isZero();
        assertThat(Nanos.of(Duration.ofNanos(1))).isEqualTo(1);
        assertThat(Nanos.of(Duration.ofSeconds(3, 7))).isEqualTo(3_000_000_007L);
        assertThat(Nanos.of(LONGEST)).isEqualTo(LONGEST.toNanos());
    }

    @Test
    void noLengthIsOutOfBounds() {
        assertThat(Nanos.of(LONGEST.plusNanos(1))).isEqualTo(LONGEST.toNanos());
        assertThat(Nanos.of(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999))).isEqualTo(LONGEST.toNanos());
        assertThat(Nanos.of(Duration.ofNanos(-1))).isZero();
        assertThat(Nanos.of(Duration.ofSeconds(Long.MIN_VALUE))).isZero();
    }
}
