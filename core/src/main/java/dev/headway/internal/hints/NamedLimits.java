package dev.headway.internal.hints;

import dev.headway.LimitHint;
import dev.headway.internal.hints.structured.BareItem;
import dev.headway.internal.hints.structured.Member;
import dev.headway.internal.hints.structured.StructuredFields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code RateLimit} and {@code RateLimit-Policy} of draft 08 and later: {@code "day";r=100;t=36000} and {@code
 * "day";q=5000;w=86400}, which belong together by their names. Servers break the drafts' rules as the drafts' own examples do:
 * names are Tokens, and {@code r} is left out, which means that nobody knows. What finds no partner stands alone.
 */
final class NamedLimits {

    private record Policy(
            String name,
            @Nullable Long quota,
            @Nullable Duration window,
            String unit,
            @Nullable String partition) {}

    private record State(
            String name,
            @Nullable Long remaining,
            @Nullable Duration reset,
            @Nullable String partition) {}

    private static final int MOST = 16;

    private final List<State> states = new ArrayList<>();
    private final List<Policy> policies = new ArrayList<>();

    private NamedLimits() {}

    /** Reads both fields; one that is absent or malformed has no members. */
    static NamedLimits of(@Nullable String rateLimit, @Nullable String policy) {
        NamedLimits limits = new NamedLimits();
        for (Member.Item item : items(rateLimit)) {
            limits.addState(item);
        }
        for (Member.Item item : items(policy)) {
            limits.addPolicy(item);
        }
        return limits;
    }

    private static List<Member.Item> items(@Nullable String text) {
        List<Member> members = text != null ? StructuredFields.list(text, true) : null;
        if (members == null) {
            return List.of();
        }
        return members.stream()
                .limit(MOST)
                .filter(Member.Item.class::isInstance)
                .map(Member.Item.class::cast)
                .toList();
    }

    private void addState(Member.Item item) {
        String name = text(item.value());
        Long remaining = Numbers.count(item.parameters().get("r"));
        Duration reset = Numbers.seconds(item.parameters().get("t"));
        if (name != null && (remaining != null || reset != null)) {
            states.add(new State(name, remaining, reset, partition(item)));
        }
    }

    private void addPolicy(Member.Item item) {
        String name = text(item.value());
        Long quota = Numbers.count(item.parameters().get("q"));
        Duration window = Numbers.seconds(item.parameters().get("w"));
        if (name != null && quota != null) {
            String unit = text(item.parameters().get("qu"));
            policies.add(new Policy(
                    name,
                    quota,
                    window != null && !window.isZero() ? window : null,
                    unit != null ? unit : LimitHint.REQUESTS,
                    partition(item)));
        }
    }

    private static @Nullable String text(@Nullable BareItem value) {
        if (value instanceof BareItem.Text text) {
            return text.value();
        }
        if (value instanceof BareItem.DisplayText text) {
            return text.value();
        }
        return value instanceof BareItem.Token token ? token.value() : null;
    }

    private static @Nullable String partition(Member.Item item) {
        return item.parameters().get("pk") instanceof BareItem.Bytes bytes ? bytes.base64() : null;
    }

    /** Adds the limits; the part is that of those that are exhausted, or else of all. */
    void addTo(List<LimitHint> hints, Scopes scopes) {
        List<Policy> others = new ArrayList<>(policies);
        boolean exhausted = states.stream().anyMatch(NamedLimits::exhausted);
        for (State state : states) {
            Policy policy = policyOf(state);
            others.remove(policy);
            hints.add(new LimitHint(
                    state.name,
                    policy != null ? policy.quota : null,
                    state.remaining,
                    state.reset,
                    policy != null ? policy.window : null,
                    policy != null ? policy.unit : LimitHint.REQUESTS));
            String partition = state.partition == null && policy != null ? policy.partition : state.partition;
            if (exhausted(state) || !exhausted) {
                scopes.addDraftKey(partition);
            }
        }
        for (Policy policy : others) {
            hints.add(new LimitHint(policy.name, policy.quota, null, null, policy.window, policy.unit));
        }
    }

    private static boolean exhausted(State state) {
        return Objects.equals(state.remaining, 0L);
    }

    private @Nullable Policy policyOf(State state) {
        for (Policy policy : policies) {
            boolean samePartition =
                    state.partition == null || policy.partition == null || policy.partition.equals(state.partition);
            if (policy.name.equals(state.name) && samePartition) {
                return policy;
            }
        }
        return null;
    }
}
