package dev.headway.internal.hints;

import dev.headway.internal.hints.structured.BareItem;
import dev.headway.internal.hints.structured.Member;
import dev.headway.internal.hints.structured.StructuredFields;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code RateLimit} field of draft 07: {@code limit=100, remaining=50, reset=5}.
 *
 * @param limit the quota
 * @param remaining what is left
 * @param reset the time until the reset
 */
record RateLimitDictionary(
        @Nullable Long limit,
        @Nullable Long remaining,
        @Nullable Duration reset) {

    /** The fields, or null when the value is of another draft or malformed. */
    static @Nullable RateLimitDictionary of(String text) {
        Map<String, Member> members = StructuredFields.dictionary(text, true);
        if (members == null) {
            return null;
        }
        Long limit = Numbers.count(value(members, "limit"));
        Long remaining = Numbers.count(value(members, "remaining"));
        Duration reset = Numbers.seconds(value(members, "reset"));
        return limit == null && remaining == null && reset == null
                ? null
                : new RateLimitDictionary(limit, remaining, reset);
    }

    private static @Nullable BareItem value(Map<String, Member> members, String key) {
        return members.get(key) instanceof Member.Item item ? item.value() : null;
    }
}
