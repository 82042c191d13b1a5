package dev.headway.internal.hints;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value as the list that drafts 00 to 06 of the RateLimit fields make of it: {@code 100, 100;w=60;comment="a, b"}. A value
 * without comma is a list of one; so are lines that somebody on the way has joined.
 */
final class Items {

    /**
     * One member.
     *
     * @param text what stands before the parameters
     * @param window the parameter {@code w}, or {@code window} as the first draft had it
     */
    record Item(String text, @Nullable Duration window) {}

    private static final int MOST = 16;

    private Items() {}

    /** Whether the value is one plain member, as nearly all are. */
    static boolean isOne(String value) {
        return value.indexOf(',') < 0 && value.indexOf(';') < 0;
    }

    /**
     * The members. None when a comma may be something else: without a blank or a parameter after it, it may part thousands
     * ({@code 1,000}) or be a decimal point.
     */
    static List<Item> of(String value) {
        List<Item> items = new ArrayList<>(1);
        for (String member : split(value, ',')) {
            List<String> parts = split(member, ';');
            boolean first = items.isEmpty();
            if (!first && parts.size() == 1 && (member.isEmpty() || !HintFields.isSpace(member.charAt(0)))) {
                return List.of();
            }
            items.add(new Item(HintFields.trimmed(parts.get(0)), window(parts)));
        }
        return items;
    }

    private static @Nullable Duration window(List<String> parts) {
        for (String part : parts.subList(1, parts.size())) {
            String parameter = HintFields.trimmed(part);
            int equals = parameter.indexOf('=');
            String key = equals < 0 ? parameter : parameter.substring(0, equals);
            if (key.equals("w") || key.equals("window")) {
                Duration length = Lengths.span(parameter.substring(equals + 1), ChronoUnit.SECONDS);
                return length != null && !length.isZero() ? length : null;
            }
        }
        return null;
    }

    /** The parts between separators that do not stand in quotes; the first few. */
    static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>(1);
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < text.length() && parts.size() < MOST; i++) {
            char c = text.charAt(i);
            if (c == '\\' && quoted) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        if (parts.size() < MOST) {
            parts.add(text.substring(start));
        }
        return parts;
    }
}
