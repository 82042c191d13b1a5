package dev.headway.internal.hints;

import dev.headway.LimitHint;
import dev.headway.internal.hints.Template.Slot;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a dialect reads the value of one header.
 *
 * @param template the shape of each member of the value
 * @param ofLimits whether the members tell limits, not something of the whole response
 * @param names for each member the names of its limits; one entry for all of them, or one for each
 * @param windows the lengths of their windows in the same way, or none
 * @param unit what is counted, or null where the name tells
 * @param in what a bare number of a length counts
 * @param remaining what remains where the value does not tell, or null
 * @param separator what stands between the members
 * @param when another header, in lower case, without which the value means something else; or null
 */
record Reading(
        Template template,
        boolean ofLimits,
        List<List<String>> names,
        List<Duration> windows,
        @Nullable String unit,
        ChronoUnit in,
        @Nullable Long remaining,
        char separator,
        @Nullable String when) {

    static final String NAME_IN_VALUE = "{name}";

    Reading {
        if (windows.size() > 1 && windows.size() != names.size()) {
            throw new IllegalArgumentException("as many windows as names, or one");
        }
    }

    /** Reads a value. Tells whether any of it had the shape; if not, nothing was found. */
    boolean read(String value, Findings findings) {
        if (!ofLimits) {
            Map<Slot, String> found = template.match(value);
            return found != null && addWord(found, findings);
        }
        if (template.isWhole() && names.size() == 1 && addLimits(value, 0, findings)) {
            return true;
        }
        List<String> members = Items.split(value, separator);
        if (names.size() > 1 && names.size() != members.size()) {
            return false;
        }
        boolean any = false;
        for (int i = 0; i < members.size(); i++) {
            any |= addLimits(members.get(i), i, findings);
        }
        return any;
    }

    private boolean addWord(Map<Slot, String> found, Findings findings) {
        String retryAfter = found.get(Slot.RETRY_AFTER);
        if (retryAfter != null) {
            Duration length = Lengths.bySize(retryAfter, in, findings.now());
            if (in == ChronoUnit.MILLIS) {
                findings.addMillis(length);
            } else {
                findings.addVendor(length);
            }
            return length != null;
        }
        String code = found.get(Slot.ERROR_CODE);
        if (code != null) {
            // AWS puts the name of the service's model before it.
            findings.addErrorCode(code.substring(code.indexOf('#') + 1));
        }
        addScopes(found, findings.scopes());
        return true;
    }

    private static void addScopes(Map<Slot, String> found, Scopes scopes) {
        String resource = found.get(Slot.RESOURCE);
        String key = found.get(Slot.PARTITION);
        String words = found.get(Slot.SCOPE);
        String whole = found.get(Slot.WHOLE);
        if (resource != null) {
            scopes.addResource(resource);
        }
        if (key != null) {
            scopes.addKey(key);
        }
        if (words != null) {
            scopes.addWords(words);
        }
        if (whole != null && whole.equalsIgnoreCase("true")) {
            scopes.addWhole();
        }
    }

    private boolean addLimits(String member, int index, Findings findings) {
        Map<Slot, String> found = template.match(member);
        if (found == null || !readable(found, findings)) {
            return false;
        }
        for (String name : names.get(names.size() > 1 ? index : 0)) {
            findings.addLimit(limit(name, index, found, findings));
        }
        addScopes(found, findings.scopes());
        return true;
    }

    /** A number that can not be read makes the member one of another shape; "unknown" is a number here. */
    private boolean readable(Map<Slot, String> found, Findings findings) {
        String left = found.get(Slot.REMAINING);
        return (left == null || Counts.left(left, true) != null)
                && isNullOr(found.get(Slot.LIMIT), count(found, Slot.LIMIT))
                && isNullOr(found.get(Slot.USED), count(found, Slot.USED))
                && isNullOr(found.get(Slot.RESET), reset(found, findings))
                && isNullOr(found.get(Slot.WINDOW), window(found));
    }

    private static boolean isNullOr(@Nullable String text, @Nullable Object read) {
        return text == null || read != null;
    }

    private LimitHint limit(String pattern, int index, Map<Slot, String> found, Findings findings) {
        boolean told = pattern.contains(NAME_IN_VALUE);
        String inValue = found.get(Slot.NAME);
        LimitName fixed = told ? LimitName.NONE : LimitName.of(pattern);
        String name = told ? pattern.replace(NAME_IN_VALUE, inValue != null ? inValue : "") : fixed.orNull();
        String left = found.get(Slot.REMAINING);
        Duration window = found.get(Slot.WINDOW) != null ? window(found) : windowOf(index, fixed);
        return new LimitHint(
                name,
                count(found, Slot.LIMIT),
                left != null ? Counts.left(left, findings.refused()) : remaining,
                count(found, Slot.USED),
                reset(found, findings),
                window,
                unit != null ? unit : fixed.unit());
    }

    private @Nullable Duration windowOf(int index, LimitName name) {
        if (windows.isEmpty()) {
            return name.window();
        }
        return windows.get(windows.size() > 1 ? index : 0);
    }

    private static @Nullable Long count(Map<Slot, String> found, Slot slot) {
        String text = found.get(slot);
        return text != null ? Counts.of(text) : null;
    }

    private @Nullable Duration reset(Map<Slot, String> found, Findings findings) {
        String text = found.get(Slot.RESET);
        return text != null ? Lengths.bySize(text, in, findings.now()) : null;
    }

    private @Nullable Duration window(Map<Slot, String> found) {
        String text = found.get(Slot.WINDOW);
        Duration window = text != null ? Lengths.span(text, in) : null;
        return window != null && !window.isZero() ? window : null;
    }
}
