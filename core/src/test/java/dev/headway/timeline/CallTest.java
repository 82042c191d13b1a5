package dev.headway.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.GiveUpReason;
import dev.headway.WaitCause;
import dev.headway.timeline.Call.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallTest {

    private static final long MILLI = 1_000_000;

    @Test
    void partsFollowTheTraceAndEndNow() {
        Run run = new Run()
                .wait(30, WaitCause.PERMIT)
                .attempt(10, 429)
                .wait(50, WaitCause.SERVER_HINT)
                .wait(10, WaitCause.SCOPE_PAUSED)
                .attempt(5, 500)
                .wait(15, WaitCause.BACKOFF)
                .attempt(7, 200);

        Call call = Call.of(run.trace(null), 1127 * MILLI);

        assertThat(call.began()).isEqualTo(1000 * MILLI);
        assertThat(call.ended()).isEqualTo(1127 * MILLI);
        assertThat(call.parts())
                .containsExactly(
                        part(Kind.WAIT_PERMIT, 1000, 1030),
                        part(Kind.REFUSED, 1030, 1040),
                        part(Kind.WAIT_PAUSE, 1040, 1090),
                        part(Kind.WAIT_PAUSE, 1090, 1100),
                        part(Kind.FAILED, 1100, 1105),
                        part(Kind.WAIT_BACKOFF, 1105, 1120),
                        part(Kind.ACCEPTED, 1120, 1127));
    }

    @Test
    void waitInVainIsAtTheEnd() {
        Run run = new Run().attempt(10, 429).wait(20, WaitCause.SERVER_HINT);

        assertThat(Call.of(run.trace(GiveUpReason.DEADLINE), 30 * MILLI).parts())
                .containsExactly(part(Kind.REFUSED, 0, 10), part(Kind.WAIT_PAUSE, 10, 30));
    }

    @Test
    void onlyTheFirstPartsOfACallThatNeverEndsAreKept() {
        Run run = new Run();
        for (int i = 0; i < 1000; i++) {
            run.attempt(1, 500);
        }

        Call call = Call.of(run.trace(null), 1000 * MILLI).cut(3);

        assertThat(call.parts())
                .containsExactly(part(Kind.FAILED, 0, 1), part(Kind.FAILED, 1, 2), part(Kind.FAILED, 2, 3));
        assertThat(call.ended()).isEqualTo(1000 * MILLI);
    }

    @ParameterizedTest
    @CsvSource({
        "200, ACCEPTED",
        "304, ACCEPTED",
        "404, ACCEPTED",
        "429, REFUSED",
        "503, REFUSED",
        "500, FAILED",
        "0, FAILED",
    })
    void whatACallIsContentWithIsAccepted(int status, Kind kind) {
        assertThat(Call.of(new Run().attempt(1, status).trace(null), MILLI).parts())
                .containsExactly(part(kind, 0, 1));
    }

    @ParameterizedTest
    @CsvSource({"403, SERVER_WAIT, REFUSED", "403, ATTEMPTS, FAILED", "409, BUDGET, FAILED"})
    void whatACallGaveUpAfterIsNot(int status, GiveUpReason reason, Kind kind) {
        assertThat(Call.of(new Run().attempt(1, status).trace(reason), MILLI).parts())
                .containsExactly(part(kind, 0, 1));
    }

    @ParameterizedTest
    @CsvSource({"403, SERVER_HINT, REFUSED", "400, SERVER_HINT, REFUSED", "403, BACKOFF, FAILED", "0, BACKOFF, FAILED"})
    void whatNamesTheMomentIsARefusal(int status, WaitCause cause, Kind kind) {
        Run run = new Run().attempt(1, status).wait(1, cause).attempt(1, 200);

        assertThat(Call.of(run.trace(null), 3 * MILLI).parts().get(0)).isEqualTo(part(kind, 0, 1));
    }

    private static Part part(Kind kind, long from, long to) {
        return new Part(kind, from * MILLI, to * MILLI);
    }
}
