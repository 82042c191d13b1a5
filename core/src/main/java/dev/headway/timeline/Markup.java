package dev.headway.timeline;

import java.util.Locale;

/** SVG and HTML in the making. Whatever comes from outside is escaped, so that it can be nothing but text. */
final class Markup {

    private static final char REPLACEMENT = '\uFFFD';

    private final StringBuilder text = new StringBuilder();

    /** Appends what the program itself wrote, and formatted numbers. */
    @SuppressWarnings("AnnotateFormatMethod") // without parameters the markup is no format, and may have a percent sign
    Markup raw(String markup, Object... numbers) {
        text.append(numbers.length == 0 ? markup : String.format(Locale.ROOT, markup, numbers));
        return this;
    }

    /** Appends text, of an element or of an attribute in double quotes. */
    Markup text(String words) {
        text.append(escaped(words));
        return this;
    }

    /** What may stand in an element or an attribute: nothing that XML forbids, that ends either, or that turns the line around. */
    static String escaped(String words) {
        StringBuilder safe = new StringBuilder(words.length());
        words.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.appendCodePoint(harmless(point) ? point : REPLACEMENT);
            }
        });
        return safe.toString();
    }

    private static boolean harmless(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /** As much of a text as there is room for. */
    static String cut(String words, int most) {
        if (words.codePointCount(0, words.length()) <= most) {
            return words;
        }
        return words.substring(0, words.offsetByCodePoints(0, most - 1)) + "…";
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
