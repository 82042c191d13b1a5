package dev.headway.internal.limiter;

import dev.headway.Scope;
import dev.headway.internal.limiter.decide.Shared;
import dev.headway.internal.limiter.scope.FastPath;
import dev.headway.internal.limiter.scope.ScopeLimiter;
import dev.headway.internal.limiter.scope.ScopeState;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which scopes are kept: makes them, bounds their number, and forgets those that hold nothing, so that memory is bounded and nobody
 * escapes a closed gate. Under the lock of all scopes; only what is looked up is read without.
 */
final class ScopeTable {

    /** So many are looked at, one after the other, when one more comes than there is room for. */
    private static final int LOOKS = 16;

    private final ConcurrentHashMap<Scope, ScopeState> scopes;
    private final Overflow overflow;
    private final int most;
    private final Shared shared;

    /** What others must hear when the lock is free. */
    private final List<Runnable> news;

    // How many there are, and where to look next for one that may go.
    private int kept;
    private Iterator<ScopeState> hand = Collections.emptyIterator();

    ScopeTable(
            ConcurrentHashMap<Scope, ScopeState> scopes,
            Overflow overflow,
            int most,
            Shared shared,
            List<Runnable> news) {
        this.scopes = scopes;
        this.overflow = overflow;
        this.most = most;
        this.shared = shared;
        this.news = news;
    }

    /** The state of the scope, or of its whole where that is not divided; null where it shares the {@link Overflow}. */
    @Nullable ScopeState own(Scope scope, FastPath current) {
        Scope whole = scope.whole();
        ScopeState known = scopes.get(scope);
        if (known != null && !known.fastPath().equals(current) && forget(known)) {
            known = null;
        }
        if (known != null) {
            return known;
        }
        return whole != null ? part(scope, current, own(whole, current)) : newcomer(scope, current);
    }

    private @Nullable ScopeState newcomer(Scope scope, FastPath current) {
        ScopeState others = overflow.state();
        long now = shared.now();
        boolean nothingThere = others.free(now);
        if (overflow.has(scope) || !(nothingThere || others.limiter().life().copyable(now)) || !room()) {
            return null;
        }
        ScopeState state = new ScopeState(scope, current);
        if (!nothingThere) {
            // Its calls may have been there.
            state.beginAs(others);
        }
        return kept(state);
    }

    /** A part for which there is no room goes with its whole. */
    private @Nullable ScopeState part(Scope scope, FastPath current, @Nullable ScopeState whole) {
        if (whole == null) {
            return null;
        }
        ScopeLimiter containing = whole.limiter();
        containing.life().partCame();
        if (room()) {
            return kept(new ScopeState(scope, current, containing));
        }
        containing.life().partWent();
        return whole;
    }

    private ScopeState kept(ScopeState state) {
        scopes.put(state.scope(), state);
        kept++;
        return state;
    }

    /** Whether one more may be kept; if need be another is forgotten, which holds nothing. */
    private boolean room() {
        for (int looks = 0; kept >= most && looks < LOOKS; looks++) {
            if (!hand.hasNext()) {
                hand = scopes.values().iterator();
            }
            forget(hand.next());
        }
        return kept < most;
    }

    private boolean forget(ScopeState state) {
        if (!state.forget(shared.now(), news)) {
            return false;
        }
        scopes.remove(state.scope(), state);
        kept--;
        return true;
    }

    /**
     * Other limits are told.
     *
     * @param dissolve whether parts are none any more
     * @param forget whether what holds nothing knows no more than a new one
     */
    void change(boolean dissolve, boolean forget) {
        long now = shared.now();
        scopes.values().removeIf(state -> (dissolve && state.dissolved()) || (forget && state.forget(now, news)));
        kept = scopes.size();
    }
}
