package dev.headway.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A template of paths. In the order of {@link #compareTo} the first of those that match a path is the most specific one: segment
 * by segment the end, a literal, a placeholder, the rest.
 *
 * @param template as it was given
 * @param meaning what it matches
 */
record Route(String template, Meaning meaning) implements Comparable<Route> {

    /**
     * What a route matches.
     *
     * @param method the only method, or null for any
     * @param segments literals, decoded; empty for a placeholder
     * @param rest whether anything may follow
     */
    record Meaning(@Nullable String method, List<String> segments, boolean rest) {}

    private static final String PLACEHOLDER = "";
    private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z0-9_-]*");
    private static final Pattern BRACES = Pattern.compile("\\{[^{}*:]+}");

    static Route parse(String template) {
        int blank = template.indexOf(' ');
        String method = blank < 0 ? null : template.substring(0, blank);
        String path = template.substring(blank + 1);
        if (method != null && !METHOD.matcher(method).matches()) {
            throw bad(template, "before the blank stands a method in capitals, as it is sent");
        }
        if (!path.startsWith("/")) {
            throw bad(template, "a path begins with a slash");
        }
        if (path.chars().anyMatch(c -> c <= ' ' || c == 0x7f || c == '?' || c == '#')) {
            throw bad(template, "a path has no blanks, no query and no fragment");
        }
        List<String> raw = PathSegments.split(path);
        if (raw.get(raw.size() - 1).isEmpty()) {
            raw.remove(raw.size() - 1);
        }
        boolean rest = !raw.isEmpty() && path.endsWith("/**");
        if (rest) {
            raw.remove(raw.size() - 1);
        }
        List<String> segments = new ArrayList<>();
        for (String segment : raw) {
            segments.add(parsed(segment, template));
        }
        return new Route(template, new Meaning(method, List.copyOf(segments), rest));
    }

    private static String parsed(String segment, String template) {
        if (BRACES.matcher(segment).matches()) {
            return PLACEHOLDER;
        }
        if (segment.indexOf('{') >= 0 || segment.indexOf('}') >= 0) {
            throw bad(template, "a placeholder is a whole segment, and has only a name");
        }
        if (segment.indexOf('*') >= 0) {
            throw bad(template, "one segment is written as {name}, and any rest as /** at the end");
        }
        String literal = PathSegments.decoded(segment);
        if (literal.isEmpty() || literal.equals(".") || literal.equals("..")) {
            throw bad(template, "a segment is neither empty nor made of dots");
        }
        return literal;
    }

    private static IllegalArgumentException bad(String template, String rule) {
        return new IllegalArgumentException("The route \"" + template + "\" is malformed: " + rule + ".");
    }

    boolean matches(String method, List<String> path) {
        List<String> segments = meaning.segments;
        if (path.size() < segments.size()
                || (path.size() > segments.size() && !meaning.rest)
                || (meaning.method != null && !meaning.method.equals(method))) {
            return false;
        }
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            if (!segment.equals(PLACEHOLDER) && !segment.equals(path.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Not consistent with equals: routes that can not match the same path may be equal. */
    @Override
    public int compareTo(Route other) {
        int length = Math.max(meaning.segments.size(), other.meaning.segments.size());
        for (int i = 0; i <= length; i++) {
            int order = Integer.compare(rank(i), other.rank(i));
            if (order != 0) {
                return order;
            }
        }
        return Boolean.compare(meaning.method == null, other.meaning.method == null);
    }

    private int rank(int position) {
        if (position < meaning.segments.size()) {
            return meaning.segments.get(position).equals(PLACEHOLDER) ? 2 : 1;
        }
        return meaning.rest ? 3 : 0;
    }
}
