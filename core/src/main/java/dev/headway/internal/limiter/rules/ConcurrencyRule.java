package dev.headway.internal.limiter.rules;

import dev.headway.Concurrency;
import dev.headway.ScopeSnapshot;

/** A told number of calls in flight, whatever they cost. No time lets one more go, only the end of another. */
public final class ConcurrencyRule implements Rule {

    private final InFlight inFlight;
    private final int most;

    public ConcurrencyRule(Concurrency told, InFlight inFlight) {
        this.inFlight = inFlight;
        most = told.calls();
    }

    /** For those who look on. */
    public ScopeSnapshot.LimitState state() {
        return new ScopeSnapshot.LimitState(null, true, most, null, Math.max(0, most - inFlight.calls()));
    }

    @Override
    public long earliest(long now, long ahead, int cost) {
        return inFlight.calls() < most ? now : UNTIL_LANDED;
    }
}
