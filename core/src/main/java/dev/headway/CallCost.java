package dev.headway;

import dev.headway.spi.RequestFacts;
import java.util.OptionalInt;

/**
 * What a call takes of the quota, for servers that weigh calls: points, units, tokens, rows. Thread-safe and quick. What it throws
 * is logged, and the call costs what was known before.
 */
@FunctionalInterface
public interface CallCost {

    /**
     * Returns what a call takes, as far as it is known before it is sent. What costs more than a limit allows at once is
     * sent when nothing of the limit is used.
     *
     * @param request the request
     * @return the cost, at least 1; less counts as 1
     */
    int estimate(RequestFacts request);

    /**
     * Returns what a call has taken, where the response says so. The difference to the estimate is taken from the quota, or given
     * back, before the next call is let through. Not asked of a refusal, which takes nothing.
     *
     * @param response the response
     * @return the cost, 0 or more; empty where the estimate holds
     */
    default OptionalInt actual(Signal.Response response) {
        return OptionalInt.empty();
    }
}
