package dev.headway.demo;

import dev.headway.CallTrace;
import dev.headway.CallTraceException;
import dev.headway.GiveUpException;
import dev.headway.WaitCause;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of a lane, as it went. Times are nanoseconds since the lane began.
 *
 * @param thread the number of its thread
 * @param began when it began
 * @param ended when it ended
 * @param succeeded whether the caller got what it wanted
 * @param parts what it spent its time on, in order
 */
record DoneCall(int thread, long began, long ended, boolean succeeded, List<Part> parts) {

    /** What a part of a call was. */
    enum Kind {
        ACCEPTED,
        REFUSED,
        FAILED,
        WAIT_PERMIT,
        WAIT_PAUSE,
        WAIT_BACKOFF
    }

    /** A part of a call. */
    record Part(Kind kind, long from, long to) {}

    static DoneCall of(int thread, long began, long ended, Caller.Outcome outcome) {
        return new DoneCall(thread, began, ended, outcome.status() < 400, parts(began, ended, outcome.trace()));
    }

    static DoneCall failed(int thread, long began, long ended, Exception failure) {
        CallTrace trace = trace(failure);
        List<Part> parts = trace == null ? List.of(new Part(Kind.FAILED, began, ended)) : parts(began, ended, trace);
        return new DoneCall(thread, began, ended, false, parts);
    }

    long requests() {
        return parts.stream().filter(part -> isRequest(part.kind())).count();
    }

    long refusals() {
        return parts.stream().filter(part -> part.kind() == Kind.REFUSED).count();
    }

    long latency() {
        return ended - began;
    }

    private static boolean isRequest(Kind kind) {
        return kind == Kind.ACCEPTED || kind == Kind.REFUSED || kind == Kind.FAILED;
    }

    private static @Nullable CallTrace trace(Exception failure) {
        if (failure instanceof GiveUpException gaveUp) {
            return gaveUp.trace();
        }
        for (Throwable suppressed : failure.getSuppressed()) {
            if (suppressed instanceof CallTraceException traced) {
                return traced.trace();
            }
        }
        return null;
    }

    private static List<Part> parts(long began, long ended, CallTrace trace) {
        List<CallTrace.Attempt> attempts = trace.attempts();
        if (attempts.size() == 1 && trace.waits().isEmpty()) {
            // What nothing else happened in was not timed.
            return List.of(new Part(kind(attempts.get(0)), began, ended));
        }
        List<Part> parts = new ArrayList<>();
        List<CallTrace.Wait> waits = trace.waits();
        long at = began;
        int wait = 0;
        for (CallTrace.Attempt attempt : attempts) {
            while (wait < waits.size() && waits.get(wait).before() <= attempt.number()) {
                at = add(
                        parts,
                        kind(waits.get(wait).cause()),
                        at,
                        waits.get(wait).duration().toNanos());
                wait++;
            }
            long sent = began + attempt.startedAfter().toNanos();
            at = add(parts, kind(attempt), sent, attempt.duration().toNanos());
        }
        while (wait < waits.size()) {
            at = add(
                    parts,
                    kind(waits.get(wait).cause()),
                    at,
                    waits.get(wait).duration().toNanos());
            wait++;
        }
        return List.copyOf(parts);
    }

    private static long add(List<Part> parts, Kind kind, long from, long length) {
        parts.add(new Part(kind, from, from + length));
        return from + length;
    }

    private static Kind kind(CallTrace.Attempt attempt) {
        int status = attempt.status().orElse(0);
        if (status == 429 || status == 503) {
            return Kind.REFUSED;
        }
        return status > 0 && status < 400 ? Kind.ACCEPTED : Kind.FAILED;
    }

    private static Kind kind(WaitCause cause) {
        return switch (cause) {
            case PERMIT -> Kind.WAIT_PERMIT;
            case SERVER_HINT, SCOPE_PAUSED -> Kind.WAIT_PAUSE;
            case BACKOFF -> Kind.WAIT_BACKOFF;
        };
    }
}
