package dev.headway;

import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which signals ask for another attempt, how often, and how long to wait. What is <em>safe</em> to send again is decided by
 * the {@link Evidence} and not here. Immutable and thread-safe.
 */
public final class RetryPolicy {

    private static final Backoff STANDARD_BACKOFF = Backoff.exponential(
                    Duration.ofSeconds(1), 2, Duration.ofSeconds(30))
            .withEqualJitterOnThrottle();

    private static final RetryPolicy STANDARD = builder().build();
    private static final RetryPolicy NONE = builder().maxAttempts(1).build();
    private static final int MIN_STATUS = 200;
    private static final int MIN_ERROR = 400;
    private static final int MAX_STATUS = 599;

    private final int maxAttempts;
    private final Duration maxElapsed;
    private final @Nullable Duration maxServerWait;
    private final Backoff backoff;
    private final BitSet statuses;
    private final BitSet never;
    private final Map<Integer, Set<String>> errorCodes;
    /** The keys of the map: asked for every response, so without a box around the number. */
    private final BitSet decidedByCode = new BitSet();

    private final boolean throttlesInSuccess;
    private final boolean mayRepeatSuccess;
    private final boolean failures;
    private final Set<String> idempotencyHeaders;
    private final boolean idempotentCall;
    private final @Nullable RetryRule rule;
    private final @Nullable StopRule stop;
    private final @Nullable HeadwayListener listener;
    private final boolean throwsOnGiveUp;

    /** Kept, since every call with {@link CallOptions.Builder#idempotent} asks for it. Two threads may make it twice, and no harm is done. */
    private @Nullable RetryPolicy withPromise;

    /**
     * Returns the default: 5 attempts in 300 s; 408, 425, 429 and every 5xx but 501, 505, 506, 510 and 511; timeouts and
     * broken connections; backoff from 1 s doubling to 30 s, with equal jitter after a throttle and full jitter else. Where
     * the server names the moment, there is no backoff on top.
     *
     * @return the shared instance
     */
    public static RetryPolicy standard() {
        return STANDARD;
    }

    /**
     * Returns the policy that sends once and hands over what comes. Calls are still paced by the limiter.
     *
     * @return the shared instance
     */
    public static RetryPolicy none() {
        return NONE;
    }

    /**
     * Returns a builder that begins with the values of {@link #standard()}.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    private RetryPolicy(Builder builder) {
        maxAttempts = builder.maxAttempts;
        maxElapsed = builder.maxElapsed;
        maxServerWait = builder.maxServerWait;
        backoff = builder.backoff;
        statuses = (BitSet) builder.statuses.clone();
        never = (BitSet) builder.never.clone();
        errorCodes = Collections.unmodifiableMap(new TreeMap<>(builder.errorCodes));
        errorCodes.keySet().forEach(decidedByCode::set);
        throttlesInSuccess = builder.throttlesInSuccess;
        rule = builder.rule;
        stop = builder.stop;
        listener = builder.listener;
        throwsOnGiveUp = builder.throwsOnGiveUp;
        mayRepeatSuccess = throttlesInSuccess
                || (rule != null ? couldMatchSuccess(rule) : belowErrors(statuses) || belowErrors(decidedByCode));
        failures = builder.failures;
        Set<String> headers = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        headers.addAll(builder.idempotencyHeaders);
        idempotencyHeaders = Collections.unmodifiableSet(headers);
        idempotentCall = builder.idempotentCall;
    }

    private static boolean couldMatchSuccess(RetryRule rule) {
        return IntStream.range(MIN_STATUS, MIN_ERROR).anyMatch(rule::couldMatch);
    }

    private static boolean belowErrors(BitSet named) {
        int first = named.nextSetBit(0);
        return first >= 0 && first < MIN_ERROR;
    }

    /**
     * Returns this policy with the promise that the one call it is given to may be done twice, whatever its method. Only for
     * a single call: {@link Headway.Builder#retry} refuses it.
     *
     * @return this policy with the promise, the same instance each time
     */
    public RetryPolicy forIdempotentCall() {
        if (idempotentCall) {
            return this;
        }
        RetryPolicy promised = withPromise;
        if (promised == null) {
            Builder builder = toBuilder();
            builder.idempotentCall = true;
            promised = builder.build();
            withPromise = promised;
        }
        return promised;
    }

    /**
     * Returns a builder that begins with the values of this policy.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Returns how often a call is sent at most, the first time included.
     *
     * @return at least 1
     */
    public int maxAttempts() {
        return maxAttempts;
    }

    /**
     * Returns the time a call has for all its attempts and waits. A wait that could not end within it is not begun; a
     * response that comes later is still handed over.
     *
     * @return the length
     */
    public Duration maxElapsed() {
        return maxElapsed;
    }

    /**
     * Returns the longest wait that a server may ask for. When it asks for more, its response is handed over at once.
     *
     * @return the length
     */
    public Duration maxServerWait() {
        return maxServerWait != null ? maxServerWait : maxElapsed;
    }

    /**
     * Returns the delays before retries that no server named the moment of.
     *
     * @return the backoff
     */
    public Backoff backoff() {
        return backoff;
    }

    /**
     * Tells whether nobody has chosen a backoff: then a limiter that knows when the next request may go needs none on top.
     *
     * @return whether it is that of {@link #standard()}
     */
    public boolean hasStandardBackoff() {
        return backoff.equals(STANDARD_BACKOFF);
    }

    /**
     * Tells whether a response of that status asks for another attempt.
     *
     * @param status the status code, any number
     * @return whether it does
     */
    public boolean retriesStatus(int status) {
        return status >= 0 && statuses.get(status);
    }

    /**
     * Tells whether a status was taken out by {@link Builder#neverRetryStatus}, so that no code that is known beyond this policy
     * asks for another attempt either.
     *
     * @param status the status code, any number
     * @return whether it was
     */
    public boolean neverRetriesStatus(int status) {
        return status >= 0 && never.get(status);
    }

    /**
     * Returns the statuses for which the error's code decides, each with the codes that ask for another attempt; where there are
     * none, any does.
     *
     * @return an immutable map of immutable sets
     */
    public Map<Integer, Set<String>> errorCodes() {
        return errorCodes;
    }

    /**
     * Tells whether {@link #errorCodes} has a status.
     *
     * @param status the status code, any number
     * @return whether the error's code decides for it
     */
    public boolean decidesByErrorCode(int status) {
        return status >= 0 && decidedByCode.get(status);
    }

    /**
     * Tells whether a 2xx whose body says that the call was throttled counts as a refusal.
     *
     * @return whether it does
     */
    public boolean throttlesInSuccess() {
        return throttlesInSuccess;
    }

    /**
     * Tells whether a response that is no error may be followed by another attempt.
     *
     * @return whether statuses below 400 are looked into, or named for another attempt
     */
    public boolean mayRepeatSuccess() {
        return mayRepeatSuccess;
    }

    /**
     * Tells whether timeouts and broken connections ask for another attempt.
     *
     * @return whether they do
     */
    public boolean retriesFailures() {
        return failures;
    }

    /**
     * Returns the request header fields that make any method safe to repeat.
     *
     * @return an immutable set that ignores case
     */
    public Set<String> idempotencyHeaders() {
        return idempotencyHeaders;
    }

    /**
     * Returns the rule that decides alone what asks for another attempt.
     *
     * @return the rule; empty where statuses, codes and failures are named one by one
     */
    public Optional<RetryRule> rule() {
        return Optional.ofNullable(rule);
    }

    /**
     * Tells whether a call is not sent again, although it is allowed more attempts and time.
     *
     * @param attempts how many were sent
     * @param elapsedNanos nanoseconds since the call began
     * @param delayNanos the delay before the next attempt, in nanoseconds
     * @return whether {@link Builder#stop} says so
     */
    public boolean stops(int attempts, long elapsedNanos, long delayNanos) {
        return stop != null && stop.stops(attempts, elapsedNanos, delayNanos);
    }

    /**
     * Returns who hears of the calls of this policy, beside the Headway's listener.
     *
     * @return the listener, or empty
     */
    public Optional<HeadwayListener> listener() {
        return Optional.ofNullable(listener);
    }

    /**
     * Tells whether a call that gives up throws {@link GiveUpException}, also where there is a response.
     *
     * @return whether it does; else the response is handed over
     */
    public boolean throwsOnGiveUp() {
        return throwsOnGiveUp;
    }

    /**
     * Tells whether this policy came from {@link #forIdempotentCall()}.
     *
     * @return whether the caller promised that the call may be done twice
     */
    public boolean isForIdempotentCall() {
        return idempotentCall;
    }

    @Override
    public String toString() {
        return "RetryPolicy[maxAttempts=" + maxAttempts + ", maxElapsed=" + maxElapsed + ", maxServerWait="
                + maxServerWait() + ", statuses=" + statuses + ", never=" + never + ", errorCodes=" + errorCodes
                + ", throttlesInSuccess=" + throttlesInSuccess + ", failures=" + failures + ", idempotencyHeaders="
                + idempotencyHeaders + (rule == null ? "" : ", retryIf=" + rule)
                + (stop == null ? "" : ", stop=" + stop)
                + (throwsOnGiveUp ? ", throwsOnGiveUp" : "") + "]";
    }

    /** Gathers a policy. Not thread-safe. */
    public static final class Builder {

        private int maxAttempts = 5;
        private Duration maxElapsed = Duration.ofMinutes(5);
        private @Nullable Duration maxServerWait;
        private Backoff backoff = STANDARD_BACKOFF;
        private final BitSet statuses;
        private final BitSet never;
        private final Map<Integer, Set<String>> errorCodes;
        private boolean throttlesInSuccess;
        private boolean failures = true;
        private Collection<String> idempotencyHeaders = List.of(
                "Idempotency-Key", "X-Idempotency-Key", "Idempotence-Key", "PayPal-Request-Id", "opc-retry-token");
        private boolean idempotentCall;
        private @Nullable RetryRule rule;
        private @Nullable StopRule stop;
        private @Nullable HeadwayListener listener;
        private boolean throwsOnGiveUp;
        /** What was named one by one, and where a rule alone decides says nothing. */
        private final Set<String> named = new TreeSet<>();
        /** What was set that says something of retries alone. As above, not what another policy brought along. */
        private final Set<String> ofRetries = new TreeSet<>();

        private final BitSet retriedHere = new BitSet();
        private final BitSet neverHere = new BitSet();
        private boolean serverWaitHere;

        private Builder() {
            statuses = new BitSet();
            never = new BitSet();
            errorCodes = new TreeMap<>();
            statuses.set(500, MAX_STATUS + 1);
            for (int transientStatus : new int[] {408, 425, 429}) {
                statuses.set(transientStatus);
            }
            for (int permanentStatus : new int[] {501, 505, 506, 510, 511}) {
                statuses.clear(permanentStatus);
            }
        }

        private Builder(RetryPolicy policy) {
            maxAttempts = policy.maxAttempts;
            maxElapsed = policy.maxElapsed;
            maxServerWait = policy.maxServerWait;
            backoff = policy.backoff;
            statuses = (BitSet) policy.statuses.clone();
            never = (BitSet) policy.never.clone();
            errorCodes = new TreeMap<>(policy.errorCodes);
            throttlesInSuccess = policy.throttlesInSuccess;
            failures = policy.failures;
            idempotencyHeaders = policy.idempotencyHeaders;
            idempotentCall = policy.idempotentCall;
            rule = policy.rule;
            stop = policy.stop;
            listener = policy.listener;
            throwsOnGiveUp = policy.throwsOnGiveUp;
        }

        /**
         * Sets how often a call is sent at most, the first time included. Default 5.
         *
         * @param attempts 1 to 1000
         * @return this
         * @throws IllegalArgumentException if the value is out of its range
         */
        public Builder maxAttempts(int attempts) {
            if (attempts < 1 || attempts > 1000) {
                throw new IllegalArgumentException("maxAttempts must be between 1 and 1000, not " + attempts + ".");
            }
            maxAttempts = attempts;
            return this;
        }

        /**
         * Sets the time a call has for all its attempts and waits. Default 300 s.
         *
         * @param length 1 ms to 366 days
         * @return this
         * @throws IllegalArgumentException if the value is out of its range
         */
        public Builder maxElapsed(Duration length) {
            maxElapsed = checked("maxElapsed", length);
            return this;
        }

        /**
         * Sets the longest wait that a server may ask for. Default: as {@link #maxElapsed}.
         *
         * @param length 1 ms to 366 days
         * @return this
         * @throws IllegalArgumentException if the value is out of its range
         */
        public Builder maxServerWait(Duration length) {
            maxServerWait = checked("maxServerWait", length);
            serverWaitHere = true;
            return this;
        }

        /**
         * Sets the delays before retries that no server named the moment of. Default: from 1 s doubling to 30 s, with equal
         * jitter after a throttle and full jitter else.
         *
         * @param delays the backoff
         * @return this
         */
        public Builder backoff(Backoff delays) {
            backoff = Objects.requireNonNull(delays, "backoff");
            ofRetries.add("backoff");
            return this;
        }

        /**
         * Adds statuses that ask for another attempt.
         *
         * @param codes status codes from 200 to 599
         * @return this
         * @throws IllegalArgumentException if a code is out of its range
         */
        public Builder retryStatus(int... codes) {
            named.add("retryStatus");
            for (int code : codes) {
                statuses.set(checked(code));
                never.clear(code);
                retriedHere.set(code);
            }
            return this;
        }

        /**
         * Takes out statuses that ask for another attempt, whatever their error's code is known to mean. Only the server's own
         * {@code x-should-retry} and {@link #errorCodes} go before.
         *
         * @param codes status codes from 200 to 599
         * @return this
         * @throws IllegalArgumentException if a code is out of its range
         */
        public Builder neverRetryStatus(int... codes) {
            named.add("neverRetryStatus");
            for (int code : codes) {
                statuses.clear(checked(code));
                never.set(code);
                neverHere.set(code);
            }
            return this;
        }

        /**
         * Lets the error's code decide for a status: only with one of these codes does a response ask for another attempt, and
         * with no code given here, every response of that status does, with a code or without. Wins over what Headway knows of codes, and over {@link
         * #retryStatus} and {@link #neverRetryStatus} for that status; replaces the codes given for it before. The beginning of
         * such a response's body is then looked at, 64 KiB at most.
         *
         * <p>What is safe to send again is decided by the evidence as ever: naming a code makes no {@code POST} safe, unless the
         * code is known to be that of a limit, or the status is 429.
         *
         * @param status a status code from 200 to 599
         * @param codes the codes exactly as the server spells them, {@code QuotaExceeded}
         * @return this
         * @throws IllegalArgumentException if the status is out of its range or a code is blank
         */
        public Builder errorCodes(int status, String... codes) {
            named.add("errorCodes");
            for (String code : codes) {
                if (code.isBlank()) {
                    throw new IllegalArgumentException(
                            "An error code must not be blank; without any code, every one counts.");
                }
            }
            errorCodes.put(checked(status), Collections.unmodifiableSet(new TreeSet<>(List.of(codes))));
            return this;
        }

        /**
         * Sets whether a 2xx whose body says that the call was throttled counts as a refusal, as GraphQL's {@code RATE_LIMITED}
         * and {@code THROTTLED}, MediaWiki's {@code maxlag} and Kraken's errors do. Default false, and then no body of a 2xx is
         * looked at. With true, the beginning of the body of every 2xx that is JSON, XML or other text is held back until it has
         * come: 64 KiB at most. A 2xx that is no throttle is handed over untouched.
         *
         * @param look whether to look for it
         * @return this
         */
        public Builder throttlesInSuccess(boolean look) {
            throttlesInSuccess = look;
            return this;
        }

        /**
         * Sets whether timeouts and broken connections ask for another attempt. Default true.
         *
         * @param retry whether they do
         * @return this
         */
        public Builder retryFailures(boolean retry) {
            named.add("retryFailures");
            failures = retry;
            return this;
        }

        /**
         * Sets the request header fields that make any method safe to repeat, instead of the default ones:
         * {@code Idempotency-Key}, {@code X-Idempotency-Key}, {@code Idempotence-Key}, {@code PayPal-Request-Id},
         * {@code opc-retry-token}.
         *
         * @param names field names, in any case
         * @return this
         */
        public Builder idempotencyHeaders(String... names) {
            idempotencyHeaders = List.of(names);
            return this;
        }

        /**
         * Sets the rule that alone decides what asks for another attempt, instead of statuses, codes and failures that are named one by
         * one. The server's {@code x-should-retry} goes before it, and the evidence decides as ever what is safe.
         *
         * @param decides the rule
         * @return this
         */
        public Builder retryIf(RetryRule decides) {
            rule = Objects.requireNonNull(decides, "retryIf");
            ofRetries.add("retryIf");
            return this;
        }

        /**
         * Sets when a call is not sent again, beside {@link #maxAttempts} and {@link #maxElapsed}.
         *
         * @param when the rule
         * @return this
         */
        public Builder stop(StopRule when) {
            stop = Objects.requireNonNull(when, "stop");
            ofRetries.add("stop");
            return this;
        }

        /**
         * Sets who hears of the calls of this policy, before the Headway's own listener: before and after each attempt, before each wait,
         * when the call gives up and when it is done. Of pauses and learned limits only the Headway's listener hears.
         *
         * @param hears thread-safe and quick; what it throws harms no call
         * @return this
         */
        public Builder listener(HeadwayListener hears) {
            listener = Objects.requireNonNull(hears, "listener");
            return this;
        }

        /**
         * Lets a call that gives up throw {@link GiveUpException} where it would hand over the response that it could not better. That
         * response is closed unread. Default: it is handed over. A call whose outcome asks for no other attempt is never concerned.
         *
         * @return this
         */
        public Builder throwOnGiveUp() {
            return throwOnGiveUp(true);
        }

        /**
         * As {@link #throwOnGiveUp()}, or not.
         *
         * @param thrown whether such a call throws; default false
         * @return this
         */
        public Builder throwOnGiveUp(boolean thrown) {
            throwsOnGiveUp = thrown;
            if (thrown) {
                ofRetries.add("throwOnGiveUp");
            } else {
                ofRetries.remove("throwOnGiveUp");
            }
            return this;
        }

        /**
         * Returns the policy.
         *
         * @return an immutable policy
         * @throws IllegalStateException if something that was set here could never count, or contradicts something else; the message
         *     says what and why. What the policy that {@link RetryPolicy#toBuilder} began with says may count for nothing.
         */
        public RetryPolicy build() {
            check();
            return new RetryPolicy(this);
        }

        private void check() {
            if (rule != null) {
                require(
                        named.isEmpty(),
                        "retryIf decides alone what is sent again, so " + String.join(", ", named)
                                + " would count for nothing: say it in the rule, RetryRule.standard().or(status(409)).");
                require(
                        rule.possible(),
                        "The rule of retryIf can match nothing: an outcome is a response of one status or a failure. Join"
                                + " its parts by or.");
                require(
                        !rule.surelyMatches(MIN_STATUS),
                        "The rule of retryIf matches every 200, so that no success would be handed over before the last"
                                + " attempt: narrow it.");
            }
            require(
                    maxAttempts > 1 || ofRetries.isEmpty(),
                    "With one attempt nothing is sent again, so " + String.join(", ", ofRetries)
                            + " would count for nothing.");
            BitSet both = (BitSet) retriedHere.clone();
            both.and(neverHere);
            require(both.isEmpty(), "Status " + both.nextSetBit(0) + " is in retryStatus and in neverRetryStatus.");
            require(
                    !serverWaitHere || maxServerWait == null || maxServerWait.compareTo(maxElapsed) <= 0,
                    "maxServerWait is longer than maxElapsed, which ends every wait before.");
            if (stop != null && ofRetries.contains("stop")) {
                String useless = stop.useless(maxAttempts, maxElapsed);
                require(useless == null, "The rule to " + useless);
            }
        }

        private static void require(boolean met, String otherwise) {
            if (!met) {
                throw new IllegalStateException(otherwise);
            }
        }

        private static Duration checked(String name, Duration length) {
            if (length.compareTo(Duration.ofMillis(1)) < 0 || length.compareTo(Duration.ofDays(366)) > 0) {
                throw new IllegalArgumentException(name + " must be between 1 ms and 366 days, not " + length + ".");
            }
            return length;
        }

        private static int checked(int code) {
            if (code < MIN_STATUS || code > MAX_STATUS) {
                throw new IllegalArgumentException(
                        "A status must be between " + MIN_STATUS + " and " + MAX_STATUS + ", not " + code + ".");
            }
            return code;
        }
    }
}
