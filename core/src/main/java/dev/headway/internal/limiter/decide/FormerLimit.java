package dev.headway.internal.limiter.decide;

import dev.headway.internal.limiter.rules.BucketRule;
import dev.headway.internal.limiter.rules.Rule;
import dev.headway.internal.limiter.rules.WindowRule;
import java.util.List;

/**
 * A limit that is no longer told, beside one of another kind that is told instead. A bucket does not know when calls went, and a
 * window not how fast a bucket fills: so for the first window or fill of the new both hold.
 */
final class FormerLimit implements Rule {

    private final Rule rule;
    private final String limit;
    private long until;

    FormerLimit(BucketRule rule, long until) {
        this(rule, rule.toString(), until);
    }

    FormerLimit(WindowRule rule, long until) {
        this(rule, rule.limit() + " in " + rule.length(), until);
    }

    private FormerLimit(Rule rule, String limit, long until) {
        this.rule = rule;
        this.limit = limit;
        this.until = until;
    }

    /** Joins the others: of two of the same limit the one that has counted for longer holds alone, as long as either. */
    void join(List<FormerLimit> others, long now) {
        for (FormerLimit other : others) {
            if (other.limit.equals(limit)) {
                other.until = Math.max(other.until, until);
                if (other.rule instanceof BucketRule bucket && rule instanceof BucketRule later) {
                    // A refusal may have drained it.
                    bucket.follow(later, now);
                }
                return;
            }
        }
        others.add(this);
    }

    boolean over(long now) {
        return now >= until;
    }

    @Override
    public long earliest(long now, long ahead, int cost) {
        return over(now) ? now : Math.min(until, rule.earliest(now, ahead, cost));
    }

    @Override
    public void granted(long now, int cost) {
        rule.granted(now, cost);
    }

    @Override
    public void departed(long now) {
        rule.departed(now);
    }

    @Override
    public void arrived(long grantedAt, long at, int cost) {
        rule.arrived(grantedAt, at, cost);
    }

    @Override
    public void returned(long grantedAt, int cost) {
        rule.returned(grantedAt, cost);
    }

    @Override
    public void adjusted(long grantedAt, long now, int more) {
        rule.adjusted(grantedAt, now, more);
    }
}
