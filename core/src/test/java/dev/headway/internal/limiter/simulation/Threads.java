package dev.headway.internal.limiter.simulation;

import java.util.random.RandomGenerator;

/** How long it takes until a thread runs that a timer or another thread has woken. */
enum Threads {
    /** No time at all. */
    PROMPT {
        @Override
        long late(RandomGenerator random) {
            return 0;
        }
    },
    /** As measured on two processors that others use too: about 80 microseconds, and a millisecond and more now and then. */
    BUSY {
        @Override
        long late(RandomGenerator random) {
            double mean = random.nextDouble() < SELDOM ? 1.5e6 : 50e3;
            return 30_000 + (long) (-mean * Math.log(1 - random.nextDouble()));
        }
    };

    private static final double SELDOM = 0.015;

    /** Nanoseconds. */
    abstract long late(RandomGenerator random);
}
