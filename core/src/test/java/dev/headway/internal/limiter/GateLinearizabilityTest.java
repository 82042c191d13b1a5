package dev.headway.internal.limiter;

import dev.headway.Permit;
import dev.headway.Permit.Answer;
import dev.headway.RateLimitHint;
import dev.headway.TokenBucket;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Calls of one moment are refused on several threads: one episode, closed until the latest moment that was told, and from the
 * first refusal on nobody goes.
 */
@Tag("linearizability")
class GateLinearizabilityTest {

    private static final long LATER = 20;

    /** Told, so that the gate alone holds: of an unknown scope a refusal would also teach a rate. */
    private static final TokenBucket TOLD = TokenBucket.perSecond(1000).burst(30);

    @Test
    void switchedAtEveryStep() {
        Linearizability.modelCheck(Real.class, Model.class);
    }

    @Test
    void underStress() {
        Linearizability.stress(Real.class, Model.class);
    }

    public static class Real implements Linearizability.Rest {

        private final LocalRateLimiter limiter = Linearizability.limiter(new StillTime(), TOLD);
        private final List<Deque<Permit>> held = Linearizability.perThread();

        @Operation
        public String acquire(int thread) {
            Permit permit = limiter.acquire(Linearizability.API, 1, 0, 0);
            String outcome = Linearizability.outcome(permit);
            if (outcome.equals("granted")) {
                held.get(thread).addLast(permit);
            }
            return outcome;
        }

        @Operation
        public void refused(int thread, int seconds) {
            Permit oldest = held.get(thread).pollFirst();
            if (oldest != null) {
                Duration retryAfter = Duration.ofSeconds(seconds);
                oldest.answered(
                        0,
                        Answer.REFUSED,
                        RateLimitHint.builder().retryAfter(retryAfter).build());
            }
        }

        @Operation
        public void accepted(int thread) {
            Permit oldest = held.get(thread).pollFirst();
            if (oldest != null) {
                oldest.answered(0, Answer.ACCEPTED, RateLimitHint.none());
            }
        }

        @Override
        public int granted(int thread) {
            return held.get(thread).size();
        }

        @Override
        public int left() {
            return Linearizability.left(limiter, 0);
        }

        /** For how many milliseconds nobody goes. */
        @Operation
        public long closed() {
            return TimeUnit.NANOSECONDS.toMillis(
                    limiter.state(Linearizability.API).earliestRenewal(0));
        }
    }

    public static class Model implements Linearizability.Rest {

        private final int[] held = new int[4];
        private int left = Linearizability.full(TOLD);
        private long closed;

        public String acquire(int thread) {
            if (closed > 0 || left == 0) {
                return "refused";
            }
            held[thread]++;
            left--;
            return "granted";
        }

        public void refused(int thread, int seconds) {
            if (held[thread] > 0) {
                held[thread]--;
                closed = Math.max(closed, TimeUnit.SECONDS.toMillis(seconds) + LATER);
            }
        }

        public void accepted(int thread) {
            held[thread] -= held[thread] > 0 ? 1 : 0;
        }

        public long closed() {
            return closed;
        }

        @Override
        public int granted(int thread) {
            return held[thread];
        }

        @Override
        public int left() {
            return closed > 0 ? 0 : left;
        }
    }
}
