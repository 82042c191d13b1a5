package dev.headway;

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
     * Returns the limits the response names, in the order of their appearance.
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
     * Returns what the limit covers, in the server's words, where it is less than the whole API: a bucket, a resource, a
     * partition.
     *
     * @return the name, or empty
     */
    public Optional<String> scope() {
        return Optional.ofNullable(scope);
    }

    @Override
    public String toString() {
        return "RateLimitHint[retryAfter=" + retryAfter + ", limits=" + limits + ", shouldRetry=" + shouldRetry
                + ", errorCode=" + errorCode + ", errorKind=" + errorKind + ", scope=" + scope + "]";
    }

    /** Gathers a hint. Not thread-safe. */
    public static final class Builder {

        private @Nullable Duration retryAfter;
        private final List<LimitHint> limits = new ArrayList<>();
        private @Nullable Boolean shouldRetry;
        private @Nullable String errorCode;
        private @Nullable ErrorKind errorKind;
        private @Nullable String scope;

        private Builder() {}

        /**
         * Sets how long to hold back.
         *
         * @param length not negative
         * @return this
         */
        public Builder retryAfter(Duration length) {
            if (length.isNegative()) {
                throw new IllegalArgumentException("retryAfter is negative: " + length);
            }
            retryAfter = length;
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
         * @param name in the server's words
         * @return this
         */
        public Builder scope(String name) {
            scope = name;
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
