package dev.headway.internal.limiter.scope;

import dev.headway.Limit;
import dev.headway.internal.limiter.decide.ScopeRules;
import java.util.List;
import java.util.function.LongSupplier;

/** What is told does not fit into a word, so the word is always shut. */
final class NoFastPath extends FastPath {

    NoFastPath(List<Limit> told, Scopes scopes) {
        super(told, scopes);
    }

    @Override
    long fresh() {
        return SHUT;
    }

    @Override
    long granted(long word, long now) {
        return SHUT;
    }

    @Override
    long earliest(long word, long now) {
        return now;
    }

    @Override
    boolean tooLate(long word, long now, long deadline) {
        return false;
    }

    @Override
    long returned(long word, LongSupplier age) {
        return word;
    }

    @Override
    int counted() {
        return 1;
    }

    @Override
    void unpack(long word, ScopeRules rules) {
        throw new IllegalStateException("The word is shut for good");
    }

    @Override
    long pack(ScopeRules rules, long now) {
        return SHUT;
    }

    @Override
    boolean free(long word, long now) {
        return word == SHUT;
    }
}
