package dev.headway.internal.hints;

import dev.headway.HintParser;
import dev.headway.LimitHint;
import dev.headway.RateLimitHint;
import dev.headway.Signal;
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

    private StandardHintParser() {}

    @Override
    public RateLimitHint parse(Signal.Response response, InstantSource clock) {
        if (!response.anyName(MAY_MATTER)) {
            return RateLimitHint.none();
        }
        int status = response.status();
        Findings found = HintFields.of(response).read(status == TOO_MANY_REQUESTS, clock);
        List<LimitHint> limits = found.limits();
        Duration delay = found.retryAfter();
        // A delay that a body tells goes here: behind the fields that are made for it, before what limits let one
        // infer.
        if (delay == null) {
            delay = delayOf(status, limits);
        }
        return hint(found, limits, delay);
    }

    private static RateLimitHint hint(Findings found, List<LimitHint> limits, @Nullable Duration delay) {
        Boolean shouldRetry = found.shouldRetry();
        String errorCode = found.errorCode();
        String partition = found.partition();
        String scope = found.scope();
        if (delay == null
                && limits.isEmpty()
                && shouldRetry == null
                && errorCode == null
                && partition == null
                && scope == null
                && !found.whole()) {
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
        if (partition != null) {
            hint.partition(partition);
        }
        if (scope != null) {
            hint.scope(scope);
        }
        return hint.whole(found.whole()).build();
    }

    /**
     * What the limits of a refusal say of its delay. Not for a success, which the limiter weighs against what is in flight;
     * nor for a 5xx, whose cause may be another: a 503 counts as a refusal only where the server itself names a delay.
     *
     * <p>The longest reset among the exhausted limits; on a 429 that has none of these, the only reset there is, if its
     * limit does not tell what remains. Where something remains, another limit has refused. A reset that has passed tells
     * nothing: the server has refused all the same.
     */
    private static @Nullable Duration delayOf(int status, List<LimitHint> limits) {
        if (status < 400 || status >= 500) {
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
