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
     * also by threads of the client: a body that nobody asks for goes to the caller untouched. Not asked for a 2xx unless the
     * policy looks for throttles in successes ({@link RetryPolicy.Builder#throttlesInSuccess}), nor for other statuses below 400.
     * A stream of events ({@code text/event-stream}) is never looked at, whatever the parser says.
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
     * its milliseconds variants, {@code X-RateLimit-*} and {@code RateLimit-*} by name, shape and size,
     * {@code x-should-retry}, and, in the beginning of an error's body, its code, what that means, and delays. Files {@code
     * META-INF/headway/errors.txt} on the class path add codes, and the JSON pointers and XML elements where they stand; the
     * file of that name within Headway documents their form.
     *
     * @return the shared instance
     */
    static HintParser standard() {
        return StandardHintParser.INSTANCE;
    }

    /**
     * Returns a parser like {@link #standard()} that knows more errors: what their codes mean, and the JSON pointers and XML
     * elements where these stand. The lines have the form of those in {@code META-INF/headway/errors.txt}, and go before them:
     *
     * <pre>{@code
     * HintParser.withErrors(
     *         "code       us  *        /fault/name",
     *         "exhausted  us  422,429  code         BudgetSpent")
     * }</pre>
     *
     * @param lines lines of an error table
     * @return a new parser, to be shared
     * @throws IllegalArgumentException if one of them can not be understood; the message says which, and why
     */
    static HintParser withErrors(String... lines) {
        return new StandardHintParser(lines);
    }
}
