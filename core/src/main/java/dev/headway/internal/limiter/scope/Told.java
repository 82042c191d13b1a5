package dev.headway.internal.limiter.scope;

import dev.headway.Limit;
import dev.headway.TokenBucket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every scope is known to have, from one change to the next, and so the way past the lock of a scope that nothing holds: what
 * is told decides what its word says. One object, so that a call finds it in one look. Immutable.
 */
public abstract class Told implements Lane {

    private final List<Limit> limits;
    private final Scopes scopes;

    Told(List<Limit> limits, Scopes scopes) {
        this.limits = List.copyOf(limits);
        this.scopes = scopes;
    }

    /** Chooses the lane by what is told. */
    public static Told of(List<Limit> limits, Scopes scopes) {
        if (limits.isEmpty()) {
            return new ColdLane(scopes);
        }
        @Nullable Told lane = limits.size() == 1 && limits.get(0) instanceof TokenBucket bucket
                ? BucketLane.of(bucket, scopes)
                : null;
        return lane != null ? lane : new ClosedLane(limits, scopes);
    }

    List<Limit> limits() {
        return limits;
    }

    /** Whether nothing is told, so that all is learned. */
    public boolean isEmpty() {
        return limits.isEmpty();
    }

    /** Whether there is no way past the lock. */
    boolean closed() {
        return fresh() == SHUT;
    }

    /** Whose scopes they are. */
    Scopes scopes() {
        return scopes;
    }
}
