package dev.headway.internal.limiter;

import dev.headway.Limit;
import dev.headway.Permit;
import dev.headway.RateLimiter;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.internal.Events;
import dev.headway.spi.TimeSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The limiter of one process: one {@link ScopeState} for each scope. */
public final class LocalRateLimiter implements RateLimiter {

    private final Settings settings;
    private final @Nullable Lane lane;
    private final TimeSource time;
    private final Events events;
    private final Supplier<RandomGenerator> random;
    private final long origin;
    private final ConcurrentHashMap<Scope, ScopeState> scopes = new ConcurrentHashMap<>();

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
        this.lane = lane(settings.limits());
        this.time = time;
        this.events = events;
        this.random = random;
        this.origin = time.nanoTime();
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
    public Permit acquire(Scope scope, int cost, long nowNanos, long deadlineNanos) {
        if (cost < 1) {
            throw new IllegalArgumentException("The cost of a call must be at least 1, not " + cost + ".");
        }
        return state(scope).acquire(cost, scaled(nowNanos), scaled(deadlineNanos));
    }

    @Override
    public long earliest(Scope scope, int cost, long nowNanos) {
        return unscaled(state(scope).earliest(cost, scaled(nowNanos)));
    }

    @Override
    public @Nullable Permit adopt(Scope scope, int cost) {
        if (scope.whole() != null && !settings.limits().isEmpty()) {
            // What the user has told is told of the whole, so the whole is not divided.
            return null;
        }
        return state(scope).limiter().adopt(cost, now());
    }

    ScopeState state(Scope scope) {
        ScopeState state = scopes.get(scope);
        return state != null ? state : scopes.computeIfAbsent(scope, key -> new ScopeState(key, this));
    }

    Settings settings() {
        return settings;
    }

    /** The way past the lock of a scope that nothing holds; null where there is none. */
    @Nullable Lane lane() {
        return lane;
    }

    private static @Nullable Lane lane(List<Limit> limits) {
        if (limits.isEmpty()) {
            return ColdLane.INSTANCE;
        }
        return limits.size() == 1 && limits.get(0) instanceof TokenBucket bucket ? BucketLane.of(bucket) : null;
    }

    /** From the clock's scale to ours, which begins at 0 and never wraps. */
    long scaled(long nanoTime) {
        return nanoTime - origin;
    }

    long unscaled(long scaled) {
        return scaled + origin;
    }

    long now() {
        return scaled(time.nanoTime());
    }

    TimeSource.Timer schedule(long nanos, Runnable task) {
        return time.schedule(nanos, task);
    }

    Events events() {
        return events;
    }

    RandomGenerator random() {
        return random.get();
    }
}
