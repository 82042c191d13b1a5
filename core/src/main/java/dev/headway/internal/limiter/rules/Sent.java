package dev.headway.internal.limiter.rules;

/** What went in the last window and in the last two, with room for jitter: every call is in both logs. */
public final class Sent {

    private final SendLog window;
    private final SendLog twice;

    /** When a call went last. */
    private long last;

    private Sent(SendLog window, SendLog twice, long last) {
        this.window = window;
        this.twice = twice;
        this.last = last;
    }

    /** Nothing has gone for long. */
    static Sent nothing(long limit, long length, long now) {
        SendLog empty = new SendLog(limit, 0);
        return of(empty, empty, limit, length, now - 3 * length);
    }

    /** The same calls at another limit, in a window of another length. */
    Sent resized(long limit, long length) {
        return of(window, twice, limit, length, last);
    }

    /** The same for a longer window, of which two of the old tell more. */
    Sent lengthened(long limit, long length) {
        return of(twice, twice, limit, length, last);
    }

    private static Sent of(SendLog window, SendLog twice, long limit, long length, long last) {
        long jitter = Jitter.of(length);
        return new Sent(window.resized(limit, length + jitter), twice.resized(limit, 2 * length + jitter), last);
    }

    SendLog window() {
        return window;
    }

    SendLog twice() {
        return twice;
    }

    long last() {
        return last;
    }

    void add(long now, long cost) {
        charge(now, cost);
        last = now;
    }

    /** A call goes now, and counts from a later time unless it {@link #arrived} before. */
    void addLate(long now, long at, long cost) {
        window.addLate(now, at, cost);
        twice.addLate(now, at, cost);
        last = now;
    }

    /** A call that went before has taken so much more. */
    void charge(long now, long more) {
        window.add(now, more);
        twice.add(now, more);
    }

    /** A call that was to count from one time counts from an earlier one. */
    void arrived(long expectedAt, long at, long cost) {
        window.arrived(expectedAt, at, cost);
        twice.arrived(expectedAt, at, cost);
    }

    void remove(long at, long cost) {
        window.remove(at, cost);
        twice.remove(at, cost);
    }
}
