package dev.headway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {

    @ParameterizedTest
    @CsvSource({
        "ok, ok",
        "429, 429",
        "503:2m, 503:PT2M",
        "reset, reset-before",
        "reset-before, reset-before",
        "reset-after, reset-after",
        "stall, stall",
        "stall:5s, stall:PT5S",
        "drip, drip:PT0.01S",
        "drip:250ms, drip:PT0.25S",
        "skew:-1h, skew:PT-1H",
        "no-date, no-date",
        "bad-date, bad-date"
    })
    void aWordMeansAFault(String word, String fault) {
        assertThat(Fault.parse(word)).hasToString(fault);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "okay",
                "200",
                "600",
                "42",
                "429:",
                "429:0s",
                "429:10ms",
                "429:-1s",
                "stall:-1s",
                "stall:5",
                "ok:1s",
                "reset:1s",
                "skew:1d"
            })
    void otherWordsAreRefused(String word) {
        assertThatThrownBy(() -> Fault.parse(word)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aScriptEndsWithNoFault() {
        assertThat(first(5, Fault.script("429:2s, ok*2,reset-after")))
                .containsExactly("429:PT2S", "ok", "ok", "reset-after", "ok");
        assertThat(first(1, Fault.script())).containsExactly("ok");
        assertThatThrownBy(() -> Fault.script("ok*x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fault.script("ok,")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSeedMakesTheSameFaultsAgain() {
        Fault[] faults = {Fault.status(503), Fault.parse("reset-before")};
        List<String> once = first(1000, Fault.random(7, 0.1, faults));

        assertThat(first(1000, Fault.random(7, 0.1, faults))).isEqualTo(once);
        assertThat(first(1000, Fault.random(8, 0.1, faults))).isNotEqualTo(once);
        assertThat(once.stream().filter("503"::equals).count()).isBetween(20L, 80L);
        assertThat(once.stream().filter("reset-before"::equals).count()).isBetween(20L, 80L);
        assertThat(first(100, Fault.random(1, 0, faults))).containsOnly("ok");
        assertThat(first(100, Fault.random(1, 1, faults))).doesNotContain("ok");
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> Fault.random(1, 1.5, Fault.ok())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fault.random(1, Double.NaN, Fault.ok())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fault.random(1, 0.5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fault.refusal(429, Duration.ofMillis(1500)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> first(int count, Supplier<Fault> faults) {
        return Stream.generate(faults).limit(count).map(Fault::toString).toList();
    }
}
