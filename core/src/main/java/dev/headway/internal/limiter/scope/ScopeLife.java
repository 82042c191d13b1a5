package dev.headway.internal.limiter.scope;

import dev.headway.Scope;
import dev.headway.internal.limiter.decide.RuleChanges;
import dev.headway.internal.limiter.decide.ScopeRules;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a scope comes and goes: it is forgotten when it holds nothing, begins with what another knows, and a part may become one with
 * its whole. Called under the lock of all scopes, and works under that of its own.
 */
public final class ScopeLife {

    private final ScopeLimiter here;

    /** Whoever comes here has to look the scope up again. */
    private boolean forgotten;

    /** What this is one with now, if it was a part and is none any more. */
    private @Nullable ScopeLimiter heir;

    /** How many scopes are a part of this one, which then is not forgotten. */
    private int parts;

    ScopeLife(ScopeLimiter here, boolean forgotten) {
        this.here = here;
        this.forgotten = forgotten;
    }

    /** Under the scope's lock. */
    boolean forgotten() {
        return forgotten;
    }

    @Nullable ScopeLimiter heir() {
        return heir;
    }

    public void partCame() {
        synchronized (here.lock) {
            parts++;
        }
    }

    public void partWent() {
        synchronized (here.lock) {
            parts--;
        }
    }

    /** Whether it held nothing, so that it is forgotten now. What others must hear then is added to the list. */
    boolean forget(long now, List<Runnable> toTell) {
        synchronized (here.lock) {
            if (forgotten) {
                return false;
            }
            if (here.state.isOpen()) {
                // The word knows all, but parts, and flights that it does not count.
                boolean flights =
                        here.fastPath().counted() == 0 && here.rules.inFlight().calls() > 0;
                forgotten = parts == 0 && !flights && here.state.forgetWord(now);
            } else {
                forgotten = holdsNothing(now);
            }
            if (forgotten && here.whole != null) {
                here.whole.life().partWent();
            }
            if (forgotten) {
                ended(toTell);
            }
            return forgotten;
        }
    }

    /** Nobody asks here any more. */
    void ended(List<Runnable> toTell) {
        synchronized (here.lock) {
            here.outbox.gateOpened(here.outbox);
            toTell.addAll(Objects.requireNonNullElse(here.outbox.take(), List.of()));
        }
    }

    /** Under the scope's lock. */
    boolean holdsNothing(long now) {
        return parts == 0 && here.line.isEmpty() && here.rules.holdNothing(now);
    }

    /** Whether this, which the word does not speak for, holds nothing. */
    boolean free(long now) {
        synchronized (here.lock) {
            return !here.state.isOpen() && holdsNothing(now);
        }
    }

    /** Whether all that is known here can be known in another place as well. */
    public boolean copyable(long now) {
        synchronized (here.lock) {
            return here.rules.noFormer(now);
        }
    }

    /** Begins with what the other knows, except for what its answers have taught: there one call looks, when the other's could. */
    void beginAs(ScopeLimiter other) {
        synchronized (here.lock) {
            here.takeOver();
            synchronized (other.lock) {
                other.takeOver();
                changes(here.rules)
                        .beginAs(
                                other.rules,
                                here.current().told(),
                                here.shared().now());
            }
        }
    }

    /** A part is no scope of its own any more: its gate, its waiters and what it has in flight are those of the whole. */
    void dissolve() {
        ScopeLimiter into = root(here);
        synchronized (here.lock) {
            here.takeOver();
            forgotten = true;
            heir = into;
            Objects.requireNonNull(here.whole, "whole").life().partWent();
            synchronized (into.lock) {
                into.takeOver();
                long now = here.shared().now();
                long before = Math.max(now, into.rules.closedUntil());
                changes(into.rules).takeIn(here.rules);
                into.line.takeIn(here.line);
                if (into.rules.closedUntil() > before) {
                    into.outbox.gateClosed(into.rules.closedUntil() - now);
                }
                here.outbox.gateOpened(into.outbox);
            }
        }
    }

    private RuleChanges changes(ScopeRules rules) {
        return new RuleChanges(rules, here.shared());
    }

    private static ScopeLimiter root(ScopeLimiter part) {
        return part.whole == null ? part : root(part.whole);
    }

    /** Where a call that came here goes now. */
    Scope present() {
        synchronized (here.lock) {
            return heir == null ? here.scope() : heir.scope();
        }
    }
}
