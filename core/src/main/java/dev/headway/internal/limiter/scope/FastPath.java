package dev.headway.internal.limiter.scope;

import dev.headway.Limit;
import dev.headway.ScopeSnapshot;
import dev.headway.TokenBucket;
import dev.headway.internal.limiter.decide.ScopeRules;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How calls go without a lock in a scope that nothing holds: all that is known of it is one word of {@link ScopeState}, and the limits
 * that the user has told decide what that word says. One serves all scopes that are made until other limits are told. Immutable.
 */
public abstract class FastPath {

    /** No word: the scope's lock decides. */
    static final long SHUT = Long.MIN_VALUE;

    /** Not even that: the state was forgotten, and the scope has to be looked up again. Every word is greater. */
    static final long GONE = SHUT + 1;

    private final List<Limit> told;
    private final Scopes scopes;

    FastPath(List<Limit> told, Scopes scopes) {
        this.told = List.copyOf(told);
        this.scopes = scopes;
    }

    public static FastPath of(List<Limit> told, Scopes scopes) {
        if (told.isEmpty()) {
            return new ColdFastPath(scopes);
        }
        @Nullable FastPath path = told.size() == 1 && told.get(0) instanceof TokenBucket bucket
                ? BucketFastPath.of(bucket, scopes)
                : null;
        return path != null ? path : new NoFastPath(told, scopes);
    }

    /** What every scope is known to have. */
    List<Limit> told() {
        return told;
    }

    public boolean nothingTold() {
        return told.isEmpty();
    }

    /** Whose scopes they are. */
    Scopes scopes() {
        return scopes;
    }

    /** The word of a scope of which nothing is known yet. */
    abstract long fresh();

    /** The word after one more call of cost 1 has gone; {@link #SHUT} when it can not go now. */
    abstract long granted(long word, long now);

    /** The earliest time, not before {@code now}, at which a call could go if nobody else asked; a lower bound. */
    abstract long earliest(long word, long now);

    /** Whether {@link #earliest} is later than that. */
    abstract boolean tooLate(long word, long now, long deadline);

    /** The word after a call has been answered; the same where calls in flight are not counted. */
    long landed(long word, boolean accepted) {
        return word;
    }

    /**
     * The word after a call turned out not to have been counted by the server; the same when that changes nothing.
     *
     * @param age how long ago the call went; asked only where that matters, for it reads the clock
     */
    abstract long returned(long word, LongSupplier age);

    /** What a call counts among those in flight: 1, or 0 where they are not counted. */
    abstract int counted();

    /** Unpacks the word into the rules, which decide from now on under the lock of the scope. */
    abstract void unpack(long word, ScopeRules rules);

    /** Packs the rules into a word, which decides from now on, also of the call that was granted last. */
    abstract long pack(ScopeRules rules, long now);

    /** Whether the word holds nothing that a {@link #fresh} one would not. */
    abstract boolean free(long word, long now);

    /** The word of another scope, whose calls may be those that this word has let go. */
    long copied(long word) {
        return word;
    }

    /** How many calls are in flight; null where they are not counted. */
    @Nullable Long calls(long word) {
        return null;
    }

    /** How the told limit stands; null where none is told. */
    ScopeSnapshot.@Nullable LimitState limit(long word, long now) {
        return null;
    }
}
