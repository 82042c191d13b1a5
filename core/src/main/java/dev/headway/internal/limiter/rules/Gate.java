package dev.headway.internal.limiter.rules;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Closed by a refusal, for everybody, until the server's moment. Refusals of calls that left before the gate closed belong to
 * the same episode: they may move the moment, and cost nothing else.
 */
public final class Gate {

    /** A scope is never closed for longer on one word of the server; then one call looks. */
    public static final long LONGEST = TimeUnit.MINUTES.toNanos(15);

    /** Servers count in whole seconds and have clocks of their own: a little later, never sooner. */
    private static final long LATER = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long FIRST_BLIND = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long LONGEST_BLIND = TimeUnit.SECONDS.toNanos(10);
    private static final int MAX_DOUBLINGS = 6;

    /** So many accepted answers end a streak of refusals. */
    private static final int STREAK_END = 20;

    /** Written under the lock; also read by the scopes that are a part of this one. */
    private volatile long closedUntil;

    private long episodeBegan = Long.MIN_VALUE;
    private int streak;
    /** How many were accepted between the last two episodes. */
    private long acceptedBetween;

    private long acceptedSince;
    /** Episodes since an answer was accepted whose call was sent after the last. */
    private int looks;

    public long closedUntil() {
        return closedUntil;
    }

    /** The answer of a call that was sent at that time. */
    public void accepted(long sentAt) {
        acceptedSince++;
        if (sentAt > episodeBegan) {
            looks = 0;
        }
        if (acceptedSince >= STREAK_END) {
            streak = 0;
        }
    }

    /** How many were accepted since the last episode began. */
    public long acceptedSince() {
        return acceptedSince;
    }

    /** Whether the refusal of a call that was sent that time is the first of its episode. */
    public boolean begins(long sentAt) {
        return sentAt > episodeBegan;
    }

    /** Open, and without any memory of a refusal. */
    public boolean calm(long now) {
        return streak == 0 && closedUntil <= now;
    }

    /** Calm, or open for so long that a refusal tells nothing any more. */
    public boolean forgotten(long now) {
        return calm(now) || now - Math.max(closedUntil, episodeBegan) >= LONGEST;
    }

    /** Closed as long as the other, with the same memory. */
    public void follow(Gate other) {
        closedUntil = other.closedUntil;
        episodeBegan = other.episodeBegan;
        streak = other.streak;
        acceptedSince = other.acceptedSince;
        looks = other.looks;
    }

    /** Whether the next episode would follow close on another. */
    public boolean inStreak() {
        return streak > 0;
    }

    /** Whether this episode follows close on another. */
    public boolean repeated() {
        return streak > 1;
    }

    /** Whether hardly one was accepted between this episode and another: not by bad luck. */
    public boolean alternates() {
        return streak > 1 && acceptedBetween <= 1;
    }

    /** A new episode. */
    public void nextEpisode(long now) {
        episodeBegan = now;
        streak++;
        looks++;
        acceptedBetween = acceptedSince;
        acceptedSince = 0;
    }

    /** Closes until the server's moment; a server that says "at once" again and again is believed less and less. */
    public void closeFor(long retryAfter, long now) {
        long floor = streak > 1 ? Math.min(doubled(streak - 1), TimeUnit.SECONDS.toNanos(1)) : 0;
        closeUntil(now + Math.max(Math.min(retryAfter, LONGEST) + LATER, floor));
    }

    /** Closes although the server named no moment. */
    public void closeBlindly(long now, RandomGenerator random) {
        double jitter = 0.75 + 0.5 * random.nextDouble();
        closeUntil(now + (long) (Math.min(doubled(looks), LONGEST_BLIND) * jitter));
    }

    public void closeUntil(long moment) {
        closedUntil = Math.max(closedUntil, moment);
    }

    private static long doubled(int times) {
        return FIRST_BLIND << Math.min(Math.max(times - 1, 0), MAX_DOUBLINGS);
    }
}
