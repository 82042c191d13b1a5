package dev.headway.internal.hints;

import dev.headway.ResponseHeaders;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The field lines of one response that may say something of limits: a bounded number, each of bounded length. */
final class HintFields {

    /** One field line, its value without white space around it. */
    record Line(FieldName name, String value) {}

    private static final int MAX_LINES = 64;
    private static final int MAX_NAME = 128;
    private static final int MAX_VALUE = 1024;

    private final List<Line> lines = new ArrayList<>();
    private @Nullable String date;
    private @Nullable String age;

    private HintFields() {}

    static HintFields of(ResponseHeaders headers) {
        HintFields fields = new HintFields();
        headers.forEach(fields::add);
        return fields;
    }

    private void add(String name, String value) {
        if (name.length() > MAX_NAME || value.length() > MAX_VALUE) {
            return;
        }
        if (date == null && name.equalsIgnoreCase("Date")) {
            date = trimmed(value);
        } else if (age == null && name.equalsIgnoreCase("Age")) {
            age = trimmed(value);
        } else if (lines.size() < MAX_LINES && FieldName.mayMatter(name)) {
            FieldName meant = FieldName.of(name);
            if (meant != null) {
                lines.add(new Line(meant, trimmed(value)));
            }
        }
    }

    List<Line> lines() {
        return lines;
    }

    /** The value of the {@code Date} field. */
    @Nullable String date() {
        return date;
    }

    /** Whether the response has lain in a cache: its counters are then of the past. */
    boolean cached() {
        Decimal seconds = age != null ? Decimal.parse(age) : null;
        return seconds != null && seconds.whole() > 0;
    }

    /** Without the white space that HTTP knows; {@link String#strip()} would take more. */
    static String trimmed(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && isSpace(value.charAt(start))) {
            start++;
        }
        while (start < end && isSpace(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(start, end);
    }

    static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }
}
