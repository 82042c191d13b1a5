package dev.headway.internal.limiter.learn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IndifferenceTest {

    private final Indifference indifference = new Indifference();

    @Test
    void fiveCutsToAnEighthThatDoNotHelpAreProof() {
        indifference.cut(3, 80, 40);
        indifference.cut(3, 40, 30);
        indifference.cut(3, 30, 20);
        indifference.cut(19, 20, 9);
        assertThat(indifference.here()).as("four").isFalse();

        indifference.cut(3, 9, 10.1);
        assertThat(indifference.here()).as("not an eighth").isFalse();
        indifference.cut(3, 10.1, 10);
        assertThat(indifference.here()).isTrue();
    }

    @Test
    void aCutThatHelpsBeginsAnew() {
        for (int i = 0; i < 4; i++) {
            indifference.cut(3, 80, 5);
        }
        indifference.cut(20, 80, 5);
        assertThat(indifference.here()).isFalse();
    }

    @Test
    void aServerThatRefusesMostOnceNothingIsPacedIsNotIndifferent() {
        prove();
        answers(20, 30);
        assertThat(indifference.here()).as("three fifths").isTrue();

        answers(19, 31);
        assertThat(indifference.here()).isFalse();
    }

    @Test
    void whatIsHeardWithoutProofCountsForNothing() {
        answers(0, 49);
        prove();
        answers(20, 1);
        assertThat(indifference.here()).isTrue();
    }

    private void prove() {
        for (int i = 0; i < 5; i++) {
            indifference.cut(3, 80, 5);
        }
    }

    private void answers(int accepted, int refused) {
        for (int i = 0; i < accepted; i++) {
            indifference.accepted();
        }
        for (int i = 0; i < refused; i++) {
            indifference.refused();
        }
    }
}
