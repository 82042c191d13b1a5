package dev.headway;

import dev.headway.internal.Engine;
import dev.headway.internal.Events;
import dev.headway.internal.Partitions;
import dev.headway.internal.limiter.LocalRateLimiter;
import dev.headway.spi.Execution;
import dev.headway.spi.RequestFacts;
import dev.headway.spi.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One API: its rules, and the state that its callers share: bucket, gate and retry budget of each {@link Scope}. Clients that
 * are given the same instance pace and pause together. Thread-safe; make one for each API and keep it; nothing to close.
 */
public final class Headway {

    private final Engine engine;

    /**
     * Returns a Headway with {@link RetryPolicy#standard()} that learns the limits from the servers' answers.
     *
     * @return a new instance
     */
    public static Headway create() {
        return builder().build();
    }

    /**
     * Returns a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    private Headway(Builder builder) {
        Events events = new Events(builder.listener);
        RateLimiter limiter = builder.limiter != null
                ? builder.limiter
                : new LocalRateLimiter(builder.limits, builder.time, events, builder.random);
        engine = new Engine(
                builder.policy, limiter, new Partitions(), builder.parser, events, builder.time, builder.random);
    }

    /**
     * Returns the policy of calls that bring none of their own.
     *
     * @return the policy
     */
    public RetryPolicy retryPolicy() {
        return engine.policy();
    }

    /**
     * Begins a call; for adapters.
     *
     * @param facts what is known of the request
     * @return the call's state machine
     */
    public Execution begin(RequestFacts facts) {
        return new Execution(engine, facts);
    }

    /** Gathers a Headway. Not thread-safe. */
    public static final class Builder {

        private RetryPolicy policy = RetryPolicy.standard();
        private final List<Limit> limits = new ArrayList<>();
        private @Nullable RateLimiter limiter;
        private HintParser parser = HintParser.standard();
        private @Nullable HeadwayListener listener;
        private TimeSource time = TimeSource.system();
        private Supplier<RandomGenerator> random = ThreadLocalRandom::current;

        private Builder() {}

        /**
         * Sets the policy of calls that bring none of their own. Default {@link RetryPolicy#standard()}.
         *
         * @param retryPolicy the policy
         * @return this
         * @throws IllegalArgumentException if it is {@link RetryPolicy#forIdempotentCall() for one idempotent call}
         */
        public Builder retry(RetryPolicy retryPolicy) {
            if (retryPolicy.isForIdempotentCall()) {
                throw new IllegalArgumentException(
                        "A policy for an idempotent call can only be given to a single call: not every call may be done twice.");
            }
            policy = retryPolicy;
            return this;
        }

        /**
         * Adds limits that every scope is known to have; all must pass. Without any, limits are learned.
         *
         * @param known one or more limits
         * @return this
         */
        public Builder limit(Limit... known) {
            limits.addAll(List.of(known));
            return this;
        }

        /**
         * Replaces the limiter of this process, which is the default.
         *
         * @param rateLimiter thread-safe, never blocking
         * @return this
         */
        public Builder limiter(RateLimiter rateLimiter) {
            limiter = Objects.requireNonNull(rateLimiter, "limiter");
            return this;
        }

        /**
         * Replaces the reading of responses. Default {@link HintParser#standard()}.
         *
         * @param hintParser thread-safe
         * @return this
         */
        public Builder hints(HintParser hintParser) {
            parser = Objects.requireNonNull(hintParser, "hints");
            return this;
        }

        /**
         * Sets who hears what happens. Default nobody.
         *
         * @param headwayListener thread-safe and quick
         * @return this
         */
        public Builder listener(HeadwayListener headwayListener) {
            listener = Objects.requireNonNull(headwayListener, "listener");
            return this;
        }

        /**
         * Replaces clock, sleeper and timer; for tests. Default {@link TimeSource#system()}.
         *
         * @param timeSource thread-safe
         * @return this
         */
        public Builder time(TimeSource timeSource) {
            time = Objects.requireNonNull(timeSource, "time");
            return this;
        }

        /**
         * Replaces the source of jitter; for tests. Default {@link ThreadLocalRandom}.
         *
         * @param generator thread-safe
         * @return this
         */
        public Builder random(RandomGenerator generator) {
            Objects.requireNonNull(generator, "random");
            random = () -> generator;
            return this;
        }

        /**
         * Returns the Headway.
         *
         * @return a new instance, with state of its own
         * @throws IllegalStateException if both limits and a limiter of the user's were given
         */
        public Headway build() {
            if (limiter != null && !limits.isEmpty()) {
                throw new IllegalStateException(
                        "Give either limit(...) or limiter(...): a limiter of your own keeps its own limits.");
            }
            return new Headway(this);
        }
    }
}
