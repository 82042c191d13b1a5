package dev.headway;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a scope stands at one moment, for an endpoint of health or for a debugger. Each scope is looked at by itself, so that two of
 * them may be of two moments. Immutable.
 *
 * @param scope which
 * @param limits what is told or learned of its limits, the told first; empty while nothing is known
 * @param waiting how many calls wait for a permit
 * @param inFlight how many calls are on their way; null where they are not counted, under a told bucket alone
 * @param gate whether calls go
 * @param closedUntil when a closed gate opens at the earliest; null where it is open
 * @param budgetLeft how many attempts the retry budget still allows now that no server has asked for
 * @param lastRefusal the last time that the server refused because of a limit; null where none is remembered
 */
public record ScopeSnapshot(
        Scope scope,
        List<LimitState> limits,
        int waiting,
        @Nullable Long inFlight,
        Gate gate,
        @Nullable Instant closedUntil,
        long budgetLeft,
        @Nullable Refusal lastRefusal) {

    /** Whether the calls of a scope go. */
    public enum Gate {
        /** As far as the limits allow. */
        OPEN,

        /** After a refusal: few at a time, until answers show that the server takes them again. */
        PROBING,

        /** None: a refusal has named a moment, or a limit is used up. */
        CLOSED
    }

    /**
     * Makes a snapshot.
     *
     * @param scope which
     * @param limits what is told or learned of its limits
     * @param waiting how many calls wait for a permit
     * @param inFlight how many calls are on their way, or null
     * @param gate whether calls go
     * @param closedUntil when a closed gate opens at the earliest, or null
     * @param budgetLeft how many attempts the retry budget still allows
     * @param lastRefusal the last refusal, or null
     */
    public ScopeSnapshot {
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(gate, "gate");
        limits = List.copyOf(limits);
    }

    /**
     * One limit of a scope.
     *
     * @param name as the server names it; null where it has no name, or is told
     * @param told whether the user has told it; else it is learned, from response headers or from refusals
     * @param limit how many calls a window allows: of a {@link TokenBucket} the tokens of its period, of a {@link Concurrency} the calls
     *     in flight; 0 where the server has told what remains and nothing else
     * @param window the window or the bucket's period, of a learned limit as far as it has been seen; null for calls in flight, and where it
     *     is unknown
     * @param remaining how many calls could go now as far as this limit is concerned, less those in flight where the server
     *     counts; 0 or more; null where nothing is known of it
     */
    public record LimitState(
            @Nullable String name,
            boolean told,
            long limit,
            @Nullable Duration window,
            @Nullable Long remaining) {}

    /**
     * A refusal.
     *
     * @param at when its answer was there, by the clock of this process
     * @param retryAfter what the server has asked for; null where it has named no moment
     */
    public record Refusal(Instant at, @Nullable Duration retryAfter) {}
}
