package dev.headway.redis;

import dev.headway.HeadwayListener;
import dev.headway.Limit;
import dev.headway.Pacing;
import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.RateLimiter;
import dev.headway.Scope;
import dev.headway.ScopeSnapshot;
import dev.headway.spi.TimeSource;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A limiter that any number of processes share through Redis or Valkey: one limit, one pause and about one retry budget for each
 * scope, whoever calls.
 *
 * <pre>{@code
 * RedisClient redis = RedisClient.create("redis://localhost");
 * RedisRateLimiter limiter = RedisRateLimiter.builder(redis)
 *     .limit(Quota.of(500).per(Duration.ofSeconds(5)))
 *     .build();
 * Headway api = Headway.builder().limiter(limiter).build();
 * }</pre>
 *
 * <p>Calls are served in the order in which their processes asked, by Redis's own clock. A process asks for as many permits at
 * once as calls wait in it, so that a busy one makes few round trips. While Redis does not answer, each process goes on as {@link
 * WhenUnavailable} says; no exception of Redis reaches a call.
 *
 * <p>A call of a quiet scope takes a round trip to Redis, also one that does not wait for a limit ({@code OnLimit.FAIL}). With a
 * {@code maxWait} of zero none is ever granted.
 *
 * <p>Thread-safe; nothing blocks but {@link #close}. Make one for each API and keep it.
 */
public final class RedisRateLimiter implements RateLimiter, AutoCloseable {

    private final Engine engine;
    private final Scopes scopes;

    /**
     * Returns a limiter that learns the limits from the servers' answers.
     *
     * @param client the user's own, who closes it; Sentinel, TLS and credentials are its own matter
     * @return a new limiter
     */
    public static RedisRateLimiter of(RedisClient client) {
        return builder(client).build();
    }

    /**
     * Returns a limiter on a cluster that learns the limits from the servers' answers.
     *
     * @param client the user's own, who closes it
     * @return a new limiter
     */
    public static RedisRateLimiter of(RedisClusterClient client) {
        return builder(client).build();
    }

    /**
     * Begins a limiter.
     *
     * @param client the user's own, who closes it; Sentinel, TLS and credentials are its own matter
     * @return a builder
     */
    public static Builder builder(RedisClient client) {
        Objects.requireNonNull(client, "client");
        return builder(new Connector(() -> {
            StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE);
            return new Connector.Link(connection, connection.async());
        }));
    }

    /**
     * Begins a limiter on a cluster; each scope is one key, so its scopes are spread over the shards.
     *
     * @param client the user's own, who closes it
     * @return a builder
     */
    public static Builder builder(RedisClusterClient client) {
        Objects.requireNonNull(client, "client");
        return builder(new Connector(() -> {
            StatefulRedisClusterConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE);
            return new Connector.Link(connection, connection.async());
        }));
    }

    /** Begins a limiter on connections of another kind. */
    static Builder builder(Connector connector) {
        return new Builder(connector);
    }

    private RedisRateLimiter(Builder builder) {
        List<Lane> lanes = new ArrayList<>();
        for (Limit limit : builder.limits) {
            lanes.add(Lane.of(limit, builder.pacing));
        }
        List<Lane> kept = new ArrayList<>(lanes);
        if (builder.pacing == Pacing.EVEN) {
            // Calls that cost more than 1 can be spread evenly and still be too many for one window.
            builder.limits.stream()
                    .filter(Quota.class::isInstance)
                    .map(limit -> Lane.of(limit, Pacing.EAGER))
                    .forEach(kept::add);
        }
        Settings settings = new Settings(
                List.copyOf(lanes),
                List.copyOf(kept),
                List.copyOf(builder.limits),
                builder.prefix,
                builder.whenUnavailable,
                builder.expectedWorkers,
                builder.maxWaiting,
                builder.time);
        engine = new Engine(builder.connector, builder.time, builder.timeoutNanos);
        scopes = new Scopes(settings, engine);
        engine.connect();
    }

    @Override
    public Permit acquire(Scope scope, int cost, int priority, long nowNanos, long deadlineNanos) {
        if (cost < 1) {
            throw new IllegalArgumentException("The cost of a call must be at least 1, not " + cost + ".");
        }
        return scopes.get(scope).acquire(cost, priority, nowNanos, deadlineNanos);
    }

    @Override
    public Permit renew(Scope scope, int cost, int priority, long sinceNanos, long nowNanos, long deadlineNanos) {
        return scopes.get(scope).renew(cost, priority, sinceNanos, nowNanos, deadlineNanos);
    }

    @Override
    public long earliest(Scope scope, int cost, long nowNanos) {
        return scopes.get(scope).earliest(nowNanos, false);
    }

    @Override
    public @Nullable Permit adopt(Scope scope, int cost) {
        if (scope.whole() != null && !scopes.settings().limits().isEmpty()) {
            // What the user has told is told of the whole, so the whole is not divided.
            return null;
        }
        return scopes.get(scope).adopt(cost);
    }

    /**
     * Tells who hears of gates and limits. A gate is told of in each process when that process hears of it, which may be a moment after the
     * refusal; a limit where its size was named by an answer, or the rate that refusals tell has changed by a tenth.
     */
    @Override
    public void addListener(HeadwayListener listener) {
        scopes.listeners().add(listener);
    }

    /** As far as this process knows: what is left of a limit is what Redis has said last. At most 1000 scopes, those that hold calls first. */
    @Override
    public List<ScopeSnapshot> snapshot() {
        return scopes.snapshot();
    }

    @Override
    public Optional<ScopeSnapshot> snapshot(Scope scope) {
        return scopes.snapshot(scope);
    }

    /** Lets go of the connection to Redis. Calls that come after that are treated as while Redis does not answer. */
    @Override
    public void close() {
        engine.close();
    }

    /** For tests. */
    Scopes scopes() {
        return scopes;
    }

    /** Gathers a limiter. Not thread-safe. */
    public static final class Builder {

        private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(10);

        private final Connector connector;
        private final List<Limit> limits = new ArrayList<>();
        private Pacing pacing = Pacing.EAGER;
        private String prefix = "headway";
        private long timeoutNanos = Duration.ofMillis(50).toNanos();
        private WhenUnavailable whenUnavailable = WhenUnavailable.FAIR_SHARE;
        private int expectedWorkers = 10;
        private int maxWaiting = Integer.MAX_VALUE;
        private TimeSource time = TimeSource.system();

        private Builder(Connector connector) {
            this.connector = connector;
        }

        /**
         * Adds limits that every scope is known to have; all must pass. Without any, what the servers' answers tell is kept. The
         * limits of the process that asked last hold for all, so that a new release brings its own.
         *
         * @param known rates and quotas; a number of calls at once can not be shared
         * @return this
         */
        public Builder limit(Limit... known) {
            limits.addAll(List.of(known));
            return this;
        }

        /**
         * Sets how the calls of a window are spread over it. Default {@link Pacing#EAGER}.
         *
         * @param how eager or even
         * @return this
         */
        public Builder pace(Pacing how) {
            pacing = Objects.requireNonNull(how, "pace");
            return this;
        }

        /**
         * Sets what every key begins with, as {@code {prefix:scope}:v2}. Processes with the same prefix share their limits. Default
         * {@code headway}.
         *
         * @param text without braces
         * @return this
         * @throws IllegalArgumentException if it has braces, which decide where a cluster keeps a key
         */
        public Builder prefix(String text) {
            if (text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
                throw new IllegalArgumentException("The prefix must not have braces: " + text);
            }
            prefix = text;
            return this;
        }

        /**
         * Sets after how long Redis counts as not answering. Three times in a second, and each process goes on as {@link
         * #whenUnavailable} says, looking once a second. Default 50 ms.
         *
         * @param longest 1 ms to 10 s
         * @return this
         * @throws IllegalArgumentException if it is out of its range
         */
        public Builder timeout(Duration longest) {
            if (longest.compareTo(Duration.ofMillis(1)) < 0 || longest.compareTo(LONGEST_TIMEOUT) > 0) {
                throw new IllegalArgumentException("The timeout must be between 1 ms and 10 s, not " + longest + ".");
            }
            timeoutNanos = longest.toNanos();
            return this;
        }

        /**
         * Sets what happens while Redis does not answer. Default {@link WhenUnavailable#FAIR_SHARE}.
         *
         * @param then what to do
         * @return this
         */
        public Builder whenUnavailable(WhenUnavailable then) {
            whenUnavailable = Objects.requireNonNull(then, "whenUnavailable");
            return this;
        }

        /**
         * Sets among how many processes a limit is divided, where Redis does not answer and a process does not know its share.
         * Default 10.
         *
         * @param workers 1 or more
         * @return this
         * @throws IllegalArgumentException if it is less
         */
        public Builder expectedWorkers(int workers) {
            if (workers < 1) {
                throw new IllegalArgumentException("There must be 1 worker or more, not " + workers + ".");
            }
            expectedWorkers = workers;
            return this;
        }

        /**
         * Sets how many calls of a scope may wait in this process. One more ends at once with {@code QUEUE_FULL}; calls that are sent
         * again always find a place. Default: as many as like.
         *
         * @param calls how many, 1 or more
         * @return this
         * @throws IllegalArgumentException if it is less
         */
        public Builder maxWaiting(int calls) {
            if (calls < 1) {
                throw new IllegalArgumentException(
                        "The number of waiting calls must be 1 or more, not " + calls + ": each waits for Redis.");
            }
            maxWaiting = calls;
            return this;
        }

        /**
         * Replaces clock and timer; for tests. Must be that of the Headway that asks. Default {@link TimeSource#system()}.
         *
         * @param timeSource thread-safe
         * @return this
         */
        public Builder time(TimeSource timeSource) {
            time = Objects.requireNonNull(timeSource, "time");
            return this;
        }

        /**
         * Returns the limiter, which connects in the background.
         *
         * @return a new limiter
         * @throws IllegalArgumentException if a limit can not be shared
         */
        public RedisRateLimiter build() {
            return new RedisRateLimiter(this);
        }
    }
}
