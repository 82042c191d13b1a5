package dev.headway.internal.hints;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LengthsTest {

    private static final InstantSource NOW = InstantSource.fixed(Reply.NOW);

    @ParameterizedTest
    @CsvSource({
        "99999999, PT27777H46M39S",
        "1767225605, PT5S",
        "1767225605.25, PT5.25S",
        "1767225605250, PT5.25S",
        "1767225605250000, PT5.25S",
        "1767225605250000000, PT5.25S",
        "100000000, PT0S",
        "100000000000, PT0S",
        "100000000000000, PT0S",
        "100000000000000000, PT0S",
    })
    void aNumberIsALengthOrAnEpochByItsSize(String value, Duration length) {
        assertThat(Lengths.bySize(value, ChronoUnit.SECONDS, NOW)).isEqualTo(length);
    }

    @ParameterizedTest
    @CsvSource({"99999999999", "99999999999999", "99999999999999999", "9223372036854775807", "999999999999999999999"})
    void theLastOfABandIsFarAhead(String value) {
        assertThat(Lengths.bySize(value, ChronoUnit.SECONDS, NOW)).isEqualTo(Lengths.LONGEST);
    }

    @Test
    void aNameThatSaysMillisecondsMovesTheFirstBound() {
        assertThat(Lengths.bySize("99999999999", ChronoUnit.MILLIS, NOW)).isEqualTo(Duration.ofMillis(99999999999L));
        assertThat(Lengths.bySize("1767225605250", ChronoUnit.MILLIS, NOW)).isEqualTo(Duration.ofMillis(5250));
    }

    @ParameterizedTest
    @CsvSource({"2147483648, 2147483648", "3153600000, 3153600000", "3153600001, 3153600000"})
    void aToldLengthIsALengthWhateverItsSizeUpToTheLongest(String value, long seconds) {
        assertThat(Lengths.of(value, ChronoUnit.SECONDS, NOW)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void whatHasPassedIsZero() {
        assertThat(Lengths.of("1999-01-01T00:00Z", ChronoUnit.SECONDS, NOW)).isZero();
        assertThat(Lengths.of("9999-12-31T23:59Z", ChronoUnit.SECONDS, NOW)).isEqualTo(Lengths.LONGEST);
    }

    @Test
    void noClockIsTooFarAway() {
        for (Instant clock : new Instant[] {Instant.MIN, Instant.MAX}) {
            assertThat(Lengths.bySize("1767225605", ChronoUnit.SECONDS, InstantSource.fixed(clock)))
                    .isBetween(Duration.ZERO, Lengths.LONGEST);
        }
    }
}
