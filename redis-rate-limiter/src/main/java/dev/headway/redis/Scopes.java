package dev.headway.redis;

import dev.headway.HeadwayListener;
import dev.headway.Scope;
import dev.headway.ScopeSnapshot;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The scopes of one limiter, and what they share: settings, the engine and whether it is worth asking, time, who listens. */
final class Scopes {

    private static final int MAX_SCOPES = 10_000;
    private static final int MAX_SHOWN = 1000;

    private final Settings settings;
    private final Engine engine;
    private final Breaker breaker;
    private final long origin;
    private final ConcurrentHashMap<Scope, RedisScope> scopes = new ConcurrentHashMap<>();
    private final List<HeadwayListener> listeners = new CopyOnWriteArrayList<>();

    Scopes(Settings settings, Engine engine) {
        this.settings = settings;
        this.engine = engine;
        breaker = new Breaker(new SplittableRandom(), settings.lanes());
        origin = settings.time().nanoTime();
    }

    RedisScope get(Scope scope) {
        RedisScope known = scopes.get(scope);
        return known != null ? known : make(scope);
    }

    private RedisScope make(Scope scope) {
        if (scopes.size() >= MAX_SCOPES) {
            scopes.values().removeIf(RedisScope::idle);
        }
        // Beyond the number all share one state, as if they were one scope: slower, but never too fast.
        Scope placed = scopes.size() >= MAX_SCOPES ? Scope.of("") : scope;
        Scope whole = placed.whole();
        RedisScope outer = whole == null ? null : get(whole);
        return scopes.computeIfAbsent(placed, name -> new RedisScope(name, this, outer));
    }

    /** At most so many as a person can look at: first those that hold calls. */
    List<ScopeSnapshot> snapshot() {
        Instant instant = settings.time().instant();
        return scopes.values().stream()
                .map(scope -> scope.snapshot(instant))
                .sorted(Comparator.comparing(Scopes::holdsNothing))
                .limit(MAX_SHOWN)
                .sorted(Comparator.comparing(snapshot -> snapshot.scope().name()))
                .toList();
    }

    private static boolean holdsNothing(ScopeSnapshot snapshot) {
        return snapshot.waiting() == 0 && snapshot.gate() == ScopeSnapshot.Gate.OPEN;
    }

    Settings settings() {
        return settings;
    }

    Engine engine() {
        return engine;
    }

    Breaker breaker() {
        return breaker;
    }

    List<HeadwayListener> listeners() {
        return listeners;
    }

    /** Times from 0 on, which can be compared. */
    long scaled(long nanos) {
        return nanos - origin;
    }

    long unscaled(long nanos) {
        return nanos + origin;
    }

    long now() {
        return scaled(settings.time().nanoTime());
    }
}
