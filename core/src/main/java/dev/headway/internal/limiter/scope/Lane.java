package dev.headway.internal.limiter.scope;

import dev.headway.ScopeSnapshot;
import dev.headway.internal.limiter.decide.ScopeRules;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What holds a call in a scope where nothing else does, kept in one word of {@link ScopeState} that is changed without a lock.
 * One lane serves all scopes of a limiter that were made since limits were {@link Told}.
 */
interface Lane {

    /** No word: the scope's lock decides. */
    long SHUT = Long.MIN_VALUE;

    /** Not even that: the state was forgotten, and the scope has to be looked up again. Every word is greater. */
    long GONE = SHUT + 1;

    /** The word of a scope of which nothing is known yet. */
    long fresh();

    /** The word after one more call of cost 1 has gone; {@link #SHUT} when it can not go now. */
    long granted(long word, long now);

    /** The earliest time, not before {@code now}, at which a call could go if nobody else asked; a lower bound. */
    long earliest(long word, long now);

    /** Whether {@link #earliest} is later than that. */
    boolean tooLate(long word, long now, long deadline);

    /** The word after a call has been answered; the same when that changes nothing. */
    long landed(long word, boolean accepted);

    /** What a call that has passed counts among those in flight. */
    int counted();

    /** Unpacks the word into the rules, which decide from now on under the lock of the scope. */
    void unpack(long word, ScopeRules rules);

    /** Packs the rules into a word, which decides from now on; the call that went last is one that it has let pass. */
    long pack(ScopeRules rules, long now);

    /** How many calls are in flight; null where they are not counted. */
    @Nullable Long calls(long word);

    /** How the told limit stands; null where none is told. */
    ScopeSnapshot.@Nullable LimitState limit(long word, long now);

    /** Whether the word holds nothing that a {@link #fresh} one would not. */
    boolean free(long word, long now);

    /** The word of another scope, whose calls may be those that this word has let pass. */
    long copied(long word);

    /**
     * The word after a call turned out not to have been counted by the server; the same when that changes nothing.
     *
     * @param age how long ago the call went; asked only where that matters, for it reads the clock
     */
    long returned(long word, LongSupplier age);
}
