package dev.headway.internal.hints;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a value as a dialects file writes it: {@code {used}/{limit}}. What stands between the slots must stand in the
 * value too, blanks aside. {@code ...} after a character at the end means that it and more may follow.
 */
final class Template {

    /** What a part of a value tells. */
    enum Slot {
        NAME,
        LIMIT,
        REMAINING,
        USED,
        RESET,
        WINDOW,
        RETRY_AFTER,
        ERROR_CODE,
        PARTITION,
        SCOPE,
        RESOURCE,
        WHOLE;

        private static final List<Slot> ALL = List.of(values());

        private String text() {
            return "{" + name().toLowerCase(Locale.ROOT).replace('_', '-') + "}";
        }
    }

    /** A slot and the text before it. */
    private record Part(String before, Slot slot) {}

    private static final String MORE = "...";

    private static final int NONE = -1;

    private final List<Part> parts;
    private final int end;

    private Template(List<Part> parts, int end) {
        this.parts = parts;
        this.end = end;
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if it is none, with the reason
     */
    static Template parse(String text) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', at)) {
            String before = text.substring(at, open);
            int close = text.indexOf('}', open) + 1;
            Slot slot = slot(text.substring(open, Math.max(open, close)));
            if (parts.stream().anyMatch(part -> part.slot == slot)) {
                throw new IllegalArgumentException(slot.text() + " twice");
            }
            if (before.isEmpty() && !parts.isEmpty()) {
                throw new IllegalArgumentException("nothing before " + slot.text() + " to tell where it begins");
            }
            parts.add(new Part(before, slot));
            at = close;
        }
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("no {slot} in \"" + text + "\"");
        }
        String rest = text.substring(at);
        if (!rest.isEmpty() && (rest.length() != MORE.length() + 1 || !rest.endsWith(MORE))) {
            throw new IllegalArgumentException("only a character and ... may stand behind the last slot, not " + rest);
        }
        return new Template(List.copyOf(parts), rest.isEmpty() ? NONE : rest.charAt(0));
    }

    private static Slot slot(String text) {
        return Slot.ALL.stream()
                .filter(slot -> slot.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown slot " + text));
    }

    boolean has(Slot slot) {
        return parts.stream().anyMatch(part -> part.slot == slot);
    }

    /** Whether the value is one slot and nothing else. */
    boolean isWhole() {
        return parts.size() == 1 && parts.get(0).before.isEmpty() && end == NONE;
    }

    /** The texts of the slots; null when the value has another shape. */
    @Nullable Map<Slot, String> match(String value) {
        if (isWhole()) {
            return Map.of(parts.get(0).slot, HintFields.trimmed(value));
        }
        Map<Slot, String> found = new EnumMap<>(Slot.class);
        int at = 0;
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            at = after(part.before, value, at);
            int stop = at < 0 ? NONE : stop(value, at, i + 1);
            if (stop < 0) {
                return null;
            }
            found.put(part.slot, HintFields.trimmed(value.substring(at, stop)));
            at = stop;
        }
        return found;
    }

    /** Where the text ends that has to stand here, or {@link #NONE}. */
    private static int after(String text, String value, int start) {
        int at = start;
        for (int i = 0; i < text.length(); i++) {
            while (at < value.length() && HintFields.isSpace(value.charAt(at))) {
                at++;
            }
            if (at == value.length() || value.charAt(at) != text.charAt(i)) {
                return NONE;
            }
            at++;
        }
        return at;
    }

    private int stop(String value, int at, int next) {
        if (next < parts.size()) {
            return value.indexOf(parts.get(next).before.charAt(0), at);
        }
        int more = end == NONE ? NONE : value.indexOf(end, at);
        return more < 0 ? value.length() : more;
    }
}
