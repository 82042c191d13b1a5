package dev.headway.internal.limiter.decide;

import dev.headway.Concurrency;
import dev.headway.Limit;
import dev.headway.internal.limiter.learn.LearnedLimits;
import dev.headway.internal.limiter.learn.Probing;
import dev.headway.internal.limiter.rules.BucketRule;
import dev.headway.internal.limiter.rules.ConcurrencyRule;
import dev.headway.internal.limiter.rules.Connecting;
import dev.headway.internal.limiter.rules.Gate;
import dev.headway.internal.limiter.rules.InFlight;
import dev.headway.internal.limiter.rules.RetryBudget;
import dev.headway.internal.limiter.rules.Rule;
import dev.headway.internal.limiter.rules.SlowStart;
import dev.headway.internal.limiter.rules.WindowRule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What holds the calls of one scope: all its rules together, of which the latest moment counts. What an answer makes of them is
 * {@link Answers}, what other limits make of them {@link RuleChanges}. Under the lock of the scope.
 */
public final class ScopeRules {

    /**
     * So long after the last call went, what only an answer could tell is no longer waited for, and one more goes. The calls in
     * flight may stand still at a server that has gone, or wait for one that is held here: a token that each of them fetches.
     */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

    /** Those of what this is a part of; a pause of that is one of this. */
    private final @Nullable ScopeRules whole;

    private final Shared shared;
    private final InFlight inFlight = new InFlight();
    private final RetryBudget budget = new RetryBudget();

    // What every scope has.
    final Gate gate = new Gate();
    final SlowStart slowStart = new SlowStart(inFlight);
    final Connecting connecting = new Connecting();
    final LearnedLimits learned;

    // What is told, and the rate where none is.
    final List<BucketRule> buckets = new ArrayList<>(1);
    final List<WindowRule> quotas = new ArrayList<>(1);
    private @Nullable Probing probing;

    /** Limits that were told, where other kinds were told since. */
    private List<FormerLimit> former = List.of();

    /** All but what every scope has: concurrency, buckets, quotas, former limits and probing. */
    private final List<Rule> rules = new ArrayList<>(1);

    private long lastGrant;

    public ScopeRules(List<Limit> told, Shared shared, @Nullable ScopeRules whole) {
        this.whole = whole;
        this.shared = shared;
        learned = new LearnedLimits(inFlight, slowStart, shared.pacing(), buckets, quotas);
        new RuleChanges(this, shared).first(told);
        if (noRateTold()) {
            slowStart.begin(SlowStart.COLD, 0, SlowStart.FOREVER);
        } else if (!quotas.isEmpty()) {
            // Another process may have used the quota before: the first answer tells.
            slowStart.begin(SlowStart.COLD, 0, 1);
        }
    }

    public InFlight inFlight() {
        return inFlight;
    }

    public RetryBudget budget() {
        return budget;
    }

    // ---- when a call may go

    public long earliest(long now, long ahead, int cost) {
        long time = Math.max(Math.max(now, closedUntil()), slowStart.earliest(now, ahead, cost));
        time = Math.max(time, learned.earliest(now, ahead, cost));
        for (int i = 0; i < rules.size(); i++) {
            time = Math.max(time, rules.get(i).earliest(now, ahead, cost));
        }
        return time == Rule.UNTIL_ANSWER ? Math.max(estimate(now, ahead, cost), lastGrant + PATIENCE) : time;
    }

    /** A lower bound: what only an answer can tell may be told at once. */
    public long estimate(long now, long ahead, int cost) {
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

    /** When its own pause and those of all that it is a part of are over. */
    public long closedUntil() {
        return whole == null ? gate.closedUntil() : Math.max(gate.closedUntil(), whole.closedUntil());
    }

    /** The head has to wait: where it does for a quota's first second use, that begins with few. */
    public void lookAtFirstReuse(long now, int cost) {
        for (WindowRule quota : quotas) {
            long release = quota.earliest(now, 0, cost);
            if (release > now && !slowStart.active() && quota.firstReuse()) {
                slowStart.begin(SlowStart.REUSE, release, quota.limit());
            }
        }
    }

    // ---- what went

    /** A call goes now; whether it may leave late, and the rules must hear when it {@link #arrived}. */
    public boolean granted(int cost, long now) {
        lastGrant = now;
        boolean late = connecting.granted(inFlight.calls() + 1, now);
        went(cost, now);
        return late && !(quotas.isEmpty() && former.isEmpty());
    }

    /** A call that went with the permit of another scope counts here as well. */
    public void charge(int cost, long now) {
        connecting.joined();
        went(cost, now);
    }

    private void went(int cost, long now) {
        learned.granted(now, cost);
        for (int i = 0; i < rules.size(); i++) {
            rules.get(i).granted(now, cost);
        }
        inFlight.granted(cost);
    }

    /** A call that may have left late has come to the server at that time at the latest. */
    public void arrived(long sentAt, long at, int cost) {
        for (int i = 0; i < rules.size(); i++) {
            rules.get(i).arrived(sentAt, at, cost);
        }
    }

    /** A call that was granted before leaves only now. */
    public void departed(long now) {
        for (int i = 0; i < rules.size(); i++) {
            rules.get(i).departed(now);
        }
    }

    /** The server has not counted a call that went at that time. */
    public void notCounted(long sentAt, int cost) {
        learned.returned(sentAt, cost);
        for (Rule rule : rules) {
            rule.returned(sentAt, cost);
        }
    }

    /** A call that went at that time has taken so much more than it was charged. */
    public void adjusted(long sentAt, int more) {
        long now = shared.now();
        learned.adjusted(sentAt, now, more);
        for (Rule rule : rules) {
            rule.adjusted(sentAt, now, more);
        }
    }

    // ---- the word of a scope that nothing holds

    /** Goes on where a word has come to that counts what is in flight. */
    public void resume(long flights, long allowed) {
        lastGrant = shared.now();
        inFlight.set(flights);
        slowStart.allow(allowed);
    }

    /** Goes on where a word has come to that is a bucket. */
    public void resume(long bucket) {
        lastGrant = shared.now();
        buckets.get(0).set(bucket, lastGrant);
    }

    /** Whether a word could say all that they know. */
    public boolean fitWord(long now) {
        return inFlight.cost() == inFlight.calls()
                && learned.isEmpty()
                && (probing == null || probing.forgotten(now))
                && gate.calm(now)
                && budget.untouched(now)
                && (buckets.isEmpty() || buckets.get(0).fitsWord(now));
    }

    /**
     * The word decides from now on.
     *
     * @param flights how many are in flight that the word does not count
     */
    public void suspend(int flights, long now) {
        if (probing != null) {
            // It held the rate alone; who forgets it knows as little as at first.
            probe(null);
            slowStart.begin(SlowStart.COLD, now, SlowStart.FOREVER);
        }
        inFlight.landed(flights);
    }

    /** How many may be in flight. */
    public long allowed() {
        return slowStart.allowed();
    }

    /** The told bucket as the word of a scope. */
    public long bucketWord(long now) {
        return buckets.get(0).word(now);
    }

    /** Whether whoever forgets it would know as much as before. */
    public boolean holdNothing(long now) {
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
    public boolean noFormer(long now) {
        return former.stream().allMatch(each -> each.over(now));
    }

    // ---- which rules there are

    /** Whether a rate is learned, since nothing is told of it. */
    boolean noRateTold() {
        return buckets.isEmpty() && quotas.isEmpty();
    }

    @Nullable Probing probing() {
        return probing;
    }

    void probe(@Nullable Probing rule) {
        if (probing != null) {
            rules.remove(probing);
        }
        probing = rule;
        if (rule != null) {
            rules.add(rule);
        }
    }

    List<FormerLimit> former() {
        return former;
    }

    void former(List<FormerLimit> kept) {
        rules.removeAll(former);
        rules.addAll(kept);
        former = kept;
    }

    /** The rules of what is told now instead of those before. */
    void follow(Succession next, List<Limit> told) {
        rules.removeAll(buckets);
        rules.removeAll(quotas);
        rules.removeIf(rule -> rule instanceof ConcurrencyRule);
        buckets.clear();
        buckets.addAll(next.buckets());
        quotas.clear();
        quotas.addAll(next.quotas());
        for (Limit limit : told) {
            if (limit instanceof Concurrency concurrency) {
                rules.add(new ConcurrencyRule(concurrency, inFlight));
            }
        }
        rules.addAll(buckets);
        rules.addAll(quotas);
    }

    List<Rule> all() {
        return rules;
    }
}
