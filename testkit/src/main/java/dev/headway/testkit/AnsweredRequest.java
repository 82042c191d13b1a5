package dev.headway.testkit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request that a {@link RateLimitedApi} or a {@link FaultProxy} has judged.
 *
 * @param at when it was read, since the server was started, by the server's time source
 * @param method its method
 * @param path its path and query, as sent
 * @param status the status of its answer: 200 or 429 from an API, any from a proxy; 0 where a fault left it without
 * @param connection the number of the connection that it came on; the first one is 0
 * @param id what names the request, by which a second sending is known: its {@code Idempotency-Key}, unless the server was
 *     told another field; null where it has none
 * @param notBefore the moment, counted as {@code at}, before which its refusal allows no other request; {@code at} where
 *     nothing forbids one
 */
public record AnsweredRequest(
        Duration at,
        String method,
        String path,
        int status,
        int connection,
        @Nullable String id,
        Duration notBefore) {

    /**
     * A request without a name, after which any other may come.
     *
     * @param at when it was read
     * @param method its method
     * @param path its path and query
     * @param status the status of its answer
     * @param connection the number of its connection
     */
    public AnsweredRequest(Duration at, String method, String path, int status, int connection) {
        this(at, method, path, status, connection, null, at);
    }

    /**
     * Returns whether it was within the quota.
     *
     * @return whether its status is 200
     */
    public boolean accepted() {
        return status == 200;
    }

    /** For people: {@code 1.25 s POST /orders 429}. */
    @Override
    public String toString() {
        String end = status == 0 ? "no answer" : Integer.toString(status);
        return seconds(at) + " " + method + " " + path + (id == null ? "" : " (" + id + ")") + " " + end;
    }

    static String seconds(Duration length) {
        return length.toMillis() / 1000.0 + " s";
    }
}
