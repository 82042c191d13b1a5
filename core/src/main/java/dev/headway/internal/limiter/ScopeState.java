package dev.headway.internal.limiter;

import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.WaitCause;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept of a scope which nothing holds: one word, changed without a lock by its {@link Lane}, so that a call which
 * nothing delays costs no object and no lock. As soon as a call has to wait, or an answer says anything of limits, the word is
 * shut and a {@link ScopeLimiter} decides, until it finds that nothing holds the scope any more.
 *
 * <p>It is also the permit of every call that passes so: such a call has nothing of its own.
 */
final class ScopeState implements Permit {

    private static final VarHandle WORD = wordHandle();

    private final Scope scope;
    private final LocalRateLimiter shared;
    private volatile long word;

    /** Once made it stays. */
    private volatile @Nullable ScopeLimiter limiter;

    ScopeState(Scope scope, LocalRateLimiter shared) {
        this.scope = scope;
        this.shared = shared;
        // A pause of the whole must hold its parts, which a word can not see.
        Lane lane = scope.whole() == null ? shared.lane() : null;
        word = lane == null ? Lane.SHUT : lane.fresh();
    }

    private static VarHandle wordHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(ScopeState.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    Permit acquire(int cost, long now, long deadline) {
        Lane lane = shared.lane();
        long before = word;
        while (before != Lane.SHUT && lane != null && cost == 1) {
            long after = lane.granted(before, now);
            if (after == Lane.SHUT) {
                return lane.earliest(before, now) > deadline
                        ? RefusedPermit.TOO_LATE
                        : limiter().acquire(cost, now, deadline);
            }
            if (WORD.compareAndSet(this, before, after)) {
                return this;
            }
            before = word;
        }
        return limiter().acquire(cost, now, deadline);
    }

    /** A lower bound of when a call that asked now would go. */
    long earliest(int cost, long now) {
        Lane lane = shared.lane();
        long known = word;
        return known == Lane.SHUT || lane == null || cost > 1
                ? limiter().earliestAtTheEnd(cost, now)
                : lane.earliest(known, now);
    }

    /** Who decides when the word is shut. */
    ScopeLimiter limiter() {
        ScopeLimiter made = limiter;
        return made != null ? made : inflated();
    }

    private synchronized ScopeLimiter inflated() {
        ScopeLimiter made = limiter;
        if (made == null) {
            made = new ScopeLimiter(scope, shared, this);
            limiter = made;
        }
        return made;
    }

    /** Takes the word out of everybody's hands; {@link Lane#SHUT} if it is. */
    long shut() {
        return word == Lane.SHUT ? Lane.SHUT : (long) WORD.getAndSet(this, Lane.SHUT);
    }

    /** Gives the word back; by him who has shut it. */
    void open(long next) {
        word = next;
    }

    // ---- the permit of a call that has passed

    @Override
    public Scope scope() {
        return scope;
    }

    @Override
    public State state() {
        return State.GRANTED;
    }

    @Override
    public CompletionStage<?> settled() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public WaitCause cause() {
        return WaitCause.PERMIT;
    }

    @Override
    public boolean answered(long sentAtNanos, Answer answer, RateLimitHint hint) {
        boolean says = answer == Answer.REFUSED || !hint.limits().isEmpty();
        if (!says && landed(answer == Answer.ACCEPTED)) {
            return false;
        }
        return limiter().passedAnswered(sentAtNanos, answer, hint);
    }

    private boolean landed(boolean accepted) {
        Lane lane = shared.lane();
        long before = word;
        while (before != Lane.SHUT && lane != null) {
            long after = lane.landed(before, accepted);
            if (after == before || WORD.compareAndSet(this, before, after)) {
                return true;
            }
            before = word;
        }
        return false;
    }

    @Override
    public void settle(long sentAtNanos, int cost) {
        if (cost != 1) {
            limiter().passedSettled(sentAtNanos, cost);
        }
    }

    @Override
    public void cancel(long sentAtNanos) {
        Lane lane = shared.lane();
        long before = word;
        while (before != Lane.SHUT && lane != null) {
            if (WORD.compareAndSet(this, before, lane.returned(before))) {
                return;
            }
            before = word;
        }
        limiter().passedCancelled(sentAtNanos);
    }

    @Override
    public boolean tryResend(int weight) {
        return limiter().tryResend(weight);
    }

    @Override
    public Permit renew(long sinceNanos, long nowNanos, long deadlineNanos) {
        return limiter().renew(1, sinceNanos, nowNanos, deadlineNanos);
    }

    @Override
    public long earliestRenewal(long nowNanos) {
        return limiter().earliestRenewal(1, nowNanos);
    }
}
