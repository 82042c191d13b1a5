package dev.headway.redis;

import dev.headway.Limit;
import dev.headway.Scope;
import dev.headway.spi.TimeSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a user says.
 *
 * @param lanes the limits, each as it is paced
 * @param kept what the engine keeps: these, and what they leave to be kept
 * @param limits the same as told
 * @param prefix of every key
 * @param whenUnavailable what to do without the engine
 * @param expectedWorkers among how many the limit is divided where nothing is known
 * @param maxWaiting how many calls of a scope may wait that were never sent
 * @param time clock and timer
 */
record Settings(
        List<Lane> lanes,
        List<Lane> kept,
        List<Limit> limits,
        String prefix,
        WhenUnavailable whenUnavailable,
        int expectedWorkers,
        int maxWaiting,
        TimeSource time) {

    private static final long LEAST_LATENESS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Where no limit is told, a number is worth nothing so long after its moment. */
    private static final long LATE = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long LONGEST_TTL_MILLIS = TimeUnit.DAYS.toMillis(400);
    /** The engine remembers a scope for so long at least. */
    static final long SHORTEST_TTL_MILLIS = TimeUnit.MINUTES.toMillis(10);

    /** Braces decide where a cluster keeps a key. */
    String key(Scope scope) {
        return "{" + prefix + ":" + scope.name().replace('}', ')').replace('{', '(') + "}:v2";
    }

    /** How long the engine remembers a scope after the last call. */
    long ttlMillis() {
        long longest = 0;
        for (Lane lane : lanes) {
            longest = Math.max(longest, TimeUnit.NANOSECONDS.toMillis(lane.spanNanos()));
        }
        return Math.min(Math.max(SHORTEST_TTL_MILLIS, 2 * longest), LONGEST_TTL_MILLIS);
    }

    /** So long after its moment a number is worth nothing. */
    long latenessNanos() {
        long lateness = lanes.isEmpty() ? LATE : Time.NEVER;
        for (Lane lane : lanes) {
            lateness = Math.min(lateness, Math.max(lane.latenessNanos(), LEAST_LATENESS));
        }
        return lateness;
    }

    /** The shortest time for which what went counts. */
    long spanNanos() {
        return kept.stream().mapToLong(Lane::spanNanos).min().orElse(Time.NEVER);
    }

    /** The least jitter that a quota has room for; never, where there is none. */
    long jitterNanos() {
        return kept.stream()
                .filter(lane -> !lane.bucket())
                .mapToLong(Lane::jitterNanos)
                .min()
                .orElse(Time.NEVER);
    }

    /** So many may go in one moment. */
    double together() {
        return lanes.stream().mapToDouble(Lane::size).min().orElse(Double.POSITIVE_INFINITY);
    }
}
