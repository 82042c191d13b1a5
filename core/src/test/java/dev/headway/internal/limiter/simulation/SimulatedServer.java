package dev.headway.internal.limiter.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.random.RandomGenerator;

/** A server with a true limit: what it counts, and what it could say of it. Times are nanoseconds since it was started. */
abstract class SimulatedServer {

    static final long REFUSED = -1;

    private static final double SECOND = 1e9;

    private long limit;
    private final long window;

    private SimulatedServer(long limit, long window) {
        this.limit = limit;
        this.window = window;
    }

    /** A request arrives: by how much its answer is delayed, or {@link #REFUSED}. */
    abstract long admit(long now);

    abstract long remaining(long now);

    abstract long reset(long now);

    /** How long until one more would be taken. */
    long next(long now) {
        return reset(now);
    }

    final long limit() {
        return limit;
    }

    final void limit(long changed) {
        limit = changed;
    }

    final long window() {
        return window;
    }

    final double ratePerSecond() {
        return limit * SECOND / window;
    }

    /** Somebody used so much of it before. */
    final SimulatedServer used(int calls) {
        for (int i = 0; i < calls; i++) {
            admit(0);
        }
        return this;
    }

    /** No limit at all. */
    static SimulatedServer open() {
        return refusingAtRandom(0, () -> 0);
    }

    /** Refuses that share of the requests, whatever the rate. */
    static SimulatedServer refusingAtRandom(double share, RandomGenerator random) {
        return new SimulatedServer(Long.MAX_VALUE / 4, (long) SECOND) {
            @Override
            long admit(long now) {
                return share > 0 && random.nextDouble() < share ? REFUSED : 0;
            }

            @Override
            long remaining(long now) {
                return limit();
            }

            @Override
            long reset(long now) {
                return 0;
            }
        };
    }

    /** A window that the first request after the last one opens. */
    static SimulatedServer fixedWindow(long limit, Duration window) {
        return new FixedWindow(limit, window.toNanos(), 0, false);
    }

    /** A window that begins by the server's clock, this one so much before the simulation. */
    static SimulatedServer clockWindow(long limit, Duration window, long phase) {
        return new FixedWindow(limit, window.toNanos(), phase, true);
    }

    private static final class FixedWindow extends SimulatedServer {
        private final boolean clock;
        private long opened;
        private long count;

        FixedWindow(long limit, long window, long phase, boolean clock) {
            super(limit, window);
            this.clock = clock;
            this.opened = -phase;
        }

        @Override
        long admit(long now) {
            if (now >= opened + window()) {
                opened = clock ? opened + (now - opened) / window() * window() : now;
                count = 0;
            }
            if (count >= limit()) {
                return REFUSED;
            }
            count++;
            return 0;
        }

        @Override
        long remaining(long now) {
            return limit() - count;
        }

        @Override
        long reset(long now) {
            return opened + window() - now;
        }
    }

    /** No more than the limit in any window. */
    static SimulatedServer slidingLog(long limit, Duration window) {
        return new SimulatedServer(limit, window.toNanos()) {
            private final ArrayDeque<Long> log = new ArrayDeque<>();

            @Override
            long admit(long now) {
                while (!log.isEmpty() && log.getFirst() <= now - window()) {
                    log.removeFirst();
                }
                if (log.size() >= limit()) {
                    return REFUSED;
                }
                log.add(now);
                return 0;
            }

            @Override
            long remaining(long now) {
                return limit() - log.size();
            }

            @Override
            long reset(long now) {
                return log.isEmpty() ? 0 : log.getFirst() + window() - now;
            }
        };
    }

    /** Two counters: what is left of the last window weighs by how much of it the sliding window still covers. */
    static SimulatedServer slidingCounter(long limit, Duration window, long phase) {
        return new SimulatedServer(limit, window.toNanos()) {
            private long current;
            private long count;
            private long before;

            @Override
            long admit(long now) {
                long index = (now + phase) / window();
                if (index != current) {
                    before = index == current + 1 ? count : 0;
                    count = 0;
                    current = index;
                }
                if (estimate(now) + 1 > limit()) {
                    return REFUSED;
                }
                count++;
                return 0;
            }

            private double estimate(long now) {
                return before * (1 - passed(now)) + count;
            }

            private double passed(long now) {
                return (now + phase) % window() / (double) window();
            }

            @Override
            long remaining(long now) {
                return (long) (limit() - estimate(now));
            }

            @Override
            long reset(long now) {
                return (long) ((1 - passed(now)) * window());
            }
        };
    }

    /** A burst that refills evenly; the reset is when it is full. */
    static SimulatedServer tokenBucket(double perSecond, long burst) {
        return new SimulatedServer(burst, (long) (burst * SECOND / perSecond)) {
            private double level = burst;
            private long at;

            @Override
            long admit(long now) {
                level = Math.min((double) burst, level + (now - at) * perSecond / SECOND);
                at = now;
                if (level < 1 - 1e-9) {
                    return REFUSED;
                }
                level--;
                return 0;
            }

            @Override
            long remaining(long now) {
                return (long) (level + 1e-9);
            }

            @Override
            long reset(long now) {
                return (long) ((burst - level) / perSecond * SECOND);
            }

            @Override
            long next(long now) {
                return (long) Math.max(0, (1 - level) / perSecond * SECOND);
            }
        };
    }

    /** nginx {@code limit_req}: a leaky bucket in thousandths of a request and whole milliseconds. */
    static SimulatedServer nginx(long perSecond, long burst, boolean delay) {
        return new SimulatedServer(burst + 1, (long) ((burst + 1) * SECOND / perSecond)) {
            private long excess;
            private long last = -1;

            @Override
            long admit(long now) {
                long millis = now / 1_000_000;
                long more = last < 0 ? 0 : Math.max(0, excess - perSecond * (millis - last) + 1000);
                if (more > burst * 1000) {
                    return REFUSED;
                }
                excess = more;
                last = millis;
                return delay ? excess * 1_000_000 / perSecond : 0;
            }

            @Override
            long remaining(long now) {
                return 0;
            }

            @Override
            long reset(long now) {
                return 1;
            }
        };
    }
}
