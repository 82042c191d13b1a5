package dev.headway.internal.hints;

import dev.headway.ErrorKind;
import dev.headway.HintParser;
import dev.headway.LimitHint;
import dev.headway.RateLimitHint;
import dev.headway.ResponseHeaders;
import dev.headway.Signal;
import dev.headway.internal.bodies.ErrorHint;
import dev.headway.internal.bodies.ErrorReader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The order in which the signals of a response are believed; a value that can not be read is as if absent. */
public final class StandardHintParser implements HintParser {

    public static final StandardHintParser INSTANCE = new StandardHintParser();

    /** One object for all responses, so that asking costs no allocation. */
    private static final Predicate<String> MAY_MATTER = HeaderField::mayMatter;

    private static final int TOO_MANY_REQUESTS = 429;

    private final ErrorReader errors;

    /**
     * Makes a parser.
     *
     * @param errorLines lines of an error table, which go before all others
     * @throws IllegalArgumentException if one of them can not be understood
     */
    public StandardHintParser(String... errorLines) {
        errors = ErrorReader.load(errorLines);
    }

    @Override
    public boolean readsBody(int status, ResponseHeaders headers) {
        return errors.readsBody(status, headers);
    }

    @Override
    public RateLimitHint parse(Signal.Response response, InstantSource clock) {
        ByteBuffer body = response.bodyStart();
        if (!body.hasRemaining() && !response.anyName(MAY_MATTER)) {
            return RateLimitHint.none();
        }
        int status = response.status();
        Findings found = HintFields.of(response).read(status == TOO_MANY_REQUESTS, clock);
        List<LimitHint> limits = found.limits();
        ErrorHint error = body.hasRemaining() || found.errorCode() != null
                ? errors.read(status, found.errorCode(), response, body, found.now())
                : ErrorHint.NONE;
        return hint(found, error, limits, delay(status, found, error, limits));
    }

    private static @Nullable Duration delay(int status, Findings found, ErrorHint error, List<LimitHint> limits) {
        if (found.retryAfter() != null) {
            return found.retryAfter();
        }
        if (error.delay() != null) {
            return error.delay();
        }
        Duration inferred = delayOf(status, error.kind(), limits);
        return inferred != null ? inferred : error.usualDelay();
    }

    private static RateLimitHint hint(
            Findings found, ErrorHint error, List<LimitHint> limits, @Nullable Duration delay) {
        Boolean shouldRetry = found.shouldRetry();
        String errorCode = error.code() != null ? error.code() : found.errorCode();
        String partition = found.partition();
        String scope = found.scope() != null ? found.scope() : error.scope();
        boolean whole = found.whole() || error.whole();
        if (delay == null
                && limits.isEmpty()
                && shouldRetry == null
                && errorCode == null
                && error.kind() == null
                && partition == null
                && scope == null
                && !whole) {
            return RateLimitHint.none();
        }
        RateLimitHint.Builder hint = RateLimitHint.builder();
        for (int i = 0; i < limits.size(); i++) {
            hint.limit(limits.get(i));
        }
        if (delay != null) {
            hint.retryAfter(delay);
        }
        if (shouldRetry != null) {
            hint.shouldRetry(shouldRetry);
        }
        if (errorCode != null) {
            hint.errorCode(errorCode);
        }
        if (error.kind() != null) {
            hint.errorKind(error.kind());
        }
        if (partition != null) {
            hint.partition(partition);
        }
        if (scope != null) {
            hint.scope(scope);
        }
        return hint.whole(whole).build();
    }

    /**
     * What the limits of a refusal say of its delay. Not for a success, which the limiter weighs against what is in flight;
     * nor for a 5xx, whose cause may be another: a 503 counts as a refusal only where the server itself names a delay. Where
     * the error's code says that it is a throttle, the status does not matter.
     *
     * <p>The longest reset among the exhausted limits; on a 429 that has none of these, the only reset there is, if its
     * limit does not tell what remains. Where something remains, another limit has refused. A reset that has passed tells
     * nothing: the server has refused all the same.
     */
    private static @Nullable Duration delayOf(int status, @Nullable ErrorKind kind, List<LimitHint> limits) {
        if (kind != ErrorKind.THROTTLED && (status < 400 || status >= 500)) {
            return null;
        }
        Duration longest = Duration.ZERO;
        Duration lone = Duration.ZERO;
        int resets = 0;
        boolean exhausted = false;
        for (LimitHint limit : limits) {
            Duration reset = limit.resetAfter();
            if (reset != null) {
                resets++;
                if (limit.exhausted()) {
                    exhausted = true;
                    longest = reset.compareTo(longest) > 0 ? reset : longest;
                } else if (limit.remaining() == null) {
                    lone = reset;
                }
            }
        }
        if (!exhausted && status == TOO_MANY_REQUESTS && resets == 1) {
            longest = lone;
        }
        return longest.isZero() ? null : longest;
    }
}
