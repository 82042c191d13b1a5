package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CallTraceTest {

    @Test
    void waitsStandBeforeTheAttemptTheyCameBefore() {
        CallTrace trace = new CallTrace(
                List.of(response(1, 429, 12), failure(2, new IOException("reset"), 7), response(3, 200, 9)),
                List.of(
                        wait(1, 5, WaitCause.PERMIT),
                        wait(2, 2000, WaitCause.SERVER_HINT),
                        wait(3, 1000, WaitCause.BACKOFF),
                        wait(3, 40, WaitCause.SCOPE_PAUSED)),
                null);

        assertThat(trace)
                .hasToString("waited 5 ms for PERMIT, 429 after 12 ms, waited 2000 ms for SERVER_HINT, "
                        + "IOException after 7 ms, waited 1000 ms for BACKOFF, waited 40 ms for SCOPE_PAUSED, "
                        + "200 after 9 ms");
        assertThat(trace.gaveUp()).isEmpty();
    }

    @Test
    void aWaitThatNoAttemptCameAfterStandsLast() {
        CallTrace trace = new CallTrace(
                List.of(response(1, 503, 3)), List.of(wait(2, 1000, WaitCause.BACKOFF)), GiveUpReason.DEADLINE);

        assertThat(trace)
                .hasToString(
                        "503 after 3 ms, waited 1000 ms for BACKOFF; the next attempt could only begin after the deadline of the policy or the caller");
        assertThat(trace.gaveUp()).contains(GiveUpReason.DEADLINE);
        assertThat(new CallTrace(List.of(), List.of(wait(1, 10, WaitCause.PERMIT)), GiveUpReason.DEADLINE))
                .hasToString(
                        "waited 10 ms for PERMIT; the next attempt could only begin after the deadline of the policy or the caller");
    }

    @Test
    void withoutAnythingNothingWasSent() {
        assertThat(new CallTrace(List.of(), List.of(), null)).hasToString("nothing was sent");
    }

    @Test
    void aTraceIsACopy() {
        List<CallTrace.Attempt> attempts = new ArrayList<>(List.of(response(1, 200, 1)));
        List<CallTrace.Wait> waits = new ArrayList<>(List.of(wait(1, 1, WaitCause.PERMIT)));
        CallTrace trace = new CallTrace(attempts, waits, null);
        attempts.clear();
        waits.clear();

        assertThat(trace.attempts()).hasSize(1);
        assertThat(trace.waits()).hasSize(1);
        assertThatThrownBy(() -> trace.attempts().remove(0)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> trace.waits().remove(0)).isInstanceOf(UnsupportedOperationException.class);
    }

    static CallTrace.Attempt response(int number, int status, long millis) {
        return new CallTrace.Attempt(number, Duration.ZERO, Duration.ofMillis(millis), OptionalInt.of(status), null);
    }

    private static CallTrace.Attempt failure(int number, Throwable failure, long millis) {
        return new CallTrace.Attempt(number, Duration.ZERO, Duration.ofMillis(millis), OptionalInt.empty(), failure);
    }

    private static CallTrace.Wait wait(int before, long millis, WaitCause cause) {
        return new CallTrace.Wait(before, Duration.ofMillis(millis), cause);
    }
}
