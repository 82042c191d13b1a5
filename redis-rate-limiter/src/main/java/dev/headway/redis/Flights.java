package dev.headway.redis;

import java.util.concurrent.TimeUnit;

/**
 * The calls on their way; where nothing tells how much may go, they bound one another: some at first, and one more for each
 * accepted answer. Under the lock of the scope.
 */
final class Flights {

    private static final int COLD = 10;

    /** So long after the last call went, answers are no longer waited for. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

    private final Connecting connecting = new Connecting();
    private int inFlight;
    private int allowed = COLD;
    private long lastGrant = -Time.NEVER;

    /** Whether it may leave late. */
    boolean began(long now) {
        inFlight++;
        lastGrant = now;
        return connecting.granted(inFlight, now);
    }

    /** A call of another scope has joined. */
    void joined() {
        inFlight++;
    }

    void landed() {
        inFlight--;
    }

    void accepted() {
        allowed = Math.min(allowed + 1, Integer.MAX_VALUE - 1);
    }

    /** After a refusal nothing is known of how many may be on their way. */
    void beginAgain() {
        allowed = 1;
    }

    int inFlight() {
        return inFlight;
    }

    /** Whether few may begin since there was a refusal. */
    boolean careful() {
        return allowed < COLD;
    }

    boolean mayBegin(long now) {
        return inFlight < allowed || now >= patientUntil();
    }

    /** How many may begin now, or one where none has for long. */
    long room(long now) {
        return Math.max(now < patientUntil() ? 0 : 1, allowed - inFlight);
    }

    /** When one may begin of a process that has a part of what all may have on their way at first. */
    long earliest(int processes, long now) {
        int share = Math.max(1, Math.min(allowed, COLD) / processes);
        return inFlight < share ? now : Math.max(now, patientUntil());
    }

    long patientUntil() {
        return lastGrant + PATIENCE;
    }
}
