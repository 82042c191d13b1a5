package dev.headway.internal.log;

/** What others have written, made harmless: one line, of a bounded length, that looks like what it is. */
final class PlainText {

    private static final int LONGEST = 500;

    private PlainText() {}

    /** Control and format characters, line ends and lone surrogates as <code>&#92;uXXXX</code>; cut where it is long. */
    static String of(String text) {
        int end = Math.min(text.length(), LONGEST);
        StringBuilder plain = null;
        int at = 0;
        while (at < end) {
            int character = text.codePointAt(at);
            int next = at + Character.charCount(character);
            if (harmful(character)) {
                plain = plain != null ? plain : new StringBuilder(end + 16).append(text, 0, at);
                text.substring(at, next).chars().forEach(escaped(plain));
            } else if (plain != null) {
                plain.appendCodePoint(character);
            }
            at = next;
        }
        String whole = plain != null ? plain.toString() : text.substring(0, at);
        return at < text.length() ? whole + "..." : whole;
    }

    private static java.util.function.IntConsumer escaped(StringBuilder plain) {
        return unit -> plain.append(String.format("\\u%04x", unit));
    }

    private static boolean harmful(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}
