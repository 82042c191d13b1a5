package dev.headway.redis;

import dev.headway.Limit;
import dev.headway.Quota;
import dev.headway.Scope;
import dev.headway.ScopeSnapshot;
import dev.headway.TokenBucket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a scope stands, for those who look on, as far as this process knows. Under the lock of the scope. */
final class Look {

    private final Scope scope;
    private final Settings settings;
    private final Line line;
    private final Heard heard;
    private final Flights flights;
    private final SharedBudget budget;
    private final Answers answers;
    private final LearnedSizes sizes;

    Look(
            Scope scope,
            Settings settings,
            Line line,
            Heard heard,
            Flights flights,
            SharedBudget budget,
            Answers answers,
            LearnedSizes sizes) {
        this.scope = scope;
        this.settings = settings;
        this.line = line;
        this.heard = heard;
        this.flights = flights;
        this.budget = budget;
        this.answers = answers;
        this.sizes = sizes;
    }

    ScopeSnapshot snapshot(long closedUntil, long now, Instant instant) {
        boolean closed = closedUntil > now;
        Answers.Refused refused = answers.lastRefusal();
        return new ScopeSnapshot(
                scope,
                limits(now),
                line.size(),
                (long) flights.inFlight(),
                closed ? ScopeSnapshot.Gate.CLOSED : gate(),
                closed ? instant.plusNanos(closedUntil - now) : null,
                budget.left(now),
                refused == null
                        ? null
                        : new ScopeSnapshot.Refusal(instant.minusNanos(now - refused.at()), refused.retryAfter()));
    }

    private ScopeSnapshot.Gate gate() {
        boolean few = heard.looking() || (flights.careful() && !heard.tellsLimit());
        return few ? ScopeSnapshot.Gate.PROBING : ScopeSnapshot.Gate.OPEN;
    }

    /** What is told first. */
    private List<ScopeSnapshot.LimitState> limits(long now) {
        List<ScopeSnapshot.LimitState> states = new ArrayList<>();
        for (int i = 0; i < settings.limits().size(); i++) {
            states.add(told(settings.limits().get(i), left(i, now)));
        }
        Set<WindowName> names = new LinkedHashSet<>();
        heard.windows().keySet().forEach(key -> names.add(WindowName.of(key)));
        sizes.names().forEach(names::add);
        names.forEach(name -> states.add(learned(name, now)));
        if (heard.rate() > 0) {
            LearnedRate rate = LearnedRate.of(heard.rate());
            states.add(new ScopeSnapshot.LimitState(null, false, rate.calls(), rate.window(), null));
        }
        return states;
    }

    private static ScopeSnapshot.LimitState told(Limit limit, @Nullable Long left) {
        if (limit instanceof TokenBucket bucket) {
            return new ScopeSnapshot.LimitState(null, true, bucket.permits(), bucket.period(), left);
        }
        Quota quota = (Quota) limit;
        return new ScopeSnapshot.LimitState(null, true, quota.permits(), quota.window(), left);
    }

    /** What was left of a limit when the engine spoke last, and has come since; null where that is too long ago to tell. */
    private @Nullable Long left(int limit, long now) {
        Lane lane = settings.lanes().get(limit);
        if (limit >= heard.used().size() || now - heard.at() > lane.spanNanos()) {
            return null;
        }
        long then = heard.used().get(limit);
        return lane.bucket()
                ? Math.min((long) lane.extent(), then + (long) ((now - heard.at()) / lane.nanosEach()))
                : Math.max(0, (long) lane.amount() - then);
    }

    private ScopeSnapshot.LimitState learned(WindowName name, long now) {
        Window window = heard.windows().get(name.key());
        Long size = sizes.of(name);
        Long left = window != null && window.end() > now ? (Long) Math.max(0, window.last() - heard.numbers()) : null;
        return new ScopeSnapshot.LimitState(name.name(), false, size == null ? 0 : size, name.length(), left);
    }
}
