package dev.headway.internal.hints;

import dev.headway.LimitHint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts together the fields of each limit, and what several families of names say of the same one. */
final class LimitFields {

    /** More than any provider names. */
    private static final int MAX_HINTS = 32;

    private final boolean refused;
    private final ServerClock now;
    private final List<LimitGroup> groups = new ArrayList<>(2);
    private final List<LimitHint> ofDialects = new ArrayList<>(0);

    /** For one response; {@code refused} when its status says that a limit was hit. */
    LimitFields(boolean refused, ServerClock now) {
        this.refused = refused;
        this.now = now;
    }

    /** Takes a field that speaks of a limit. */
    void add(FieldName name, String value) {
        groupOf(name).add(name, value);
    }

    /** Takes what a dialect says of a limit: as a rule the half of it that one field tells. */
    void add(LimitHint hint) {
        if (ofDialects.size() < MAX_HINTS) {
            ofDialects.add(hint);
        }
    }

    private LimitGroup groupOf(FieldName name) {
        for (int i = 0; i < groups.size(); i++) {
            if (groups.get(i).speaksOf(name)) {
                return groups.get(i);
            }
        }
        LimitGroup group = new LimitGroup(name, refused, now);
        groups.add(group);
        return group;
    }

    /** The limits; what they cover is added to the scopes. */
    List<LimitHint> hints(Scopes scopes) {
        List<LimitHint> hints = new ArrayList<>(groups.size());
        for (int i = 0; i < groups.size(); i++) {
            List<LimitHint> own = groups.get(i).hints(scopes);
            int others = hints.size();
            for (int k = 0; k < own.size(); k++) {
                merge(hints, others, own.get(k));
            }
        }
        for (LimitHint hint : ofDialects) {
            merge(hints, hints.size(), hint);
        }
        hints.removeIf(LimitFields::isEmpty);
        hints.replaceAll(LimitFields::withRemaining);
        return hints;
    }

    /** What has been used of nobody knows how many requests is no limit, and nothing may be inferred from it. */
    private static boolean isEmpty(LimitHint hint) {
        return hint.limit() == null
                && hint.remaining() == null
                && hint.resetAfter() == null
                && (hint.used() == null || hint.unit().equals(LimitHint.REQUESTS));
    }

    /** One family does not say the same twice, so only what others have said is looked through. */
    private static void merge(List<LimitHint> hints, int others, LimitHint hint) {
        for (int i = 0; i < others; i++) {
            if (agree(hint, hints.get(i))) {
                hints.set(i, merged(hints.get(i), hint));
                return;
            }
        }
        if (hints.size() < MAX_HINTS) {
            hints.add(hint);
        }
    }

    private static boolean agree(LimitHint one, LimitHint other) {
        return Objects.equals(one.name(), other.name())
                && one.unit().equals(other.unit())
                && agree(one.limit(), other.limit())
                && agree(one.remaining(), other.remaining())
                && agree(one.used(), other.used())
                && agree(one.resetAfter(), other.resetAfter())
                && agree(one.window(), other.window());
    }

    private static boolean agree(@Nullable Object one, @Nullable Object other) {
        return one == null || other == null || one.equals(other);
    }

    private static LimitHint merged(LimitHint one, LimitHint other) {
        Long limit = one.limit() != null ? one.limit() : other.limit();
        Long remaining = one.remaining() != null ? one.remaining() : other.remaining();
        Long used = one.used() != null ? one.used() : other.used();
        Duration resetAfter = one.resetAfter() != null ? one.resetAfter() : other.resetAfter();
        Duration window = one.window() != null ? one.window() : other.window();
        return new LimitHint(one.name(), limit, remaining, used, resetAfter, window, one.unit());
    }

    private static LimitHint withRemaining(LimitHint hint) {
        Long limit = hint.limit();
        Long used = hint.used();
        if (hint.remaining() != null || limit == null || used == null) {
            return hint;
        }
        long remaining = Math.max(0, limit - used);
        return new LimitHint(hint.name(), limit, remaining, used, hint.resetAfter(), hint.window(), hint.unit());
    }
}
