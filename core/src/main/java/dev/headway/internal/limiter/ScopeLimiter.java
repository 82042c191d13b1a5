package dev.headway.internal.limiter;

import dev.headway.HeadwayListener;
import dev.headway.LimitHint;
import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.RateLimiter;
import dev.headway.Scope;
import dev.headway.ScopeSnapshot;
import dev.headway.WaitCause;
import dev.headway.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one scope, in front of its {@link ScopeRules}; how it comes and goes, and how its word changes hands. Everything
 * happens under its lock; what others are told, after it.
 */
final class ScopeLimiter implements ScopeRules.News {

    private final Scope scope;
    /** Of what this is a part; a pause of that is one of this. */
    private final @Nullable ScopeLimiter whole;

    private final LocalRateLimiter shared;
    private final ScopeState state;
    /** What is told now; its word is of what was told when it was made. */
    private Told known;

    private final Object lock = new Object();

    private final PermitQueue queue = new PermitQueue();
    private final ScopeRules rules;

    /** What is granted at once, at the usual cost. */
    private final Grant grant = new Grant(this, 1);

    /** Whoever comes here has to look the scope up again. */
    private boolean forgotten;

    /** What this is one with now, if it was a part and is none any more. */
    private @Nullable ScopeLimiter heir;

    /** How many scopes are a part of this one, which then is not forgotten. */
    private int parts;

    private boolean gateShut;
    private TimeSource.@Nullable Timer timer;
    private long timerAt = Rule.UNTIL_ANSWER;
    private @Nullable List<Runnable> news;

    ScopeLimiter(ScopeState state, @Nullable ScopeLimiter whole) {
        this.scope = state.scope();
        this.shared = state.told().limiter();
        this.state = state;
        this.whole = whole;
        known = state.told();
        forgotten = state.gone();
        rules = new ScopeRules(known.limits(), shared, whole == null ? null : whole.rules, this);
    }

    Scope scope() {
        return scope;
    }

    LocalRateLimiter shared() {
        return shared;
    }

    /** Null where this was {@link #forgotten}, or may be because other limits are told now, so that a new word can be made. */
    @Nullable Permit acquire(int cost, int priority, long now, long deadline) {
        Permit permit;
        List<Runnable> toTell;
        synchronized (lock) {
            if (forgotten || mayBeMadeAnew(now)) {
                return null;
            }
            takeOver();
            rules.budget().called(now);
            permit = enter(cost, priority, now, false, now, deadline);
            if (permit.equals(grant) && calm(now)) {
                handBack(now);
                permit = state;
            }
            toTell = takeNews();
        }
        tell(toTell);
        return permit;
    }

    /** A call that was sent with another scope's permit; null where this was {@link #forgotten}. */
    @Nullable LocalPermit adopt(int cost, long now) {
        synchronized (lock) {
            if (forgotten) {
                return null;
            }
            takeOver();
            rules.charge(cost, now);
            return grantOf(cost);
        }
    }

    /** Null where this was {@link #forgotten}. */
    @Nullable Permit renew(int cost, int priority, long sinceNanos, long nowNanos, long deadlineNanos) {
        long since = shared.scaled(sinceNanos);
        Permit permit;
        List<Runnable> toTell;
        synchronized (lock) {
            if (forgotten) {
                return null;
            }
            takeOver();
            permit = enter(cost, priority, since, true, shared.scaled(nowNanos), shared.scaled(deadlineNanos));
            toTell = takeNews();
        }
        tell(toTell);
        return permit;
    }

    long earliestRenewal(int cost, long nowNanos) {
        synchronized (lock) {
            if (!forgotten) {
                takeOver();
                return shared.unscaled(rules.estimate(shared.scaled(nowNanos), 0, cost));
            }
        }
        return atPresent(limiter -> limiter.earliestRenewal(cost, nowNanos));
    }

    /** When a call that asked now would go, if all that wait went as soon as they may; a lower bound. */
    long earliestAtTheEnd(int cost, long now) {
        synchronized (lock) {
            if (!forgotten) {
                takeOver();
                return rules.estimate(now, queue.costBefore(RateLimiter.NORMAL_PRIORITY), cost);
            }
        }
        return atPresent(limiter -> limiter.earliestAtTheEnd(cost, now));
    }

    boolean tryResend(int weight) {
        synchronized (lock) {
            if (!forgotten) {
                takeOver();
                return rules.budget().trySpend(weight, shared.now());
            }
        }
        return atPresent(limiter -> limiter.tryResend(weight));
    }

    /** Where it counts as well, but without an object, for every call under the lock comes here. */
    boolean answered(LocalPermit permit, long sentAtNanos, Permit.Answer answer, RateLimitHint hint) {
        ScopeLimiter elsewhere;
        boolean paced;
        List<Runnable> toTell;
        synchronized (lock) {
            elsewhere = heir;
            paced = elsewhere == null && landed(permit, sentAtNanos, answer, hint);
            toTell = takeNews();
        }
        tell(toTell);
        return elsewhere == null ? paced : elsewhere.answered(permit, sentAtNanos, answer, hint);
    }

    private boolean landed(LocalPermit permit, long sentAtNanos, Permit.Answer answer, RateLimitHint hint) {
        takeOver();
        if (!permit.ends(Permit.State.ANSWERED)) {
            return false;
        }
        rules.inFlight().landed(permit.cost);
        return heard(permit.grantedAt(shared.scaled(sentAtNanos)), permit.cost, answer, hint);
    }

    void settle(LocalPermit permit, long sentAtNanos, int actual) {
        whereItCounts(here -> here.rules.settled(permit.grantedAt(shared.scaled(sentAtNanos)), actual - permit.cost));
    }

    /** The call of a permit that was waited for goes only now. */
    void left(WaitingPermit permit, long nowNanos) {
        whereItCounts(here -> {
            if (permit.state() == Permit.State.GRANTED) {
                here.rules.left(shared.scaled(nowNanos));
            }
        });
    }

    void cancel(LocalPermit permit, long sentAtNanos) {
        whereItCounts(here -> here.cancelled(permit, shared.scaled(sentAtNanos)));
    }

    private void cancelled(LocalPermit permit, long sentAt) {
        if (permit.ends(Permit.State.CANCELLED)) {
            rules.inFlight().landed(permit.cost);
            rules.notCounted(permit.grantedAt(sentAt), permit.cost);
        } else if ((permit instanceof WaitingPermit waiting) && waiting.state() == Permit.State.PENDING) {
            queue.remove(waiting);
            waiting.become(Permit.State.CANCELLED);
            later(waiting::announce);
        } else {
            return;
        }
        pump(shared.now());
    }

    /** Does what a permit of this scope asks for where it counts: here, or in what this is one with now. Then tells others. */
    private void whereItCounts(Consumer<ScopeLimiter> change) {
        ScopeLimiter elsewhere;
        List<Runnable> toTell = null;
        synchronized (lock) {
            elsewhere = heir;
            if (elsewhere == null) {
                takeOver();
                change.accept(this);
                toTell = takeNews();
            }
        }
        tell(toTell);
        if (elsewhere != null) {
            elsewhere.whereItCounts(change);
        }
    }

    // ---- queue

    private Permit enter(int cost, int priority, long since, boolean again, long now, long deadline) {
        if (queue.isEmpty() && rules.earliest(now, 0, cost) <= now) {
            grants(cost, now);
            return grantOf(cost);
        }
        if (!again && queue.size() >= shared.settings().maxWaiting()) {
            return RefusedPermit.QUEUE_FULL;
        }
        WaitCause cause = rules.closedUntil() > now ? WaitCause.SCOPE_PAUSED : WaitCause.PERMIT;
        long expected = rules.estimate(now, again ? 0 : queue.costBefore(priority), cost);
        if (expected > deadline) {
            return RefusedPermit.TOO_LATE;
        }
        WaitingPermit permit = new WaitingPermit(this, cost, priority, since, again, deadline, cause, expected);
        queue.add(permit);
        pump(now);
        return permit;
    }

    private void pump(long now) {
        WaitingPermit head = queue.head();
        while (head != null) {
            long time = rules.earliest(now, 0, head.cost);
            if (time > now) {
                rules.lookAtFirstReuse(now, head.cost);
                if (time == Rule.UNTIL_LANDED) {
                    disarm();
                } else {
                    arm(time, now);
                }
                return;
            }
            queue.remove(head);
            grants(head.cost, now);
            head.granted(now);
            later(head::announce);
            head = queue.head();
        }
        disarm();
    }

    private Grant grantOf(int cost) {
        return cost == 1 ? grant : new Grant(this, cost);
    }

    private void grants(int cost, long now) {
        rules.granted(cost, now);
        if (gateShut) {
            gateShut = false;
            later(() -> shared.events().tell(listener -> listener.gateOpened(scope)));
        }
    }

    private void arm(long time, long now) {
        if (timer == null || time < timerAt) {
            disarm();
            timerAt = time;
            timer = shared.schedule(time - now, this::tick);
        }
    }

    private void disarm() {
        if (timer != null) {
            timer.cancel();
            timer = null;
            timerAt = Rule.UNTIL_ANSWER;
        }
    }

    private void tick() {
        List<Runnable> toTell;
        synchronized (lock) {
            takeOver();
            timer = null;
            timerAt = Rule.UNTIL_ANSWER;
            pump(shared.now());
            toTell = takeNews();
        }
        tell(toTell);
    }

    // ---- answers

    /** Whether the moment of the next attempt is known. */
    private boolean heard(long sentAt, int cost, Permit.Answer answer, RateLimitHint hint) {
        boolean paced = rules.heard(sentAt, cost, answer, hint, queue.isEmpty());
        if (!queue.isEmpty() || timer != null) {
            pump(shared.now());
        }
        return paced;
    }

    @Override
    public void learned(LimitHint limit) {
        later(() ->
                shared.events().tell(listener -> listener.limitLearned(new HeadwayListener.LimitEvent(scope, limit))));
    }

    @Override
    public void paused(long until, long now) {
        gateShut = true;
        Duration length = Duration.ofNanos(until - now);
        later(() ->
                shared.events().tell(listener -> listener.gateClosed(new HeadwayListener.GateEvent(scope, length))));
        refuseHopeless((ahead, cost) -> until);
    }

    /**
     * Ends the waits of those that can only go too late now.
     *
     * @param earliest when one goes at the earliest, by what waits in front of it and by what it costs
     */
    private void refuseHopeless(LongBinaryOperator earliest) {
        WaitingPermit each = queue.head();
        long ahead = 0;
        while (each != null) {
            WaitingPermit following = queue.after(each);
            if (each.deadline < earliest.applyAsLong(ahead, each.cost)) {
                queue.remove(each);
                each.become(Permit.State.REFUSED);
                later(each::announce);
            } else {
                ahead += each.cost;
            }
            each = following;
        }
    }

    // ---- what went past the lock

    /**
     * The answer of a call that the lane has let pass.
     *
     * @param cost what is counted of it here: 1, or 0 where its scope was forgotten meanwhile
     */
    boolean passedAnswered(int cost, long sentAtNanos, Permit.Answer answer, RateLimitHint hint) {
        boolean late;
        boolean paced = false;
        List<Runnable> toTell = null;
        synchronized (lock) {
            late = forgotten;
            if (!late) {
                takeOver();
                if (cost > 0) {
                    rules.inFlight().landed(lane().counted());
                }
                paced = heard(shared.scaled(sentAtNanos), cost, answer, hint);
                toTell = takeNews();
            }
        }
        tell(toTell);
        boolean says = answer == Permit.Answer.REFUSED || !hint.limits().isEmpty();
        return (late && says) ? atPresent(limiter -> limiter.passedAnswered(0, sentAtNanos, answer, hint)) : paced;
    }

    /** A call of cost 1 that the lane has let pass has taken another. */
    void passedSettled(long sentAtNanos, int actual) {
        synchronized (lock) {
            if (!forgotten) {
                takeOver();
                rules.settled(shared.scaled(sentAtNanos), actual - 1);
                return;
            }
        }
        // What was forgotten is not given back.
        if (actual > 1) {
            var unused = atPresent(limiter -> {
                limiter.passedSettled(sentAtNanos, actual);
                return limiter;
            });
        }
    }

    /** A call that the lane has let pass, and that the server can not have counted. */
    void passedCancelled(long sentAtNanos) {
        List<Runnable> toTell;
        synchronized (lock) {
            if (forgotten) {
                // It was not counted any more.
                return;
            }
            takeOver();
            rules.inFlight().landed(lane().counted());
            rules.notCounted(shared.scaled(sentAtNanos), 1);
            pump(shared.now());
            toTell = takeNews();
        }
        tell(toTell);
    }

    private Lane lane() {
        return state.told();
    }

    /** Begins everything that happens under the lock: what the word says is known here from now on, and only here. */
    private void takeOver() {
        long word = state.shut();
        if (word != Lane.SHUT) {
            rules.takeOver(word);
        }
    }

    /** Whether nothing holds the scope but what its lane knows itself. */
    private boolean calm(long now) {
        return known.equals(state.told()) && !known.closed() && whole == null && queue.isEmpty() && rules.calm(now);
    }

    /** From here on the word decides, and the call that was granted last is one that it has let pass. */
    private void handBack(long now) {
        state.open(rules.word(lane(), now));
    }

    // ---- for those who look on

    /** How it stands, without a change: null where it was forgotten. */
    @Nullable ScopeSnapshot snapshot(long now, Instant instant) {
        synchronized (lock) {
            if (forgotten) {
                return null;
            }
            long budget = rules.budget().left(now);
            ScopeRules.Refused refused = rules.lastRefusal();
            ScopeSnapshot.Refusal refusal = refused == null
                    ? null
                    : new ScopeSnapshot.Refusal(instant.minusNanos(now - refused.at()), refused.retryAfter());
            // Under the lock it is not shut, nor opened.
            long word = state.word();
            if (word > Lane.GONE) {
                return state.snapshot(word, now, budget, refusal);
            }
            ScopeSnapshot.Gate gate = rules.gate(now);
            boolean closed = gate == ScopeSnapshot.Gate.CLOSED;
            return new ScopeSnapshot(
                    scope,
                    rules.limits(now),
                    queue.size(),
                    lane().counted() > 0 ? rules.inFlight().calls() : null,
                    gate,
                    closed ? instant.plusNanos(rules.closedUntil() - now) : null,
                    budget,
                    refusal);
        }
    }

    // ---- news for others

    private void later(Runnable task) {
        if (news == null) {
            news = new ArrayList<>();
        }
        news.add(task);
    }

    private @Nullable List<Runnable> takeNews() {
        List<Runnable> taken = news;
        news = null;
        return taken;
    }

    private static void tell(@Nullable List<Runnable> toTell) {
        if (toTell != null) {
            toTell.forEach(Runnable::run);
        }
    }

    // ---- other limits

    /** Other limits are told from now on; what was sent counts for them as well. Returns what is to be told others. */
    List<Runnable> change(Told next) {
        synchronized (lock) {
            takeOver();
            long now = shared.now();
            known = next;
            rules.change(next.limits(), now);
            refuseHopeless((ahead, cost) -> rules.estimate(now, ahead, (int) cost));
            pump(now);
            return Objects.requireNonNullElse(takeNews(), List.of());
        }
    }

    /** A user says what the limit is now; believed as if it had been learned. */
    void hint(long size, double ratePerSecond) {
        List<Runnable> toTell;
        synchronized (lock) {
            if (forgotten || !rules.hinted(size, ratePerSecond, shared.now())) {
                return;
            }
            pump(shared.now());
            toTell = takeNews();
        }
        tell(toTell);
    }

    // ---- who comes and goes; under the lock of the LocalRateLimiter

    void partCame() {
        synchronized (lock) {
            parts++;
        }
    }

    void partWent() {
        synchronized (lock) {
            parts--;
        }
    }

    /** Whether it held nothing, so that it is forgotten now. */
    boolean forget(long now) {
        synchronized (lock) {
            if (forgotten) {
                return false;
            }
            if (state.open()) {
                // The word knows all, but parts, and flights that it does not count.
                boolean flights = lane().counted() == 0 && rules.inFlight().calls() > 0;
                forgotten = parts == 0 && !flights && state.forgetWord(now);
            } else {
                forgotten = holdsNothing(now);
            }
            if (forgotten && whole != null) {
                whole.partWent();
            }
            return forgotten;
        }
    }

    private boolean mayBeMadeAnew(long now) {
        return !known.equals(state.told()) && !shared.isOverflow(state) && holdsNothing(now);
    }

    private boolean holdsNothing(long now) {
        return parts == 0 && queue.isEmpty() && rules.holdNothing(now);
    }

    /** Whether this, which the word does not speak for, holds nothing. */
    boolean free(long now) {
        synchronized (lock) {
            return !state.open() && holdsNothing(now);
        }
    }

    /** Whether all that is known here can be known in another place as well. */
    boolean copyable(long now) {
        synchronized (lock) {
            return rules.noFormer(now);
        }
    }

    /** Begins with what the other knows, except for what its answers have taught: there one call looks, when the other's could. */
    void beginAs(ScopeLimiter other) {
        synchronized (lock) {
            takeOver();
            synchronized (other.lock) {
                other.takeOver();
                rules.beginAs(other.rules, known.limits(), shared.now());
            }
        }
    }

    /** A part is no scope of its own any more: its gate, its waiters and what it has in flight are those of the whole. */
    void dissolve() {
        ScopeLimiter into = root();
        synchronized (lock) {
            takeOver();
            forgotten = true;
            heir = into;
            Objects.requireNonNull(whole, "whole").partWent();
            disarm();
            synchronized (into.lock) {
                into.takeOver();
                into.rules.takeIn(rules);
                into.queue.addAll(queue);
            }
        }
    }

    private ScopeLimiter root() {
        return whole == null ? this : whole.root();
    }

    /** Where a call that came here goes now. */
    Scope present() {
        synchronized (lock) {
            return heir == null ? scope : heir.scope;
        }
    }

    private <T> T atPresent(Function<ScopeLimiter, T> question) {
        return shared.atPresent(present(), question);
    }
}
