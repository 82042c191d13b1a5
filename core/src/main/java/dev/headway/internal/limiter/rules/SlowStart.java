package dev.headway.internal.limiter.rules;

/**
 * So many in flight, and one more for each accepted answer: doubles each round trip, and an API without any limit pays a few
 * round trips once.
 */
public final class SlowStart implements Rule {

    /** An unknown scope's first calls. */
    public static final int COLD = 10;

    /** A quota's first second use. */
    public static final int REUSE = 7;

    /** After a refusal. */
    public static final int PROBE = 1;

    /** So many accepted answers end the caution of a scope whose limit is known. */
    public static final long CAUTION = 20;

    /** Never ends by itself. */
    public static final long FOREVER = Long.MAX_VALUE;

    private static final long OFF = Long.MAX_VALUE;

    private final InFlight inFlight;
    private long allowed = OFF;
    private long since;
    private long acceptedToEnd;

    public SlowStart(InFlight inFlight) {
        this.inFlight = inFlight;
    }

    /**
     * Begins, or begins again.
     *
     * @param most how many in flight
     * @param from holds calls, and counts answers of calls sent, from that time on
     * @param accepted ends after so many accepted answers
     */
    public void begin(int most, long from, long accepted) {
        allowed = most;
        since = from;
        acceptedToEnd = accepted;
    }

    public void end() {
        allowed = OFF;
    }

    /** Goes on where a word has come to. */
    public void allow(long most) {
        allowed = most;
    }

    /** How many in flight. */
    public long allowed() {
        return allowed;
    }

    public boolean active() {
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

    public void accepted(long sentAt) {
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
