package dev.headway.internal.hints;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "007, 7, 0",
        "2.0, 2, 0",
        "1.234, 1, 234000000",
        "0.999999999, 0, 999999999",
        "0.9999999990, 0, 999999999",
        "0.9999999991, 0, 1000000000",
        "999999999999999999, 999999999999999999, 0",
        "9223372036854775806, 9223372036854775806, 0",
        "9223372036854775808, 9223372036854775807, 0",
        "999999999999999999999, 9223372036854775807, 0",
    })
    void readsDigitsAndAFraction(String text, long whole, long billionths) {
        assertThat(Decimal.parse(text)).isEqualTo(new Decimal(whole, billionths));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "1.",
                ".5",
                "-5",
                "+5",
                "1e3",
                "5d",
                "0x10",
                "NaN",
                "Infinity",
                "1,000",
                "1_000",
                "1 000",
                "1.2.3",
                "\u0661\u0662",
                "\uff11",
                "5\u0000",
                "\u00b2",
                "30s",
            })
    void readsNothingElse(String text) {
        assertThat(Decimal.parse(text)).isNull();
    }

    @Test
    void aFractionOfAUnitIsRoundedUpToANanosecond() {
        assertThat(new Decimal(0, 1).in(ChronoUnit.MILLIS)).isEqualTo(Duration.ofNanos(1));
        assertThat(new Decimal(857, 142857001).in(ChronoUnit.MILLIS)).isEqualTo(Duration.ofNanos(857142858));
        assertThat(new Decimal(1, 500000000).in(ChronoUnit.HOURS)).isEqualTo(Duration.ofMinutes(90));
    }

    @ParameterizedTest
    @CsvSource({"NANOS", "MICROS", "MILLIS", "SECONDS", "MINUTES", "HOURS", "DAYS"})
    void whatIsTooLongCountsAsTheLongest(ChronoUnit unit) {
        long most = Long.MAX_VALUE / unit.getDuration().toNanos();

        assertThat(new Decimal(Long.MAX_VALUE, 1_000_000_000).in(unit)).isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
        assertThat(new Decimal(most - 1, 1_000_000_000).in(unit)).isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
        assertThat(new Decimal(most - 2, 1_000_000_000).in(unit))
                .isEqualTo(unit.getDuration().multipliedBy(most - 1));
    }
}
