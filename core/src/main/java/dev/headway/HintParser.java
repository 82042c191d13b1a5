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
     * @param status the status code
     * @param headers the header fields
     * @param clock the local wall clock, asked only for dates of a response that has no {@code Date} field of its own
     * @return what the response says; {@link RateLimitHint#none()} when nothing
     */
    RateLimitHint parse(int status, ResponseHeaders headers, InstantSource clock);

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
