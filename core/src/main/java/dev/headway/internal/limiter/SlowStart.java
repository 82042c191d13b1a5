package dev.headway.internal.limiter;

/**
 * So many in flight, and one more for each accepted answer: doubles each round trip, and an API without any limit pays a few
 * round trips once.
 */
final class SlowStart implements Rule {

    /** An unknown scope's first calls. */
    static final int COLD = 10;

    /** A quota's first second use. */
    static final int REUSE = 4;

    /** After a refusal. */
    static final int PROBE = 1;

    /** Never ends by itself. */
    static final long FOREVER = Long.MAX_VALUE;

    private static final long OFF = Long.MAX_VALUE;

    private final InFlight inFlight;
    private long allowed = OFF;
    private long since;
    private long acceptedToEnd;

    SlowStart(InFlight inFlight) {
        this.inFlight = inFlight;
    }

    /**
     * Begins, or begins again.
     *
     * @param most how many in flight
     * @param from holds calls, and counts answers of calls sent, from that time on
     * @param accepted ends after so many accepted answers
     */
    void begin(int most, long from, long accepted) {
        allowed = most;
        since = from;
        acceptedToEnd = accepted;
    }

    void end() {
        allowed = OFF;
    }

    /** Goes on where a lane has come to. */
    void allow(long most) {
        allowed = most;
    }

    /** How many in flight. */
    long allowed() {
        return allowed;
    }

    boolean active() {
        return allowed != OFF;
    }

    @Override
    public long earliest(long now, long ahead, int cost) {
        // With nothing in flight no answer would ever come.
        if (now < since || inFlight.cost() == 0 || inFlight.cost() + ahead + cost <= allowed) {
            return now;
        }
        return UNTIL_ANSWER;
    }

    void accepted(long sentAt) {
        if (allowed == OFF || sentAt < since) {
            return;
        }
        allowed++;
        acceptedToEnd--;
        if (acceptedToEnd <= 0) {
            allowed = OFF;
        }
    }
}
