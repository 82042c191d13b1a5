package dev.headway.demo;

import dev.headway.CallTrace;
import dev.headway.CallTraceException;
import dev.headway.GiveUpException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of a lane, as its caller saw it. Times are nanoseconds since the lane began.
 *
 * @param began when it began
 * @param ended when it ended
 * @param succeeded whether the caller got what it wanted
 * @param requests how many requests were sent
 * @param refusals how many of them were refused
 */
record DoneCall(long began, long ended, boolean succeeded, long requests, long refusals) {

    static DoneCall of(long began, long ended, Caller.Outcome outcome) {
        return of(began, ended, outcome.status() < 400, outcome.trace());
    }

    static DoneCall failed(long began, long ended, Exception failure) {
        CallTrace trace = trace(failure);
        return trace == null ? new DoneCall(began, ended, false, 1, 0) : of(began, ended, false, trace);
    }

    private static DoneCall of(long began, long ended, boolean succeeded, CallTrace trace) {
        long refusals = trace.attempts().stream().filter(DoneCall::wasRefused).count();
        return new DoneCall(began, ended, succeeded, trace.attempts().size(), refusals);
    }

    /** For another process; read by {@link #parse}. */
    String line() {
        return began + " " + ended + " " + succeeded + " " + requests + " " + refusals;
    }

    static DoneCall parse(String line) {
        List<String> words = List.of(line.split(" ", -1));
        return new DoneCall(
                Long.parseLong(words.get(0)),
                Long.parseLong(words.get(1)),
                Boolean.parseBoolean(words.get(2)),
                Long.parseLong(words.get(3)),
                Long.parseLong(words.get(4)));
    }

    long latency() {
        return ended - began;
    }

    private static boolean wasRefused(CallTrace.Attempt attempt) {
        int status = attempt.status().orElse(0);
        return status == 429 || status == 503;
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
}
