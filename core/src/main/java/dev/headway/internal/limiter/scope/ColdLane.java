package dev.headway.internal.limiter.scope;

import dev.headway.ScopeSnapshot;
import dev.headway.internal.limiter.decide.ScopeRules;
import dev.headway.internal.limiter.rules.SlowStart;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A scope of which nothing is told: so many in flight, and one more for each accepted answer ({@link SlowStart}). The word is
 * how many are in flight, and in its lower half how many may be.
 */
final class ColdLane extends Told {

    /** More in flight than anybody has; the half of the word must not overflow. */
    private static final int MOST = 1_000_000;

    private static final long ONE = 1L << Integer.SIZE;

    ColdLane(Scopes scopes) {
        super(List.of(), scopes);
    }

    static long word(long inFlight, long allowed) {
        return inFlight * ONE + Math.min(allowed, MOST);
    }

    static long inFlight(long word) {
        return word / ONE;
    }

    static long allowed(long word) {
        return (int) word;
    }

    @Override
    public long fresh() {
        return word(0, SlowStart.COLD);
    }

    @Override
    public long granted(long word, long now) {
        return inFlight(word) < allowed(word) ? word + ONE : SHUT;
    }

    @Override
    public long earliest(long word, long now) {
        return now;
    }

    @Override
    public boolean tooLate(long word, long now, long deadline) {
        return now > deadline;
    }

    @Override
    public long landed(long word, boolean accepted) {
        return word - ONE + (accepted && allowed(word) < MOST ? 1 : 0);
    }

    @Override
    public int counted() {
        return 1;
    }

    @Override
    public void unpack(long word, ScopeRules rules) {
        rules.resume(inFlight(word), allowed(word));
    }

    @Override
    public long pack(ScopeRules rules, long now) {
        rules.suspend(0, now);
        return word(rules.inFlight().cost(), rules.allowed());
    }

    @Override
    public Long calls(long word) {
        return inFlight(word);
    }

    @Override
    public ScopeSnapshot.@Nullable LimitState limit(long word, long now) {
        return null;
    }

    @Override
    public boolean free(long word, long now) {
        // How many may be in flight is learned again.
        return inFlight(word) == 0;
    }

    @Override
    public long copied(long word) {
        return fresh();
    }

    @Override
    public long returned(long word, LongSupplier age) {
        return word - ONE;
    }
}
