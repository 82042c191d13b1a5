package dev.headway.internal.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RefusalsTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Refusals refusals = new Refusals();

    @Test
    void oneRefusalProvesNoRate() {
        accept(1000);

        assertThat(refusals.rateAt(5 * SECOND)).isEmpty();
    }

    @Test
    void whatWasAcceptedBetweenTwoIsTheRate() {
        accept(1000);
        refusals.rateAt(SECOND);
        accept(40);

        assertThat(refusals.rateAt(3 * SECOND)).hasValue(20);
    }

    @Test
    void fewerThanTenProveNothing() {
        refusals.rateAt(0);
        accept(9);
        assertThat(refusals.rateAt(SECOND)).isEmpty();

        accept(1);
        assertThat(refusals.rateAt(2 * SECOND)).hasValue(5);
    }

    @Test
    void whatIsLongerAgoThanAMinuteIsForgotten() {
        refusals.rateAt(0);
        accept(120);
        assertThat(refusals.rateAt(60 * SECOND)).hasValue(2);

        assertThat(refusals.rateAt(60 * SECOND + 1)).isEmpty();
        accept(10);
        assertThat(refusals.rateAt(61 * SECOND + 1)).hasValue(10);
    }

    private void accept(int times) {
        for (int i = 0; i < times; i++) {
            refusals.accepted();
        }
    }
}
