package dev.headway.internal.log;

import static dev.headway.HeadwayLog.Event.GATE_CLOSED;
import static dev.headway.HeadwayLog.Event.RETRY_SCHEDULED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Scope;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StormTest {

    private static final Scope API = Scope.of("api");
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Storm storm = new Storm(2);

    @Test
    void whatIsTooMuchInASecondIsCountedForTheNextLine() {
        assertThat(storm.leftOut(RETRY_SCHEDULED, API, 0)).isZero();
        assertThat(storm.leftOut(RETRY_SCHEDULED, API, SECOND - 1)).isZero();
        assertThat(storm.leftOut(RETRY_SCHEDULED, API, SECOND - 1)).isEqualTo(Storm.TOO_MANY);
        assertThat(storm.leftOut(RETRY_SCHEDULED, API, SECOND - 1)).isEqualTo(Storm.TOO_MANY);

        assertThat(storm.leftOut(RETRY_SCHEDULED, API, SECOND)).isEqualTo(2);
        assertThat(storm.leftOut(RETRY_SCHEDULED, API, SECOND)).isZero();
        assertThat(storm.leftOut(RETRY_SCHEDULED, API, SECOND)).isEqualTo(Storm.TOO_MANY);
    }

    @Test
    void otherEventsAndOtherScopesHaveABoundOfTheirOwn() {
        storm.leftOut(RETRY_SCHEDULED, API, 0);
        storm.leftOut(RETRY_SCHEDULED, API, 0);
        storm.leftOut(RETRY_SCHEDULED, API, 0);

        assertThat(storm.leftOut(GATE_CLOSED, API, 0)).isZero();
        assertThat(storm.leftOut(RETRY_SCHEDULED, Scope.of("other"), 0)).isZero();
    }

    @Test
    void scopesThatWereNotLoggedForTheLongestTimeAreForgotten() {
        Storm one = new Storm(1);
        for (int i = 0; i < 5000; i++) {
            one.leftOut(RETRY_SCHEDULED, API, i * SECOND);
            one.leftOut(RETRY_SCHEDULED, API, i * SECOND);
            one.leftOut(RETRY_SCHEDULED, Scope.of("scope " + i), i * SECOND);
        }

        assertThat(one.size()).isEqualTo(1000);
        assertThat(one.leftOut(RETRY_SCHEDULED, Scope.of("scope 0"), 5000 * SECOND))
                .isZero();
        assertThat(one.leftOut(RETRY_SCHEDULED, API, 5000 * SECOND)).isEqualTo(1);
    }

    @Test
    void ofMoreScopesInASecondThanAreCountedTheOthersShareABound() {
        int lines = 0;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 3000; i++) {
                lines += storm.leftOut(RETRY_SCHEDULED, Scope.of("scope " + i), 0) == Storm.TOO_MANY ? 0 : 1;
            }
        }

        assertThat(lines).isEqualTo(2 * 1000 + 2);
        assertThat(storm.leftOut(RETRY_SCHEDULED, Scope.of("scope 2999"), SECOND))
                .isZero();
    }
}
