package dev.headway.internal.limiter.scope;

import dev.headway.ScopeSnapshot;
import dev.headway.TokenBucket;
import dev.headway.internal.limiter.decide.ScopeRules;
import dev.headway.internal.limiter.rules.BucketRule;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A scope that has a told rate and burst, and nothing else is known of: the word is the time at which the bucket was empty, as
 * {@link BucketRule} keeps it, in whole parts of a nanosecond, so that nothing drifts.
 *
 * <p>What is in flight is not counted: a bucket does not ask.
 */
public final class BucketFastPath extends FastPath {

    /** With so many parts of a nanosecond a word lasts for four years; a rate that needs more is kept under the lock. */
    private static final long MOST_PARTS = 64;

    /** A year; neither a burst nor a debt is longer in a word. */
    private static final long LONGEST = 31_622_400_000_000_000L;

    private final TokenBucket bucket;
    private final long parts;
    private final long period;
    private final long fill;
    /** A word does not last for longer. */
    private final long furthest;

    private BucketFastPath(TokenBucket told, Scopes scopes, long parts, long period, long fill) {
        super(List.of(told), scopes);
        this.bucket = told;
        this.parts = parts;
        this.period = period;
        this.fill = fill;
        furthest = Long.MAX_VALUE / parts;
    }

    /** The fast path of a bucket, or null where a word could not hold it. */
    static @Nullable BucketFastPath of(TokenBucket told, Scopes scopes) {
        BucketRule rule = new BucketRule(told);
        return rule.parts() > MOST_PARTS || rule.fillTime() > LONGEST / MOST_PARTS
                ? null
                : new BucketFastPath(told, scopes, rule.parts(), rule.period(), rule.fill());
    }

    @Override
    long fresh() {
        return -fill - period;
    }

    @Override
    long granted(long word, long now) {
        long due = due(word, now);
        return due <= now * parts ? due : SHUT;
    }

    @Override
    long earliest(long word, long now) {
        long due = due(word, now);
        return Math.max(now, (due + parts - 1) / parts);
    }

    @Override
    boolean tooLate(long word, long now, long deadline) {
        // Not by a division, which would take as long as all the rest.
        return deadline < now || (deadline <= furthest && due(word, now) > deadline * parts);
    }

    /** When the bucket will be empty again after one more call, if that call goes as soon as it may. */
    private long due(long word, long now) {
        return Math.max(word, now * parts - fill) + period;
    }

    @Override
    int counted() {
        return 0;
    }

    @Override
    void unpack(long word, ScopeRules rules) {
        rules.resume(word);
    }

    @Override
    long pack(ScopeRules rules, long now) {
        // The word does not count the call in flight.
        rules.suspend(1, now);
        return rules.bucketWord(now);
    }

    @Override
    ScopeSnapshot.LimitState limit(long word, long now) {
        BucketRule rule = new BucketRule(bucket);
        rule.set(word, now);
        return rule.state(now);
    }

    @Override
    boolean free(long word, long now) {
        return word <= now * parts - fill;
    }

    @Override
    long returned(long word, LongSupplier age) {
        // In more time than a token takes the bucket may have been full: then the token is back already.
        return age.getAsLong() < period / parts ? word - period : word;
    }
}
