package dev.headway.micrometer;

import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.Scope;
import dev.headway.ScopeSnapshot;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Meters of a Headway: give it to {@link Headway.Builder#listener}, and a registry to {@link #bindTo}, in any order.
 *
 * <pre>{@code
 * HeadwayMetrics metrics = new HeadwayMetrics();
 * Headway headway = Headway.builder().listener(metrics).build();
 * metrics.bindTo(registry);
 * }</pre>
 *
 * <p>Names and tags are a contract: {@code docs/observability.md}. The number of meters is bounded: the first scopes have a tag each, 100
 * by default, all later ones the tag {@code other} and no gauges; no URL is ever a tag. What happens before a registry is bound is not
 * counted. Gauges look at {@link Headway#snapshot()}, once a second at most.
 *
 * <p>Thread-safe. One instance may hear of several Headways; their scopes then share meters by name.
 */
public final class HeadwayMetrics implements HeadwayListener, MeterBinder {

    private static final int SCOPES = 100;
    private static final int MOST_SCOPES = 10_000;
    private static final Scope OTHER = Scope.of("other");

    /** Every registry that is bound. */
    private final CompositeMeterRegistry registry;

    /** Not held: meters live as long as their registry, a Headway as long as its user wants. */
    private final List<WeakReference<Headway>> headways = new CopyOnWriteArrayList<>();

    private final ConcurrentHashMap<Scope, ScopeMeters> scopes = new ConcurrentHashMap<>();
    private final Standing standing;
    private final int maxScopes;

    /** Of all scopes beyond the bound; made with the first, for a registry that is bound later does not count what was before. */
    private volatile @Nullable ScopeMeters others;

    /** Tags at most 100 scopes. */
    public HeadwayMetrics() {
        this(SCOPES);
    }

    /**
     * Tags at most so many scopes.
     *
     * @param maxScopes how many, 0 to 10 000; each has some 20 meters
     * @throws IllegalArgumentException if the value is out of its range
     */
    public HeadwayMetrics(int maxScopes) {
        this(maxScopes, Clock.SYSTEM);
    }

    HeadwayMetrics(int maxScopes, Clock clock) {
        if (maxScopes < 0 || maxScopes > MOST_SCOPES) {
            throw new IllegalArgumentException("The scopes must be 0 to " + MOST_SCOPES + ", not " + maxScopes + ".");
        }
        this.maxScopes = maxScopes;
        registry = new CompositeMeterRegistry(clock);
        standing = new Standing(headways, clock, this::gaugeLimits, scopes.keySet());
    }

    /**
     * Also writes to that registry from now on.
     *
     * @param more the registry
     */
    @Override
    public void bindTo(MeterRegistry more) {
        var unused = registry.add(more);
    }

    @Override
    public void attached(Headway headway) {
        headways.removeIf(each -> each.get() == null);
        headways.add(new WeakReference<>(headway));
    }

    /** So that a scope has gauges before its first answer. */
    @Override
    public void sending(SendEvent event) {
        var unused = of(event.call().scope());
    }

    @Override
    public void waiting(WaitEvent event) {
        var unused = of(event.call().scope());
    }

    @Override
    public void attempt(AttemptEvent event) {
        of(event.call().scope()).attempt(event);
    }

    @Override
    public void waited(WaitedEvent event) {
        of(event.call().scope()).waited(event.over());
    }

    @Override
    public void gaveUp(GiveUpEvent event) {
        of(event.call().scope()).gaveUp(event.reason());
    }

    @Override
    public void done(DoneEvent event) {
        of(event.call().scope()).done(event.trace());
    }

    @Override
    public void gateClosed(GateEvent event) {
        of(event.scope()).gateClosed();
    }

    @Override
    public void limitLearned(LimitEvent event) {
        var unused = of(event.scope());
        ScopeMeters own = scopes.get(event.scope());
        if (own != null) {
            own.gaugeLimit(false, event.limit().name(), event.limit().window(), standing);
        }
    }

    /** Of what is told now, which may be other than before. */
    private void gaugeLimits(ScopeSnapshot now) {
        ScopeMeters own = scopes.get(now.scope());
        if (own != null) {
            now.limits().forEach(limit -> own.gaugeLimit(limit.told(), limit.name(), limit.window(), standing));
        }
    }

    private ScopeMeters of(Scope scope) {
        ScopeMeters own = scopes.get(scope);
        ScopeMeters known = own != null ? own : others;
        return known != null ? known : first(scope);
    }

    private synchronized ScopeMeters first(Scope scope) {
        ScopeMeters known = scopes.get(scope);
        if (known != null) {
            return known;
        }
        if (scopes.size() >= maxScopes) {
            ScopeMeters shared = others != null ? others : new ScopeMeters(OTHER, registry);
            others = shared;
            return shared;
        }
        ScopeMeters made = new ScopeMeters(scope, registry);
        made.gauge(standing);
        scopes.put(scope, made);
        standing.anew(scope).ifPresent(this::gaugeLimits);
        return made;
    }
}
