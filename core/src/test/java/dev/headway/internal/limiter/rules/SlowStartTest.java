package dev.headway.internal.limiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlowStartTest {

    private static final long NOW = 1000;

    private final InFlight inFlight = new InFlight();
    private final SlowStart slowStart = new SlowStart(inFlight);

    @Test
    void untilItBeginsNothingIsHeld() {
        inFlight.granted(1_000_000);

        assertThat(slowStart.active()).isFalse();
        assertThat(slowStart.earliest(NOW, 1_000_000, 1)).isEqualTo(NOW);
    }

    @Test
    void soManyMayBeInFlight() {
        slowStart.begin(10, NOW, SlowStart.FOREVER);
        inFlight.granted(9);
        assertThat(slowStart.earliest(NOW, 0, 1)).isEqualTo(NOW);
        assertThat(slowStart.earliest(NOW, 1, 1)).as("one waits in front").isEqualTo(Rule.UNTIL_ANSWER);
        assertThat(slowStart.earliest(NOW, 0, 2)).as("takes two").isEqualTo(Rule.UNTIL_ANSWER);

        inFlight.granted(1);
        assertThat(slowStart.earliest(NOW, 0, 1)).isEqualTo(Rule.UNTIL_ANSWER);
        inFlight.landed(1);
        assertThat(slowStart.earliest(NOW, 0, 1)).isEqualTo(NOW);
    }

    @Test
    void withNothingInFlightACallGoesWhateverItTakes() {
        slowStart.begin(SlowStart.PROBE, NOW, SlowStart.FOREVER);

        assertThat(slowStart.earliest(NOW, 0, 5)).isEqualTo(NOW);
    }

    @Test
    void oneMoreForEachAcceptedAnswer() {
        slowStart.begin(1, NOW, SlowStart.FOREVER);
        inFlight.granted(3);
        slowStart.accepted(NOW);
        slowStart.accepted(NOW + 1);
        assertThat(slowStart.earliest(NOW, 0, 1)).isEqualTo(Rule.UNTIL_ANSWER);

        slowStart.accepted(NOW + 2);
        assertThat(slowStart.earliest(NOW, 0, 1)).isEqualTo(NOW);
        assertThat(slowStart.active()).isTrue();
    }

    @Test
    void answersOfCallsSentBeforeItBeganProveNothing() {
        slowStart.begin(1, NOW, 1);
        slowStart.accepted(NOW - 1);
        assertThat(slowStart.active()).isTrue();

        slowStart.accepted(NOW);
        assertThat(slowStart.active()).isFalse();
    }

    @Test
    void beforeItsMomentItHoldsNothing() {
        slowStart.begin(1, NOW, SlowStart.FOREVER);
        inFlight.granted(5);

        assertThat(slowStart.earliest(NOW - 1, 0, 1)).isEqualTo(NOW - 1);
        assertThat(slowStart.earliest(NOW, 0, 1)).isEqualTo(Rule.UNTIL_ANSWER);
    }

    @Test
    void itEndsAfterSoManyAcceptedAnswersAndMayBeginAgain() {
        slowStart.begin(SlowStart.REUSE, NOW, 3);
        inFlight.granted(100);
        slowStart.accepted(NOW);
        slowStart.accepted(NOW);
        assertThat(slowStart.active()).isTrue();
        slowStart.accepted(NOW);
        assertThat(slowStart.active()).isFalse();
        assertThat(slowStart.earliest(NOW, 0, 1)).isEqualTo(NOW);

        slowStart.accepted(NOW);
        assertThat(slowStart.active()).isFalse();
        slowStart.begin(SlowStart.REUSE, NOW, 3);
        assertThat(slowStart.active()).isTrue();
        slowStart.end();
        assertThat(slowStart.active()).isFalse();
    }
}
