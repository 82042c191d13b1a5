package dev.headway.internal;

import dev.headway.Evidence;
import dev.headway.RateLimitHint;
import dev.headway.RetryPolicy;
import dev.headway.Signal;
import dev.headway.spi.RequestFacts;

/** The table of the design: evidence × method × what the signal says. The only place that compares a status. */
public final class Judgement {

    private static final int TOO_EARLY = 425;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVICE_UNAVAILABLE = 503;

    private Judgement() {}

    /**
     * Tells whether the server refused because of a limit, so that the whole scope holds back.
     *
     * @param status the status
     * @param hint what the response says
     * @return whether it did
     */
    public static boolean throttled(int status, RateLimitHint hint) {
        return status == TOO_MANY_REQUESTS
                || (status == SERVICE_UNAVAILABLE && hint.retryAfter().isPresent());
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
     * @param status the status
     * @param hint what the response says
     * @return {@link Evidence#REFUSED} or {@link Evidence#UNKNOWN}
     */
    public static Evidence evidence(int status, RateLimitHint hint) {
        return throttled(status, hint) || status == TOO_EARLY ? Evidence.REFUSED : Evidence.UNKNOWN;
    }

    /**
     * Tells whether a response asks for another attempt. The server's own word decides before the status.
     *
     * @param policy the rules
     * @param status the status
     * @param hint what the response says
     * @return whether it does
     */
    public static boolean retryable(RetryPolicy policy, int status, RateLimitHint hint) {
        boolean byStatus = policy.retriesStatus(status);
        return error(status) ? hint.shouldRetry().orElse(byStatus) : byStatus;
    }

    /**
     * Tells whether a failure asks for another attempt.
     *
     * @param policy the rules
     * @param failure what happened
     * @return whether it does
     */
    public static boolean retryable(RetryPolicy policy, Signal.Failure failure) {
        return policy.retriesFailures() && !failure.delivered() && Failures.transientFailure(failure.cause());
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
     * Tells whether a response of that status could ask for another attempt, whatever its header fields say.
     *
     * @param policy the rules
     * @param status the status
     * @return whether it could
     */
    public static boolean maybeRetryable(RetryPolicy policy, int status) {
        return error(status) || policy.retriesStatus(status);
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
}
