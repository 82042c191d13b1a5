package dev.headway.internal.limiter.decide;

import dev.headway.Limit;
import dev.headway.Pacing;
import dev.headway.Quota;
import dev.headway.TokenBucket;
import dev.headway.internal.limiter.rules.BucketRule;
import dev.headway.internal.limiter.rules.Connecting;
import dev.headway.internal.limiter.rules.WindowRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Told limits after others: what was sent still counts. A quota begins with the log of the longest old one, a bucket with no more
 * than each old one held. Where there is none of its kind, the old ones hold beside it for a while ({@link FormerLimit}), and it begins
 * with what they say is left. So does a quota beside one of a much longer window, whose first calls it has forgotten.
 */
final class Succession {

    private final List<BucketRule> oldBuckets;
    private final List<WindowRule> oldQuotas;
    private final Pacing pacing;
    private final Connecting connecting;
    private final long now;
    private final List<BucketRule> buckets = new ArrayList<>(1);
    private final List<WindowRule> quotas = new ArrayList<>(1);
    private final List<FormerLimit> former = new ArrayList<>(0);

    Succession(
            List<BucketRule> oldBuckets, List<WindowRule> oldQuotas, Pacing pacing, Connecting connecting, long now) {
        this.oldBuckets = oldBuckets;
        this.oldQuotas = oldQuotas;
        this.pacing = pacing;
        this.connecting = connecting;
        this.now = now;
    }

    /**
     * Makes the rules of what is told now.
     *
     * @param inFlight what was granted and not answered; where nothing was told before, all that is known to have been sent
     * @param busy whether more may have been sent, where nothing was told before
     */
    void to(List<Limit> told, long inFlight, boolean busy) {
        boolean first = oldBuckets.isEmpty() && oldQuotas.isEmpty();
        for (Limit limit : told) {
            if (limit instanceof TokenBucket bucket) {
                BucketRule rule = bucket(bucket);
                if (first && busy) {
                    rule.holdAtMost(0, now);
                }
                buckets.add(rule);
            } else if (limit instanceof Quota quota) {
                WindowRule rule = quota(quota);
                if (first) {
                    rule.sentBefore(inFlight, now);
                }
                quotas.add(rule);
            }
        }
    }

    private BucketRule bucket(TokenBucket told) {
        BucketRule rule = new BucketRule(told);
        oldBuckets.forEach(old -> rule.follow(old, now));
        if (oldBuckets.isEmpty()) {
            for (WindowRule old : oldQuotas) {
                rule.holdAtMost(old.room(now), now);
                new FormerLimit(old, now + rule.fillTime()).join(former, now);
            }
        }
        return rule;
    }

    private WindowRule quota(Quota told) {
        WindowRule longest = null;
        for (WindowRule old : oldQuotas) {
            longest = longest == null || old.length() > longest.length() ? old : longest;
        }
        if (longest != null) {
            WindowRule following = longest.followedBy(told, connecting, now);
            if (longest.forgot(following.length(), now)) {
                new FormerLimit(longest, now + following.span()).join(former, now);
            }
            return following;
        }
        WindowRule rule = new WindowRule(told, pacing, connecting, now);
        long used = 0;
        for (BucketRule old : oldBuckets) {
            used = Math.max(used, old.used(now));
            new FormerLimit(old, now + rule.span()).join(former, now);
        }
        rule.sentBefore(used, now);
        return rule;
    }

    List<BucketRule> buckets() {
        return buckets;
    }

    List<WindowRule> quotas() {
        return quotas;
    }

    List<FormerLimit> former() {
        return former;
    }
}
