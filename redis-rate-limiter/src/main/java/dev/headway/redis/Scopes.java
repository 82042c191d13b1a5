package dev.headway.redis;

import dev.headway.HeadwayListener;
import dev.headway.Scope;
import dev.headway.ScopeSnapshot;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The scopes of one limiter, and what they share: settings, the engine and whether it is worth asking, time, who listens. */
final class Scopes {

    private static final int MAX_SCOPES = 10_000;
    private static final int MAX_SHOWN = 1000;

    /** Of scopes that have the same trouble so shortly after another one is told. */
    private static final long TOLD_EVERY = TimeUnit.SECONDS.toNanos(10);

    private final Settings settings;
    private final Engine engine;
    private final long origin;
    private final ConcurrentHashMap<Scope, RedisScope> scopes = new ConcurrentHashMap<>();
    private final List<HeadwayListener> listeners = new CopyOnWriteArrayList<>();

    private final AtomicLong lossTold = new AtomicLong(-TOLD_EVERY);
    private final AtomicLong returnTold = new AtomicLong(-TOLD_EVERY);

    Scopes(Settings settings, Engine engine) {
        this.settings = settings;
        this.engine = engine;
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

    Optional<ScopeSnapshot> snapshot(Scope scope) {
        return Optional.ofNullable(scopes.get(scope))
                .map(known -> known.snapshot(settings.time().instant()));
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

    /** Whether a line is worth it that says that Redis does not answer. */
    boolean tellLoss(long now) {
        return tell(lossTold, now);
    }

    /** Whether a line is worth it that says that Redis answers again. */
    boolean tellReturn(long now) {
        return tell(returnTold, now);
    }

    private static boolean tell(AtomicLong last, long now) {
        long before = last.get();
        return now - before >= TOLD_EVERY && last.compareAndSet(before, now);
    }

    /** Each scope has its own: one shard may be gone, or one key unusable, while others answer. */
    Breaker newBreaker() {
        return new Breaker(new SplittableRandom(), settings.lanes());
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
