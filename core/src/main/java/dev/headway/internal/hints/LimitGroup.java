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
 *
 * <p>Of a family's {@code RateLimit} and {@code RateLimit-Policy} the first member tells which draft they follow: a number is
 * of 00 to 06, a name with an equals sign of 07, any other name of 08 and later.
 */
final class LimitGroup {

    /** A quota and its window, told apart from what remains. */
    private record Policy(long quota, Duration window) {}

    /** The values of one kind, of which there is nearly always one. */
    private static final class Values<T> {

        private static final int MOST = 16;

        private int size;
        private @Nullable T first;
        private @Nullable List<@Nullable T> all;

        void add(@Nullable T value) {
            if (size == 0) {
                first = value;
            } else if (size < MOST) {
                List<@Nullable T> several = all;
                if (several == null) {
                    several = new ArrayList<>();
                    several.add(first);
                    all = several;
                }
                several.add(value);
            } else {
                return;
            }
            size++;
        }

        int size() {
            return size;
        }

        @Nullable T at(int row) {
            if (size == 1) {
                return first;
            }
            List<@Nullable T> several = all;
            return several != null && row < size ? several.get(row) : null;
        }
    }

    /** A field may be split over lines, but not without end. */
    private static final int MAX_JOINED = 4096;

    private static final int MAX_POLICIES = 16;

    private final FieldName name;
    private final boolean refused;
    private final ServerClock now;

    private final Values<Long> limits = new Values<>();
    private final Values<Long> remaining = new Values<>();
    private final Values<Long> used = new Values<>();
    private final Values<Duration> resetAfter = new Values<>();
    private final Values<Duration> reset = new Values<>();
    private final Values<Duration> resetTime = new Values<>();
    private final List<Policy> policies = new ArrayList<>(0);
    private @Nullable Duration window;
    private @Nullable String rateLimit;
    private @Nullable String policy;

    /** For the limit that the field speaks of; {@code refused} when a limit was hit. */
    LimitGroup(FieldName name, boolean refused, ServerClock now) {
        this.name = name;
        this.refused = refused;
        this.now = now;
    }

    boolean speaksOf(FieldName other) {
        return name.sameLimit(other);
    }

    void add(FieldName field, String value) {
        switch (field.meaning()) {
            case LIMIT -> addLimits(value);
            case REMAINING -> addLeft(value);
            case USED -> addUsed(value);
            case RESET_AFTER -> addLengths(resetAfter, value, field.unit());
            case RESET -> addLengths(reset, value, field.unit());
            case RESET_TIME -> addLengths(resetTime, value, field.unit());
            case WINDOW -> addWindow(Lengths.span(value, field.unit()));
            case POLICY -> policy = joined(policy, value);
            case RATE_LIMIT -> rateLimit = joined(rateLimit, value);
            case DATE, AGE, RETRY_AFTER_MILLIS, RETRY_AFTER, VENDOR_RETRY_AFTER, SHOULD_RETRY -> {
                // Speak of the response, not of a limit.
            }
        }
    }

    private static String joined(@Nullable String before, String value) {
        if (before == null) {
            return value;
        }
        return before.length() + value.length() > MAX_JOINED ? before : before + ", " + value;
    }

    /** Members with a window are policies, the others limits; without others the first policy is the limit. */
    private void addLimits(String value) {
        if (Items.isOne(value)) {
            limits.add(Counts.of(value));
            return;
        }
        List<Item> items = Items.of(value);
        items.forEach(this::addPolicy);
        List<Item> plain = items.stream().filter(item -> item.window() == null).toList();
        if (!plain.isEmpty()) {
            plain.forEach(item -> limits.add(Counts.of(item.text())));
        } else if (!items.isEmpty()) {
            limits.add(Counts.of(items.get(0).text()));
        }
    }

    private void addPolicy(Item item) {
        Long quota = Counts.of(item.text());
        if (quota != null && item.window() != null) {
            Policy told = new Policy(quota, item.window());
            if (policies.size() < MAX_POLICIES && !policies.contains(told)) {
                policies.add(told);
            }
        }
    }

    private void addLeft(String value) {
        if (Items.isOne(value)) {
            remaining.add(Counts.left(value, refused));
        } else {
            Items.of(value).forEach(item -> remaining.add(Counts.left(item.text(), refused)));
        }
    }

    private void addUsed(String value) {
        if (Items.isOne(value)) {
            used.add(Counts.of(value));
        } else {
            Items.of(value).forEach(item -> used.add(Counts.of(item.text())));
        }
    }

    /** A date has a comma of its own, so the value is read as a list only if it can not be read whole. */
    private void addLengths(Values<Duration> lengths, String value, ChronoUnit unit) {
        Duration length = Lengths.bySize(value, unit, now);
        if (length != null) {
            lengths.add(length);
        } else {
            Items.of(value).forEach(item -> lengths.add(Lengths.bySize(item.text(), unit, now)));
        }
    }

    private void addWindow(@Nullable Duration length) {
        if (window == null && length != null && !length.isZero()) {
            window = length;
        }
    }

    /** The limits told, then the policies that are none of these. */
    List<LimitHint> hints(Scopes scopes) {
        List<LimitHint> hints = new ArrayList<>(1);
        addStructured(hints, scopes);
        List<Policy> others = policies.isEmpty() ? policies : new ArrayList<>(policies);
        int rows = rows();
        for (int row = 0; row < rows; row++) {
            Long limit = limits.at(row);
            Policy own = policyOf(limit);
            if (own != null) {
                others.remove(own);
            }
            add(hints, limit, remaining.at(row), used.at(row), reset(row), own);
        }
        for (Policy other : others) {
            add(hints, other.quota, null, null, null, other);
        }
        return hints;
    }

    private void addStructured(List<LimitHint> hints, Scopes scopes) {
        String policiesOfNames = null;
        if (policy != null) {
            if (startsWithDigit(policy)) {
                Items.of(policy).forEach(this::addPolicy);
            } else {
                policiesOfNames = policy;
            }
        }
        String told = rateLimit;
        if (told != null && startsWithDigit(told)) {
            addLimits(told);
            told = null;
        }
        if (told != null) {
            RateLimitDictionary dictionary = RateLimitDictionary.of(told);
            if (dictionary != null) {
                limits.add(dictionary.limit());
                remaining.add(dictionary.remaining());
                reset.add(dictionary.reset());
                told = null;
            }
        }
        if (told != null || policiesOfNames != null) {
            NamedLimits.of(told, policiesOfNames).addTo(hints, scopes);
        }
    }

    private static boolean startsWithDigit(String text) {
        return !text.isEmpty() && text.charAt(0) >= '0' && text.charAt(0) <= '9';
    }

    private int rows() {
        return Math.max(
                Math.max(limits.size(), Math.max(remaining.size(), used.size())),
                Math.max(resetAfter.size(), Math.max(reset.size(), resetTime.size())));
    }

    private void add(
            List<LimitHint> hints,
            @Nullable Long limit,
            @Nullable Long left,
            @Nullable Long spent,
            @Nullable Duration resets,
            @Nullable Policy own) {
        LimitName limitName = name.limit();
        Duration told = own != null ? own.window : window;
        Duration known = told != null ? told : limitName.window();
        LimitHint hint = new LimitHint(limitName.orNull(), limit, left, spent, resets, known, limitName.unit());
        if (!hints.contains(hint)) {
            hints.add(hint);
        }
    }

    private @Nullable Policy policyOf(@Nullable Long limit) {
        for (Policy told : policies) {
            if (limit != null && told.quota == limit) {
                return told;
            }
        }
        return null;
    }

    /** A length that needs no clock goes first, then the name that everybody uses. */
    private @Nullable Duration reset(int row) {
        Duration after = resetAfter.at(row);
        Duration plain = after != null ? after : reset.at(row);
        return plain != null ? plain : resetTime.at(row);
    }
}
