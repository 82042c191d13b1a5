package dev.headway.internal.limiter.decide;

import dev.headway.Limit;
import dev.headway.internal.limiter.rules.BucketRule;
import dev.headway.internal.limiter.rules.Gate;
import dev.headway.internal.limiter.rules.Rule;
import dev.headway.internal.limiter.rules.SlowStart;
import dev.headway.internal.limiter.rules.WindowRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the rules of a scope come from: what is told at first or later, another scope, or a part that is none any more. What went
 * before counts always ({@link Succession}). Under the lock of the scope.
 */
public final class RuleChanges {

    private final ScopeRules rules;
    private final Shared shared;

    public RuleChanges(ScopeRules rules, Shared shared) {
        this.rules = rules;
        this.shared = shared;
    }

    void first(List<Limit> told) {
        follow(List.of(), List.of(), told, shared.now());
    }

    /** Other limits are told from now on; what was sent counts for them as well. */
    public void to(List<Limit> told, long now) {
        boolean noneBefore = rules.noRateTold();
        boolean hadQuotas = !rules.quotas.isEmpty();
        long inFlight = rules.inFlight().cost();
        boolean busy = inFlight > 0 || !rules.learned.isEmpty() || !rules.gate.calm(now);
        Succession following = succession(List.copyOf(rules.buckets), List.copyOf(rules.quotas), now);
        following.to(told, inFlight, busy);
        rules.follow(following, told);
        keep(following.former(), now);
        rules.learned.toldOthers(now);
        if (!rules.noRateTold()) {
            rules.probe(null);
        }
        boolean otherKind = rules.noRateTold() != noneBefore || hadQuotas == rules.quotas.isEmpty();
        if (otherKind && rules.learned.isEmpty()) {
            beginAgain(now);
        }
    }

    private void keep(List<FormerLimit> more, long now) {
        List<FormerLimit> kept = new ArrayList<>(rules.former());
        kept.removeIf(each -> each.over(now));
        more.forEach(each -> each.join(kept, now));
        rules.former(kept);
    }

    /** As a new scope does, but no sooner than a pause ends, and with no more in flight than before. */
    private void beginAgain(long now) {
        boolean unknown = rules.noRateTold();
        if (rules.quotas.isEmpty() && !unknown) {
            rules.slowStart.end();
        } else {
            int most = rules.gate.calm(now) ? SlowStart.COLD : SlowStart.PROBE;
            rules.slowStart.begin(
                    (int) Math.min(most, rules.slowStart.allowed()),
                    Math.max(now, rules.gate.closedUntil()),
                    unknown ? SlowStart.FOREVER : 1);
        }
    }

    /** Begins with what the others know, except for what their answers have taught: there one call looks, when theirs could. */
    public void beginAs(ScopeRules other, List<Limit> told, long now) {
        follow(other.buckets, other.quotas, told, now);
        rules.gate.follow(other.gate);
        long byAnswers = other.learned.earliest(now, 0, 1);
        if (other.probing() != null) {
            byAnswers = Math.max(byAnswers, other.probing().earliest(now, 0, 1));
        }
        if (byAnswers < Rule.UNTIL_ANSWER) {
            rules.gate.closeUntil(Math.min(byAnswers, now + Gate.LONGEST));
        }
        if (!other.learned.isEmpty() || other.probing() != null) {
            rules.slowStart.begin(
                    SlowStart.PROBE,
                    rules.gate.closedUntil(),
                    rules.noRateTold() ? SlowStart.FOREVER : SlowStart.CAUTION);
        }
    }

    private void follow(List<BucketRule> oldBuckets, List<WindowRule> oldQuotas, List<Limit> told, long now) {
        Succession following = succession(oldBuckets, oldQuotas, now);
        following.to(told, 0, false);
        rules.follow(following, told);
    }

    private Succession succession(List<BucketRule> oldBuckets, List<WindowRule> oldQuotas, long now) {
        return new Succession(oldBuckets, oldQuotas, shared.pacing(), rules.connecting, now);
    }

    /** The gate of a part, and what it has in flight, are those of the whole from now on. */
    public void takeIn(ScopeRules part) {
        rules.gate.closeUntil(part.gate.closedUntil());
        rules.inFlight().add(part.inFlight());
    }
}
