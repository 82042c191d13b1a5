package dev.headway.internal.limiter.scope;

import dev.headway.internal.limiter.decide.ScopeRules;
import dev.headway.internal.limiter.rules.SlowStart;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A scope of which nothing is told: so many in flight, and one more for each accepted answer ({@link SlowStart}). The word is
 * how many are in flight, and in its lower half how many may be.
 */
final class ColdFastPath extends FastPath {

    /** More in flight than anybody has; the half of the word must not overflow. */
    private static final int MOST = 1_000_000;

    private static final long ONE = 1L << Integer.SIZE;

    ColdFastPath(Scopes scopes) {
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
    long fresh() {
        return word(0, SlowStart.COLD);
    }

    @Override
    long granted(long word, long now) {
        return inFlight(word) < allowed(word) ? word + ONE : SHUT;
    }

    @Override
    long earliest(long word, long now) {
        return now;
    }

    @Override
    boolean tooLate(long word, long now, long deadline) {
        return now > deadline;
    }

    @Override
    long landed(long word, boolean accepted) {
        return word - ONE + (accepted && allowed(word) < MOST ? 1 : 0);
    }

    @Override
    int counted() {
        return 1;
    }

    @Override
    void unpack(long word, ScopeRules rules) {
        rules.resume(inFlight(word), allowed(word));
    }

    @Override
    long pack(ScopeRules rules, long now) {
        rules.suspend(0, now);
        return word(rules.inFlight().cost(), rules.allowed());
    }

    @Override
    Long calls(long word) {
        return inFlight(word);
    }

    @Override
    boolean free(long word, long now) {
        // How many may be in flight is learned again.
        return inFlight(word) == 0;
    }

    @Override
    long copied(long word) {
        return fresh();
    }

    @Override
    long returned(long word, LongSupplier age) {
        return word - ONE;
    }
}
