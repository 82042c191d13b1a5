package dev.headway.testkit;

import java.time.Duration;

/**
 * One request that a {@link RateLimitedApi} has judged.
 *
 * @param at when it was read, since the API was started, by the API's time source
 * @param method its method
 * @param path its path and query, as sent
 * @param status the status of its answer: 200 or 429
 * @param connection the number of the connection that it came on; the first one is 0
 */
public record AnsweredRequest(Duration at, String method, String path, int status, int connection) {

    /**
     * Returns whether it was within the quota.
     *
     * @return whether its status is 200
     */
    public boolean accepted() {
        return status == 200;
    }
}
