package dev.headway.internal;

import dev.headway.ErrorKind;
import dev.headway.Evidence;
import dev.headway.LimitHint;
import dev.headway.RateLimitHint;
import dev.headway.RetryPolicy;
import dev.headway.RetryRule;
import dev.headway.Signal;
import dev.headway.spi.RequestFacts;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of the design: evidence × method × what the signal says. The only place that compares a status. */
public final class Judgement {

    private static final Logger LOG = LoggerFactory.getLogger(RetryRule.class);
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int TOO_EARLY = 425;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVICE_UNAVAILABLE = 503;

    private Judgement() {}

    /**
     * Tells whether the server refused because of a limit, so that the whole scope holds back. Of an error, its code says more than
     * the status; of a success only the code, and only where the policy looks for it.
     *
     * @param policy the rules
     * @param status the status
     * @param hint what the response says
     * @return whether it did
     */
    public static boolean throttled(RetryPolicy policy, int status, RateLimitHint hint) {
        ErrorKind kind = hint.errorKind().orElse(null);
        if (!error(status)) {
            return kind == ErrorKind.THROTTLED && success(status) && looksInside(policy, status);
        }
        if (status == TOO_MANY_REQUESTS || kind == ErrorKind.THROTTLED) {
            return true;
        }
        return switch (status) {
            // A proof for the one request only where the code does not say otherwise, but a request to all to hold
            // back.
            case SERVICE_UNAVAILABLE -> hint.retryAfter().isPresent();
            case FORBIDDEN -> kind == null && hint.retryAfter().isPresent();
            case BAD_REQUEST -> kind == null && exhausted(hint);
            default -> false;
        };
    }

    /**
     * Tells whether the server said when the next request may go.
     *
     * @param hint what it said
     * @return whether it did
     */
    public static boolean namesMoment(RateLimitHint hint) {
        return hint.retryAfter().isPresent() || exhausted(hint);
    }

    /** GitHub's way to refuse: nothing remains, until a moment that is told. */
    private static boolean exhausted(RateLimitHint hint) {
        for (LimitHint limit : hint.limits()) {
            if (limit.exhausted() && limit.resetAfter() != null) {
                return true;
            }
        }
        return false;
    }

    /**
     * Tells whether a response of that status counts as one that the server served, as far as a limit is concerned.
     *
     * @param status the status
     * @return whether it does
     */
    public static boolean served(int status) {
        return status < 500;
    }

    /**
     * Tells what a response proves of its request.
     *
     * @param policy the rules
     * @param status the status
     * @param hint what the response says
     * @return {@link Evidence#REFUSED} or {@link Evidence#UNKNOWN}
     */
    public static Evidence evidence(RetryPolicy policy, int status, RateLimitHint hint) {
        ErrorKind kind = hint.errorKind().orElse(null);
        boolean refused = status == TOO_EARLY
                || (error(status) && kind == ErrorKind.EXHAUSTED)
                || (throttled(policy, status, hint) && !(status == SERVICE_UNAVAILABLE && doubtful(kind)));
        return refused ? Evidence.REFUSED : Evidence.UNKNOWN;
    }

    /** A 503 that names another cause than a limit may come from behind the server that did the work. */
    private static boolean doubtful(@Nullable ErrorKind kind) {
        return kind == ErrorKind.TRANSIENT || kind == ErrorKind.FATAL;
    }

    /**
     * Tells whether a response asks for another attempt. The server's own word decides first, then the policy's rule, if it has one.
     *
     * @param policy the rules
     * @param response the response
     * @param hint what it says
     * @return whether it does
     */
    public static boolean retryable(RetryPolicy policy, Signal.Response response, RateLimitHint hint) {
        RetryRule rule = policy.rule().orElse(null);
        if (rule == null || (error(response.status()) && hint.shouldRetry().isPresent())) {
            return retryable(policy, response.status(), hint);
        }
        return matches(rule, response, hint);
    }

    private static boolean matches(RetryRule rule, Signal signal, RateLimitHint hint) {
        try {
            return rule.matches(signal, hint);
        } catch (Throwable e) {
            // Also what is thrown in Kotlin without a word, and the overflow of a pattern's stack.
            LOG.warn("A RetryRule threw; the outcome counts as one that it does not match", e);
            return false;
        }
    }

    /**
     * Tells whether a response asks for another attempt, as far as status and hint tell. The server's own word decides first, then the
     * codes that the policy names, then what is known of the code, and last the status; where the policy has a rule, that.
     *
     * @param policy the rules
     * @param status the status
     * @param hint what the response says
     * @return whether it does
     */
    public static boolean retryable(RetryPolicy policy, int status, RateLimitHint hint) {
        if (error(status) && hint.shouldRetry().isPresent()) {
            return hint.shouldRetry().get();
        }
        if (policy.rule().isPresent()) {
            return policy.rule().get().surelyMatches(status);
        }
        if (policy.decidesByErrorCode(status)) {
            Set<String> codes = policy.errorCodes().getOrDefault(status, Set.of());
            return codes.isEmpty() || hint.errorCode().filter(codes::contains).isPresent();
        }
        if (policy.neverRetriesStatus(status)) {
            return false;
        }
        if (error(status) && hint.errorKind().isPresent()) {
            return switch (hint.errorKind().get()) {
                case THROTTLED, TRANSIENT -> true;
                case EXHAUSTED, FATAL -> false;
            };
        }
        return policy.retriesStatus(status) || throttled(policy, status, hint);
    }

    /**
     * Tells whether a failure asks for another attempt.
     *
     * @param policy the rules
     * @param failure what happened
     * @return whether it does
     */
    public static boolean retryable(RetryPolicy policy, Signal.Failure failure) {
        if (failure.delivered() || Failures.interrupted(failure.cause())) {
            return false;
        }
        RetryRule rule = policy.rule().orElse(null);
        if (rule != null) {
            return matches(rule, failure, failure.hint());
        }
        boolean refused = failure.evidence() == Evidence.REFUSED;
        return refused || (policy.retriesFailures() && Failures.transientFailure(failure.cause()));
    }

    /**
     * Tells what the resend after a failure costs the retry budget: a timeout has kept the server busy for long.
     *
     * @param signal what happened
     * @return the weight
     */
    public static int budgetWeight(Signal signal) {
        return signal instanceof Signal.Failure failure && Failures.timeout(failure.cause()) ? 2 : 1;
    }

    /**
     * Tells whether a response of that status could ask for another attempt, whatever its header fields and its body say.
     *
     * @param policy the rules
     * @param status the status
     * @return whether it could
     */
    public static boolean maybeRetryable(RetryPolicy policy, int status) {
        boolean named =
                policy.rule().isPresent() ? policy.rule().get().couldMatch(status) : policy.retriesStatus(status);
        return error(status) || named || looksInside(policy, status);
    }

    /**
     * Tells whether the policy wants to know what the body of such a response says, whatever else is known of the status.
     *
     * @param policy the rules
     * @param status the status
     * @return whether it does
     */
    public static boolean looksInside(RetryPolicy policy, int status) {
        return policy.decidesByErrorCode(status)
                || (success(status) && policy.throttlesInSuccess())
                || (policy.rule().isPresent() && policy.rule().get().decidesByCode(status));
    }

    /**
     * Tells whether doing the request twice is safe.
     *
     * @param policy names the headers that make it so
     * @param facts the request
     * @return whether it is
     */
    public static boolean idempotent(RetryPolicy policy, RequestFacts facts) {
        if (idempotent(facts.method()) || policy.isForIdempotentCall()) {
            return true;
        }
        for (String name : policy.idempotencyHeaders()) {
            if (facts.hasHeader(name)) {
                return true;
            }
        }
        return false;
    }

    /** RFC 9110 section 9.2.2. */
    private static boolean idempotent(String method) {
        return switch (method) {
            case "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE" -> true;
            default -> false;
        };
    }

    /**
     * Tells whether a status is that of an error, the client's or the server's.
     *
     * @param status the status
     * @return whether it is
     */
    public static boolean error(int status) {
        return status >= 400;
    }

    private static boolean success(int status) {
        return status >= 200 && status < 300;
    }
}
