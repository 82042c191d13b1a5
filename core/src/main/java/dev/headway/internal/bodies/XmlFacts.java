package dev.headway.internal.bodies;

import org.jspecify.annotations.Nullable;

/**
 * The text of the wanted elements of an XML document, wherever they stand and whatever their prefix. One pass over the characters,
 * which declares no entity, follows no reference to one, and loads nothing: of XML no more is needed to read an error, and so there
 * is nothing that a hostile document could ask for.
 */
final class XmlFacts {

    private static final String COMMENT = "<!--";
    private static final String CDATA = "<![CDATA[";

    private final String document;
    private final Places places;
    private final Facts found;

    /** The place of the wanted element that is open, and its text up to here. */
    private @Nullable String place;

    private final StringBuilder text = new StringBuilder();

    /** How many elements are open. */
    private int depth;

    private XmlFacts(String document, Places places, Facts found) {
        this.document = document;
        this.places = places;
        this.found = found;
    }

    static void read(String document, Places places, Facts found) {
        new XmlFacts(document, places, found).read();
    }

    private void read() {
        int at = 0;
        while (at < document.length() && !found.full()) {
            int tag = document.indexOf('<', at);
            int end = tag < 0 ? document.length() : tag;
            append(at, end);
            at = tag < 0 ? end : markup(tag);
        }
        if (depth != 0 || at < document.length() || !document.endsWith(">")) {
            found.more();
        }
    }

    /** Returns where it goes on. */
    private int markup(int tag) {
        if (document.startsWith(COMMENT, tag)) {
            return after("-->", tag + COMMENT.length());
        }
        if (document.startsWith(CDATA, tag)) {
            int end = after("]]>", tag + CDATA.length());
            appendPlain(tag + CDATA.length(), Math.max(tag + CDATA.length(), end - 3));
            return end;
        }
        int end = after(">", tag);
        if (document.startsWith("</", tag)) {
            depth--;
            close();
        } else if (!document.startsWith("<!", tag) && !document.startsWith("<?", tag)) {
            depth += document.startsWith("/>", end - 2) ? 0 : 1;
            open(tag + 1);
        }
        return end;
    }

    private int after(String mark, int from) {
        int at = document.indexOf(mark, from);
        return at < 0 ? document.length() : at + mark.length();
    }

    private void open(int from) {
        int end = from;
        int start = from;
        while (end < document.length() && inName(document.charAt(end))) {
            if (document.charAt(end) == ':') {
                start = end + 1;
            }
            end++;
        }
        text.setLength(0);
        place = places.element(document.substring(start, end));
    }

    private static boolean inName(char c) {
        return c > ' ' && c != '/' && c != '>';
    }

    private void close() {
        String value = text.toString().strip();
        if (place != null && !value.isEmpty()) {
            found.add(place, value, true);
        }
        place = null;
        text.setLength(0);
    }

    private void append(int from, int to) {
        if (place == null) {
            return;
        }
        int at = from;
        while (at < to && text.length() < Facts.MAX_VALUE) {
            char c = document.charAt(at);
            if (c == '&') {
                at = reference(at);
            } else {
                text.append(c);
                at++;
            }
        }
    }

    private void appendPlain(int from, int to) {
        if (place != null) {
            text.append(document, from, Math.min(to, from + Facts.MAX_VALUE));
        }
    }

    /** The five that every document knows. Any other stays as it is written. */
    private int reference(int at) {
        for (String[] known :
                new String[][] {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}}) {
            if (document.startsWith(known[0], at)) {
                text.append(known[1]);
                return at + known[0].length();
            }
        }
        text.append('&');
        return at + 1;
    }
}
