package dev.headway.internal.limiter;

import dev.headway.Limit;
import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.RateLimiter;
import dev.headway.Scope;
import dev.headway.ScopeSnapshot;
import dev.headway.TokenBucket;
import dev.headway.internal.Events;
import dev.headway.internal.limiter.decide.Shared;
import dev.headway.internal.limiter.scope.FastPath;
import dev.headway.internal.limiter.scope.ScopeLimiter;
import dev.headway.internal.limiter.scope.ScopeState;
import dev.headway.internal.limiter.scope.Scopes;
import dev.headway.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The limiter of one process: one {@link ScopeState} for each scope. */
public final class LocalRateLimiter implements RateLimiter, Scopes {

    private static final int MOST_SHOWN = 1000;

    private final Settings settings;
    private final TimeSource time;
    private final Shared shared;
    /** The shared clock's, at hand for every call. */
    private final long origin;

    private final ConcurrentHashMap<Scope, ScopeState> scopes = new ConcurrentHashMap<>();
    private final Overflow overflow;
    private final ScopeTable table;

    /** Held while a scope comes or goes and while what is told changes; taken before that of any scope. */
    private final Object membership = new Object();

    /** What others must hear: collected while that is held, and told after it. */
    private final List<Runnable> news = new ArrayList<>();

    private volatile FastPath current;

    /** The state that was looked up last under the lock, for most the only one; that it was forgotten is seen by its word. */
    private volatile @Nullable ScopeState cached;

    /**
     * Starts with no scope.
     *
     * @param settings limits, and how they are used
     * @param time clock and timer
     * @param events tells the listener
     * @param random where jitter comes from
     */
    public LocalRateLimiter(Settings settings, TimeSource time, Events events, Supplier<RandomGenerator> random) {
        this.settings = settings;
        this.time = time;
        this.shared = new Shared(settings.pacing(), settings.maxWaiting(), time, events, random);
        this.origin = shared.origin();
        this.current = FastPath.of(settings.limits(), this);
        this.overflow = new Overflow(this, current, news);
        this.table = new ScopeTable(scopes, overflow, settings.maxScopes(), shared, news);
    }

    /**
     * Starts with no scope, eager and with as many waiting as like.
     *
     * @param limits what every scope is known to have
     * @param time clock and timer
     * @param events tells the listener
     * @param random where jitter comes from
     */
    public LocalRateLimiter(List<Limit> limits, TimeSource time, Events events, Supplier<RandomGenerator> random) {
        this(Settings.of(limits), time, events, random);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // another scope that is equal is found in the map
    public Permit acquire(Scope scope, int cost, int priority, long nowNanos, long deadlineNanos) {
        if (cost < 1) {
            throw new IllegalArgumentException("The cost of a call must be at least 1, not " + cost + ".");
        }
        ScopeState state = cached;
        if (state == null || state.scope() != scope) {
            state = scopes.get(scope);
        }
        if (state != null) {
            return state.acquire(current, cost, priority, scaled(nowNanos), scaled(deadlineNanos));
        }
        return acquireAnew(scope, cost, priority, scaled(nowNanos), scaled(deadlineNanos));
    }

    @Override
    public Permit renew(Scope scope, int cost, int priority, long sinceNanos, long nowNanos, long deadlineNanos) {
        while (true) {
            ScopeState state = place(scope);
            if (state == null) {
                return overflow.renew(scope, cost, priority, sinceNanos, nowNanos, deadlineNanos);
            }
            Permit permit = state.limiter().renew(cost, priority, sinceNanos, nowNanos, deadlineNanos);
            if (permit != null) {
                return permit;
            }
        }
    }

    @Override
    public long earliest(Scope scope, int cost, long nowNanos) {
        long now = scaled(nowNanos);
        ScopeState state = scopes.get(scope);
        return shared.unscaled(
                state != null
                        ? state.earliest(cost, now)
                        : atPresent(scope, limiter -> limiter.earliestAtTheEnd(cost, now)));
    }

    @Override
    public @Nullable Permit adopt(Scope scope, int cost) {
        if (scope.whole() != null && !current.nothingTold()) {
            // What the user has told is told of the whole, so the whole is not divided.
            return null;
        }
        ScopeState state = scopes.get(scope);
        if (state == null) {
            state = place(scope);
        }
        while (state != null && state.scope().equals(scope)) {
            Permit adopted = state.limiter().adopt(cost, now());
            if (adopted != null) {
                return adopted;
            }
            state = place(scope);
        }
        return state == null ? overflow.adopt(scope, cost, now()) : null;
    }

    /**
     * Replaces what every scope is known to have. What was sent counts for the new limits as well; queues, gates, budgets and what
     * is in flight stay.
     *
     * @param limits all must pass; none, to learn from now on
     */
    public void changeLimits(List<Limit> limits) {
        List<Runnable> toTell;
        synchronized (membership) {
            FastPath next = FastPath.of(settings.with(limits).limits(), this);
            // A full bucket is no more than that; what was told nothing, or is, holds as little as a new one.
            boolean mayForget = current.nothingTold() || next.nothingTold();
            // While a limit is told, parts are told apart by users alone.
            boolean dissolve = current.nothingTold() && !next.nothingTold();
            current = next;
            table.change(dissolve, mayForget);
            scopes.values().forEach(state -> news.addAll(state.limiter().change(next)));
            overflow.change(next, now());
            toTell = takeNews();
        }
        toTell.forEach(Runnable::run);
    }

    /**
     * Takes a user's word on a limit that is not told; believed as if it had been learned.
     *
     * @param scope what has the limit
     * @param limit what it is now
     */
    public void hint(Scope scope, Limit limit) {
        ScopeState state = scopes.get(scope);
        if (state == null) {
            return;
        }
        if (limit instanceof TokenBucket bucket) {
            state.limiter().hint(Math.max(bucket.permits(), bucket.burst()), rate(bucket.permits(), bucket.period()));
        } else if (limit instanceof Quota quota) {
            state.limiter().hint(quota.permits(), rate(quota.permits(), quota.window()));
        }
    }

    private static double rate(long permits, Duration length) {
        return permits * (double) TimeUnit.SECONDS.toNanos(1) / length.toNanos();
    }

    /** As many as a person can look at: first those that something holds, of which there may be more than room for. */
    @Override
    public List<ScopeSnapshot> snapshot() {
        List<ScopeState> chosen = new ArrayList<>();
        if (beyond() > 0) {
            chosen.add(overflow.state());
        }
        add(chosen, false);
        add(chosen, true);
        long now = now();
        Instant instant = time.instant();
        return chosen.stream()
                .map(state -> state.snapshot(now, instant))
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(snapshot -> snapshot.scope().name()))
                .toList();
    }

    @Override
    public Optional<ScopeSnapshot> snapshot(Scope scope) {
        return Optional.ofNullable(scopes.get(scope)).map(state -> state.snapshot(now(), time.instant()));
    }

    private void add(List<ScopeState> chosen, boolean open) {
        for (ScopeState state : scopes.values()) {
            if (chosen.size() >= MOST_SHOWN) {
                return;
            }
            if (state.isOpen() == open) {
                chosen.add(state);
            }
        }
    }

    // ---- where a scope is

    /**
     * The state of the scope, or of its whole where that is not divided; null where it shares the {@link Overflow}, which it has
     * entered then. What was forgotten is out of the map before the lock is free.
     */
    private @Nullable ScopeState place(Scope scope) {
        ScopeState own;
        List<Runnable> toTell;
        synchronized (membership) {
            own = table.own(scope, current);
            if (own == null) {
                overflow.enter(scope, current, now());
            } else {
                cached = own;
            }
            toTell = takeNews();
        }
        toTell.forEach(Runnable::run);
        return own;
    }

    /** Under the lock of all scopes. */
    private List<Runnable> takeNews() {
        List<Runnable> taken = List.copyOf(news);
        news.clear();
        return taken;
    }

    /** Where nobody has the scope at hand, or who had it was too late. */
    @Override
    public Permit acquireAnew(Scope scope, int cost, int priority, long now, long deadline) {
        ScopeState state = place(scope);
        return state != null
                ? state.acquire(current, cost, priority, now, deadline)
                : overflow.acquire(scope, cost, priority, now, deadline);
    }

    @Override
    public <T> T atPresent(Scope scope, Function<ScopeLimiter, T> question) {
        ScopeState state = place(scope);
        if (state != null) {
            return question.apply(state.limiter());
        }
        try {
            return question.apply(overflow.state().limiter());
        } finally {
            overflow.leave(scope);
        }
    }

    @Override
    public boolean isOverflow(ScopeState state) {
        return state.equals(overflow.state());
    }

    /** For tests: of a scope for which there is room. */
    public ScopeState state(Scope scope) {
        ScopeState state = scopes.get(scope);
        return state != null ? state : Objects.requireNonNull(place(scope));
    }

    @Override
    public Shared shared() {
        return shared;
    }

    /** How many are kept. */
    int size() {
        return scopes.size();
    }

    /** How many scopes have a call beyond the bound. */
    int beyond() {
        return overflow.size();
    }

    private long scaled(long nanoTime) {
        return nanoTime - origin;
    }

    private long now() {
        return scaled(time.nanoTime());
    }
}
