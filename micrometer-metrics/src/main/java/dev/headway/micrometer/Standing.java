package dev.headway.micrometer;

import dev.headway.Headway;
import dev.headway.Scope;
import dev.headway.ScopeSnapshot;
import dev.headway.ScopeSnapshot.Gate;
import dev.headway.ScopeSnapshot.LimitState;
import io.micrometer.core.instrument.Clock;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How the scopes stood when somebody last looked, so that the many gauges of one scrape look once. Thread-safe. */
final class Standing {

    private static final long FRESH = TimeUnit.SECONDS.toNanos(1);

    private final List<WeakReference<Headway>> headways;
    private final Clock clock;
    private final Consumer<ScopeSnapshot> seen;
    private final Set<Scope> tagged;

    private Map<Scope, ScopeSnapshot> scopes = Map.of();
    private long lookedAt;

    Standing(List<WeakReference<Headway>> headways, Clock clock, Consumer<ScopeSnapshot> seen, Set<Scope> tagged) {
        this.headways = headways;
        this.clock = clock;
        this.seen = seen;
        this.tagged = tagged;
        lookedAt = clock.monotonicTime() - FRESH;
    }

    /** Empty where nothing is kept of the scope. */
    synchronized Optional<ScopeSnapshot> of(Scope scope) {
        if (look()) {
            scopes.values().forEach(seen);
        }
        return Optional.ofNullable(scopes.get(scope));
    }

    /** As it is now. */
    synchronized Optional<ScopeSnapshot> anew(Scope scope) {
        return headways.stream()
                .map(WeakReference::get)
                .filter(Objects::nonNull)
                .flatMap(headway -> headway.snapshot(scope).stream())
                .reduce(Standing::together);
    }

    private boolean look() {
        long now = clock.monotonicTime();
        if (now - lookedAt >= FRESH) {
            Map<Scope, ScopeSnapshot> found = new HashMap<>();
            for (WeakReference<Headway> each : headways) {
                Headway headway = each.get();
                if (headway != null) {
                    for (Scope scope : tagged) {
                        headway.snapshot(scope).ifPresent(one -> found.merge(scope, one, Standing::together));
                    }
                }
            }
            scopes = found;
            lookedAt = now;
            return true;
        }
        return false;
    }

    /** The same scope in two Headways: calls of both, the gate that is shut more, the smaller budget. */
    private static ScopeSnapshot together(ScopeSnapshot one, ScopeSnapshot other) {
        Gate gate = one.gate().compareTo(other.gate()) >= 0 ? one.gate() : other.gate();
        List<LimitState> limits = new ArrayList<>(one.limits());
        limits.addAll(other.limits());
        return new ScopeSnapshot(
                one.scope(),
                limits,
                one.waiting() + other.waiting(),
                sum(one.inFlight(), other.inFlight()),
                gate,
                null,
                Math.min(one.budgetLeft(), other.budgetLeft()),
                null);
    }

    private static @Nullable Long sum(@Nullable Long one, @Nullable Long other) {
        return one == null ? other : other == null ? one : (Long) (one + other);
    }
}
