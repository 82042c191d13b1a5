package dev.headway.internal.hints;

import dev.headway.LimitHint;
import dev.headway.internal.hints.Items.Item;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one family of names that speak of one limit. Repeated fields tell several limits: the first of each kind
 * belongs to the first limit, and so on; what stands alone belongs to all.
 */
final class LimitGroup {

    /** A quota and its window, told apart from what remains. */
    private record Policy(long quota, Duration window) {}

    /** More than anybody counts; short of where arithmetic would overflow. */
    private static final long MOST = 1_000_000_000_000_000L;

    private static final int MAX_VALUES = 16;

    private final String name;
    private final boolean refused;
    private final ServerClock now;

    private final List<@Nullable Long> limits = new ArrayList<>(1);
    private final List<@Nullable Long> remaining = new ArrayList<>(1);
    private final List<@Nullable Long> used = new ArrayList<>(0);
    private final List<@Nullable Duration> resetAfter = new ArrayList<>(0);
    private final List<@Nullable Duration> reset = new ArrayList<>(1);
    private final List<@Nullable Duration> resetTime = new ArrayList<>(0);
    private final List<Policy> policies = new ArrayList<>(0);
    private @Nullable Duration window;

    LimitGroup(String name, boolean refused, ServerClock now) {
        this.name = name;
        this.refused = refused;
        this.now = now;
    }

    void add(FieldName field, String value) {
        switch (field.meaning()) {
            case LIMIT -> addLimits(Items.of(value));
            case REMAINING -> Items.of(value).forEach(item -> addTo(remaining, left(item.text())));
            case USED -> Items.of(value).forEach(item -> addTo(used, count(item.text())));
            case RESET_AFTER -> addLengths(resetAfter, value, field.unit());
            case RESET -> addLengths(reset, value, field.unit());
            case RESET_TIME -> addLengths(resetTime, value, field.unit());
            case WINDOW -> addWindow(Lengths.span(value, field.unit()));
            case POLICY -> Items.of(value).forEach(this::addPolicy);
            case RETRY_AFTER_MILLIS, RETRY_AFTER, VENDOR_RETRY_AFTER, SHOULD_RETRY -> {
                // Speak of the response, not of a limit.
            }
        }
    }

    /** Members with a window are policies, the others limits; without others the first policy is the limit. */
    private void addLimits(List<Item> items) {
        items.forEach(this::addPolicy);
        List<Item> plain = items.stream().filter(item -> item.window() == null).toList();
        if (!plain.isEmpty()) {
            plain.forEach(item -> addTo(limits, count(item.text())));
        } else if (!items.isEmpty()) {
            addTo(limits, count(items.get(0).text()));
        }
    }

    private void addPolicy(Item item) {
        Long quota = count(item.text());
        if (quota != null && item.window() != null) {
            Policy policy = new Policy(quota, item.window());
            if (policies.size() < MAX_VALUES && !policies.contains(policy)) {
                policies.add(policy);
            }
        }
    }

    /** A date has a comma of its own, so the value is read as a list only if it can not be read whole. */
    private void addLengths(List<@Nullable Duration> lengths, String value, ChronoUnit unit) {
        Duration length = Lengths.bySize(value, unit, now);
        if (length != null) {
            addTo(lengths, length);
        } else {
            Items.of(value).forEach(item -> addTo(lengths, Lengths.bySize(item.text(), unit, now)));
        }
    }

    private void addWindow(@Nullable Duration length) {
        if (window == null && length != null && !length.isZero()) {
            window = length;
        }
    }

    private static <T> void addTo(List<@Nullable T> list, @Nullable T value) {
        if (list.size() < MAX_VALUES) {
            list.add(value);
        }
    }

    /** What is left; below zero is nothing where the server has refused, else a way to say "unknown". */
    private @Nullable Long left(String text) {
        boolean negative = text.startsWith("-") && count(text.substring(1)) != null;
        return negative && refused ? Long.valueOf(0) : count(text);
    }

    private static @Nullable Long count(String text) {
        Decimal number = Decimal.parse(text);
        return number != null ? Math.min(number.whole(), MOST) : null;
    }

    /** The limits told, then the policies that are none of these. */
    List<LimitHint> hints() {
        int rows = Math.max(
                Math.max(limits.size(), Math.max(remaining.size(), used.size())),
                Math.max(resetAfter.size(), Math.max(reset.size(), resetTime.size())));
        List<LimitHint> hints = new ArrayList<>(rows + policies.size());
        List<Policy> others = new ArrayList<>(policies);
        for (int row = 0; row < rows; row++) {
            Long limit = at(limits, row);
            Policy policy = policyOf(limit);
            if (policy != null) {
                others.remove(policy);
            }
            add(hints, limit, remaining(limit, row), reset(row), policy != null ? policy.window : null);
        }
        others.forEach(policy -> add(hints, policy.quota, null, null, policy.window));
        return hints;
    }

    private void add(
            List<LimitHint> hints,
            @Nullable Long limit,
            @Nullable Long left,
            @Nullable Duration resets,
            @Nullable Duration told) {
        if (limit != null || left != null || resets != null) {
            Duration known = told != null ? told : window != null ? window : LimitName.window(name);
            LimitHint hint =
                    new LimitHint(name.isEmpty() ? null : name, limit, left, resets, known, LimitName.unit(name));
            if (!hints.contains(hint)) {
                hints.add(hint);
            }
        }
    }

    private @Nullable Policy policyOf(@Nullable Long limit) {
        for (Policy policy : policies) {
            if (limit != null && policy.quota == limit) {
                return policy;
            }
        }
        return null;
    }

    private @Nullable Long remaining(@Nullable Long limit, int row) {
        Long left = at(remaining, row);
        Long spent = at(used, row);
        return left == null && limit != null && spent != null ? Long.valueOf(Math.max(0, limit - spent)) : left;
    }

    /** A length that needs no clock goes first, then the name that everybody uses. */
    private @Nullable Duration reset(int row) {
        Duration after = at(resetAfter, row);
        Duration plain = after != null ? after : at(reset, row);
        return plain != null ? plain : at(resetTime, row);
    }

    private static <T> @Nullable T at(List<@Nullable T> values, int row) {
        if (values.size() == 1) {
            return values.get(0);
        }
        return row < values.size() ? values.get(row) : null;
    }
}
