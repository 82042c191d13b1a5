package dev.headway.internal.limiter;

import dev.headway.LimitHint;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A server with a true quota; its seconds are whole, rounded up. */
abstract class SimulatedServer {

    /** What it tells. */
    enum Tells {
        COUNTERS,
        RETRY_AFTER
    }

    static final Set<Tells> NOTHING = EnumSet.noneOf(Tells.class);
    static final Set<Tells> RETRY_AFTER = EnumSet.of(Tells.RETRY_AFTER);
    static final Set<Tells> EVERYTHING = EnumSet.allOf(Tells.class);

    record Answer(
            boolean accepted,
            @Nullable LimitHint limit,
            @Nullable Long retryAfterSeconds) {}

    private final Set<Tells> tells;

    private SimulatedServer(Set<Tells> tells) {
        this.tells = tells;
    }

    abstract Answer admit(long now);

    final Answer answer(boolean accepted, long limit, long remaining, double resetSeconds) {
        long reset = (long) Math.ceil(resetSeconds - 1e-9);
        return new Answer(
                accepted,
                tells.contains(Tells.COUNTERS) ? Simulation.limit(limit, remaining, reset) : null,
                !accepted && tells.contains(Tells.RETRY_AFTER) ? (Long) reset : null);
    }

    /** No limit at all. */
    static SimulatedServer open() {
        return new SimulatedServer(NOTHING) {
            @Override
            Answer admit(long now) {
                return answer(true, 0, 0, 0);
            }
        };
    }

    /** A window that the first request after the last one opens. */
    static SimulatedServer fixedWindow(int limit, Duration window, Set<Tells> tells, int usedBefore) {
        return new SimulatedServer(tells) {
            private long opened;
            private int count = usedBefore;

            @Override
            Answer admit(long now) {
                if (now >= opened + window.toNanos()) {
                    opened = now;
                    count = 0;
                }
                boolean accepted = count < limit;
                count += accepted ? 1 : 0;
                return answer(accepted, limit, limit - count, (opened + window.toNanos() - now) / 1e9);
            }
        };
    }

    /** No more than the limit in any window. */
    static SimulatedServer slidingLog(int limit, Duration window, Set<Tells> tells) {
        return new SimulatedServer(tells) {
            private final ArrayDeque<Long> log = new ArrayDeque<>();

            @Override
            Answer admit(long now) {
                while (!log.isEmpty() && log.getFirst() <= now - window.toNanos()) {
                    log.removeFirst();
                }
                boolean accepted = log.size() < limit;
                if (accepted) {
                    log.add(now);
                }
                double reset = log.isEmpty() ? 0 : (log.getFirst() + window.toNanos() - now) / 1e9;
                return answer(accepted, limit, limit - log.size(), reset);
            }
        };
    }

    /** A rate and a burst; the reset is the time to the next token. */
    static SimulatedServer tokenBucket(double perSecond, int burst, Set<Tells> tells) {
        return new SimulatedServer(tells) {
            private double level = burst;
            private long at;

            @Override
            Answer admit(long now) {
                level = Math.min(burst, level + (now - at) * perSecond / 1e9);
                at = now;
                boolean accepted = level >= 1 - 1e-9;
                level -= accepted ? 1 : 0;
                return answer(accepted, burst, (long) (level + 1e-9), Math.max(0, (1 - level) / perSecond));
            }
        };
    }
}
