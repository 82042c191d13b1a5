package dev.headway.timeline;

import dev.headway.CallTrace;
import dev.headway.GiveUpReason;
import dev.headway.RefusedException;
import dev.headway.WaitCause;
import java.util.ArrayList;
import java.util.List;

/**
 * One call that has ended. Times are nanoseconds of one clock.
 *
 * @param began when it began
 * @param ended when it ended
 * @param parts what it spent its time on, in order
 */
record Call(long began, long ended, List<Part> parts) {

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVICE_UNAVAILABLE = 503;
    private static final int FIRST_SERVER_ERROR = 500;

    /** A part of a call. */
    record Part(Kind kind, long from, long to) {}

    /** A call that ends now. */
    static Call of(CallTrace trace, long now) {
        List<Part> parts = new ArrayList<>();
        List<CallTrace.Attempt> attempts = trace.attempts();
        List<CallTrace.Wait> waits = trace.waits();
        long at = 0;
        int wait = 0;
        for (int i = 0; i < attempts.size(); i++) {
            CallTrace.Attempt attempt = attempts.get(i);
            for (; wait < waits.size() && waits.get(wait).before() <= attempt.number(); wait++) {
                at = add(parts, waits.get(wait), at);
            }
            WaitCause after = wait < waits.size() ? waits.get(wait).cause() : null;
            boolean last = i == attempts.size() - 1;
            boolean content = last && trace.gaveUp().isEmpty();
            boolean named = after == WaitCause.SERVER_HINT
                    || (last
                            && trace.gaveUp()
                                    .filter(GiveUpReason.SERVER_WAIT::equals)
                                    .isPresent());
            long from = Math.max(at, attempt.startedAfter().toNanos());
            at = from + attempt.duration().toNanos();
            parts.add(new Part(kind(attempt, content, named), from, at));
        }
        for (; wait < waits.size(); wait++) {
            at = add(parts, waits.get(wait), at);
        }
        long began = now - at;
        return new Call(
                began,
                now,
                parts.stream()
                        .map(part -> new Part(part.kind(), began + part.from(), began + part.to()))
                        .toList());
    }

    private static long add(List<Part> parts, CallTrace.Wait wait, long from) {
        long to = from + wait.duration().toNanos();
        parts.add(new Part(Kind.of(wait.cause()), from, to));
        return to;
    }

    private static Kind kind(CallTrace.Attempt attempt, boolean content, boolean momentNamed) {
        int status = attempt.status().orElse(0);
        boolean refused = status == TOO_MANY_REQUESTS
                || status == SERVICE_UNAVAILABLE
                || attempt.failure() instanceof RefusedException;
        if (refused || momentNamed) {
            return Kind.REFUSED;
        }
        return content && status > 0 && status < FIRST_SERVER_ERROR ? Kind.ACCEPTED : Kind.FAILED;
    }

    /** At most so many parts of it. */
    Call cut(int most) {
        return parts.size() <= most ? this : new Call(began, ended, List.copyOf(parts.subList(0, most)));
    }

    /** The same on a clock that began later. */
    Call since(long zero) {
        return new Call(
                began - zero,
                ended - zero,
                parts.stream()
                        .map(part -> new Part(part.kind(), part.from() - zero, part.to() - zero))
                        .toList());
    }
}
