package dev.headway.internal.limiter;

import dev.headway.Permit;
import dev.headway.Scope;
import dev.headway.internal.limiter.scope.FastPath;
import dev.headway.internal.limiter.scope.ScopeState;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What all scopes beyond the bound share, while none of those within it may be forgotten: one state, as if they were one scope. So
 * memory stays bounded, and nobody gets more than he may.
 *
 * <p>A scope that has a call waiting or on its way here stays here with the rest of its calls, even if there is room: so they keep
 * their order, each answer is heard where it counts, and when it leaves it takes along what is known here.
 */
final class Overflow {

    private static final Scope OTHERS = Scope.of("(scopes beyond the bound)");

    private final LocalRateLimiter limiter;
    private volatile ScopeState state;

    /** How many calls of a scope are here. Entered under the lock of the {@link LocalRateLimiter}, left without. */
    private final ConcurrentHashMap<Scope, Integer> calls = new ConcurrentHashMap<>();

    /** What others must hear when the lock of the limiter is free. */
    private final List<Runnable> news;

    Overflow(LocalRateLimiter limiter, FastPath current, List<Runnable> news) {
        this.limiter = limiter;
        this.news = news;
        this.state = new ScopeState(OTHERS, current);
    }

    LocalRateLimiter limiter() {
        return limiter;
    }

    ScopeState state() {
        return state;
    }

    /** Other limits are told. Under the lock of the limiter. */
    void change(FastPath next, long now) {
        if (!madeAnew(next, now)) {
            news.addAll(state.limiter().change(next));
        }
    }

    private boolean madeAnew(FastPath next, long now) {
        boolean free = calls.isEmpty() && state.free(now);
        if (free) {
            state.ended(news);
            state = new ScopeState(OTHERS, next);
        }
        return free;
    }

    boolean has(Scope scope) {
        return calls.containsKey(root(scope));
    }

    int size() {
        return calls.size();
    }

    /** A call comes; whoever says so must see to it that it leaves. Under the lock of the limiter. */
    void enter(Scope scope, FastPath current, long now) {
        if (!state.fastPath().equals(current)) {
            madeAnew(current, now);
        }
        calls.merge(root(scope), 1, Integer::sum);
    }

    void leave(Scope scope) {
        calls.computeIfPresent(root(scope), (key, count) -> count == 1 ? null : count - 1);
    }

    /** Of a call that has entered. */
    Permit acquire(Scope scope, int cost, int priority, long now, long deadline) {
        ScopeState shared = state;
        return entered(scope, cost, shared.acquire(shared.fastPath(), cost, priority, now, deadline));
    }

    /** Of a call that has entered. */
    Permit renew(Scope scope, int cost, int priority, long sinceNanos, long nowNanos, long deadlineNanos) {
        return entered(scope, cost, here(state.limiter().renew(cost, priority, sinceNanos, nowNanos, deadlineNanos)));
    }

    /** Of a call that has entered. */
    Permit adopt(Scope scope, int cost, long now) {
        return entered(scope, cost, here(state.limiter().adopt(cost, now)));
    }

    private Permit entered(Scope scope, int cost, Permit permit) {
        Permit.State decided = permit.state();
        if (decided != Permit.State.GRANTED && decided != Permit.State.PENDING) {
            leave(scope);
            return permit;
        }
        return new OverflowPermit(this, scope, cost, permit);
    }

    private static Permit here(@Nullable Permit permit) {
        return Objects.requireNonNull(permit, "never forgotten");
    }

    /** A part is told apart only where its whole is. */
    private static Scope root(Scope scope) {
        Scope whole = scope.whole();
        return whole == null ? scope : root(whole);
    }
}
