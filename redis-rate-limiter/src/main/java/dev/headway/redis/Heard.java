package dev.headway.redis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the engine has said last of a scope. Under the lock of the scope. */
final class Heard {

    private final boolean limitsTold;
    /** When that was. */
    private long at = -Time.NEVER;

    private long changes;
    private long numbers;
    private long epoch;
    private boolean looking;
    private boolean mixed;
    private long nextFree;
    private long round;
    private double rate;
    private long pausedUntil;
    private List<Long> used = List.of();
    private Map<String, Window> windows = Map.of();

    /**
     * Nothing yet.
     *
     * @param limitsTold whether the user has told a limit
     */
    Heard(boolean limitsTold) {
        this.limitsTold = limitsTold;
    }

    void take(Reply reply, long now) {
        at = now;
        changes = reply.changes;
        numbers = reply.numbers;
        epoch = reply.epoch;
        round = reply.round;
        rate = reply.milliRate / 1000.0;
        looking = reply.looking;
        mixed = reply.mixed;
        pausedUntil = reply.pauseLeft > 0 ? now + Time.nanos(reply.pauseLeft) : 0;
        nextFree = reply.nextWait > 0 ? now + Time.nanos(reply.nextWait) : 0;
        used = reply.used;
        windows = reply.windows.isEmpty() ? Map.of() : windows(reply, now);
    }

    private static Map<String, Window> windows(Reply reply, long now) {
        Map<String, Window> told = new HashMap<>();
        reply.windows.forEach((name, window) ->
                told.put(name, new Window(window.last(), now + Time.nanos(window.left()), window.since())));
        return told;
    }

    boolean nothingYet() {
        return changes == 0;
    }

    /** Whether anything tells how much may go. */
    boolean tellsLimit() {
        return limitsTold || !windows.isEmpty() || !used.isEmpty();
    }

    long at() {
        return at;
    }

    /** Counts what has been done to the scope, by anybody. */
    long changes() {
        return changes;
    }

    /** How many were given to everybody. */
    long numbers() {
        return numbers;
    }

    /** Counts the episodes of refusals. */
    long epoch() {
        return epoch;
    }

    /** Of all rounds in which each process is counted once, the last in which this was; 0 for none. */
    long round() {
        return round;
    }

    /** Whether the answer of a look is awaited. */
    boolean looking() {
        return looking;
    }

    /** Whether calls of different costs wait, whose numbers may be given up, so that others come sooner. */
    boolean mixed() {
        return mixed;
    }

    /** When the next number would come; 0 where that is now. */
    long nextFree() {
        return nextFree;
    }

    /** What was said of it holds no more: this process has gone its own way since. */
    void forgetNextFree() {
        nextFree = 0;
    }

    long pausedUntil() {
        return pausedUntil;
    }

    /** Of each limit: what was used of a quota, what was left of a bucket. */
    List<Long> used() {
        return used;
    }

    /** How many may go in a second, where only refusals have told; else 0. */
    double rate() {
        return rate;
    }

    /** What some process has been told by answers. */
    Map<String, Window> windows() {
        return windows;
    }
}
