package dev.headway.redis;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Knows whether the engine is worth asking: three failures in a second, and it is looked at once a second only, until it answers.
 * Not all processes come back in the same moment.
 */
final class Breaker {

    private static final int FAILURES = 3;
    private static final long WITHIN = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_EVERY = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_RETURN = TimeUnit.MILLISECONDS.toNanos(250);
    /** Those who are back and those who are not yet may go at the same time for so much of the shortest window. */
    private static final int RETURN_PART = 20;

    private final RandomGenerator random;
    private final long gently;
    private long first;
    private int failures;
    private volatile boolean open;
    private long lookedAt;
    private volatile long backAt;

    Breaker(RandomGenerator random, List<Lane> lanes) {
        this.random = random;
        long shortest = lanes.stream().mapToLong(Lane::spanNanos).min().orElse(LONGEST_RETURN * RETURN_PART);
        gently = Math.max(1, Math.min(LONGEST_RETURN, shortest / RETURN_PART));
    }

    /** Whether calls go by the engine now. */
    boolean closed(long now) {
        return !open && now >= backAt;
    }

    /** When calls may go by the engine again, or when it is looked at next. */
    synchronized long nextChange(long now) {
        return open ? Math.max(now, lookedAt + LOOK_EVERY) : Math.max(now, backAt);
    }

    /** Whether it is time for one look; true for one of those who ask. */
    synchronized boolean look(long now) {
        if (!open || now - lookedAt < LOOK_EVERY) {
            return false;
        }
        lookedAt = now;
        return true;
    }

    /** Whether it did not answer until now. */
    synchronized boolean answered(long now) {
        failures = 0;
        boolean back = open;
        if (back) {
            // In this order, for those who look without the lock.
            backAt = now + random.nextLong(gently);
            open = false;
        }
        return back;
    }

    /** Whether it is not worth asking from now on. */
    synchronized boolean failed(long now) {
        if (failures == 0 || now - first > WITHIN) {
            first = now;
            failures = 0;
        }
        failures++;
        boolean opens = failures >= FAILURES && !open;
        if (opens) {
            open = true;
            lookedAt = now;
        }
        return opens;
    }
}
