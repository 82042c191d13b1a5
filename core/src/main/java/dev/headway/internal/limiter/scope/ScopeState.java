package dev.headway.internal.limiter.scope;

import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.ScopeSnapshot;
import dev.headway.WaitCause;
import dev.headway.internal.limiter.decide.Shared;
import dev.headway.internal.limiter.rules.RetryBudget;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept of a scope which nothing holds: one word, changed without a lock as its {@link FastPath} says, so that a call
 * which nothing delays costs no object and no lock. As soon as a call has to wait, or an answer says anything of limits, the word is
 * shut and a {@link ScopeLimiter} decides, until it finds that nothing holds the scope any more.
 *
 * <p>It is also the permit of every call that goes so: such a call has nothing of its own.
 */
public final class ScopeState implements Permit {

    private static final VarHandle WORD = wordHandle();

    private final Scope scope;
    /** Of what was told when it was made: its word has no other, whatever is told later. */
    private final FastPath fastPath;

    private volatile long word;

    /** Once made it stays. */
    private volatile @Nullable ScopeLimiter limiter;

    public ScopeState(Scope scope, FastPath fastPath) {
        this.scope = scope;
        this.fastPath = fastPath;
        word = fastPath.fresh();
    }

    /** Of a part: a pause of the whole must hold it, which a word can not see. */
    public ScopeState(Scope scope, FastPath fastPath, ScopeLimiter whole) {
        this.scope = scope;
        this.fastPath = fastPath;
        word = FastPath.SHUT;
        limiter = new ScopeLimiter(this, whole);
    }

    private static VarHandle wordHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(ScopeState.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Asks for a permit.
     *
     * @param current of what is told now; where it is not that of this state, the lock decides
     */
    @SuppressWarnings("ReferenceEquality") // equals() says the same, and takes three nanoseconds
    public Permit acquire(FastPath current, int cost, int priority, long now, long deadline) {
        if (cost != 1 || current != fastPath) {
            return slowPath(cost, priority, now, deadline);
        }
        long before = word;
        while (before > FastPath.GONE) {
            long after = current.granted(before, now);
            if (after == FastPath.SHUT) {
                return current.tooLate(before, now, deadline)
                        ? RefusedPermit.TOO_LATE
                        : slowPath(cost, priority, now, deadline);
            }
            if (WORD.compareAndSet(this, before, after)) {
                return this;
            }
            before = word;
        }
        return slowPath(cost, priority, now, deadline);
    }

    private Permit slowPath(int cost, int priority, long now, long deadline) {
        Permit permit = word == FastPath.GONE ? null : limiter().acquire(cost, priority, now, deadline);
        return permit != null ? permit : fastPath.scopes().acquireAnew(scope, cost, priority, now, deadline);
    }

    /** Lets a part be one with its whole; false for what is none. */
    public boolean dissolved() {
        if (scope.whole() == null) {
            return false;
        }
        limiter().life().dissolve();
        return true;
    }

    public FastPath fastPath() {
        return fastPath;
    }

    /** A lower bound of when a call that asked now would go. */
    public long earliest(int cost, long now) {
        long known = word;
        return known <= FastPath.GONE || cost > 1
                ? limiter().earliestAtTheEnd(cost, now)
                : fastPath.earliest(known, now);
    }

    /** Who decides when the word is shut. */
    public ScopeLimiter limiter() {
        ScopeLimiter made = limiter;
        return made != null ? made : inflated();
    }

    private synchronized ScopeLimiter inflated() {
        ScopeLimiter made = limiter;
        if (made == null) {
            made = new ScopeLimiter(this, null);
            limiter = made;
        }
        return made;
    }

    /** Takes the word out of everybody's hands; {@link FastPath#SHUT} if it is. */
    long shut() {
        return word <= FastPath.GONE ? FastPath.SHUT : (long) WORD.getAndSet(this, FastPath.SHUT);
    }

    /** Whether the word decides. */
    public boolean isOpen() {
        return word > FastPath.GONE;
    }

    /** Whether the state was forgotten before anybody asked for its lock. */
    boolean gone() {
        return word == FastPath.GONE;
    }

    /**
     * Forgets the scope if it holds nothing. Then who has this state in hand looks the scope up again. Under the lock of all
     * scopes, after which others must be told what is added to the list.
     */
    public synchronized boolean forget(long now, List<Runnable> toTell) {
        ScopeLimiter made = limiter;
        return made != null ? made.life().forget(now, toTell) : forgetWord(now);
    }

    /** Another is there instead, and nobody asks here any more. Others must be told what is added to the list. */
    public void ended(List<Runnable> toTell) {
        ScopeLimiter made = limiter;
        if (made != null) {
            made.life().ended(toTell);
        }
    }

    /** Forgets what only the word knows; under whatever lock there is. */
    boolean forgetWord(long now) {
        long before = word;
        while (before != FastPath.GONE && fastPath.free(before, now)) {
            if (WORD.compareAndSet(this, before, FastPath.GONE)) {
                return true;
            }
            before = word;
        }
        return false;
    }

    /** Whether it knows nothing that a new one would not. */
    public boolean free(long now) {
        long known = word;
        if (known > FastPath.GONE) {
            return fastPath.free(known, now);
        }
        ScopeLimiter made = limiter;
        return made == null || made.life().free(now);
    }

    /** Begins with what the other knows: its calls may be those of this scope. Before anybody else has this state. */
    public void beginAs(ScopeState other) {
        long known = other.word;
        if (known > FastPath.GONE && fastPath.equals(other.fastPath)) {
            publish(fastPath.copied(known));
        } else {
            limiter().life().beginAs(other.limiter());
        }
    }

    /** How it stands; null where it is forgotten. */
    public @Nullable ScopeSnapshot snapshot(long now, Instant instant) {
        ScopeLimiter made = limiter;
        long known = word;
        if (made == null && known > FastPath.GONE) {
            return snapshot(known, now, RetryBudget.FLOOR, null);
        }
        return known == FastPath.GONE ? null : limiter().snapshot(now, instant);
    }

    /** How it stands where the word decides. */
    ScopeSnapshot snapshot(long known, long now, long budget, ScopeSnapshot.@Nullable Refusal refusal) {
        ScopeSnapshot.LimitState limit = fastPath.limit(known, now);
        return new ScopeSnapshot(
                scope,
                limit == null ? List.of() : List.of(limit),
                0,
                fastPath.calls(known),
                ScopeSnapshot.Gate.OPEN,
                null,
                budget,
                refusal);
    }

    private Shared shared() {
        return fastPath.scopes().shared();
    }

    /** The word as it is. */
    long word() {
        return word;
    }

    /** Opens the word again; by him who has shut it. */
    void publish(long next) {
        word = next;
    }

    // ---- the permit of every call that went by the fast path

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
        return limiter().ends().fastPathAnswered(1, shared().scaled(sentAtNanos), answer, hint);
    }

    private boolean landed(boolean accepted) {
        long before = word;
        while (before > FastPath.GONE) {
            long after = fastPath.landed(before, accepted);
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
            limiter().ends().fastPathAdjusted(shared().scaled(sentAtNanos), cost);
        }
    }

    @Override
    public void cancel(long sentAtNanos) {
        long sentAt = shared().scaled(sentAtNanos);
        LongSupplier age = () -> shared().now() - sentAt;
        long before = word;
        while (before > FastPath.GONE) {
            if (WORD.compareAndSet(this, before, fastPath.returned(before, age))) {
                return;
            }
            before = word;
        }
        limiter().ends().fastPathCancelled(sentAt);
    }

    @Override
    public boolean tryResend(int weight) {
        return limiter().tryResend(weight);
    }

    @Override
    public Permit renew(int priority, long sinceNanos, long nowNanos, long deadlineNanos) {
        Permit permit = limiter().renew(1, priority, sinceNanos, nowNanos, deadlineNanos);
        return permit != null
                ? permit
                : fastPath.scopes().renew(scope, 1, priority, sinceNanos, nowNanos, deadlineNanos);
    }

    @Override
    public long earliestRenewal(long nowNanos) {
        return limiter().earliestRenewal(1, nowNanos);
    }
}
