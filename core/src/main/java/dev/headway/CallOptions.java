package dev.headway;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one call wants otherwise than its {@link Headway}: whatever is set here goes before what the Headway says, and that before
 * the default. With OkHttp {@code request.newBuilder().tag(CallOptions.class, options)}, with the JDK client {@code
 * client.with(options)}, with code {@link Headway#call(Scope, CallOptions, java.util.concurrent.Callable)}. Immutable.
 */
public final class CallOptions {

    private final @Nullable RetryPolicy policy;
    private final @Nullable Scope scope;
    private final int cost;
    private final long maxWaitNanos;
    private final @Nullable OnLimit onLimit;
    private final boolean idempotent;
    private final @Nullable IdempotencyKey idempotencyKey;
    private final int priority;

    private CallOptions(Builder builder) {
        policy = builder.policy;
        scope = builder.scope;
        cost = builder.cost;
        maxWaitNanos = builder.maxWaitNanos;
        onLimit = builder.onLimit;
        idempotent = builder.idempotent;
        idempotencyKey = builder.idempotencyKey;
        priority = builder.priority;
    }

    /**
     * Returns a builder of options that change nothing.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a builder that begins with these options.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.policy = policy;
        builder.scope = scope;
        builder.cost = cost;
        builder.maxWaitNanos = maxWaitNanos;
        builder.onLimit = onLimit;
        builder.idempotent = idempotent;
        builder.idempotencyKey = idempotencyKey;
        builder.priority = priority;
        return builder;
    }

    /**
     * Returns the policy.
     *
     * @return the policy, or null for the Headway's
     */
    public @Nullable RetryPolicy policy() {
        return policy;
    }

    /**
     * Returns what shares the quota.
     *
     * @return the scope, or null for the Headway's
     */
    public @Nullable Scope scope() {
        return scope;
    }

    /**
     * Returns what the call takes of the quota.
     *
     * @return the cost, 1 or more; 0 for what the Headway says
     */
    public int cost() {
        return cost;
    }

    /**
     * Returns how long the call may wait for a permit.
     *
     * @return nanoseconds; negative for what the Headway says
     */
    public long maxWaitNanos() {
        return maxWaitNanos;
    }

    /**
     * Returns what the call does that the limiter would hold.
     *
     * @return what it does, or null for what the Headway says
     */
    public @Nullable OnLimit onLimit() {
        return onLimit;
    }

    /**
     * Tells whether the caller promised that the call may be done twice.
     *
     * @return whether he did
     */
    public boolean idempotent() {
        return idempotent;
    }

    /**
     * Returns the header field that makes the call one that may be sent again.
     *
     * @return the field, or null for the Headway's
     */
    public @Nullable IdempotencyKey idempotencyKey() {
        return idempotencyKey;
    }

    /**
     * Returns where the call stands among those that wait for the same quota.
     *
     * @return its priority, greater is sooner
     */
    public int priority() {
        return priority;
    }

    /** Gathers options. Not thread-safe. */
    public static final class Builder {

        private @Nullable RetryPolicy policy;
        private @Nullable Scope scope;
        private int cost;
        private long maxWaitNanos = -1;
        private @Nullable OnLimit onLimit;
        private boolean idempotent;
        private @Nullable IdempotencyKey idempotencyKey;
        private int priority = RateLimiter.NORMAL_PRIORITY;

        private Builder() {}

        /**
         * Sets the policy; goes also before one that is given to the call by itself.
         *
         * @param retryPolicy the policy
         * @return this
         */
        public Builder policy(RetryPolicy retryPolicy) {
            policy = Objects.requireNonNull(retryPolicy, "policy");
            return this;
        }

        /**
         * Sets what shares the quota, whatever a {@link ScopeResolver} says.
         *
         * @param shared the scope
         * @return this
         */
        public Builder scope(Scope shared) {
            scope = Objects.requireNonNull(shared, "scope");
            return this;
        }

        /**
         * Sets what the call takes of the quota, instead of {@link CallCost#estimate}; {@link CallCost#actual} still counts.
         *
         * @param units 1 or more
         * @return this
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder cost(int units) {
            if (units < 1) {
                throw new IllegalArgumentException("The cost must be 1 or more, not " + units + ".");
            }
            cost = units;
            return this;
        }

        /**
         * Sets how long the call may wait for one permit, as {@link Headway.Builder#maxWait} does.
         *
         * @param longest the longest wait, not negative
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxWait(Duration longest) {
            maxWaitNanos = Ranges.waitNanos(longest);
            return this;
        }

        /**
         * Sets what the call does that the limiter would hold.
         *
         * @param then wait, or end at once with {@link GiveUpReason#LIMIT}
         * @return this
         */
        public Builder onLimit(OnLimit then) {
            onLimit = Objects.requireNonNull(then, "onLimit");
            return this;
        }

        /**
         * Promises that the call may be done twice, so that it is done again where nobody knows what came of it.
         *
         * @return this
         */
        public Builder idempotent() {
            idempotent = true;
            return this;
        }

        /**
         * Sets the header field that makes the call one that may be sent again, as {@link Headway.Builder#idempotencyKey} does. No
         * matter for code.
         *
         * @param key the field
         * @return this
         */
        public Builder idempotencyKey(IdempotencyKey key) {
            idempotencyKey = Objects.requireNonNull(key, "idempotencyKey");
            return this;
        }

        /**
         * Sets where the call stands among those that wait for the same quota: behind all of a greater priority, also those that are
         * sent again, and in front of all of a smaller one. It takes nothing from a call that has its permit. Default {@link
         * RateLimiter#NORMAL_PRIORITY}, 0. A limiter of the user's may know no priorities.
         *
         * @param greaterIsSooner -100 to 100
         * @return this
         * @throws IllegalArgumentException if the value is out of its range
         */
        public Builder priority(int greaterIsSooner) {
            priority = Ranges.priority(greaterIsSooner);
            return this;
        }

        /**
         * Returns the options.
         *
         * @return new options
         */
        public CallOptions build() {
            return new CallOptions(this);
        }
    }
}
