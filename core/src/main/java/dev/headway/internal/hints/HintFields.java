package dev.headway.internal.hints;

import dev.headway.ResponseHeaders;
import dev.headway.internal.hints.FieldName.Meaning;
import java.time.InstantSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The field lines of one response that may say something of limits: a bounded number, each of bounded length. */
final class HintFields {

    private static final int MAX_LINES = 64;
    private static final int MAX_VALUE = 1024;
    private static final int USUAL = 8;

    private HeaderField[] fields = new HeaderField[USUAL];
    private String[] values = new String[USUAL];
    private int size;
    private @Nullable String date;
    private @Nullable String age;

    private HintFields() {}

    static HintFields of(ResponseHeaders headers) {
        HintFields fields = new HintFields();
        headers.forEach(fields::add);
        return fields;
    }

    private void add(String name, String value) {
        HeaderField field = HeaderField.of(name);
        if (!field.noted() || value.length() > MAX_VALUE) {
            return;
        }
        FieldName shape = field.shape();
        if (shape != null && shape.meaning() == Meaning.DATE) {
            date = date != null ? date : trimmed(value);
        } else if (shape != null && shape.meaning() == Meaning.AGE) {
            age = age != null ? age : trimmed(value);
        } else if (size < MAX_LINES) {
            if (size == fields.length) {
                fields = Arrays.copyOf(fields, MAX_LINES);
                values = Arrays.copyOf(values, MAX_LINES);
            }
            fields[size] = field;
            values[size] = trimmed(value);
            size++;
        }
    }

    /** What the fields say; the local clock is asked only for dates of a response without one of its own. */
    Findings read(boolean refused, InstantSource local) {
        Findings findings = new Findings(refused, cached(), new ServerClock(date, local));
        for (int i = 0; i < size; i++) {
            HeaderField field = fields[i];
            Reading dialect = field.dialect();
            boolean read = dialect != null && isMeant(dialect) && dialect.read(values[i], findings);
            FieldName shape = field.shape();
            if (!read && shape != null) {
                findings.add(shape, values[i]);
            }
        }
        return findings;
    }

    private boolean isMeant(Reading dialect) {
        return dialect.when() == null || has(dialect.when());
    }

    private boolean has(String lowerName) {
        for (int i = 0; i < size; i++) {
            if (fields[i].lower().equals(lowerName)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the response has lain in a cache: its counters are then of the past. */
    private boolean cached() {
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
