package dev.headway;

import dev.headway.internal.BlockingCode;
import dev.headway.internal.CodeFacts;
import dev.headway.internal.Engine;
import dev.headway.internal.Events;
import dev.headway.internal.FutureCode;
import dev.headway.internal.Partitions;
import dev.headway.internal.ScopedFacts;
import dev.headway.internal.Scoping;
import dev.headway.internal.limiter.LocalRateLimiter;
import dev.headway.internal.limiter.Settings;
import dev.headway.internal.log.EventLog;
import dev.headway.spi.Execution;
import dev.headway.spi.RequestFacts;
import dev.headway.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One API: its rules, and the state that its callers share: bucket, gate and retry budget of each {@link Scope}. Clients that
 * are given the same instance pace and pause together. Thread-safe; make one for each API and keep it; nothing to close.
 */
public final class Headway {

    private volatile Engine engine;
    private List<Limit> limits;
    private final @Nullable Scoping scoping;
    private final @Nullable LocalRateLimiter local;

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
        Events events = new Events(builder.listeners, EventLog.of(builder.log, builder.time));
        local = builder.limiter != null
                ? null
                : new LocalRateLimiter(
                        new Settings(builder.limits, builder.pacing, builder.maxWaiting, builder.maxScopes),
                        builder.time,
                        events,
                        builder.random);
        RateLimiter limiter = local != null ? local : Objects.requireNonNull(builder.limiter);
        limiter.addListener(events.ofLimiter());
        limits = List.copyOf(builder.limits);
        engine = new Engine(
                builder.policy,
                limiter,
                builder.maxWaitNanos,
                builder.onLimit,
                builder.cost,
                builder.idempotencyKey,
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
     * Replaces the limits that every scope is known to have, from now on. Nothing else is lost: who waits goes on waiting, at the new
     * rate at once; pauses, retry budgets and what is in flight stay. What was sent still counts: a quota begins with the calls of
     * its window, and a bucket holds no more than the old one held. Where a bucket follows a quota, or a quota a bucket or
     * one of a much shorter window, both hold for the first window or fill of the new one. Where nothing was told before, only what is in flight is known to have been sent.
     *
     * @param known the limits, all of which must pass; none, to learn from now on
     * @throws IllegalStateException if this Headway has a limiter of the user's own, which keeps its own limits
     */
    public void changeLimits(Limit... known) {
        local("changeLimits").changeLimits(List.of(known));
        if (known.length > 0) {
            engine.partitions().clear();
        }
    }

    /**
     * Tells what a limit is now that was not told but learned, after a change of plan for instance. It is believed as if it had been
     * learned: where the rate was found by refusals, that rate goes on from here; where response headers tell, and nothing is left
     * of a smaller limit, one call goes and its answer decides. It opens no pause, and changes nothing where limits are told (see
     * {@link #changeLimits}) or nothing has been learned.
     *
     * @param scope what has the limit; by default {@link Scope#ofOrigin(java.net.URI) an origin}
     * @param limit the limit
     * @throws IllegalStateException if this Headway has a limiter of the user's own
     */
    public void hint(Scope scope, Limit limit) {
        local("hint").hint(Objects.requireNonNull(scope, "scope"), Objects.requireNonNull(limit, "limit"));
    }

    /**
     * Returns how the scopes stand: limits, queue, gate, retry budget, last refusal. For an endpoint of health, a gauge or a debugger;
     * looking changes nothing, and holds no call for longer than one scope takes to describe.
     *
     * @return at most 1000 scopes, sorted by name: before others those that something holds or that have learned something; what a
     *     limiter of the user's own says, where there is one
     */
    public List<ScopeSnapshot> snapshot() {
        return engine.limiter().snapshot();
    }

    /**
     * Returns how one scope stands, however many there are.
     *
     * @param scope which
     * @return empty where nothing is kept of it
     */
    public Optional<ScopeSnapshot> snapshot(Scope scope) {
        return engine.limiter().snapshot(Objects.requireNonNull(scope, "scope"));
    }

    /** Refuses what {@link #change} could not do. */
    synchronized void checkChange(Builder settings) {
        if (!limits.equals(settings.limits)) {
            local("changeLimits");
        }
    }

    /** Takes what can be changed of the settings of a builder; calls that have begun go on as they began. */
    synchronized void change(Builder settings) {
        if (!limits.equals(settings.limits)) {
            changeLimits(settings.limits.toArray(Limit[]::new));
            limits = List.copyOf(settings.limits);
        }
        engine = new Engine(
                settings.policy,
                engine.limiter(),
                settings.maxWaitNanos,
                settings.onLimit,
                engine.cost(),
                settings.idempotencyKey,
                engine.partitions(),
                settings.parser,
                engine.events(),
                engine.time(),
                engine.random());
    }

    private LocalRateLimiter local(String what) {
        if (local == null) {
            throw new IllegalStateException(
                    what + "(...) is for the limiter of this process: a limiter of your own keeps its own limits.");
        }
        return local;
    }

    /**
     * Runs code as one call to that scope: paced with the HTTP calls to it, held by its pauses, and run again by the policy. An
     * {@link java.io.IOException} is a failure, {@link RefusedException} a refusal; everything else that the code throws passes
     * through at once. Run again is only what was refused, see {@link CallOptions.Builder#idempotent} for the rest.
     *
     * @param scope what shares the quota; that of HTTP calls is {@link Scope#ofOrigin(java.net.URI)}
     * @param code what to run, on this thread
     * @param <T> what it returns
     * @return what it returned, null too
     * @throws GiveUpException if it was never run, because it could not be in time
     * @throws InterruptedException if the thread is interrupted while it waits; nothing runs after
     * @throws Exception as the code threw it last, {@link CallTraceException} suppressed in an {@code IOException}
     */
    public <T> T call(Scope scope, Callable<T> code) throws Exception {
        return BlockingCode.run(begin(scope, null), code);
    }

    /**
     * As {@link #call(Scope, Callable)}, with options.
     *
     * @param scope what shares the quota, also where the options name another
     * @param options of this call alone
     * @param code what to run, on this thread
     * @param <T> what it returns
     * @return what it returned, null too
     * @throws Exception as there
     */
    public <T> T call(Scope scope, CallOptions options, Callable<T> code) throws Exception {
        return BlockingCode.run(begin(scope, Objects.requireNonNull(options, "options")), code);
    }

    /**
     * As {@link #call(Scope, Callable)}, without holding a thread while it waits or the code is at work.
     *
     * @param scope what shares the quota
     * @param code what to begin, without blocking: on this thread or, after a wait, on one of Headway's
     * @param <T> what it brings
     * @return its result. Completing it in any way, {@code cancel} and {@code orTimeout} among them, ends the wait, or cancels the
     *     stage that the code has returned; nothing runs after.
     */
    public <T> CompletableFuture<T> callAsync(Scope scope, Supplier<? extends CompletionStage<T>> code) {
        return FutureCode.run(begin(scope, null), code);
    }

    /**
     * As {@link #callAsync(Scope, Supplier)}, with options.
     *
     * @param scope what shares the quota, also where the options name another
     * @param options of this call alone
     * @param code what to begin
     * @param <T> what it brings
     * @return as there
     */
    public <T> CompletableFuture<T> callAsync(
            Scope scope, CallOptions options, Supplier<? extends CompletionStage<T>> code) {
        return FutureCode.run(begin(scope, Objects.requireNonNull(options, "options")), code);
    }

    private Execution begin(Scope scope, @Nullable CallOptions options) {
        return new Execution(engine, new CodeFacts(Objects.requireNonNull(scope, "scope"), options), options);
    }

    /**
     * Begins a call; for adapters.
     *
     * @param facts what is known of the request
     * @return the call's state machine
     */
    public Execution begin(RequestFacts facts) {
        CallOptions options = facts.options();
        Scope own = options == null ? null : options.scope();
        if (own != null) {
            return new Execution(engine, new ScopedFacts(facts, own), options);
        }
        return new Execution(engine, scoping == null ? facts : scoping.scoped(facts), options);
    }

    /** Gathers a Headway. Not thread-safe. */
    public static final class Builder {

        private RetryPolicy policy = RetryPolicy.standard();
        private final List<Limit> limits = new ArrayList<>();
        private Pacing pacing = Pacing.EAGER;
        private int maxWaiting = Integer.MAX_VALUE;
        private @Nullable RateLimiter limiter;
        private long maxWaitNanos = Long.MAX_VALUE;
        private OnLimit onLimit = OnLimit.WAIT;
        private CallCost cost = Engine.EACH_ONE;
        private @Nullable IdempotencyKey idempotencyKey;
        private @Nullable ScopeResolver scopes;
        private int maxScopes = Settings.MAX_SCOPES;
        private HintParser parser = HintParser.standard();
        private final List<HeadwayListener> listeners = new ArrayList<>(1);
        private HeadwayLog log = HeadwayLog.standard();
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
            maxWaitNanos = Ranges.waitNanos(longest);
            return this;
        }

        /**
         * Sets what a call does that the limiter would hold. Default {@link OnLimit#WAIT}.
         *
         * @param then wait, or end at once with {@link GiveUpReason#LIMIT}
         * @return this
         */
        public Builder onLimit(OnLimit then) {
            onLimit = Objects.requireNonNull(then, "onLimit");
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
         * Sets a header field for calls that could not be sent again without it: those whose method is not idempotent (RFC 9110
         * section 9.2.2) and which carry none of {@link RetryPolicy#idempotencyHeaders}. They then may be, as all may that have the
         * field already. Default none; a value is only added where the caller has set none.
         *
         * @param key the field, one value for all attempts of a call
         * @return this
         */
        public Builder idempotencyKey(IdempotencyKey key) {
            idempotencyKey = Objects.requireNonNull(key, "idempotencyKey");
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
         * Sets how many scopes are kept at once. Default 10 000, of about 100 bytes each while idle. When one more comes, another is
         * forgotten that holds nothing: no call waiting or on its way, no pause, no used part of a limit, no counter that still
         * holds. While there is none, all scopes beyond the number share one state, as if they were one scope: slower, but never
         * too fast. Means nothing where {@link #limiter} is given.
         *
         * @param scopes 1 to 10 000 000
         * @return this
         * @throws IllegalArgumentException if the value is out of its range
         */
        public Builder maxScopes(int scopes) {
            maxScopes = Ranges.scopes(scopes);
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
         * Adds one who hears what happens, after those that were added before. Default nobody.
         *
         * @param headwayListener thread-safe and quick
         * @return this
         */
        public Builder listener(HeadwayListener headwayListener) {
            listeners.add(Objects.requireNonNull(headwayListener, "listener"));
            return this;
        }

        /**
         * Sets what is logged. Default {@link HeadwayLog#standard()}.
         *
         * @param headwayLog which events, and at which level; {@link HeadwayLog#off()} for none
         * @return this
         */
        public Builder log(HeadwayLog headwayLog) {
            log = Objects.requireNonNull(headwayLog, "log");
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
            boolean ofLocal = !limits.isEmpty()
                    || pacing != Pacing.EAGER
                    || maxWaiting != Integer.MAX_VALUE
                    || maxScopes != Settings.MAX_SCOPES;
            if (limiter != null && ofLocal) {
                throw new IllegalStateException(
                        "limit(...), pace(...), maxWaiting(...) and maxScopes(...) are for Headway's own limiter, not for one given with limiter(...).");
            }
            Headway headway = new Headway(this);
            headway.engine.events().tell(listener -> listener.attached(headway));
            return headway;
        }
    }
}
