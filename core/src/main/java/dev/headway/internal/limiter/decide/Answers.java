package dev.headway.internal.limiter.decide;

import dev.headway.LimitHint;
import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.internal.limiter.learn.Probing;
import dev.headway.internal.limiter.rules.BucketRule;
import dev.headway.internal.limiter.rules.Gate;
import dev.headway.internal.limiter.rules.Nanos;
import dev.headway.internal.limiter.rules.RoundTrips;
import dev.headway.internal.limiter.rules.SlowStart;
import dev.headway.internal.limiter.rules.WindowRule;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What each answer makes of the rules of its scope: what it says of limits is learned, an accepted one lets more go, a refused one
 * closes the {@link Gate}. Under the lock of the scope.
 */
public final class Answers {

    /** When the last answer that refused was there, and what it has asked for. */
    public record Refused(long at, @Nullable Duration retryAfter) {}

    private final ScopeRules rules;
    private final Shared shared;
    private final News news;
    private final RoundTrips roundTrips = new RoundTrips();

    private @Nullable Refused lastRefusal;

    public Answers(ScopeRules rules, Shared shared, News news) {
        this.rules = rules;
        this.shared = shared;
        this.news = news;
    }

    /** For those who look on. */
    public @Nullable Refused lastRefusal() {
        return lastRefusal;
    }

    /** Whether the moment of the next attempt is known. */
    public boolean heard(long sentAt, int cost, Permit.Answer answer, RateLimitHint hint, boolean nobodyWaits) {
        long now = shared.now();
        if (answer != Permit.Answer.UNKNOWN) {
            rules.departed(sentAt + roundTrips.late(now - sentAt));
        }
        boolean accepted = answer == Permit.Answer.ACCEPTED;
        if (accepted) {
            rules.slowStart.accepted(sentAt);
            rules.gate.accepted(sentAt);
        }
        if (nobodyWaits && nothingToDo(answer, hint)) {
            return false;
        }
        boolean episode = answer == Permit.Answer.REFUSED && rules.gate.begins(sentAt);
        learn(sentAt, answer, episode, hint, now);
        if (accepted) {
            accepted(sentAt, now);
        }
        return answer == Permit.Answer.REFUSED && refused(sentAt, cost, episode, hint, now);
    }

    private boolean nothingToDo(Permit.Answer answer, RateLimitHint hint) {
        return answer != Permit.Answer.REFUSED
                && rules.probing() == null
                && rules.learned.isEmpty()
                && hint.limits().isEmpty();
    }

    private void learn(long sentAt, Permit.Answer answer, boolean episode, RateLimitHint hint, long now) {
        boolean nothingKnown = rules.learned.isEmpty();
        rules.learned.heard(hint.limits(), sentAt, now, answer, episode).forEach(news::learned);
        if (nothingKnown && !rules.learned.isEmpty() && rules.quotas.isEmpty()) {
            rules.slowStart.end();
            rules.probe(null);
        }
        if (rules.learned.exhaustedUntil() > Math.max(now, rules.gate.closedUntil())) {
            pause(rules.learned.exhaustedUntil(), now);
        }
    }

    private void accepted(long sentAt, long now) {
        for (WindowRule quota : rules.quotas) {
            quota.accepted(now);
        }
        Probing probing = rules.probing();
        if (probing != null) {
            probing.accepted(sentAt, now);
            tell(probing.news());
        }
    }

    /** A user says what the limit is now; believed as if it had been learned, and only where one was. */
    public boolean hinted(long size, double ratePerSecond, long now) {
        Probing probing = rules.probing();
        if (!rules.noRateTold() || (probing == null && rules.learned.isEmpty())) {
            return false;
        }
        rules.learned.hinted(size, now);
        if (probing != null) {
            probing.hinted(ratePerSecond, now);
            tell(probing.news());
        }
        return true;
    }

    // ---- refused

    /** Whether the moment of the next attempt is known. */
    private boolean refused(long sentAt, int cost, boolean episode, RateLimitHint hint, long now) {
        Gate gate = rules.gate;
        boolean explained = hint.limits().stream().anyMatch(LimitHint::exhausted);
        if (episode) {
            if (!explained) {
                // Before the call is taken back and the episode begins: what went until now is the evidence.
                rules.quotas.forEach(quota -> quota.refusedUnexplained(gate.inStreak(), gate.acceptedSince(), now));
            }
            gate.nextEpisode(now);
        }
        rules.notCounted(sentAt, cost);
        for (BucketRule bucket : rules.buckets) {
            bucket.drain(now);
        }
        Duration retryAfter = hint.retryAfter().orElse(null);
        lastRefusal = new Refused(now, retryAfter);
        close(sentAt, episode, explained, retryAfter, now);
        // A pause may be shorter than what the server said: then the call has to know it itself.
        if (retryAfter == null || retryAfter.isZero()) {
            // A moment that has come already is none to go by: the call backs off, unless it waits for a told rate.
            return !rules.buckets.isEmpty();
        }
        return Nanos.of(retryAfter) <= Gate.LONGEST;
    }

    /** Closes the gate where the refusal is a reason to, and chooses with how many in flight it opens. */
    private void close(long sentAt, boolean episode, boolean explained, @Nullable Duration retryAfter, long now) {
        Gate gate = rules.gate;
        long before = gate.closedUntil();
        if (retryAfter != null) {
            gate.closeFor(Nanos.of(retryAfter), now);
        } else if (episode && closesBlindly()) {
            gate.closeBlindly(now, shared.random());
        }
        if (!rules.quotas.isEmpty()) {
            if (episode && !explained) {
                rules.slowStart.begin(SlowStart.PROBE, gate.closedUntil(), SlowStart.CAUTION);
            }
        } else if (rules.buckets.isEmpty() && rules.learned.isEmpty()) {
            refusedUnknown(sentAt, episode, now);
        }
        if (gate.closedUntil() > before) {
            pause(gate.closedUntil(), now);
        }
    }

    /**
     * Whether an episode closes the scope although the server has named no moment. Where the rate is known a refusal now and then
     * is bad luck, and without a burst more than now and then: what was on its way for a moment longer meets the next.
     */
    private boolean closesBlindly() {
        Gate gate = rules.gate;
        if (!rules.buckets.isEmpty()) {
            return rules.buckets.stream().allMatch(BucketRule::single) ? gate.alternates() : gate.repeated();
        }
        Probing probing = rules.probing();
        return probing == null || (!probing.indifferent() && (!probing.smooth() || gate.alternates()));
    }

    /** Refused where nothing is known: the refusals themselves tell the rate. */
    private void refusedUnknown(long sentAt, boolean episode, long now) {
        long pause = Math.max(0, rules.gate.closedUntil() - now);
        Probing before = rules.probing();
        if (before == null) {
            rules.probe(new Probing(shown(now - sentAt), pause, now));
        } else {
            before.refused(episode, pause, now);
            tell(before.news());
        }
        if (episode && before != null && before.indifferent()) {
            rules.slowStart.begin(SlowStart.COLD, now, SlowStart.FOREVER);
        } else if (episode) {
            rules.slowStart.begin(SlowStart.PROBE, rules.gate.closedUntil(), 1);
        }
    }

    /**
     * How many the server has taken at once, before it first refused: all that were accepted, but in a scope that is old no more
     * than a second of the rate at which calls went, which is what was in flight by how long an answer takes (Little's law).
     */
    private long shown(long roundTrip) {
        SlowStart slowStart = rules.slowStart;
        long accepted = slowStart.active() ? slowStart.allowed() - SlowStart.COLD : Long.MAX_VALUE;
        return Math.min(accepted, (rules.inFlight().cost() + 1) * TimeUnit.SECONDS.toNanos(1) / Math.max(1, roundTrip));
    }

    private void pause(long until, long now) {
        rules.gate.closeUntil(until);
        news.paused(until, now);
    }

    private void tell(@Nullable LimitHint limit) {
        if (limit != null) {
            news.learned(limit);
        }
    }
}
