package dev.headway;

import dev.headway.internal.hints.StandardHintParser;
import java.time.InstantSource;

/**
 * Reads what a response says of limits. Implementations are thread-safe and total: no input makes them throw, hang or answer
 * with a negative length.
 */
@FunctionalInterface
public interface HintParser {

    /**
     * Reads a response.
     *
     * @param response status, header fields and, where {@link #readsBody} asked for it, the beginning of the body
     * @param clock the local wall clock, asked only for dates of a response that has no {@code Date} field of its own
     * @return what the response says; {@link RateLimitHint#none()} when nothing
     */
    RateLimitHint parse(Signal.Response response, InstantSource clock);

    /**
     * Tells whether {@link #parse} wants the beginning of a response's body. Asked before the body is read, for every response,
     * also by threads of the client: a body that nobody asks for goes to the caller untouched.
     *
     * @param status the status code
     * @param headers the header fields
     * @return whether it does; by default not
     */
    default boolean readsBody(int status, ResponseHeaders headers) {
        return false;
    }

    /**
     * Returns the parser that every Headway uses unless told otherwise: {@code Retry-After} (RFC 9110 section 10.2.3) and
     * its milliseconds variants, {@code X-RateLimit-*} and {@code RateLimit-*} by name, shape and size, and
     * {@code x-should-retry}.
     *
     * @return the shared instance
     */
    static HintParser standard() {
        return StandardHintParser.INSTANCE;
    }
}
