package dev.headway.internal.limiter;

import dev.headway.Permit;
import dev.headway.TokenBucket;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A told bucket with one token left, asked by callers whose clock readings differ: no token is given twice or lost, in the word, under
 * the lock, and between them.
 */
@Tag("linearizability")
class BucketLinearizabilityTest {

    private static final long TOKEN = TimeUnit.MILLISECONDS.toNanos(100);
    /** Of 20 the jitter takes one. */
    private static final int HELD = 19;

    private static final int TAKEN = HELD - 1;
    private static final long TOLERANCE = TimeUnit.MILLISECONDS.toNanos(5);

    @Test
    void switchedAtEveryStep() {
        Linearizability.modelCheck(Real.class, Model.class);
    }

    @Test
    void underStress() {
        Linearizability.stress(Real.class, Model.class);
    }

    public static class Real implements Linearizability.Rest {

        private final LocalRateLimiter limiter = Linearizability.limiter(
                new StillTime(), TokenBucket.perSecond(10).burst(20));
        private final List<Deque<Permit>> held = Linearizability.perThread();

        public Real() {
            for (int i = 0; i < TAKEN; i++) {
                limiter.acquire(Linearizability.API, 1, 0, 0);
            }
        }

        @Operation
        public boolean acquire(int thread, int later) {
            long now = later * TOKEN;
            Permit permit = limiter.acquire(Linearizability.API, 1, now, now);
            boolean granted = permit.state() == Permit.State.GRANTED;
            if (granted) {
                held.get(thread).addLast(permit);
            }
            return granted;
        }

        @Operation
        public void cancel(int thread) {
            Permit newest = held.get(thread).pollLast();
            if (newest != null) {
                newest.cancel(0);
            }
        }

        @Override
        public int granted(int thread) {
            return Linearizability.granted(held.get(thread));
        }

        @Override
        public int left() {
            return Linearizability.left(limiter, 2 * TOKEN);
        }

        /** The lock takes over, and the next call that goes gives the word back. */
        @Operation
        public void look() {
            limiter.state(Linearizability.API).earliestRenewal(0);
        }
    }

    public static class Model implements Linearizability.Rest {

        private final int[] held = new int[4];
        private long emptied = TAKEN * TOKEN - HELD * TOKEN - TOLERANCE;

        public boolean acquire(int thread, int later) {
            boolean granted = emptied + TOKEN <= later * TOKEN;
            if (granted) {
                emptied += TOKEN;
                held[thread]++;
            }
            return granted;
        }

        public void cancel(int thread) {
            if (held[thread] > 0) {
                held[thread]--;
                emptied -= TOKEN;
            }
        }

        public void look() {}

        @Override
        public int granted(int thread) {
            return held[thread];
        }

        @Override
        public int left() {
            int left = 0;
            while (acquire(0, 2)) {
                left++;
            }
            return left;
        }
    }
}
