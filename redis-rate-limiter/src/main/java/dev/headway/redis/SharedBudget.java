package dev.headway.redis;

import java.util.concurrent.TimeUnit;

/**
 * Resends that no server asked for: a fifth of everybody's calls of the last 10 s, but 10 a second at least. Each process tells
 * its counts when it asks for numbers, so it may be passed by what the others spend in between.
 */
final class SharedBudget {

    private static final long FLOOR = 100;
    private static final long CALLS_PER_RESEND = 5;
    private static final long FORGOTTEN = TimeUnit.SECONDS.toNanos(10);

    private long calls;
    private long resends;
    private long newCalls;
    private long newResends;
    private long heardAt;

    void called() {
        newCalls++;
    }

    boolean trySpend(int weight, long now) {
        if (now - heardAt > FORGOTTEN) {
            told(0, 0, now);
            newCalls = 0;
            newResends = 0;
        }
        if (weight > left(now)) {
            return false;
        }
        newResends += weight;
        return true;
    }

    /** How many it still has, as far as this process knows. */
    long left(long now) {
        if (now - heardAt > FORGOTTEN) {
            return FLOOR;
        }
        return Math.max(FLOOR, (calls + newCalls) / CALLS_PER_RESEND) - resends - newResends;
    }

    long newCalls() {
        return newCalls;
    }

    long newResends() {
        return newResends;
    }

    /** So many of the new ones are on their way to the engine. */
    void reported(long calledThen, long resentThen) {
        newCalls -= calledThen;
        newResends -= resentThen;
    }

    /** What the engine knows of everybody. */
    void told(long everybodysCalls, long everybodysResends, long now) {
        calls = everybodysCalls;
        resends = everybodysResends;
        heardAt = now;
    }
}
