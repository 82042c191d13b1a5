package dev.headway;

import dev.headway.internal.hints.Lengths;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a response says of limits, normalised: lengths instead of dates, one form for every dialect. A hint promises nothing.
 * Immutable.
 */
public final class RateLimitHint {

    private static final RateLimitHint NONE = new Builder().build();

    private final @Nullable Duration retryAfter;
    private final List<LimitHint> limits;
    private final @Nullable Boolean shouldRetry;
    private final @Nullable String errorCode;
    private final @Nullable ErrorKind errorKind;
    private final @Nullable String scope;
    private final @Nullable String partition;
    private final boolean whole;

    /**
     * Returns the hint of a response that says nothing of limits.
     *
     * @return always the same instance
     */
    public static RateLimitHint none() {
        return NONE;
    }

    /**
     * Returns a builder of an empty hint.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    private RateLimitHint(Builder builder) {
        retryAfter = builder.retryAfter;
        limits = List.copyOf(builder.limits);
        shouldRetry = builder.shouldRetry;
        errorCode = builder.errorCode;
        errorKind = builder.errorKind;
        scope = builder.scope;
        partition = builder.partition;
        whole = builder.whole;
    }

    /**
     * Returns how long to hold back, counted from the receipt of the response; zero means that the server's moment has come.
     *
     * @return the length, never negative; empty when the response does not tell
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /**
     * Returns the limits the response names, in no particular order.
     *
     * @return an immutable list
     */
    public List<LimitHint> limits() {
        return limits;
    }

    /**
     * Returns what {@code x-should-retry} or {@code Stripe-Should-Retry} says; it decides before the status does.
     *
     * @return the server's word, or empty
     */
    public Optional<Boolean> shouldRetry() {
        return Optional.ofNullable(shouldRetry);
    }

    /**
     * Returns the error's machine-readable code, from the body or a header.
     *
     * @return the code as the server spells it, or empty
     */
    public Optional<String> errorCode() {
        return Optional.ofNullable(errorCode);
    }

    /**
     * Returns what is known of an error with that code.
     *
     * @return the kind; empty where nothing is known, and the status decides
     */
    public Optional<ErrorKind> errorKind() {
        return Optional.ofNullable(errorKind);
    }

    /**
     * Returns what the limit covers, in the server's words; to be read by people.
     *
     * @return the words, or empty
     */
    public Optional<String> scope() {
        return Optional.ofNullable(scope);
    }

    /**
     * Returns which part of the API has the limits: a resource, a bucket, a partition that a header names. Calls of other parts
     * are not concerned.
     *
     * @return the server's name for it; empty where it names none
     */
    public Optional<String> partition() {
        return Optional.ofNullable(partition);
    }

    /**
     * Tells whether the server says that its refusal is about the whole API, although the call belongs to a part.
     *
     * @return whether it does
     */
    public boolean whole() {
        return whole;
    }

    @Override
    public String toString() {
        return "RateLimitHint[retryAfter=" + retryAfter + ", limits=" + limits + ", shouldRetry=" + shouldRetry
                + ", errorCode=" + errorCode + ", errorKind=" + errorKind + ", scope=" + scope + ", partition="
                + partition + ", whole=" + whole + "]";
    }

    /** Gathers a hint. Not thread-safe. */
    public static final class Builder {

        private @Nullable Duration retryAfter;
        private final List<LimitHint> limits = new ArrayList<>();
        private @Nullable Boolean shouldRetry;
        private @Nullable String errorCode;
        private @Nullable ErrorKind errorKind;
        private @Nullable String scope;
        private @Nullable String partition;
        private boolean whole;

        private Builder() {}

        /**
         * Sets how long to hold back.
         *
         * @param length not negative; more than 36 500 days count as so many
         * @return this
         */
        public Builder retryAfter(Duration length) {
            if (length.isNegative()) {
                throw new IllegalArgumentException("retryAfter is negative: " + length);
            }
            retryAfter = Lengths.clamped(length);
            return this;
        }

        /**
         * Adds a limit.
         *
         * @param limit what the response says of it
         * @return this
         */
        public Builder limit(LimitHint limit) {
            limits.add(limit);
            return this;
        }

        /**
         * Sets the server's own word on sending again.
         *
         * @param value whether the server asks for it
         * @return this
         */
        public Builder shouldRetry(boolean value) {
            shouldRetry = value;
            return this;
        }

        /**
         * Sets the error's code.
         *
         * @param code as the server spells it
         * @return this
         */
        public Builder errorCode(String code) {
            errorCode = code;
            return this;
        }

        /**
         * Sets what is known of the error.
         *
         * @param kind the kind
         * @return this
         */
        public Builder errorKind(ErrorKind kind) {
            errorKind = kind;
            return this;
        }

        /**
         * Sets what the limit covers.
         *
         * @param words the server's
         * @return this
         */
        public Builder scope(String words) {
            scope = words;
            return this;
        }

        /**
         * Sets which part of the API has the limits.
         *
         * @param name the server's name for it
         * @return this
         */
        public Builder partition(String name) {
            partition = name;
            return this;
        }

        /**
         * Sets whether a refusal is about the whole API.
         *
         * @param value whether it is; false unless set
         * @return this
         */
        public Builder whole(boolean value) {
            whole = value;
            return this;
        }

        /**
         * Returns the hint.
         *
         * @return an immutable hint
         */
        public RateLimitHint build() {
            return new RateLimitHint(this);
        }
    }
}
