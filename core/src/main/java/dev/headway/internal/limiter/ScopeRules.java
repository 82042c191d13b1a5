package dev.headway.internal.limiter;

import dev.headway.Concurrency;
import dev.headway.Limit;
import dev.headway.LimitHint;
import dev.headway.Pacing;
import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.ScopeSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What holds the calls of one scope: all its rules together, and what each answer makes of them. Under the lock of the scope. */
final class ScopeRules {

    /** Who hears what the answers have brought. */
    interface News {

        /** A limit is known that was not, or was another. */
        void learned(LimitHint limit);

        /** Nothing goes before that time. */
        void paused(long until, long now);
    }

    /** When the last answer that refused was there, and what it has asked for. */
    record Refused(long at, @Nullable Duration retryAfter) {}

    /** So many accepted answers after a refusal end the caution of a scope whose limit is known. */
    private static final int CAUTION = 20;

    /**
     * So long after the last call went, what only an answer could tell is no longer waited for, and one more goes. The calls in
     * flight may stand still at a server that has gone, or wait for one that is held here: a token that each of them fetches.
     */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

    /** Those of what this is a part of; a pause of that is one of this. */
    private final @Nullable ScopeRules whole;

    private final LocalRateLimiter shared;
    private final News news;
    private final Pacing pacing;
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

    private long lastGrant;
    private @Nullable Refused lastRefusal;

    ScopeRules(List<Limit> told, LocalRateLimiter shared, @Nullable ScopeRules whole, News news) {
        this.whole = whole;
        this.shared = shared;
        this.news = news;
        pacing = shared.settings().pacing();
        learned = new LearnedLimits(inFlight, slowStart, pacing, buckets, quotas);
        Succession first = succession(List.of(), List.of(), shared.now());
        first.to(told, 0, false);
        follow(first, told);
        if (noRateTold()) {
            slowStart.begin(SlowStart.COLD, 0, SlowStart.FOREVER);
        } else if (!quotas.isEmpty()) {
            // Another process may have used the quota before: the first answer tells.
            slowStart.begin(SlowStart.COLD, 0, 1);
        }
    }

    InFlight inFlight() {
        return inFlight;
    }

    RetryBudget budget() {
        return budget;
    }

    Gate gate() {
        return gate;
    }

    // ---- for those who look on

    @Nullable Refused lastRefusal() {
        return lastRefusal;
    }

    ScopeSnapshot.Gate gate(long now) {
        if (closedUntil() > now) {
            return ScopeSnapshot.Gate.CLOSED;
        }
        return slowStart.active() && !gate.calm(now) ? ScopeSnapshot.Gate.PROBING : ScopeSnapshot.Gate.OPEN;
    }

    /** What is told first. */
    List<ScopeSnapshot.LimitState> limits(long now) {
        List<ScopeSnapshot.LimitState> states = new ArrayList<>();
        buckets.forEach(bucket -> states.add(bucket.state(now)));
        quotas.forEach(quota -> states.add(quota.state(now)));
        for (Rule rule : rules) {
            if (rule instanceof ConcurrencyRule concurrency) {
                states.add(concurrency.state());
            }
        }
        states.addAll(learned.states(now));
        ScopeSnapshot.LimitState probed = probing == null ? null : probing.state();
        if (probed != null) {
            states.add(probed);
        }
        return states;
    }

    // ---- the word of a scope that nothing holds

    /** Goes on where the lane has come to. */
    void takeOver(long word) {
        lastGrant = shared.now();
        if (buckets.isEmpty()) {
            inFlight.set(ColdLane.inFlight(word));
            slowStart.allow(ColdLane.allowed(word));
        } else {
            buckets.get(0).set(word, lastGrant);
        }
    }

    /** Whether nothing holds the scope but what its lane knows itself. */
    boolean calm(long now) {
        return inFlight.cost() == inFlight.calls()
                && learned.isEmpty()
                && (probing == null || probing.forgotten(now))
                && gate.calm(now)
                && budget.untouched(now)
                && (buckets.isEmpty() || buckets.get(0).fitsWord(now));
    }

    /** The word of a scope that is calm, whose last call is one that the lane has let pass. */
    long word(Lane lane, long now) {
        if (probing != null) {
            // It held the rate alone; who forgets it knows as little as at first.
            probe(null);
            slowStart.begin(SlowStart.COLD, now, SlowStart.FOREVER);
        }
        inFlight.landed(1 - lane.counted());
        return buckets.isEmpty()
                ? ColdLane.word(inFlight.cost(), slowStart.allowed())
                : buckets.get(0).word(now);
    }

    // ---- other limits

    /** Other limits are told from now on; what was sent counts for them as well. */
    void change(List<Limit> told, long now) {
        boolean noneBefore = noRateTold();
        boolean hadQuotas = !quotas.isEmpty();
        boolean busy = inFlight.cost() > 0 || !learned.isEmpty() || !gate.calm(now);
        Succession following = succession(List.copyOf(buckets), List.copyOf(quotas), now);
        following.to(told, inFlight.cost(), busy);
        follow(following, told);
        keep(following.former(), now);
        learned.toldOthers(now);
        if (!noRateTold()) {
            probe(null);
        }
        boolean otherKind = noRateTold() != noneBefore || hadQuotas == quotas.isEmpty();
        if (otherKind && learned.isEmpty()) {
            beginAgain(now);
        }
    }

    private void keep(List<Former> more, long now) {
        List<Former> kept = new ArrayList<>(former);
        kept.removeIf(each -> each.over(now));
        more.forEach(each -> each.join(kept, now));
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

    private Succession succession(List<BucketRule> oldBuckets, List<WindowRule> oldQuotas, long now) {
        return new Succession(oldBuckets, oldQuotas, pacing, now);
    }

    private void follow(Succession next, List<Limit> limits) {
        rules.removeAll(buckets);
        rules.removeAll(quotas);
        rules.removeIf(rule -> rule instanceof ConcurrencyRule);
        buckets.clear();
        buckets.addAll(next.buckets());
        quotas.clear();
        quotas.addAll(next.quotas());
        for (Limit limit : limits) {
            if (limit instanceof Concurrency concurrency) {
                rules.add(new ConcurrencyRule(concurrency, inFlight));
            }
        }
        rules.addAll(buckets);
        rules.addAll(quotas);
    }

    /** Whether a rate is learned, since nothing is told of it. */
    boolean noRateTold() {
        return buckets.isEmpty() && quotas.isEmpty();
    }

    /** A user says what the limit is now; believed as if it had been learned, and only where one was. */
    boolean hinted(long size, double ratePerSecond, long now) {
        if (!noRateTold() || (probing == null && learned.isEmpty())) {
            return false;
        }
        learned.hinted(size, now);
        if (probing != null) {
            probing.hinted(ratePerSecond, now);
            tell(probing.news());
        }
        return true;
    }

    /** Begins with what the others know, except for what their answers have taught: there one call looks, when theirs could. */
    void beginAs(ScopeRules other, List<Limit> told, long now) {
        Succession following = succession(other.buckets, other.quotas, now);
        following.to(told, 0, false);
        follow(following, told);
        gate.follow(other.gate);
        long byAnswers = other.learned.earliest(now, 0, 1);
        if (other.probing != null) {
            byAnswers = Math.max(byAnswers, other.probing.earliest(now, 0, 1));
        }
        if (byAnswers < Rule.UNTIL_ANSWER) {
            gate.closeUntil(Math.min(byAnswers, now + Gate.LONGEST));
        }
        if (!other.learned.isEmpty() || other.probing != null) {
            slowStart.begin(SlowStart.PROBE, gate.closedUntil(), noRateTold() ? SlowStart.FOREVER : CAUTION);
        }
    }

    /** The gate of a part, and what it has in flight, are those of the whole from now on. */
    void takeIn(ScopeRules part) {
        gate.closeUntil(part.gate.closedUntil());
        inFlight.add(part.inFlight);
    }

    /** Whether whoever forgets it would know as much as before. */
    boolean holdNothing(long now) {
        return inFlight.calls() == 0
                && gate.forgotten(now)
                && budget.untouched(now)
                && learned.idle(now)
                && (probing == null || probing.forgotten(now) || now - lastGrant >= Gate.LONGEST)
                && buckets.stream().allMatch(bucket -> bucket.full(now))
                && quotas.stream().allMatch(quota -> quota.idle(now))
                && noFormer(now);
    }

    /** Whether the limits that are told now are all that counts. */
    boolean noFormer(long now) {
        return former.stream().allMatch(each -> each.over(now));
    }

    // ---- when a call may go

    /** When its own pause and those of all that it is a part of are over. */
    long closedUntil() {
        return whole == null ? gate.closedUntil() : Math.max(gate.closedUntil(), whole.closedUntil());
    }

    long earliest(long now, long ahead, int cost) {
        long time = Math.max(Math.max(now, closedUntil()), slowStart.earliest(now, ahead, cost));
        time = Math.max(time, learned.earliest(now, ahead, cost));
        for (int i = 0; i < rules.size(); i++) {
            time = Math.max(time, rules.get(i).earliest(now, ahead, cost));
        }
        return time == Rule.UNTIL_ANSWER ? Math.max(estimate(now, ahead, cost), lastGrant + PATIENCE) : time;
    }

    /** A lower bound: what only an answer can tell may be told at once. */
    long estimate(long now, long ahead, int cost) {
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

    void lookAtFirstReuse(long now, int cost) {
        for (WindowRule quota : quotas) {
            long release = quota.earliest(now, 0, cost);
            if (release > now && !slowStart.active() && quota.firstReuse()) {
                slowStart.begin(SlowStart.REUSE, release, quota.limit());
            }
        }
    }

    /** A call goes now. */
    void granted(int cost, long now) {
        charge(cost, now);
        lastGrant = now;
    }

    void charge(int cost, long now) {
        learned.granted(now, cost);
        for (int i = 0; i < rules.size(); i++) {
            rules.get(i).granted(now, cost);
        }
        inFlight.granted(cost);
    }

    void left(long now) {
        for (int i = 0; i < rules.size(); i++) {
            rules.get(i).left(now);
        }
    }

    void notCounted(long sentAt, int cost) {
        learned.returned(sentAt, cost);
        for (Rule rule : rules) {
            rule.returned(sentAt, cost);
        }
    }

    void settled(long sentAt, int more) {
        long now = shared.now();
        learned.settled(sentAt, now, more);
        for (Rule rule : rules) {
            rule.settled(sentAt, now, more);
        }
    }

    // ---- answers

    /** Whether the moment of the next attempt is known. */
    boolean heard(long sentAt, int cost, Permit.Answer answer, RateLimitHint hint, boolean nobodyWaits) {
        if (answer != Permit.Answer.UNKNOWN) {
            left(sentAt + roundTrips.late(shared.now() - sentAt));
        }
        boolean accepted = answer == Permit.Answer.ACCEPTED;
        if (accepted) {
            slowStart.accepted(sentAt);
            gate.accepted(sentAt);
        }
        if (nobodyWaits && nothingToDo(answer, hint)) {
            return false;
        }
        long now = shared.now();
        boolean episode = answer == Permit.Answer.REFUSED && gate.begins(sentAt);
        learn(sentAt, answer, episode, hint, now);
        if (accepted) {
            accepted(sentAt, now);
        }
        return answer == Permit.Answer.REFUSED && refused(sentAt, cost, episode, hint, now);
    }

    private boolean nothingToDo(Permit.Answer answer, RateLimitHint hint) {
        return answer != Permit.Answer.REFUSED
                && probing == null
                && learned.isEmpty()
                && hint.limits().isEmpty();
    }

    private void learn(long sentAt, Permit.Answer answer, boolean episode, RateLimitHint hint, long now) {
        boolean nothingKnown = learned.isEmpty();
        learned.heard(hint.limits(), sentAt, now, answer, episode).forEach(news::learned);
        if (nothingKnown && !learned.isEmpty() && quotas.isEmpty()) {
            slowStart.end();
            probe(null);
        }
        if (learned.exhaustedUntil() > Math.max(now, gate.closedUntil())) {
            pause(learned.exhaustedUntil(), now);
        }
    }

    private void accepted(long sentAt, long now) {
        for (WindowRule quota : quotas) {
            quota.accepted(now);
        }
        if (probing != null) {
            probing.accepted(sentAt, now);
            tell(probing.news());
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
        lastRefusal = new Refused(now, retryAfter);
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
            pause(gate.closedUntil(), now);
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
            tell(before.news());
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

    private void tell(@Nullable LimitHint limit) {
        if (limit != null) {
            news.learned(limit);
        }
    }

    private void pause(long until, long now) {
        gate.closeUntil(until);
        news.paused(until, now);
    }
}
