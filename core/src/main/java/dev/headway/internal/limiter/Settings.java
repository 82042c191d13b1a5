package dev.headway.internal.limiter;

import dev.headway.Limit;
import dev.headway.Pacing;
import dev.headway.TokenBucket;
import java.util.List;

/**
 * What a user says of the limiter of a process.
 *
 * @param limits what every scope is known to have
 * @param pacing how the calls of a window are spread
 * @param maxWaiting how many calls of a scope may wait that were never sent
 * @param maxScopes how many scopes are kept
 */
public record Settings(List<Limit> limits, Pacing pacing, int maxWaiting, int maxScopes) {

    /** So many scopes are kept by default. */
    public static final int MAX_SCOPES = 10_000;

    /** Takes the bursts from the buckets where calls are spread evenly. */
    public Settings {
        limits = limits.stream().map(limit -> paced(limit, pacing)).toList();
    }

    /**
     * The defaults.
     *
     * @param limits what every scope is known to have
     * @return eager, and as many as like may wait
     */
    public static Settings of(List<Limit> limits) {
        return new Settings(limits, Pacing.EAGER, Integer.MAX_VALUE, MAX_SCOPES);
    }

    /** The same but for the limits. */
    Settings with(List<Limit> others) {
        return new Settings(others, pacing, maxWaiting, maxScopes);
    }

    private static Limit paced(Limit limit, Pacing pacing) {
        return pacing == Pacing.EVEN && limit instanceof TokenBucket bucket ? bucket.burst(1) : limit;
    }
}
