package dev.headway.internal.hints;

import dev.headway.HintParser;
import dev.headway.LimitHint;
import dev.headway.RateLimitHint;
import dev.headway.Signal;
import dev.headway.internal.hints.FieldName.Meaning;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The order in which the signals of a response are believed; a value that can not be read is as if absent. */
public final class StandardHintParser implements HintParser {

    public static final StandardHintParser INSTANCE = new StandardHintParser();

    /** One object for all responses, so that asking costs no allocation. */
    private static final Predicate<String> MAY_MATTER = FieldName::mayMatter;

    private static final int TOO_MANY_REQUESTS = 429;

    private StandardHintParser() {}

    @Override
    public RateLimitHint parse(Signal.Response response, InstantSource clock) {
        if (!response.anyName(MAY_MATTER)) {
            return RateLimitHint.none();
        }
        int status = response.status();
        HintFields fields = HintFields.of(response);
        ServerClock now = new ServerClock(fields.date(), clock);
        List<LimitHint> limits = fields.cached() ? List.of() : limits(status, fields, now);
        Duration told = toldDelay(fields, now);
        Duration delay = told != null ? told : delayOf(status, limits);
        Boolean shouldRetry = shouldRetry(fields);
        if (delay == null && limits.isEmpty() && shouldRetry == null) {
            return RateLimitHint.none();
        }
        RateLimitHint.Builder hint = RateLimitHint.builder();
        limits.forEach(hint::limit);
        if (delay != null) {
            hint.retryAfter(delay);
        }
        if (shouldRetry != null) {
            hint.shouldRetry(shouldRetry);
        }
        return hint.build();
    }

    private static List<LimitHint> limits(int status, HintFields fields, ServerClock now) {
        LimitFields limits = new LimitFields(status == TOO_MANY_REQUESTS, now);
        fields.lines().forEach(line -> limits.add(line.name(), line.value()));
        return limits.hints();
    }

    /** Milliseconds are finer than {@code Retry-After} and meant for those who know them, so they go first. */
    private static @Nullable Duration toldDelay(HintFields fields, ServerClock now) {
        Duration millis = longest(fields, Meaning.RETRY_AFTER_MILLIS, now);
        if (millis != null) {
            return millis;
        }
        Duration standard = longest(fields, Meaning.RETRY_AFTER, now);
        return standard != null ? standard : longest(fields, Meaning.VENDOR_RETRY_AFTER, now);
    }

    /** Of repeated ones the longest. Only a vendor's number may be a moment instead of a length. */
    private static @Nullable Duration longest(HintFields fields, Meaning meaning, ServerClock now) {
        boolean standard = meaning != Meaning.VENDOR_RETRY_AFTER;
        return longest(fields.lines().stream()
                .filter(line -> line.name().meaning() == meaning)
                .map(line -> standard
                        ? Lengths.of(line.value(), line.name().unit(), now)
                        : Lengths.bySize(line.value(), line.name().unit(), now)));
    }

    /**
     * What the limits of a refusal say of its delay. Not for a success, which the limiter weighs against what is in flight;
     * nor for a 5xx, whose cause may be another: a 503 counts as a refusal only where the server itself names a delay.
     *
     * <p>The longest reset among the exhausted limits; on a 429 that has none of these, the only reset there is, if its
     * limit does not tell what remains. Where something remains, another limit has refused.
     */
    private static @Nullable Duration delayOf(int status, List<LimitHint> limits) {
        if (status < 400 || status >= 500) {
            return null;
        }
        Duration exhausted =
                longest(limits.stream().filter(LimitHint::exhausted).map(LimitHint::resetAfter));
        if (exhausted != null || status != TOO_MANY_REQUESTS) {
            return exhausted;
        }
        List<LimitHint> resets =
                limits.stream().filter(limit -> limit.resetAfter() != null).toList();
        return resets.size() == 1 && resets.get(0).remaining() == null
                ? resets.get(0).resetAfter()
                : null;
    }

    private static @Nullable Duration longest(Stream<@Nullable Duration> lengths) {
        return lengths.flatMap(Stream::ofNullable).max(Duration::compareTo).orElse(null);
    }

    /** Of two words that contradict each other the cautious one counts. */
    private static @Nullable Boolean shouldRetry(HintFields fields) {
        List<String> words = fields.lines().stream()
                .filter(line -> line.name().meaning() == Meaning.SHOULD_RETRY)
                .map(line -> line.value().toLowerCase(Locale.ROOT))
                .toList();
        if (words.contains("false")) {
            return false;
        }
        return words.contains("true") ? true : null;
    }
}
