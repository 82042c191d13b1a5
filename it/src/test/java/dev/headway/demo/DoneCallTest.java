package dev.headway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.CallTrace;
import dev.headway.CallTraceException;
import dev.headway.GiveUpException;
import dev.headway.GiveUpReason;
import dev.headway.WaitCause;
import dev.headway.demo.DoneCall.Kind;
import dev.headway.demo.DoneCall.Part;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class DoneCallTest {

    @Test
    void callWithoutAnythingElseIsItsWholeTime() {
        DoneCall call = DoneCall.of(3, 100, 250, new Caller.Outcome(200, trace(List.of(attempt(1, 0, 0, 200)))));

        assertThat(call.parts()).containsExactly(new Part(Kind.ACCEPTED, 100, 250));
        assertThat(call.thread()).isEqualTo(3);
        assertThat(call.succeeded()).isTrue();
        assertThat(call.latency()).isEqualTo(150);
        assertThat(call.requests()).isEqualTo(1);
        assertThat(call.refusals()).isZero();
    }

    @Test
    void partsFollowTheTrace() {
        CallTrace trace = trace(
                List.of(attempt(1, 30, 10, 429), attempt(2, 100, 5, 500), attempt(3, 120, 7, 200)),
                wait(1, 30, WaitCause.PERMIT),
                wait(2, 50, WaitCause.SERVER_HINT),
                wait(2, 10, WaitCause.SCOPE_PAUSED),
                wait(3, 15, WaitCause.BACKOFF));

        DoneCall call = DoneCall.of(0, 1000, 1130, new Caller.Outcome(200, trace));

        assertThat(call.parts())
                .containsExactly(
                        new Part(Kind.WAIT_PERMIT, 1000, 1030),
                        new Part(Kind.REFUSED, 1030, 1040),
                        new Part(Kind.WAIT_PAUSE, 1040, 1090),
                        new Part(Kind.WAIT_PAUSE, 1090, 1100),
                        new Part(Kind.FAILED, 1100, 1105),
                        new Part(Kind.WAIT_BACKOFF, 1105, 1120),
                        new Part(Kind.ACCEPTED, 1120, 1127));
        assertThat(call.requests()).isEqualTo(3);
        assertThat(call.refusals()).isEqualTo(1);
    }

    @Test
    void waitInVainIsAtTheEnd() {
        CallTrace trace = new CallTrace(
                List.of(attempt(1, 0, 10, 429)), List.of(wait(2, 20, WaitCause.SERVER_HINT)), GiveUpReason.DEADLINE);

        DoneCall call = DoneCall.failed(0, 0, 30, new GiveUpException(trace));

        assertThat(call.succeeded()).isFalse();
        assertThat(call.parts()).containsExactly(new Part(Kind.REFUSED, 0, 10), new Part(Kind.WAIT_PAUSE, 10, 30));
    }

    @Test
    void failureShowsTheTraceThatItCarries() {
        IOException failure = new IOException("reset");
        failure.addSuppressed(new IllegalStateException("of somebody else"));
        failure.addSuppressed(new CallTraceException(
                trace(List.of(attempt(1, 0, 10, 503), attempt(2, 30, 10, 0)), wait(2, 20, WaitCause.BACKOFF))));

        DoneCall call = DoneCall.failed(0, 0, 40, failure);

        assertThat(call.parts()).extracting(Part::kind).containsExactly(Kind.REFUSED, Kind.WAIT_BACKOFF, Kind.FAILED);
    }

    @Test
    void failureWithoutATraceIsItsWholeTime() {
        DoneCall call = DoneCall.failed(0, 5, 45, new IOException("reset"));

        assertThat(call.parts()).containsExactly(new Part(Kind.FAILED, 5, 45));
    }

    @Test
    void refusalThatTheCallerGotIsNoSuccess() {
        DoneCall call = DoneCall.of(0, 0, 9, new Caller.Outcome(429, trace(List.of(attempt(1, 0, 9, 429)))));

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
