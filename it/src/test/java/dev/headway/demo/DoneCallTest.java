package dev.headway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.CallTrace;
import dev.headway.CallTraceException;
import dev.headway.GiveUpException;
import dev.headway.GiveUpReason;
import dev.headway.WaitCause;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class DoneCallTest {

    @Test
    void callCountsItsRequestsAndRefusals() {
        CallTrace trace = trace(
                List.of(attempt(1, 30, 10, 429), attempt(2, 100, 5, 500), attempt(3, 120, 7, 200)),
                wait(2, 50, WaitCause.SERVER_HINT));

        DoneCall call = DoneCall.of(1000, 1130, new Caller.Outcome(200, trace));

        assertThat(call).isEqualTo(new DoneCall(1000, 1130, true, 3, 1));
        assertThat(call.latency()).isEqualTo(130);
    }

    @Test
    void giveUpCountsWhatWasSent() {
        CallTrace trace = new CallTrace(
                List.of(attempt(1, 0, 10, 429)), List.of(wait(2, 20, WaitCause.SERVER_HINT)), GiveUpReason.DEADLINE);

        assertThat(DoneCall.failed(0, 30, new GiveUpException(trace))).isEqualTo(new DoneCall(0, 30, false, 1, 1));
    }

    @Test
    void failureCountsWhatItsTraceTells() {
        IOException failure = new IOException("reset");
        failure.addSuppressed(new IllegalStateException("of somebody else"));
        failure.addSuppressed(new CallTraceException(
                trace(List.of(attempt(1, 0, 10, 503), attempt(2, 30, 10, 0)), wait(2, 20, WaitCause.BACKOFF))));

        assertThat(DoneCall.failed(0, 40, failure)).isEqualTo(new DoneCall(0, 40, false, 2, 1));
    }

    @Test
    void failureWithoutATraceIsOneRequest() {
        assertThat(DoneCall.failed(5, 45, new IOException("reset"))).isEqualTo(new DoneCall(5, 45, false, 1, 0));
    }

    @Test
    void refusalThatTheCallerGotIsNoSuccess() {
        DoneCall call = DoneCall.of(0, 9, new Caller.Outcome(429, trace(List.of(attempt(1, 0, 9, 429)))));

        assertThat(call.succeeded()).isFalse();
        assertThat(call.refusals()).isEqualTo(1);
    }

    private static CallTrace trace(List<CallTrace.Attempt> attempts, CallTrace.Wait... waits) {
        return new CallTrace(attempts, List.of(waits), null);
    }

    private static CallTrace.Attempt attempt(int number, long startedAfter, long duration, int status) {
        return new CallTrace.Attempt(
                number,
                Duration.ofNanos(startedAfter),
                Duration.ofNanos(duration),
                status == 0 ? OptionalInt.empty() : OptionalInt.of(status),
                status == 0 ? new IOException("reset") : null);
    }

    private static CallTrace.Wait wait(int before, long duration, WaitCause cause) {
        return new CallTrace.Wait(before, Duration.ofNanos(duration), cause);
    }
}
