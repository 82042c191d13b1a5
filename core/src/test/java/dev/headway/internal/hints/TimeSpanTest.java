package dev.headway.internal.hints;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSpanTest {

    @ParameterizedTest
    @CsvSource({
        "1s, PT1S",
        "6m0s, PT6M",
        "12ms, PT0.012S",
        "12m, PT12M",
        "1h2m3.5s, PT1H2M3.5S",
        "857.142857ms, PT0.857142857S",
        "1d2h, PT26H",
        "7us, PT0.000007S",
        "7\u00b5s, PT0.000007S",
        "7\u03bcs, PT0.000007S",
        "7ns, PT0.000000007S",
        "1m1ms, PT1M0.001S",
        "00:00:03, PT3S",
        "00:00:00.033, PT0.033S",
        "100:59:59, PT100H59M59S",
    })
    void readsPairsAndClocks(String text, Duration length) {
        assertThat(TimeSpan.parse(text)).isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "s",
                "-1s",
                "1 s",
                "1s 2",
                "1s2",
                "1..2s",
                ".s",
                "1w",
                "1S",
                "PT1S",
                "00:60:00",
                "00:00:60",
                "00:00",
                "1:2:3",
                "soon",
                "x1s",
                "\u0661s",
                "1s\u0000",
            })
    void readsNothingElse(String text) {
        assertThat(TimeSpan.parse(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999999999999999999h", "999999999:59:59", "99999999999999d99999999999999d"})
    void whatIsTooLongIsLong(String text) {
        assertThat(TimeSpan.parse(text)).isGreaterThan(Lengths.LONGEST);
    }
}
