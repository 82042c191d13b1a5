package dev.headway.redis;

/** How a scope goes on in this process while the engine does not answer. Under the lock of the scope. */
final class Alone {

    private final Settings settings;
    private final Breaker breaker;
    private final Flights flights;
    private final FairShare share;
    /** Also read without the lock. */
    private volatile boolean now;

    private long ownUnits;

    Alone(Settings settings, Breaker breaker, Flights flights) {
        this.settings = settings;
        this.breaker = breaker;
        this.flights = flights;
        this.share = new FairShare(settings.lanes(), settings.expectedWorkers());
    }

    /** Whether it is so now. */
    boolean isNow() {
        return now;
    }

    /** Whether nobody may go. Needs no lock. */
    boolean isShut() {
        return now && settings.whenUnavailable() == WhenUnavailable.FAIL_CLOSED;
    }

    /** Looks at the engine. Returns whether that has changed. */
    boolean changes(long time) {
        boolean before = now;
        now = !breaker.closed(time);
        return now != before;
    }

    void begin(Heard heard, long time) {
        share.begin(heard.numbers(), ownUnits, heard.used(), heard.at(), heard.nextFree(), time);
    }

    /** The engine has said how many numbers were given to everybody. */
    void heard(long everybody, long time) {
        share.heard(everybody, ownUnits, time);
    }

    /** A call goes; without a number it is no part of what everybody was given. */
    void granted(int cost) {
        ownUnits += now ? 0 : cost;
    }

    /** One goes without. */
    void grantedAlone(int cost, long time) {
        share.granted(cost, time);
    }

    /** Whether the engine is told what went when it is back; a share was left alone by the others. */
    boolean counts() {
        return settings.whenUnavailable() != WhenUnavailable.FAIR_SHARE;
    }

    /** When a call may go, not before a time. */
    long earliest(long notBefore, long time) {
        return switch (settings.whenUnavailable()) {
            case FAIL_OPEN -> notBefore;
            case FAIL_CLOSED -> Time.NEVER;
            case FAIR_SHARE ->
                Math.max(
                        notBefore,
                        settings.lanes().isEmpty()
                                ? flights.earliest(settings.expectedWorkers(), time)
                                : share.earliest(time));
        };
    }

    /** When a call may go as far as is known: nobody knows when the engine is back. */
    long foreseen(long notBefore, long time) {
        return settings.whenUnavailable() == WhenUnavailable.FAIL_CLOSED
                ? breaker.nextChange(time)
                : earliest(notBefore, time);
    }
}
