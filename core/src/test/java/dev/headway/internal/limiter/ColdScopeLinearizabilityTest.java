package dev.headway.internal.limiter;

import dev.headway.LimitHint;
import dev.headway.Permit;
import dev.headway.Permit.Answer;
import dev.headway.RateLimitHint;
import dev.headway.internal.limiter.rules.SlowStart;
import dev.headway.internal.limiter.scope.WaitingPermit;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A scope of which nothing is told, two places before it is full: never more in flight than allowed, nobody forgotten, and
 * nothing lost whenever word and lock change hands.
 */
@Tag("linearizability")
class ColdScopeLinearizabilityTest {

    private static final int FILLED = 8;
    private static final int REMAINING = 9;

    @Test
    void switchedAtEveryStep() {
        Linearizability.modelCheck(Real.class, Model.class);
    }

    @Test
    void underStress() {
        Linearizability.stress(Real.class, Model.class);
    }

    public static class Real implements Linearizability.Rest {

        private static final RateLimitHint TOLD = RateLimitHint.builder()
                .limit(new LimitHint(null, 100L, (long) REMAINING, Duration.ofHours(1), null, LimitHint.REQUESTS))
                .build();

        private final LocalRateLimiter limiter = Linearizability.limiter(new StillTime());
        private final List<Deque<Permit>> held = Linearizability.perThread();

        public Real() {
            for (int i = 0; i < FILLED; i++) {
                limiter.acquire(Linearizability.API, 1, 0, 0);
            }
        }

        @Operation
        public String acquire(int thread) {
            Permit permit = limiter.acquire(Linearizability.API, 1, 0, Linearizability.FOREVER);
            held.get(thread).addLast(permit);
            return Linearizability.outcome(permit);
        }

        @Operation
        public boolean accepted(int thread) {
            return answered(thread, Answer.ACCEPTED, RateLimitHint.none());
        }

        @Operation
        public boolean failed(int thread) {
            return answered(thread, Answer.UNKNOWN, RateLimitHint.none());
        }

        /** From then on the lock decides. */
        @Operation
        public boolean acceptedAndTold(int thread) {
            return answered(thread, Answer.ACCEPTED, TOLD);
        }

        @Operation
        public void cancel(int thread) {
            Permit newest = held.get(thread).pollLast();
            if (newest != null) {
                newest.cancel(0);
            }
        }

        /** The lock takes over, and the next call gives the word back. */
        @Operation
        public void look() {
            limiter.state(Linearizability.API).earliestRenewal(0);
        }

        /** Whether the oldest call of the thread was on its way. */
        private boolean answered(int thread, Answer answer, RateLimitHint hint) {
            Permit oldest = held.get(thread).peekFirst();
            if (oldest == null) {
                return false;
            }
            oldest.answered(0, answer, hint);
            if (oldest instanceof WaitingPermit && oldest.state() != Permit.State.ANSWERED) {
                return false;
            }
            held.get(thread).removeFirst();
            return true;
        }

        @Override
        public int granted(int thread) {
            return Linearizability.granted(held.get(thread));
        }

        @Override
        public int left() {
            return Linearizability.left(limiter, 0);
        }
    }

    public static class Model implements Linearizability.Rest {

        private static final class Call {
            boolean granted;
        }

        private final Deque<Call> queue = new ArrayDeque<>();
        private final List<Deque<Call>> held = Linearizability.perThread();
        private int allowed = SlowStart.COLD;
        private int inFlight = FILLED;
        private boolean told;

        public String acquire(int thread) {
            Call call = new Call();
            held.get(thread).addLast(call);
            queue.addLast(call);
            letGo();
            return call.granted ? "granted" : "queued";
        }

        public boolean accepted(int thread) {
            return answered(thread, true);
        }

        public boolean failed(int thread) {
            return answered(thread, false);
        }

        public boolean acceptedAndTold(int thread) {
            Call oldest = held.get(thread).peekFirst();
            told |= oldest != null && oldest.granted;
            return answered(thread, true);
        }

        public void cancel(int thread) {
            Call newest = held.get(thread).pollLast();
            if (newest != null && !queue.remove(newest)) {
                inFlight--;
                letGo();
            }
        }

        public void look() {}

        private boolean answered(int thread, boolean accepted) {
            Call oldest = held.get(thread).peekFirst();
            if (oldest == null || !oldest.granted) {
                return false;
            }
            held.get(thread).removeFirst();
            inFlight--;
            allowed += accepted ? 1 : 0;
            letGo();
            return true;
        }

        private void letGo() {
            while (!queue.isEmpty() && room() > 0) {
                queue.removeFirst().granted = true;
                inFlight++;
            }
        }

        private int room() {
            return (told ? REMAINING : allowed) - inFlight;
        }

        @Override
        public int granted(int thread) {
            return (int) held.get(thread).stream().filter(call -> call.granted).count();
        }

        @Override
        public int left() {
            return queue.isEmpty() ? Math.max(0, room()) : 0;
        }
    }
}
