package dev.headway.internal.limiter.scope;

import dev.headway.Permit;
import dev.headway.Scope;
import dev.headway.internal.limiter.decide.Shared;
import java.util.function.Function;

/** Where each scope is now: whoever has one in hand that was forgotten meanwhile asks here. */
public interface Scopes {

    Shared shared();

    /** Asks for a permit where the scope is now. */
    Permit acquireAnew(Scope scope, int cost, int priority, long now, long deadline);

    /** Asks for a permit to send again, where the scope is now. */
    Permit renew(Scope scope, int cost, int priority, long sinceNanos, long nowNanos, long deadlineNanos);

    <T> T atPresent(Scope scope, Function<ScopeLimiter, T> question);

    /** Whether it is what all scopes share for which there is no room, and which is never forgotten. */
    boolean isOverflow(ScopeState state);
}
