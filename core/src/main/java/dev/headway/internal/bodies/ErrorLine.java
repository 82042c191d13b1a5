package dev.headway.internal.bodies;

import dev.headway.ErrorKind;
import java.time.Duration;
import java.util.BitSet;
import java.util.Locale;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * One line of an error table; the file itself documents its form.
 *
 * @param what what the line says
 * @param provider whose errors these are; for the reader only
 * @param statuses for which statuses it holds
 * @param place where to look; {@link #CODE} for wherever the code stands
 * @param value a code, {@code ~} and a part of a text, or how the place is to be read
 * @param own whether a user wrote it, so that it goes before those that come with Headway
 */
record ErrorLine(What what, String provider, BitSet statuses, String place, String value, boolean own) {

    /** What a line says; of several that hold for one error the first named here counts. */
    enum What {
        FATAL(ErrorKind.FATAL),
        EXHAUSTED(ErrorKind.EXHAUSTED),
        THROTTLED(ErrorKind.THROTTLED),
        TRANSIENT(ErrorKind.TRANSIENT),
        CODE(null),
        DELAY(null),
        SENTENCE(null),
        PAUSE(null),
        WHOLE(null),
        SCOPE(null);

        private final @Nullable ErrorKind kind;

        What(@Nullable ErrorKind kind) {
            this.kind = kind;
        }

        /** The meaning of what the line finds, or null when it only says where to look. */
        @Nullable ErrorKind kind() {
            return kind;
        }
    }

    /** A line that can not be understood. */
    static final class Bad extends Exception {

        private static final long serialVersionUID = 1;

        Bad(String reason) {
            super(reason);
        }
    }

    /** The place of a rule for a code, whoever's error it is. */
    static final String CODE = "code";

    static final String PART = "~";

    private static final int COLUMNS = 4;
    private static final int MAX_STATUS = 599;
    private static final int MAX_PAUSE_DIGITS = 6;
    private static final String CLASSES = "245";

    static ErrorLine parse(String line, boolean own) throws Bad {
        StringTokenizer columns = new StringTokenizer(line);
        if (columns.countTokens() < COLUMNS) {
            throw new Bad("it has no four columns: what, provider, statuses, place");
        }
        What what = what(columns.nextToken());
        String provider = columns.nextToken();
        BitSet statuses = statuses(columns.nextToken());
        String place = place(what, columns.nextToken());
        String value = columns.hasMoreTokens() ? columns.nextToken("").strip() : "";
        check(what, value);
        return new ErrorLine(what, provider, statuses, place, value, own);
    }

    private static What what(String text) throws Bad {
        try {
            return What.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new Bad(
                    "'" + text
                            + "' is none of throttled, transient, exhausted, fatal, code, delay, sentence, pause, scope and whole");
        }
    }

    private static BitSet statuses(String text) throws Bad {
        BitSet statuses = new BitSet();
        for (String part : text.split(",", -1)) {
            boolean known = part.length() == 3 && CLASSES.indexOf(part.charAt(0)) >= 0;
            if (part.equals("*")) {
                statuses.set(400, MAX_STATUS + 1);
            } else if (known && part.endsWith("xx")) {
                int first = 100 * (part.charAt(0) - '0');
                statuses.set(first, first + 100);
            } else if (known && digits(part) == 3) {
                statuses.set(Integer.parseInt(part));
            } else {
                throw new Bad("'" + part + "' is no status: write 429, 4xx, several with commas, or * for every error");
            }
        }
        return statuses;
    }

    private static String place(What what, String text) throws Bad {
        if (text.equals(CODE) && what.kind != null) {
            return CODE;
        }
        String place = Places.canonical(text);
        if (place == null) {
            throw new Bad(
                    "'" + text + "' is no place: write a JSON pointer, <Element>, text, or for a meaning also code");
        }
        return place;
    }

    private static void check(What what, String value) throws Bad {
        switch (what) {
            case CODE -> oneOf(value, "", "text", "word", "shape");
            case DELAY -> oneOf(value, "", "ms");
            case PAUSE -> {
                if (pauseEnd(value) < 0) {
                    throw new Bad("a length in seconds, 30s, and what is looked for are missing");
                }
            }
            case SENTENCE, SCOPE -> oneOf(value, "");
            case FATAL, EXHAUSTED, THROTTLED, TRANSIENT, WHOLE -> {
                if (value.isEmpty() || value.equals(PART)) {
                    throw new Bad("the code, or ~ and a part of the text, is missing");
                }
            }
        }
    }

    private static void oneOf(String value, String... known) throws Bad {
        for (String each : known) {
            if (value.equals(each)) {
                return;
            }
        }
        throw new Bad("'" + value + "' is not known at the end of such a line");
    }

    boolean holdsFor(int status) {
        return status >= 0 && statuses.get(status);
    }

    /** Whether a text is what the line looks for. */
    boolean matches(String text) {
        String wanted = wanted();
        return wanted.startsWith(PART)
                ? text.toLowerCase(Locale.ROOT).contains(wanted.substring(1).toLowerCase(Locale.ROOT))
                : text.equals(wanted);
    }

    /** A code, or {@code ~} and a part of a text. */
    String wanted() {
        if (what != What.PAUSE) {
            return value;
        }
        return value.substring(pauseEnd(value)).strip();
    }

    /** Where in {@code 30s something} the length ends; -1 where there is none, or nothing after it. */
    private static int pauseEnd(String value) {
        int digits = digits(value);
        int end = digits + 1;
        boolean whole = digits >= 1
                && digits <= MAX_PAUSE_DIGITS
                && value.length() > end
                && value.charAt(digits) == 's'
                && Character.isWhitespace(value.charAt(end));
        return whole ? end : -1;
    }

    /** How many digits a text begins with. */
    private static int digits(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        return digits;
    }

    /** How long a line of that kind asks to wait. */
    Duration pause() {
        return Duration.ofSeconds(Long.parseLong(value.substring(0, value.indexOf('s'))));
    }
}
