package dev.headway.internal.config;

import dev.headway.Concurrency;
import dev.headway.Limit;
import dev.headway.Quota;
import dev.headway.TokenBucket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Limits: {@code "100/min"} is a quota, the reading that is safe on every server; buckets and calls in flight are named. */
final class LimitType {

    private static final String OUT_OF_RANGE = "A limit must be 1 to 1000000000 calls in 1 ms to 366 days.";

    private static final class Bucket {
        Amounts.@Nullable Rate rate;
        long burst = 1;

        TokenBucket made() {
            if (rate == null) {
                throw new IllegalArgumentException();
            }
            return TokenBucket.of(rate.permits(), rate.period()).burst(burst);
        }
    }

    private LimitType() {}

    static Type<List<Limit>> several() {
        return Types.oneOrMore(Types.textOr(quota(), named()));
    }

    static Type<Limit> quota() {
        return Types.mapped(Types.rate(), rate -> Quota.of(rate.permits()).per(rate.period()), OUT_OF_RANGE);
    }

    private static Type<Limit> named() {
        return Types.choice(
                new ObjectType<List<Limit>>("an object such as {\"bucket\": {\"rate\": \"10/s\", \"burst\": 20}}")
                        .key("quota", quota(), "So many calls in any window of that length.", List::add)
                        .key("bucket", bucket(), "A rate that refills evenly, and a burst.", List::add)
                        .key(
                                "concurrency",
                                Types.whole(1, 1_000_000_000),
                                "At most so many calls in flight.",
                                (limits, calls) -> limits.add(Concurrency.of(calls.intValue()))));
    }

    private static Type<Limit> bucket() {
        ObjectType<Bucket> keys = new ObjectType<Bucket>("an object with a rate and a burst")
                .key("rate", Types.rate(), "How fast the bucket refills.", (draft, rate) -> draft.rate = rate)
                .key(
                        "burst",
                        Types.whole(1, 1_000_000_000),
                        "How many tokens the full bucket holds. Default 1.",
                        (draft, burst) -> draft.burst = burst);
        return Types.object(keys, Bucket::new, Bucket::made, "A bucket needs a rate. " + OUT_OF_RANGE);
    }

    /** Whether one of the others lets no more through, in any time. */
    static boolean useless(int index, List<Limit> limits) {
        for (int i = 0; i < limits.size(); i++) {
            if (i != index && implies(limits.get(i), limits.get(index))) {
                return true;
            }
        }
        return false;
    }

    private static boolean implies(Limit tight, Limit loose) {
        if (tight instanceof Quota tighter && loose instanceof Quota looser) {
            // So many windows of the tighter one have a part in one of the looser.
            long windows = looser.window().minusNanos(1).dividedBy(tighter.window()) + 1;
            return tighter.permits() <= looser.permits() / windows;
        }
        return tight instanceof Concurrency tighter
                && loose instanceof Concurrency looser
                && tighter.calls() <= looser.calls();
    }
}
