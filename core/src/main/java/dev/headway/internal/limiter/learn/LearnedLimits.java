package dev.headway.internal.limiter.learn;

import dev.headway.LimitHint;
import dev.headway.Pacing;
import dev.headway.Permit;
import dev.headway.ScopeSnapshot;
import dev.headway.internal.limiter.rules.BucketRule;
import dev.headway.internal.limiter.rules.Gate;
import dev.headway.internal.limiter.rules.InFlight;
import dev.headway.internal.limiter.rules.Nanos;
import dev.headway.internal.limiter.rules.Rule;
import dev.headway.internal.limiter.rules.SlowStart;
import dev.headway.internal.limiter.rules.WindowRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The limits that the answers of a scope name: each is kept; all must pass. */
public final class LearnedLimits implements Rule {

    /** More than any provider names; the rest is ignored. */
    private static final int MAX = 8;

    private final InFlight inFlight;
    private final SlowStart slowStart;
    private final Pacing pacing;
    private final List<BucketRule> buckets;
    private final List<WindowRule> quotas;
    private final Map<String, LearnedLimit> limits = new LinkedHashMap<>(2);
    private long exhaustedUntil;

    public LearnedLimits(
            InFlight inFlight, SlowStart slowStart, Pacing pacing, List<BucketRule> buckets, List<WindowRule> quotas) {
        this.inFlight = inFlight;
        this.slowStart = slowStart;
        this.pacing = pacing;
        this.buckets = buckets;
        this.quotas = quotas;
    }

    public boolean isEmpty() {
        return limits.isEmpty();
    }

    /** For those who look on. */
    public List<ScopeSnapshot.LimitState> states(long now) {
        return limits.values().stream().map(limit -> limit.state(now)).toList();
    }

    /** When a limit that does not count calls (tokens, bytes) and has nothing left is reset. */
    public long exhaustedUntil() {
        return exhaustedUntil;
    }

    @Override
    public long earliest(long now, long ahead, int cost) {
        if (limits.isEmpty()) {
            return now;
        }
        long time = now;
        for (LearnedLimit limit : limits.values()) {
            time = Math.max(time, limit.earliest(now, ahead, cost));
        }
        return time;
    }

    @Override
    public void granted(long now, int cost) {
        if (!limits.isEmpty()) {
            limits.values().forEach(limit -> limit.granted(now, cost));
        }
    }

    @Override
    public void returned(long grantedAt, int cost) {
        limits.values().forEach(limit -> limit.returned(grantedAt, cost));
    }

    @Override
    public void adjusted(long grantedAt, long now, int more) {
        limits.values().forEach(limit -> limit.adjusted(grantedAt, now, more));
    }

    /** Whether no window lasts that was learned of. */
    public boolean idle(long now) {
        return exhaustedUntil <= now && limits.values().stream().allMatch(limit -> limit.idle(now));
    }

    /** Other limits are told now: what was learned holds beside them, but for what a told bucket knows better. */
    public void toldOthers(long now) {
        limits.values().removeIf(limit -> buckets.stream().anyMatch(bucket -> bucket.matches(limit.limit())));
        limits.values().forEach(limit -> limit.toldOthers(toldQuota(limit.limit()), now));
    }

    /** A user says that the limit is that now: where nothing is left of less, one call looks. */
    public void hinted(long size, long now) {
        limits.values().forEach(limit -> limit.hinted(size, now));
    }

    /**
     * Takes what an answer says.
     *
     * @param episode whether it is the first refusal of an episode
     * @return those limits that are news
     */
    public List<LimitHint> heard(List<LimitHint> hints, long sentAt, long now, Permit.Answer answer, boolean episode) {
        Map<String, LimitHint> named = new LinkedHashMap<>();
        for (LimitHint hint : hints) {
            if (hint.unit().equals(LimitHint.REQUESTS)) {
                named.merge(key(hint), hint, LearnedLimits::tighter);
            } else if (hint.exhausted() && hint.resetAfter() != null) {
                long until = now + Math.min(Nanos.of(hint.resetAfter()), Gate.LONGEST);
                exhaustedUntil = Math.max(exhaustedUntil, until);
            }
        }
        List<LimitHint> news = new ArrayList<>(0);
        named.forEach((key, hint) -> {
            if (hear(key, hint, sentAt, now, answer, episode)) {
                news.add(hint);
            }
        });
        limits.forEach((key, limit) -> {
            if (!named.containsKey(key)) {
                limit.silent(sentAt, answer == Permit.Answer.ACCEPTED);
            }
        });
        return news;
    }

    private boolean hear(String key, LimitHint hint, long sentAt, long now, Permit.Answer answer, boolean episode) {
        BucketRule bucket = toldBucket(hint);
        if (bucket != null) {
            // A bucket refills all the time: what remains now is no reason to wait for a reset.
            if (hint.remaining() != null) {
                bucket.sync(hint.remaining(), sentAt, now);
            }
            return false;
        }
        LearnedLimit limit = limits.get(key);
        if (limit == null && limits.size() < MAX) {
            limit = new LearnedLimit(inFlight, slowStart, pacing, toldQuota(hint.limit()));
            limits.put(key, limit);
        }
        return limit != null && limit.heard(hint, sentAt, now, answer, episode);
    }

    private @Nullable BucketRule toldBucket(LimitHint hint) {
        for (BucketRule bucket : buckets) {
            if (hint.limit() != null && bucket.matches(hint.limit())) {
                return bucket;
            }
        }
        return null;
    }

    private @Nullable WindowRule toldQuota(@Nullable Long limit) {
        for (WindowRule quota : quotas) {
            if (limit != null && quota.limit() == limit) {
                return quota;
            }
        }
        return null;
    }

    private static String key(LimitHint hint) {
        return hint.name() + "/" + hint.window();
    }

    /** Of two that one answer tells under the same name: that with less left, or the later reset. */
    private static LimitHint tighter(LimitHint one, LimitHint other) {
        int left = Long.compare(remaining(one), remaining(other));
        if (left != 0) {
            return left < 0 ? one : other;
        }
        return reset(one).compareTo(reset(other)) >= 0 ? one : other;
    }

    private static long remaining(LimitHint hint) {
        return hint.remaining() != null ? hint.remaining() : Long.MAX_VALUE;
    }

    private static Duration reset(LimitHint hint) {
        return hint.resetAfter() != null ? hint.resetAfter() : Duration.ZERO;
    }
}
