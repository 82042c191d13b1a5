package dev.headway.internal.hints;

import dev.headway.LimitHint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts together the fields of each limit, and what several families of names say of the same one. */
final class LimitFields {

    /** More than any provider names. */
    private static final int MAX_HINTS = 32;

    private final boolean refused;
    private final ServerClock now;
    private final Map<String, LimitGroup> groups = new LinkedHashMap<>();

    /** For one response; {@code refused} when its status says that a limit was hit. */
    LimitFields(boolean refused, ServerClock now) {
        this.refused = refused;
        this.now = now;
    }

    /** Takes a field; one that does not speak of a limit is left alone. */
    void add(FieldName name, String value) {
        if (!name.family().isEmpty()) {
            groups.computeIfAbsent(name.family() + name.limit(), key -> new LimitGroup(name.limit(), refused, now))
                    .add(name, value);
        }
    }

    /** The limits in the order of their appearance. */
    List<LimitHint> hints() {
        List<LimitHint> hints = new ArrayList<>();
        for (LimitGroup group : groups.values()) {
            int others = hints.size();
            for (LimitHint hint : group.hints()) {
                int same = indexOfSame(hint, hints.subList(0, others));
                if (same >= 0) {
                    hints.set(same, merged(hints.get(same), hint));
                } else if (hints.size() < MAX_HINTS) {
                    hints.add(hint);
                }
            }
        }
        return hints;
    }

    private static int indexOfSame(LimitHint hint, List<LimitHint> others) {
        for (int i = 0; i < others.size(); i++) {
            LimitHint other = others.get(i);
            if (Objects.equals(hint.name(), other.name())
                    && agree(hint.limit(), other.limit())
                    && agree(hint.remaining(), other.remaining())
                    && agree(hint.resetAfter(), other.resetAfter())
                    && agree(hint.window(), other.window())) {
                return i;
            }
        }
        return -1;
    }

    private static boolean agree(@Nullable Object one, @Nullable Object other) {
        return one == null || other == null || one.equals(other);
    }

    private static LimitHint merged(LimitHint one, LimitHint other) {
        Long limit = one.limit() != null ? one.limit() : other.limit();
        Long remaining = one.remaining() != null ? one.remaining() : other.remaining();
        Duration resetAfter = one.resetAfter() != null ? one.resetAfter() : other.resetAfter();
        Duration window = one.window() != null ? one.window() : other.window();
        return new LimitHint(one.name(), limit, remaining, resetAfter, window, one.unit());
    }
}
