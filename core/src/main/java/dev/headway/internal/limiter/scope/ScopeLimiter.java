package dev.headway.internal.limiter.scope;

import dev.headway.LimitHint;
import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.RateLimiter;
import dev.headway.Scope;
import dev.headway.ScopeSnapshot;
import dev.headway.internal.limiter.decide.Answers;
import dev.headway.internal.limiter.decide.News;
import dev.headway.internal.limiter.decide.RuleChanges;
import dev.headway.internal.limiter.decide.RulesView;
import dev.headway.internal.limiter.decide.ScopeRules;
import dev.headway.internal.limiter.decide.Shared;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The lock of one scope, and who decides when its word is shut: the {@link WaitingLine} in front of the {@link ScopeRules}. Everything
 * here happens under the lock, and begins by taking the word over. How permits end is {@link PermitEnds}, how the scope
 * itself comes and goes {@link ScopeLife}.
 */
public final class ScopeLimiter implements News {

    private final Scope scope;
    private final Scopes scopes;
    private final Shared shared;
    final ScopeState state;
    /** Of what this is a part; a pause of that is one of this. */
    final @Nullable ScopeLimiter whole;

    final Object lock = new Object();
    final ScopeRules rules;
    final Answers answers;
    final Outbox outbox;
    final WaitingLine line;
    private final PermitEnds ends = new PermitEnds(this);
    private final ScopeLife life;

    /** Of what is told now; that of its word is of what was told when the state was made. */
    private FastPath current;

    /** What is granted at once, at the usual cost. */
    private final Grant grant = new Grant(this, 1, false);

    /** The same, of calls that may leave late. */
    private final Grant lateGrant = new Grant(this, 1, true);

    ScopeLimiter(ScopeState state, @Nullable ScopeLimiter whole) {
        this.scope = state.scope();
        this.scopes = state.fastPath().scopes();
        this.shared = scopes.shared();
        this.state = state;
        this.whole = whole;
        current = state.fastPath();
        rules = new ScopeRules(current.told(), shared, whole == null ? null : whole.rules);
        answers = new Answers(rules, shared, this);
        outbox = new Outbox(scope, shared.events());
        line = new WaitingLine(this, shared, rules, outbox);
        life = new ScopeLife(this, state.gone());
    }

    Scope scope() {
        return scope;
    }

    Scopes scopes() {
        return scopes;
    }

    Shared shared() {
        return shared;
    }

    PermitEnds ends() {
        return ends;
    }

    public ScopeLife life() {
        return life;
    }

    // ---- asking

    /** Null where this was forgotten, or may be because other limits are told now, so that a new word can be made. */
    @Nullable Permit acquire(int cost, int priority, long now, long deadline) {
        Permit permit;
        List<Runnable> toTell;
        synchronized (lock) {
            if (life.forgotten() || mayBeMadeAnew(now)) {
                return null;
            }
            takeOver();
            rules.budget().called(now);
            permit = line.enter(cost, priority, now, false, now, deadline);
            if (permit.equals(grant) && fitsWord(now)) {
                handBack(now);
                permit = state;
            }
            toTell = outbox.take();
        }
        Outbox.tell(toTell);
        return permit;
    }

    private boolean mayBeMadeAnew(long now) {
        return !current.equals(state.fastPath()) && !scopes.isOverflow(state) && life.holdsNothing(now);
    }

    /** Asks to send again; null where this was forgotten. */
    public @Nullable Permit renew(int cost, int priority, long sinceNanos, long nowNanos, long deadlineNanos) {
        long since = shared.scaled(sinceNanos);
        Permit permit;
        List<Runnable> toTell;
        synchronized (lock) {
            if (life.forgotten()) {
                return null;
            }
            takeOver();
            permit = line.enter(cost, priority, since, true, shared.scaled(nowNanos), shared.scaled(deadlineNanos));
            toTell = outbox.take();
        }
        Outbox.tell(toTell);
        return permit;
    }

    /** A call that was sent with another scope's permit; null where this was forgotten. */
    public @Nullable Permit adopt(int cost, long now) {
        synchronized (lock) {
            if (life.forgotten()) {
                return null;
            }
            takeOver();
            rules.charge(cost, now);
            return grantOf(cost, false);
        }
    }

    Grant grantOf(int cost, boolean late) {
        if (cost > 1) {
            return new Grant(this, cost, late);
        }
        return late ? lateGrant : grant;
    }

    public long earliestRenewal(int cost, long nowNanos) {
        return ask(at -> shared.unscaled(at.rules.estimate(shared.scaled(nowNanos), 0, cost)));
    }

    /** When a call that asked now would go, if all that wait went as soon as they may; a lower bound. */
    public long earliestAtTheEnd(int cost, long now) {
        return ask(at -> at.rules.estimate(now, at.line.costBefore(RateLimiter.NORMAL_PRIORITY), cost));
    }

    public boolean tryResend(int weight) {
        return ask(at -> at.rules.budget().trySpend(weight, shared.now()));
    }

    /** Asks this, or who has the scope now if this was forgotten. */
    private <T> T ask(Function<ScopeLimiter, T> question) {
        synchronized (lock) {
            if (!life.forgotten()) {
                takeOver();
                return question.apply(this);
            }
        }
        return atPresent(limiter -> limiter.ask(question));
    }

    <T> T atPresent(Function<ScopeLimiter, T> question) {
        return scopes.atPresent(life.present(), question);
    }

    /** The timer of the head has run. */
    void tick() {
        List<Runnable> toTell;
        synchronized (lock) {
            takeOver();
            line.rang();
            line.pump(shared.now());
            toTell = outbox.take();
        }
        Outbox.tell(toTell);
    }

    // ---- answers

    /** Under the lock. Whether the moment of the next attempt is known. */
    boolean heard(long sentAt, int cost, Permit.Answer answer, RateLimitHint hint) {
        boolean paced = answers.heard(sentAt, cost, answer, hint, line.isEmpty());
        if (!line.isEmpty() || line.timed()) {
            line.pump(shared.now());
        }
        return paced;
    }

    @Override
    public void learned(LimitHint limit) {
        outbox.learned(limit);
    }

    @Override
    public void paused(long until, long now) {
        outbox.gateClosed(until - now);
        line.refuseHopeless((ahead, cost) -> until);
    }

    /** A call of this or of a part goes, so no gate holds it. */
    void goes(long now, Outbox teller) {
        if (outbox.gateShut()) {
            // Of a part's call this may be closed again meanwhile.
            synchronized (lock) {
                if (rules.closedUntil() <= now) {
                    outbox.gateOpened(teller);
                }
            }
        }
        if (whole != null) {
            whole.goes(now, teller);
        }
    }

    // ---- the word

    FastPath fastPath() {
        return state.fastPath();
    }

    /** Begins everything that happens under the lock: shuts the word, and the rules go on from what it said. */
    void takeOver() {
        long word = state.shut();
        if (word != FastPath.SHUT) {
            fastPath().unpack(word, rules);
        }
    }

    /** Whether nothing holds the scope but what a word can say. */
    private boolean fitsWord(long now) {
        return current.equals(state.fastPath())
                && current.fresh() != FastPath.SHUT
                && whole == null
                && line.isEmpty()
                && rules.fitWord(now);
    }

    /** The word decides again, also of the call that was granted last. */
    private void handBack(long now) {
        state.publish(fastPath().pack(rules, now));
    }

    // ---- what users say

    /** Other limits are told from now on; what was sent counts for them as well. Returns what is to be told others. */
    public List<Runnable> change(FastPath next) {
        synchronized (lock) {
            takeOver();
            long now = shared.now();
            current = next;
            new RuleChanges(rules, shared).to(next.told(), now);
            line.refuseHopeless((ahead, cost) -> rules.estimate(now, ahead, (int) cost));
            line.pump(now);
            return Objects.requireNonNullElse(outbox.take(), List.of());
        }
    }

    /** A user says what the limit is now; believed as if it had been learned. */
    public void hint(long size, double ratePerSecond) {
        List<Runnable> toTell;
        synchronized (lock) {
            if (life.forgotten() || !answers.hinted(size, ratePerSecond, shared.now())) {
                return;
            }
            line.pump(shared.now());
            toTell = outbox.take();
        }
        Outbox.tell(toTell);
    }

    FastPath current() {
        return current;
    }

    /** How it stands, without a change: null where it was forgotten. */
    @Nullable ScopeSnapshot snapshot(long now, Instant instant) {
        synchronized (lock) {
            if (life.forgotten()) {
                return null;
            }
            long budget = rules.budget().remaining(now);
            Answers.Refused refused = answers.lastRefusal();
            ScopeSnapshot.Refusal refusal = refused == null
                    ? null
                    : new ScopeSnapshot.Refusal(instant.minusNanos(now - refused.at()), refused.retryAfter());
            // Under the lock it is not shut, nor opened.
            long word = state.word();
            if (word > FastPath.GONE) {
                return state.snapshot(word, now, budget, refusal);
            }
            ScopeSnapshot.Gate gate = RulesView.gate(rules, now);
            boolean closed = gate == ScopeSnapshot.Gate.CLOSED;
            return new ScopeSnapshot(
                    scope,
                    RulesView.limits(rules, now),
                    line.size(),
                    fastPath().counted() > 0 ? rules.inFlight().calls() : null,
                    gate,
                    closed ? instant.plusNanos(rules.closedUntil() - now) : null,
                    budget,
                    refusal);
        }
    }
}
