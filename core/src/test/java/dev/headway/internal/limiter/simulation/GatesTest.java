package dev.headway.internal.limiter.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the grid, on three seeds; {@code core/run-grid.sh} runs more. */
class GatesTest {

    static Stream<Gate> rows() {
        return Gates.all().stream().filter(Gate::small);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void theLimiterComesTo(Gate gate) {
        Gate.Outcome outcome = gate.measure(3, 7, 11);

        assertThat(outcome.met()).as(outcome.measured()).isTrue();
    }
}
