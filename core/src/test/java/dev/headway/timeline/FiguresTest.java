package dev.headway.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

    @ParameterizedTest
    @CsvSource({
        "0.013, 0.02",
        "0.2, 0.2",
        "0.77, 1",
        "3, 5",
        "7, 10",
        "29, 50",
        "31, 60",
        "61, 120",
        "4000, 7200",
        "100001, 200000"
    })
    void stepsAreNumbersThatPeopleCountIn(double least, double step) {
        assertThat(Figures.step(least)).isEqualTo(step);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "20, 20", "0.1, 0.1", "0.25, 0.25", "100, 100", "1.999, 2"})
    void numbersHaveNoIdleZeros(double value, String text) {
        assertThat(Figures.number(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0.4, 0.2, 0.4 s", "120, 60, 2 min", "7200, 3600, 2 h"})
    void momentsAreToldAsClocksDo(double seconds, double step, String text) {
        assertThat(Figures.moment(seconds, step)).isEqualTo(text);
    }
}
