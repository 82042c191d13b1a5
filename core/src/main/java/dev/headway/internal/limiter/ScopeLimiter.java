package dev.headway.internal.limiter;

import dev.headway.Concurrency;
import dev.headway.HeadwayListener;
import dev.headway.Limit;
import dev.headway.LimitHint;
import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.WaitCause;
import dev.headway.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The queue of one scope, and its rules. Everything happens under its lock; what others are told, after it. */
final class ScopeLimiter {

    /** So many accepted answers after a refusal end the caution of a scope whose limit is known. */
    private static final int CAUTION = 20;

    /**
     * So long after the last call went, what only an answer could tell is no longer waited for, and one more goes. The calls in
     * flight may stand still at a server that has gone, or wait for one that is held here: a token that each of them fetches.
     */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

    private final Scope scope;
    /** Of what this is a part; a pause of that is one of this. */
    private final @Nullable ScopeLimiter whole;

    private final LocalRateLimiter shared;
    private final ScopeState state;
    /** What is told now; its word is of what was told when it was made. */
    private Told known;

    private final Object lock = new Object();

    private final PermitQueue queue = new PermitQueue();
    private final InFlight inFlight = new InFlight();
    private final Gate gate = new Gate();
    private final RoundTrips roundTrips = new RoundTrips();
    private final SlowStart slowStart = new SlowStart(inFlight);
    private final RetryBudget budget = new RetryBudget();
    private final List<BucketRule> buckets = new ArrayList<>(1);
    private final List<WindowRule> quotas = new ArrayList<>(1);
    private final LearnedLimits learned;
    private @Nullable Probing probing;
    /** Besides gate, learned limits and slow start, which every scope has: concurrency, buckets, quotas and probing. */
    private final List<Rule> rules = new ArrayList<>(1);
    /** Limits that were told, where other kinds were told since; some of the rules. */
    private List<Former> former = List.of();

    /** What is granted at once, at the usual cost. */
    private final Grant grant = new Grant(this, 1);

    /** Whoever comes here has to look the scope up again. */
    private boolean forgotten;

    /** This was a part, and is one with its whole. */
    private boolean dissolved;

    /** How many scopes are a part of this one, which then is not forgotten. */
    private int parts;

    private boolean gateShut;
    private TimeSource.@Nullable Timer timer;
    private long timerAt = Rule.UNTIL_ANSWER;
    private long lastGrant;
    private @Nullable List<Runnable> news;

    ScopeLimiter(ScopeState state, @Nullable ScopeLimiter whole) {
        this.scope = state.scope();
        this.shared = state.told().limiter();
        this.state = state;
        this.whole = whole;
        known = state.told();
        forgotten = state.gone();
        learned = new LearnedLimits(inFlight, slowStart, shared.settings().pacing(), buckets, quotas);
        Succession first = succession(List.of(), List.of(), shared.now());
        first.to(known.limits(), 0, false);
        follow(first);
        if (noRateTold()) {
            slowStart.begin(SlowStart.COLD, 0, SlowStart.FOREVER);
        } else if (!quotas.isEmpty()) {
            // Another process may have used the quota before: the first answer tells.
            slowStart.begin(SlowStart.COLD, 0, 1);
        }
    }

    private Succession succession(List<BucketRule> oldBuckets, List<WindowRule> oldQuotas, long now) {
        return new Succession(oldBuckets, oldQuotas, shared.settings().pacing(), now);
    }

    private void follow(Succession next) {
        rules.removeAll(buckets);
        rules.removeAll(quotas);
        rules.removeIf(rule -> rule instanceof ConcurrencyRule);
        buckets.clear();
        buckets.addAll(next.buckets());
        quotas.clear();
        quotas.addAll(next.quotas());
        for (Limit limit : known.limits()) {
            if (limit instanceof Concurrency concurrency) {
                rules.add(new ConcurrencyRule(concurrency, inFlight));
            }
        }
        rules.addAll(buckets);
        rules.addAll(quotas);
    }

    /** Whether a rate is learned, since nothing is told of it. */
    private boolean noRateTold() {
        return buckets.isEmpty() && quotas.isEmpty();
    }

    Scope scope() {
        return scope;
    }

    LocalRateLimiter shared() {
        return shared;
    }

    /** Null where this was {@link #forgotten}, or may be because other limits are told now, so that a new word can be made. */
    @Nullable Permit acquire(int cost, long now, long deadline) {
        Permit permit;
        List<Runnable> told;
        synchronized (lock) {
            if (forgotten || mayBeMadeAnew(now)) {
                return null;
            }
            takeOver();
            budget.called(now);
            permit = enter(cost, now, false, now, deadline);
            if (permit.equals(grant) && calm(now)) {
                handBack(now);
                permit = state;
            }
            told = takeNews();
        }
        tell(told);
        return permit;
    }

    /** A call that was sent with another scope's permit; null where this was {@link #forgotten}. */
    @Nullable LocalPermit adopt(int cost, long now) {
        synchronized (lock) {
            if (forgotten) {
                return null;
            }
            takeOver();
            charge(cost, now);
            return grantOf(cost);
        }
    }

    /** Null where this was {@link #forgotten}. */
    @Nullable Permit renew(int cost, long sinceNanos, long nowNanos, long deadlineNanos) {
        long since = shared.scaled(sinceNanos);
        Permit permit;
        List<Runnable> told;
        synchronized (lock) {
            if (forgotten) {
                return null;
            }
            takeOver();
            permit = enter(cost, since, true, shared.scaled(nowNanos), shared.scaled(deadlineNanos));
            told = takeNews();
        }
        tell(told);
        return permit;
    }

    long earliestRenewal(int cost, long nowNanos) {
        synchronized (lock) {
            if (!forgotten) {
                takeOver();
                return shared.unscaled(estimate(shared.scaled(nowNanos), 0, cost));
            }
        }
        return shared.atPresent(present(), limiter -> limiter.earliestRenewal(cost, nowNanos));
    }

    /** When a call that asked now would go, if all that wait went as soon as they may; a lower bound. */
    long earliestAtTheEnd(int cost, long now) {
        synchronized (lock) {
            if (!forgotten) {
                takeOver();
                return estimate(now, queue.cost(), cost);
            }
        }
        return shared.atPresent(present(), limiter -> limiter.earliestAtTheEnd(cost, now));
    }

    boolean tryResend(int weight) {
        synchronized (lock) {
            if (!forgotten) {
                takeOver();
                return budget.trySpend(weight, shared.now());
            }
        }
        return shared.atPresent(present(), limiter -> limiter.tryResend(weight));
    }

    boolean answered(LocalPermit permit, long sentAtNanos, Permit.Answer answer, RateLimitHint hint) {
        boolean paced = false;
        List<Runnable> told = null;
        ScopeLimiter heir;
        synchronized (lock) {
            heir = heir();
            if (heir == null) {
                takeOver();
                if (!permit.ends(Permit.State.ANSWERED)) {
                    return false;
                }
                inFlight.landed(permit.cost);
                paced = heard(permit.grantedAt(shared.scaled(sentAtNanos)), permit.cost, answer, hint);
                told = takeNews();
            }
        }
        tell(told);
        return heir == null ? paced : heir.answered(permit, sentAtNanos, answer, hint);
    }

    void settle(LocalPermit permit, long sentAtNanos, int actual) {
        ScopeLimiter heir;
        synchronized (lock) {
            heir = heir();
            if (heir == null) {
                takeOver();
                settled(permit.grantedAt(shared.scaled(sentAtNanos)), actual - permit.cost);
            }
        }
        if (heir != null) {
            heir.settle(permit, sentAtNanos, actual);
        }
    }

    /** The call of a permit that was waited for goes only now. */
    void left(WaitingPermit permit, long nowNanos) {
        ScopeLimiter heir;
        synchronized (lock) {
            heir = heir();
            if (heir == null && !rules.isEmpty() && permit.state() == Permit.State.GRANTED) {
                takeOver();
                left(shared.scaled(nowNanos));
            }
        }
        if (heir != null) {
            heir.left(permit, nowNanos);
        }
    }

    private void left(long now) {
        for (int i = 0; i < rules.size(); i++) {
            rules.get(i).left(now);
        }
    }

    void cancel(LocalPermit permit, long sentAtNanos) {
        List<Runnable> told = null;
        ScopeLimiter heir;
        synchronized (lock) {
            heir = heir();
            if (heir == null) {
                takeOver();
                if (permit.ends(Permit.State.CANCELLED)) {
                    inFlight.landed(permit.cost);
                    notCounted(permit.grantedAt(shared.scaled(sentAtNanos)), permit.cost);
                } else if ((permit instanceof WaitingPermit waiting) && waiting.state() == Permit.State.PENDING) {
                    queue.remove(waiting);
                    waiting.become(Permit.State.CANCELLED);
                    later(waiting::announce);
                } else {
                    return;
                }
                pump(shared.now());
                told = takeNews();
            }
        }
        tell(told);
        if (heir != null) {
            heir.cancel(permit, sentAtNanos);
        }
    }

    // ---- other limits

    /** Other limits are told from now on; what was sent counts for them as well. Returns what is to be told others. */
    List<Runnable> change(Told next) {
        synchronized (lock) {
            takeOver();
            long now = shared.now();
            boolean noneBefore = noRateTold();
            boolean hadQuotas = !quotas.isEmpty();
            known = next;
            boolean busy = inFlight.cost() > 0 || !learned.isEmpty() || !gate.calm(now);
            Succession following = succession(List.copyOf(buckets), List.copyOf(quotas), now);
            following.to(next.limits(), inFlight.cost(), busy);
            follow(following);
            keep(following.former(), now);
            learned.toldOthers(now);
            if (!noRateTold()) {
                probe(null);
            }
            boolean otherKind = noRateTold() != noneBefore || hadQuotas == quotas.isEmpty();
            if (otherKind && learned.isEmpty()) {
                beginAgain(now);
            }
            pump(now);
            return Objects.requireNonNullElse(takeNews(), List.of());
        }
    }

    private void keep(List<Former> more, long now) {
        List<Former> kept = new ArrayList<>(former);
        kept.removeIf(each -> each.over(now));
        kept.addAll(more);
        rules.removeAll(former);
        rules.addAll(kept);
        former = kept;
    }

    /** As a new scope does, but no sooner than a pause ends, and with no more in flight than before. */
    private void beginAgain(long now) {
        if (quotas.isEmpty() && !noRateTold()) {
            slowStart.end();
        } else {
            int most = gate.calm(now) ? SlowStart.COLD : SlowStart.PROBE;
            slowStart.begin(
                    (int) Math.min(most, slowStart.allowed()),
                    Math.max(now, gate.closedUntil()),
                    noRateTold() ? SlowStart.FOREVER : 1);
        }
    }

    /** A user says what the limit is now; believed as if it had been learned. Returns what is to be told others. */
    void hint(long size, double ratePerSecond) {
        List<Runnable> told;
        synchronized (lock) {
            if (forgotten || !noRateTold() || (probing == null && learned.isEmpty())) {
                return;
            }
            long now = shared.now();
            learned.hinted(size, now);
            if (probing != null) {
                probing.hinted(ratePerSecond, now);
                tellLearned(probing.news());
            }
            pump(now);
            told = takeNews();
        }
        tell(told);
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
                boolean flights = lane().counted() == 0 && inFlight.calls() > 0;
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
        return parts == 0
                && queue.isEmpty()
                && inFlight.calls() == 0
                && gate.forgotten(now)
                && budget.untouched(now)
                && learned.idle(now)
                && (probing == null || probing.forgotten(now) || now - lastGrant >= Gate.LONGEST)
                && buckets.stream().allMatch(bucket -> bucket.full(now))
                && quotas.stream().allMatch(quota -> quota.idle(now))
                && former.stream().allMatch(each -> each.over(now));
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
            return former.stream().allMatch(each -> each.over(now));
        }
    }

    /** Begins with what the other knows, except for what its answers have taught: there one call looks, when the other's could. */
    void beginAs(ScopeLimiter other) {
        synchronized (lock) {
            takeOver();
            synchronized (other.lock) {
                other.takeOver();
                long now = shared.now();
                Succession following = succession(other.buckets, other.quotas, now);
                following.to(known.limits(), 0, false);
                follow(following);
                gate.follow(other.gate);
                long learned = other.learned.earliest(now, 0, 1);
                if (other.probing != null) {
                    learned = Math.max(learned, other.probing.earliest(now, 0, 1));
                }
                if (learned < Rule.UNTIL_ANSWER) {
                    gate.closeUntil(Math.min(learned, now + Gate.LONGEST));
                }
                if (!other.learned.isEmpty() || other.probing != null) {
                    slowStart.begin(SlowStart.PROBE, gate.closedUntil(), noRateTold() ? SlowStart.FOREVER : CAUTION);
                }
            }
        }
    }

    /** A part is no scope of its own any more: its gate, its waiters and what it has in flight are those of the whole. */
    void dissolve() {
        ScopeLimiter into = root();
        synchronized (lock) {
            takeOver();
            forgotten = true;
            dissolved = true;
            Objects.requireNonNull(whole, "whole").partWent();
            disarm();
            synchronized (into.lock) {
                into.takeOver();
                into.gate.closeUntil(gate.closedUntil());
                into.inFlight.add(inFlight);
                into.queue.addAll(queue);
            }
        }
    }

    /** Of what this was a part, if it is none any more. Under the lock. */
    private @Nullable ScopeLimiter heir() {
        return dissolved ? root() : null;
    }

    /** Where a call that came here goes now. */
    Scope present() {
        synchronized (lock) {
            return dissolved ? root().scope : scope;
        }
    }

    private ScopeLimiter root() {
        return whole == null ? this : whole.root();
    }

    // ---- what went past the lock

    /** The answer of a call that the lane has let pass. */
    boolean passedAnswered(long sentAtNanos, Permit.Answer answer, RateLimitHint hint) {
        boolean paced = false;
        List<Runnable> told = null;
        boolean late;
        synchronized (lock) {
            late = forgotten;
            if (!late) {
                takeOver();
                inFlight.landed(lane().counted());
                paced = heard(shared.scaled(sentAtNanos), 1, answer, hint);
                told = takeNews();
            }
        }
        tell(told);
        return late ? heardLate(sentAtNanos, answer, hint) : paced;
    }

    /** The answer of a call that a lane had let pass before its scope was forgotten: nothing here has counted it. */
    private boolean heardLate(long sentAtNanos, Permit.Answer answer, RateLimitHint hint) {
        boolean paced = false;
        List<Runnable> told = null;
        boolean late;
        synchronized (lock) {
            late = forgotten;
            if (!late) {
                takeOver();
                paced = heard(shared.scaled(sentAtNanos), 0, answer, hint);
                told = takeNews();
            }
        }
        tell(told);
        boolean forward =
                late && (answer == Permit.Answer.REFUSED || !hint.limits().isEmpty());
        return forward ? shared.atPresent(present(), limiter -> limiter.heardLate(sentAtNanos, answer, hint)) : paced;
    }

    /** A call of cost 1 that the lane has let pass has taken another. True, for those who ask where the scope is. */
    boolean passedSettled(long sentAtNanos, int actual) {
        synchronized (lock) {
            if (!forgotten) {
                takeOver();
                settled(shared.scaled(sentAtNanos), actual - 1);
                return true;
            }
        }
        // What was forgotten is not given back.
        return actual < 1 || shared.atPresent(present(), limiter -> limiter.passedSettled(sentAtNanos, actual));
    }

    /** A call that the lane has let pass, and that the server can not have counted. */
    void passedCancelled(long sentAtNanos) {
        List<Runnable> told;
        synchronized (lock) {
            if (forgotten) {
                // It was not counted any more.
                return;
            }
            takeOver();
            inFlight.landed(lane().counted());
            notCounted(shared.scaled(sentAtNanos), 1);
            pump(shared.now());
            told = takeNews();
        }
        tell(told);
    }

    private Lane lane() {
        return Objects.requireNonNull(state.told().lane(), "lane");
    }

    /** Begins everything that happens under the lock: what the word says is known here from now on, and only here. */
    private void takeOver() {
        long word = state.shut();
        if (word != Lane.SHUT) {
            lastGrant = shared.now();
            if (buckets.isEmpty()) {
                inFlight.set(ColdLane.inFlight(word));
                slowStart.allow(ColdLane.allowed(word));
            } else {
                buckets.get(0).set(word);
            }
        }
    }

    /** Whether nothing holds the scope but what its lane knows itself. */
    private boolean calm(long now) {
        return known.equals(state.told())
                && known.lane() != null
                && whole == null
                && queue.isEmpty()
                && inFlight.cost() == inFlight.calls()
                && learned.isEmpty()
                && (probing == null || probing.forgotten(now))
                && gate.calm(now)
                && budget.untouched(now)
                && (buckets.isEmpty() || buckets.get(0).fitsWord(now));
    }

    /** From here on the word decides, and the call that was granted last is one that it has let pass. */
    private void handBack(long now) {
        if (probing != null) {
            // It held the rate alone; who forgets it knows as little as at first.
            probe(null);
            slowStart.begin(SlowStart.COLD, now, SlowStart.FOREVER);
        }
        inFlight.landed(1 - lane().counted());
        state.open(
                buckets.isEmpty()
                        ? ColdLane.word(inFlight.cost(), slowStart.allowed())
                        : buckets.get(0).word(now));
    }

    // ---- queue

    private Permit enter(int cost, long since, boolean again, long now, long deadline) {
        if (queue.isEmpty() && earliest(now, 0, cost) <= now) {
            grants(cost, now);
            return grantOf(cost);
        }
        if (!again && queue.size() >= shared.settings().maxWaiting()) {
            return RefusedPermit.QUEUE_FULL;
        }
        WaitCause cause = closedUntil() > now ? WaitCause.SCOPE_PAUSED : WaitCause.PERMIT;
        if (estimate(now, again ? 0 : queue.cost(), cost) > deadline) {
            return RefusedPermit.TOO_LATE;
        }
        WaitingPermit permit = new WaitingPermit(this, cost, since, again, deadline, cause);
        queue.add(permit);
        pump(now);
        return permit;
    }

    private void pump(long now) {
        WaitingPermit head = queue.head();
        while (head != null) {
            long time = earliest(now, 0, head.cost);
            if (time > now) {
                lookAtFirstReuse(now, head.cost);
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

    private void charge(int cost, long now) {
        learned.granted(now, cost);
        for (int i = 0; i < rules.size(); i++) {
            rules.get(i).granted(now, cost);
        }
        inFlight.granted(cost);
    }

    private void grants(int cost, long now) {
        charge(cost, now);
        lastGrant = now;
        if (gateShut) {
            gateShut = false;
            later(() -> shared.events().tell(listener -> listener.gateOpened(scope)));
        }
    }

    /** When its own pause and those of all that it is a part of are over. */
    private long closedUntil() {
        return whole == null ? gate.closedUntil() : Math.max(gate.closedUntil(), whole.closedUntil());
    }

    private long earliest(long now, long ahead, int cost) {
        long time = Math.max(Math.max(now, closedUntil()), slowStart.earliest(now, ahead, cost));
        time = Math.max(time, learned.earliest(now, ahead, cost));
        for (int i = 0; i < rules.size(); i++) {
            time = Math.max(time, rules.get(i).earliest(now, ahead, cost));
        }
        return time == Rule.UNTIL_ANSWER ? Math.max(estimate(now, ahead, cost), lastGrant + PATIENCE) : time;
    }

    /** A lower bound: what only an answer can tell may be told at once. */
    private long estimate(long now, long ahead, int cost) {
        long time = Math.max(now, closedUntil());
        time = laterIfKnown(time, slowStart.earliest(now, ahead, cost));
        time = laterIfKnown(time, learned.earliest(now, ahead, cost));
        for (Rule rule : rules) {
            time = laterIfKnown(time, rule.earliest(now, ahead, cost));
        }
        return time;
    }

    private static long laterIfKnown(long time, long byRule) {
        return byRule >= Rule.UNTIL_ANSWER ? time : Math.max(time, byRule);
    }

    private void lookAtFirstReuse(long now, int cost) {
        for (WindowRule quota : quotas) {
            long release = quota.earliest(now, 0, cost);
            if (release > now && !slowStart.active() && quota.firstReuse()) {
                slowStart.begin(SlowStart.REUSE, release, quota.limit());
            }
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
        List<Runnable> told;
        synchronized (lock) {
            takeOver();
            timer = null;
            timerAt = Rule.UNTIL_ANSWER;
            pump(shared.now());
            told = takeNews();
        }
        tell(told);
    }

    // ---- answers

    /** Whether the moment of the next attempt is known. */
    private boolean heard(long sentAt, int cost, Permit.Answer answer, RateLimitHint hint) {
        if (answer != Permit.Answer.UNKNOWN) {
            left(sentAt + roundTrips.late(shared.now() - sentAt));
        }
        boolean accepted = answer == Permit.Answer.ACCEPTED;
        if (accepted) {
            slowStart.accepted(sentAt);
            gate.accepted(sentAt);
        }
        if (nothingToDo(answer, hint)) {
            return false;
        }
        long now = shared.now();
        boolean episode = answer == Permit.Answer.REFUSED && gate.begins(sentAt);
        learn(sentAt, answer, episode, hint, now);
        if (accepted) {
            accepted(sentAt, now);
        }
        boolean paced = answer == Permit.Answer.REFUSED && refused(sentAt, cost, episode, hint, now);
        pump(now);
        return paced;
    }

    private boolean nothingToDo(Permit.Answer answer, RateLimitHint hint) {
        return answer != Permit.Answer.REFUSED
                && queue.isEmpty()
                && probing == null
                && learned.isEmpty()
                && hint.limits().isEmpty();
    }

    private void learn(long sentAt, Permit.Answer answer, boolean episode, RateLimitHint hint, long now) {
        boolean nothingKnown = learned.isEmpty();
        learned.heard(hint.limits(), sentAt, now, answer, episode).forEach(this::tellLearned);
        if (nothingKnown && !learned.isEmpty() && quotas.isEmpty()) {
            slowStart.end();
            probe(null);
        }
        if (learned.exhaustedUntil() > Math.max(now, gate.closedUntil())) {
            shut(learned.exhaustedUntil(), now);
        }
    }

    private void accepted(long sentAt, long now) {
        for (WindowRule quota : quotas) {
            quota.accepted(now);
        }
        if (probing != null) {
            probing.accepted(sentAt, now);
            tellLearned(probing.news());
        }
    }

    /** Whether the moment of the next attempt is known. */
    private boolean refused(long sentAt, int cost, boolean episode, RateLimitHint hint, long now) {
        boolean explained = hint.limits().stream().anyMatch(LimitHint::exhausted);
        if (episode) {
            if (!explained) {
                // Before the call is taken back and the episode begins: what went until now is the evidence.
                quotas.forEach(quota -> quota.refusedUnexplained(gate.inStreak(), gate.acceptedSince(), now));
            }
            gate.nextEpisode(now);
        }
        notCounted(sentAt, cost);
        for (BucketRule bucket : buckets) {
            bucket.drain(now);
        }
        long before = gate.closedUntil();
        Duration retryAfter = hint.retryAfter().orElse(null);
        if (retryAfter != null) {
            gate.closeFor(Nanos.of(retryAfter), now);
        } else if (episode && closesBlindly()) {
            gate.closeBlindly(now, shared.random());
        }
        if (!quotas.isEmpty()) {
            if (episode && !explained) {
                slowStart.begin(SlowStart.PROBE, gate.closedUntil(), CAUTION);
            }
        } else if (buckets.isEmpty() && learned.isEmpty()) {
            refusedUnknown(sentAt, episode, now);
        }
        if (gate.closedUntil() > before) {
            shut(gate.closedUntil(), now);
        }
        // A pause may be shorter than what the server said: then the call has to know it itself.
        if (retryAfter == null || retryAfter.isZero()) {
            // A moment that has come already is none to go by: the call backs off, unless it waits for a told rate.
            return !buckets.isEmpty();
        }
        return Nanos.of(retryAfter) <= Gate.LONGEST;
    }

    /**
     * Whether an episode closes the scope although the server has named no moment. Where the rate is known a refusal now and then
     * is bad luck, and without a burst more than now and then: what was on its way for a moment longer meets the next.
     */
    private boolean closesBlindly() {
        if (!buckets.isEmpty()) {
            return buckets.stream().allMatch(BucketRule::single) ? gate.alternates() : gate.repeated();
        }
        return probing == null || (!probing.indifferent() && (!probing.smooth() || gate.alternates()));
    }

    /** Refused where nothing is known: the refusals themselves tell the rate. */
    private void refusedUnknown(long sentAt, boolean episode, long now) {
        long pause = Math.max(0, gate.closedUntil() - now);
        Probing before = probing;
        if (before == null) {
            probe(new Probing(shown(now - sentAt), pause, now));
        } else {
            before.refused(episode, pause, now);
            tellLearned(before.news());
        }
        if (episode && before != null && before.indifferent()) {
            slowStart.begin(SlowStart.COLD, now, SlowStart.FOREVER);
        } else if (episode) {
            slowStart.begin(SlowStart.PROBE, gate.closedUntil(), 1);
        }
    }

    /**
     * How many the server has taken at once, before it first refused: all that were accepted, but in a scope that is old no more
     * than a second of the rate at which calls went, which is what was in flight by how long an answer takes (Little's law).
     */
    private long shown(long roundTrip) {
        long accepted = slowStart.active() ? slowStart.allowed() - SlowStart.COLD : Long.MAX_VALUE;
        return Math.min(accepted, (inFlight.cost() + 1) * TimeUnit.SECONDS.toNanos(1) / Math.max(1, roundTrip));
    }

    private void probe(@Nullable Probing rule) {
        if (probing != null) {
            rules.remove(probing);
        }
        probing = rule;
        if (rule != null) {
            rules.add(rule);
        }
    }

    private void notCounted(long sentAt, int cost) {
        learned.returned(sentAt, cost);
        for (Rule rule : rules) {
            rule.returned(sentAt, cost);
        }
    }

    private void settled(long sentAt, int more) {
        long now = shared.now();
        learned.settled(sentAt, now, more);
        for (Rule rule : rules) {
            rule.settled(sentAt, now, more);
        }
    }

    private void tellLearned(@Nullable LimitHint limit) {
        if (limit != null) {
            later(() -> shared.events()
                    .tell(listener -> listener.limitLearned(new HeadwayListener.LimitEvent(scope, limit))));
        }
    }

    private void shut(long until, long now) {
        gate.closeUntil(until);
        gateShut = true;
        Duration length = Duration.ofNanos(until - now);
        later(() ->
                shared.events().tell(listener -> listener.gateClosed(new HeadwayListener.GateEvent(scope, length))));
        refuseHopeless();
    }

    private void refuseHopeless() {
        WaitingPermit each = queue.head();
        while (each != null) {
            WaitingPermit following = each.next;
            if (each.deadline < gate.closedUntil()) {
                queue.remove(each);
                each.become(Permit.State.REFUSED);
                later(each::announce);
            }
            each = following;
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

    private static void tell(@Nullable List<Runnable> told) {
        if (told != null) {
            told.forEach(Runnable::run);
        }
    }
}
