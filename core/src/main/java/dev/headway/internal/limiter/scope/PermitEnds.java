package dev.headway.internal.limiter.scope;

import dev.headway.Permit;
import dev.headway.RateLimitHint;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of permits after they were given: answered, adjusted to what their call cost, cancelled. First those of the lock, then
 * those of the fast path, which have nothing of their own.
 */
final class PermitEnds {

    private final ScopeLimiter here;

    PermitEnds(ScopeLimiter here) {
        this.here = here;
    }

    /** As {@link #whereItCounts}, but without an object. */
    boolean answered(LocalPermit permit, long sentAt, Permit.Answer answer, RateLimitHint hint) {
        ScopeLimiter elsewhere;
        boolean paced;
        List<Runnable> toTell;
        synchronized (here.lock) {
            elsewhere = here.life().heir();
            paced = elsewhere == null && landed(permit, sentAt, answer, hint);
            toTell = here.outbox.take();
        }
        Outbox.tell(toTell);
        return elsewhere == null ? paced : elsewhere.ends().answered(permit, sentAt, answer, hint);
    }

    private boolean landed(LocalPermit permit, long sentAt, Permit.Answer answer, RateLimitHint hint) {
        here.takeOver();
        if (!permit.ends(Permit.State.ANSWERED)) {
            return false;
        }
        here.rules.inFlight().landed(permit.cost);
        long grantedAt = permit.grantedAt(sentAt);
        if (permit.late() > 0) {
            // What was refused is taken out where it was granted.
            long at =
                    answer == Permit.Answer.REFUSED ? grantedAt : here.shared().now();
            here.rules.arrived(grantedAt, at, permit.late());
        }
        return here.heard(grantedAt, permit.cost, answer, hint);
    }

    void adjusted(LocalPermit permit, long sentAt, int actual) {
        whereItCounts(at -> at.ends().adjustedHere(permit, permit.grantedAt(sentAt), actual - permit.cost));
    }

    private void adjustedHere(LocalPermit permit, long grantedAt, int more) {
        if (more < 0 && permit.late() > 0 && permit.cost == 1 && permit instanceof Grant) {
            // It is the permit of many, so nobody could tell that this one has been moved already: it stays charged.
            return;
        }
        int less = Math.min(permit.late(), -more);
        if (less > 0) {
            here.rules.arrived(grantedAt, grantedAt, less);
            permit.lateLess(less);
        }
        here.rules.adjusted(grantedAt, more);
    }

    /** The call of a permit that was waited for goes only now. */
    void departed(WaitingPermit permit, long now) {
        whereItCounts(at -> {
            if (permit.state() == Permit.State.GRANTED) {
                at.rules.departed(now);
            }
        });
    }

    void cancelled(LocalPermit permit, long sentAt) {
        whereItCounts(at -> at.ends().givenBack(permit, sentAt));
    }

    private void givenBack(LocalPermit permit, long sentAt) {
        if (permit.ends(Permit.State.CANCELLED)) {
            here.rules.inFlight().landed(permit.cost);
            long grantedAt = permit.grantedAt(sentAt);
            if (permit.late() > 0) {
                here.rules.arrived(grantedAt, grantedAt, permit.late());
            }
            here.rules.notCounted(grantedAt, permit.cost);
        } else if ((permit instanceof WaitingPermit waiting) && waiting.state() == Permit.State.PENDING) {
            here.line.leave(waiting);
        } else {
            return;
        }
        here.line.pump(here.shared().now());
    }

    /** Does what a permit of this scope asks for where it counts: here, or in what this is one with now. Then tells others. */
    private void whereItCounts(Consumer<ScopeLimiter> change) {
        ScopeLimiter elsewhere;
        @Nullable List<Runnable> toTell = null;
        synchronized (here.lock) {
            elsewhere = here.life().heir();
            if (elsewhere == null) {
                here.takeOver();
                change.accept(here);
                toTell = here.outbox.take();
            }
        }
        Outbox.tell(toTell);
        if (elsewhere != null) {
            elsewhere.ends().whereItCounts(change);
        }
    }

    // ---- of calls that went by the fast path

    /**
     * A call is answered.
     *
     * @param cost what is counted of it here: 1, or 0 where its scope was forgotten meanwhile
     */
    boolean fastPathAnswered(int cost, long sentAt, Permit.Answer answer, RateLimitHint hint) {
        boolean late;
        boolean paced = false;
        @Nullable List<Runnable> toTell = null;
        synchronized (here.lock) {
            late = here.life().forgotten();
            if (!late) {
                here.takeOver();
                if (cost > 0) {
                    here.rules.inFlight().landed(here.fastPath().counted());
                }
                paced = here.heard(sentAt, cost, answer, hint);
                toTell = here.outbox.take();
            }
        }
        Outbox.tell(toTell);
        boolean says = answer == Permit.Answer.REFUSED || !hint.limits().isEmpty();
        return (late && says)
                ? here.atPresent(limiter -> limiter.ends().fastPathAnswered(0, sentAt, answer, hint))
                : paced;
    }

    /** A call has taken another cost than 1. */
    void fastPathAdjusted(long sentAt, int actual) {
        synchronized (here.lock) {
            if (!here.life().forgotten()) {
                here.takeOver();
                here.rules.adjusted(sentAt, actual - 1);
                return;
            }
        }
        // What was forgotten is not given back.
        if (actual > 1) {
            var unused = here.atPresent(limiter -> {
                limiter.ends().fastPathAdjusted(sentAt, actual);
                return limiter;
            });
        }
    }

    /** The server can not have counted a call. */
    void fastPathCancelled(long sentAt) {
        List<Runnable> toTell;
        synchronized (here.lock) {
            if (here.life().forgotten()) {
                // It was not counted any more.
                return;
            }
            here.takeOver();
            here.rules.inFlight().landed(here.fastPath().counted());
            here.rules.notCounted(sentAt, 1);
            here.line.pump(here.shared().now());
            toTell = here.outbox.take();
        }
        Outbox.tell(toTell);
    }
}
