package dev.headway.internal.limiter;

import dev.headway.Permit;
import dev.headway.Permit.Answer;
import dev.headway.RateLimitHint;
import dev.headway.TokenBucket;
import dev.headway.internal.limiter.scope.WaitingPermit;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Callers queue for the tokens of a bucket, leave from anywhere, give back, are sent again, and time passes: each token goes to
 * the first in the queue, once.
 */
@Tag("linearizability")
class QueueLinearizabilityTest {

    private static final long TOKEN = TimeUnit.MILLISECONDS.toNanos(100);
    /** All but one of what a bucket of 20 holds. */
    private static final int TAKEN = 18;

    @Test
    void switchedAtEveryStep() {
        Linearizability.modelCheck(Real.class, Model.class);
    }

    @Test
    void underStress() {
        Linearizability.stress(Real.class, Model.class);
    }

    public static class Real implements Linearizability.Rest {

        private final StillTime time = new StillTime();
        private final LocalRateLimiter limiter =
                Linearizability.limiter(time, TokenBucket.perSecond(10).burst(20));
        private final List<Deque<Permit>> held = Linearizability.perThread();
        /** Held while a caller reads the clock and asks: else the time that it asked with would be another than that of its place. */
        private final Object clock = new Object();

        public Real() {
            for (int i = 0; i < TAKEN; i++) {
                limiter.acquire(Linearizability.API, 1, 0, 0);
            }
        }

        @Operation
        public String acquire(int thread) {
            synchronized (clock) {
                return hold(thread, limiter.acquire(Linearizability.API, 1, time.nanoTime(), Linearizability.FOREVER));
            }
        }

        @Operation
        public String again(int thread, int since) {
            synchronized (clock) {
                Permit before = limiter.state(Linearizability.API);
                return hold(thread, before.renew(since, time.nanoTime(), Linearizability.FOREVER));
            }
        }

        @Operation
        public void tick() {
            synchronized (clock) {
                time.pass(TOKEN);
            }
        }

        @Operation
        public boolean answered(int thread) {
            Permit oldest = held.get(thread).peekFirst();
            if (oldest == null) {
                return false;
            }
            oldest.answered(0, Answer.UNKNOWN, RateLimitHint.none());
            if (oldest instanceof WaitingPermit && oldest.state() != Permit.State.ANSWERED) {
                return false;
            }
            held.get(thread).removeFirst();
            return true;
        }

        @Operation
        public void cancel(int thread, int place) {
            List<Permit> own = new ArrayList<>(held.get(thread));
            if (place < own.size()) {
                held.get(thread).remove(own.get(place));
                // Sent just now, however the clock moves meanwhile: what is given back late may have been refilled.
                own.get(place).cancel(Linearizability.FOREVER);
            }
        }

        @Override
        public int granted(int thread) {
            return Linearizability.granted(held.get(thread));
        }

        @Override
        public int left() {
            return Linearizability.left(limiter, time.nanoTime());
        }

        private String hold(int thread, Permit permit) {
            held.get(thread).addLast(permit);
            return Linearizability.outcome(permit);
        }
    }

    public static class Model implements Linearizability.Rest {

        private static final class Call {
            final int since;
            boolean granted;

            Call(int since) {
                this.since = since;
            }
        }

        private static final int NEVER_SENT = Integer.MAX_VALUE;

        private final List<Call> queue = new ArrayList<>();
        private final List<Deque<Call>> held = Linearizability.perThread();
        private int tokens = 1;

        public String acquire(int thread) {
            return ask(thread, new Call(NEVER_SENT));
        }

        public String again(int thread, int since) {
            return ask(thread, new Call(since));
        }

        public void tick() {
            tokens++;
            letGo();
        }

        public boolean answered(int thread) {
            Call oldest = held.get(thread).peekFirst();
            if (oldest == null || !oldest.granted) {
                return false;
            }
            held.get(thread).removeFirst();
            return true;
        }

        public void cancel(int thread, int place) {
            List<Call> own = new ArrayList<>(held.get(thread));
            if (place < own.size()) {
                Call call = own.get(place);
                held.get(thread).remove(call);
                if (!queue.remove(call)) {
                    tokens++;
                    letGo();
                }
            }
        }

        private String ask(int thread, Call call) {
            held.get(thread).addLast(call);
            int place = 0;
            while (place < queue.size() && queue.get(place).since <= call.since) {
                place++;
            }
            queue.add(place, call);
            letGo();
            return call.granted ? "granted" : "queued";
        }

        @Override
        public int granted(int thread) {
            return (int) held.get(thread).stream().filter(call -> call.granted).count();
        }

        @Override
        public int left() {
            return queue.isEmpty() ? tokens : 0;
        }

        private void letGo() {
            while (!queue.isEmpty() && tokens > 0) {
                queue.remove(0).granted = true;
                tokens--;
            }
        }
    }
}
