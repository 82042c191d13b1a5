package dev.headway.internal.limiter.decide;

import dev.headway.ScopeSnapshot;
import dev.headway.internal.limiter.learn.Probing;
import dev.headway.internal.limiter.rules.ConcurrencyRule;
import dev.headway.internal.limiter.rules.Rule;
import java.util.ArrayList;
import java.util.List;

/** How the rules of a scope stand, for those who look on: changes nothing. Under the lock of the scope. */
public final class RulesView {

    private RulesView() {}

    public static ScopeSnapshot.Gate gate(ScopeRules rules, long now) {
        if (rules.closedUntil() > now) {
            return ScopeSnapshot.Gate.CLOSED;
        }
        return rules.slowStart.active() && !rules.gate.calm(now) ? ScopeSnapshot.Gate.PROBING : ScopeSnapshot.Gate.OPEN;
    }

    /** What is told first. */
    public static List<ScopeSnapshot.LimitState> limits(ScopeRules rules, long now) {
        List<ScopeSnapshot.LimitState> states = new ArrayList<>();
        rules.buckets.forEach(bucket -> states.add(bucket.state(now)));
        rules.quotas.forEach(quota -> states.add(quota.state(now)));
        for (Rule rule : rules.all()) {
            if (rule instanceof ConcurrencyRule concurrency) {
                states.add(concurrency.state());
            }
        }
        states.addAll(rules.learned.states(now));
        Probing probing = rules.probing();
        ScopeSnapshot.LimitState probed = probing == null ? null : probing.state();
        if (probed != null) {
            states.add(probed);
        }
        return states;
    }
}
