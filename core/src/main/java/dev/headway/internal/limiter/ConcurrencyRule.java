package dev.headway.internal.limiter;

import dev.headway.Concurrency;

/** A told number of calls in flight, whatever they cost. No time lets one more go, only the end of another. */
final class ConcurrencyRule implements Rule {

    private final InFlight inFlight;
    private final int most;

    ConcurrencyRule(Concurrency told, InFlight inFlight) {
        this.inFlight = inFlight;
        most = told.calls();
    }

    @Override
    public long earliest(long now, long ahead, int cost) {
        return inFlight.calls() < most ? now : UNTIL_LANDED;
    }
}
