package dev.headway.internal.hints.structured;

import dev.headway.internal.hints.structured.BareItem.Flag;
import dev.headway.internal.hints.structured.Member.InnerList;
import dev.headway.internal.hints.structured.Member.Item;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parsing algorithms of RFC 9651 section 4.2. One pass, nothing recursive: time and space are those of the text. What is
 * malformed anywhere is so as a whole, and gives null.
 *
 * <p>Gentler than the RFC in one point: a blank may stand before a parameter's semicolon and around its equals sign, as the
 * grammar before structured fields had it, if the caller asks for that. Lines of one field are to be joined by a comma
 * before.
 */
public final class StructuredFields {

    private static final int MAX_DIGITS = 15;
    private static final int MAX_DIGITS_BEFORE_POINT = 12;
    private static final int MAX_DIGITS_AFTER_POINT = 3;
    private static final int NONE = -1;

    private final String text;
    private final boolean lenient;
    private int at;

    private StructuredFields(String text, boolean lenient) {
        this.text = text;
        this.lenient = lenient;
    }

    /**
     * Parses a List, section 4.2.1.
     *
     * @param text the field value
     * @param lenient whether blanks in parameters are left alone
     * @return its members, none when the text is empty; null when it is no List
     */
    public static @Nullable List<Member> list(String text, boolean lenient) {
        StructuredFields parser = new StructuredFields(text, lenient);
        try {
            return parser.list();
        } catch (Malformed e) {
            return null;
        }
    }

    /**
     * Parses a Dictionary, section 4.2.2.
     *
     * @param text the field value
     * @param lenient whether blanks in parameters are left alone
     * @return its members by their keys, none when the text is empty; null when it is no Dictionary
     */
    public static @Nullable Map<String, Member> dictionary(String text, boolean lenient) {
        StructuredFields parser = new StructuredFields(text, lenient);
        try {
            return parser.dictionary();
        } catch (Malformed e) {
            return null;
        }
    }

    /**
     * Parses an Item, section 4.2.3.
     *
     * @param text the field value
     * @param lenient whether blanks in parameters are left alone
     * @return the item; null when the text is none
     */
    public static @Nullable Item item(String text, boolean lenient) {
        StructuredFields parser = new StructuredFields(text, lenient);
        try {
            parser.skipSpaces();
            Item item = parser.nextItem();
            parser.skipSpaces();
            return parser.ended() ? item : null;
        } catch (Malformed e) {
            return null;
        }
    }

    private List<Member> list() throws Malformed {
        List<Member> members = new ArrayList<>();
        skipSpaces();
        while (!ended()) {
            members.add(nextMember());
            nextComma();
        }
        return members;
    }

    private Map<String, Member> dictionary() throws Malformed {
        Map<String, Member> members = new LinkedHashMap<>();
        skipSpaces();
        while (!ended()) {
            String key = nextKey();
            members.put(key, takeIf('=') ? nextMember() : new Item(Flag.TRUE, nextParameters()));
            nextComma();
        }
        return members;
    }

    /** A comma, with something behind it; or the end. */
    private void nextComma() throws Malformed {
        skipBlanks();
        if (!ended()) {
            take(',');
            skipBlanks();
            if (ended()) {
                throw new Malformed();
            }
        }
    }

    private Member nextMember() throws Malformed {
        if (peek() != '(') {
            return nextItem();
        }
        at++;
        List<Item> items = new ArrayList<>();
        skipSpaces();
        while (!takeIf(')')) {
            items.add(nextItem());
            if (peek() != ' ' && peek() != ')') {
                throw new Malformed();
            }
            skipSpaces();
        }
        return new InnerList(items, nextParameters());
    }

    private Item nextItem() throws Malformed {
        BareItem value = nextBareItem();
        return new Item(value, nextParameters());
    }

    private Map<String, BareItem> nextParameters() throws Malformed {
        Map<String, BareItem> parameters = Map.of();
        while (semicolonFollows()) {
            if (parameters.isEmpty()) {
                parameters = new LinkedHashMap<>();
            }
            skipSpaces();
            String key = nextKey();
            parameters.put(key, equalsFollows() ? nextBareItem() : Flag.TRUE);
        }
        return parameters;
    }

    private boolean semicolonFollows() {
        return lenient ? takeAfterBlanks(';') : takeIf(';');
    }

    private boolean equalsFollows() {
        if (!lenient) {
            return takeIf('=');
        }
        boolean follows = takeAfterBlanks('=');
        if (follows) {
            skipBlanks();
        }
        return follows;
    }

    private boolean takeAfterBlanks(char wanted) {
        int start = at;
        skipBlanks();
        if (takeIf(wanted)) {
            return true;
        }
        at = start;
        return false;
    }

    private String nextKey() throws Malformed {
        int start = at;
        if (!isLower(peek()) && peek() != '*') {
            throw new Malformed();
        }
        while (isLower(peek()) || isDigit(peek()) || isOneOf(peek(), "_-.*")) {
            at++;
        }
        return text.substring(start, at);
    }

    private BareItem nextBareItem() throws Malformed {
        int first = peek();
        return switch (first) {
            case '"' -> new BareItem.Text(nextText());
            case ':' -> nextBytes();
            case '?' -> nextFlag();
            case '@' -> nextDate();
            case '%' -> nextDisplayText();
            default -> {
                if (first == '-' || isDigit(first)) {
                    yield nextNumber();
                }
                if (first == '*' || isLetter(first)) {
                    yield nextToken();
                }
                throw new Malformed();
            }
        };
    }

    private BareItem nextNumber() throws Malformed {
        long sign = takeIf('-') ? -1 : 1;
        int start = at;
        long value = nextDigits();
        int before = at - start;
        if (peek() != '.') {
            if (before > MAX_DIGITS) {
                throw new Malformed();
            }
            return new BareItem.Whole(sign * value);
        }
        at++;
        start = at;
        long part = nextDigits();
        int after = at - start;
        if (before > MAX_DIGITS_BEFORE_POINT || after > MAX_DIGITS_AFTER_POINT) {
            throw new Malformed();
        }
        long thousandths = after == 1 ? part * 100 : after == 2 ? part * 10 : part;
        return new BareItem.Fraction(sign * (value * 1000 + thousandths));
    }

    /** At least one digit; one too many for any number is as many as are taken. */
    private long nextDigits() throws Malformed {
        int start = at;
        long value = 0;
        while (isDigit(peek()) && at - start <= MAX_DIGITS) {
            value = value * 10 + (peek() - '0');
            at++;
        }
        if (at == start) {
            throw new Malformed();
        }
        return value;
    }

    private String nextText() throws Malformed {
        take('"');
        int start = at;
        while (peek() != '"' && peek() != '\\') {
            takePrintable();
        }
        if (takeIf('"')) {
            return text.substring(start, at - 1);
        }
        StringBuilder value = new StringBuilder().append(text, start, at);
        while (!takeIf('"')) {
            if (takeIf('\\') && peek() != '"' && peek() != '\\') {
                throw new Malformed();
            }
            value.append(takePrintable());
        }
        return value.toString();
    }

    private char takePrintable() throws Malformed {
        int c = peek();
        if (c < 0x20 || c > 0x7e) {
            throw new Malformed();
        }
        at++;
        return (char) c;
    }

    private BareItem nextToken() {
        int start = at;
        at++;
        while (isLetter(peek()) || isDigit(peek()) || isOneOf(peek(), "!#$%&'*+-.^_`|~:/")) {
            at++;
        }
        return new BareItem.Token(text.substring(start, at));
    }

    /** The decoder knows neither blanks nor letters of another alphabet; it lets padding be left out, as the RFC does. */
    private BareItem nextBytes() throws Malformed {
        take(':');
        int end = text.indexOf(':', at);
        if (end < 0) {
            throw new Malformed();
        }
        String base64 = text.substring(at, end);
        at = end + 1;
        try {
            return BareItem.Bytes.of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw new Malformed();
        }
    }

    private BareItem nextFlag() throws Malformed {
        take('?');
        if (takeIf('1')) {
            return Flag.TRUE;
        }
        take('0');
        return new Flag(false);
    }

    private BareItem nextDate() throws Malformed {
        take('@');
        if (nextNumber() instanceof BareItem.Whole seconds) {
            return new BareItem.Date(seconds.value());
        }
        throw new Malformed();
    }

    private BareItem nextDisplayText() throws Malformed {
        take('%');
        take('"');
        int end = text.indexOf('"', at);
        ByteBuffer utf8 = ByteBuffer.allocate(Math.max(0, end - at));
        while (at < end) {
            char c = takePrintable();
            utf8.put((byte) (c == '%' ? nextHex() * 16 + nextHex() : c));
        }
        take('"');
        try {
            return new BareItem.DisplayText(
                    StandardCharsets.UTF_8.newDecoder().decode(utf8.flip()).toString());
        } catch (CharacterCodingException e) {
            throw new Malformed();
        }
    }

    /** Upper case is not for Display Strings. */
    private int nextHex() throws Malformed {
        int c = peek();
        if (!isDigit(c) && (c < 'a' || c > 'f')) {
            throw new Malformed();
        }
        at++;
        return isDigit(c) ? c - '0' : c - 'a' + 10;
    }

    private boolean ended() {
        return at >= text.length();
    }

    private int peek() {
        return at < text.length() ? text.charAt(at) : NONE;
    }

    private boolean takeIf(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    private void take(char wanted) throws Malformed {
        if (!takeIf(wanted)) {
            throw new Malformed();
        }
    }

    private void skipSpaces() {
        while (peek() == ' ') {
            at++;
        }
    }

    private void skipBlanks() {
        while (peek() == ' ' || peek() == '\t') {
            at++;
        }
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLower(int c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isLetter(int c) {
        return isLower(c) || (c >= 'A' && c <= 'Z');
    }

    private static boolean isOneOf(int c, String characters) {
        return characters.indexOf(c) >= 0;
    }

    /** Ends the parsing; without a trace, since servers decide how often it is thrown. */
    private static final class Malformed extends Exception {

        private static final long serialVersionUID = 1;

        private Malformed() {
            super(null, null, false, false);
        }
    }
}
