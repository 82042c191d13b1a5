package dev.headway.micrometer;

import dev.headway.Headway;
import dev.headway.Scope;
import dev.headway.ScopeSnapshot;
import io.micrometer.core.instrument.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** How the scopes stood when somebody last looked, so that the many gauges of one scrape look once. Thread-safe. */
final class Standing {

    private static final long FRESH = TimeUnit.SECONDS.toNanos(1);

    private final List<Headway> headways;
    private final Clock clock;

    private Map<Scope, ScopeSnapshot> scopes = Map.of();
    private long lookedAt;

    Standing(List<Headway> headways, Clock clock) {
        this.headways = headways;
        this.clock = clock;
        lookedAt = clock.monotonicTime() - FRESH;
    }

    /** Empty where nothing is kept of the scope. */
    synchronized Optional<ScopeSnapshot> of(Scope scope) {
        look(FRESH);
        return Optional.ofNullable(scopes.get(scope));
    }

    /** As it is now. */
    synchronized Optional<ScopeSnapshot> anew(Scope scope) {
        look(0);
        return Optional.ofNullable(scopes.get(scope));
    }

    private void look(long oldest) {
        long now = clock.monotonicTime();
        if (now - lookedAt >= oldest) {
            Map<Scope, ScopeSnapshot> found = new HashMap<>();
            headways.forEach(headway -> headway.snapshot().forEach(each -> found.put(each.scope(), each)));
            scopes = found;
            lookedAt = now;
        }
    }
}
