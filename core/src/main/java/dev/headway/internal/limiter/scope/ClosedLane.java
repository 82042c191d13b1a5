package dev.headway.internal.limiter.scope;

import dev.headway.Limit;
import dev.headway.ScopeSnapshot;
import dev.headway.internal.limiter.decide.ScopeRules;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** No way past the lock: what is told does not fit into a word, so the word is always shut. */
final class ClosedLane extends Told {

    ClosedLane(List<Limit> limits, Scopes scopes) {
        super(limits, scopes);
    }

    @Override
    public long fresh() {
        return SHUT;
    }

    @Override
    public long granted(long word, long now) {
        return SHUT;
    }

    @Override
    public long earliest(long word, long now) {
        return now;
    }

    @Override
    public boolean tooLate(long word, long now, long deadline) {
        return false;
    }

    @Override
    public long landed(long word, boolean accepted) {
        return word;
    }

    @Override
    public int counted() {
        return 1;
    }

    @Override
    public void unpack(long word, ScopeRules rules) {
        throw new IllegalStateException("The word is shut for good");
    }

    @Override
    public long pack(ScopeRules rules, long now) {
        return SHUT;
    }

    @Override
    public @Nullable Long calls(long word) {
        return null;
    }

    @Override
    public ScopeSnapshot.@Nullable LimitState limit(long word, long now) {
        return null;
    }

    @Override
    public boolean free(long word, long now) {
        return word == SHUT;
    }

    @Override
    public long copied(long word) {
        return word;
    }

    @Override
    public long returned(long word, LongSupplier age) {
        return word;
    }
}
