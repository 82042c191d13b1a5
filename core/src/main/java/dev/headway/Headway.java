package dev.headway;

import dev.headway.internal.Engine;
import dev.headway.internal.Events;
import dev.headway.internal.Partitions;
import dev.headway.internal.Scoping;
import dev.headway.internal.limiter.LocalRateLimiter;
import dev.headway.internal.limiter.Settings;
import dev.headway.spi.Execution;
import dev.headway.spi.RequestFacts;
import dev.headway.spi.TimeSource;
import java.time.Duration;
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
    private final @Nullable Scoping scoping;

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
                : new LocalRateLimiter(
                        new Settings(builder.limits, builder.pacing, builder.maxWaiting),
                        builder.time,
                        events,
                        builder.random);
        engine = new Engine(
                builder.policy,
                limiter,
                builder.maxWaitNanos,
                builder.cost,
                new Partitions(),
                builder.parser,
                events,
                builder.time,
                builder.random);
        scoping = builder.scopes == null ? null : new Scoping(builder.scopes, builder.time);
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
        return new Execution(engine, scoping == null ? facts : scoping.scoped(facts));
    }

    /** Gathers a Headway. Not thread-safe. */
    public static final class Builder {

        private RetryPolicy policy = RetryPolicy.standard();
        private final List<Limit> limits = new ArrayList<>();
        private Pacing pacing = Pacing.EAGER;
        private int maxWaiting = Integer.MAX_VALUE;
        private @Nullable RateLimiter limiter;
        private long maxWaitNanos = Long.MAX_VALUE;
        private CallCost cost = Engine.EACH_ONE;
        private @Nullable ScopeResolver scopes;
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
         * Sets how the calls of a window are spread over it. Default {@link Pacing#EAGER}. {@link Pacing#EVEN} takes the burst from
         * a {@link TokenBucket}, and spreads a {@link Quota} and what is learned of windows.
         *
         * @param how eager or even
         * @return this
         */
        public Builder pace(Pacing how) {
            pacing = Objects.requireNonNull(how, "pace");
            return this;
        }

        /**
         * Sets how long a call may wait for one permit, the first or a later one. A call that is known to wait longer ends at once
         * with {@link GiveUpReason#MAX_WAIT}, and with the response in hand if there is one. Default: as long as its deadline
         * allows.
         *
         * @param longest the longest wait, not negative; zero to wait never
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxWait(Duration longest) {
            if (longest.isNegative()) {
                throw new IllegalArgumentException("The longest wait must not be negative, but is " + longest + ".");
            }
            boolean endless = longest.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0;
            maxWaitNanos = endless ? Long.MAX_VALUE : longest.toNanos();
            return this;
        }

        /**
         * Sets how many calls of a scope may wait for a permit. One more ends at once with {@link GiveUpReason#QUEUE_FULL}. Calls
         * that are sent again always find a place. Default: as many as like.
         *
         * @param calls how many, 0 or more
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxWaiting(int calls) {
            if (calls < 0) {
                throw new IllegalArgumentException("The number of waiting calls must be 0 or more, not " + calls + ".");
            }
            maxWaiting = calls;
            return this;
        }

        /**
         * Sets what a call takes of the quota. Default 1 each.
         *
         * @param callCost thread-safe and quick
         * @return this
         */
        public Builder cost(CallCost callCost) {
            cost = Objects.requireNonNull(callCost, "cost");
            return this;
        }

        /**
         * Sets which calls share a quota. Default: all of one origin, that is of the same scheme, host and port.
         *
         * @param resolver thread-safe and quick
         * @return this
         */
        public Builder scopes(ScopeResolver resolver) {
            scopes = Objects.requireNonNull(resolver, "scopes");
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
         * @throws IllegalStateException if both a limiter of the user's and what only the other knows were given
         */
        public Headway build() {
            boolean ofLocal = !limits.isEmpty() || pacing != Pacing.EAGER || maxWaiting != Integer.MAX_VALUE;
            if (limiter != null && ofLocal) {
                throw new IllegalStateException(
                        "limit(...), pace(...) and maxWaiting(...) are for Headway's own limiter, not for one given with limiter(...).");
            }
            return new Headway(this);
        }
    }
}
