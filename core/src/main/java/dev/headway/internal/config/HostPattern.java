package dev.headway.internal.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host, {@code *.example.com} for all below a domain, or {@code *} for any, each with or without a port.
 *
 * @param host in lower case, without {@code *}; a suffix with its dot where it is one
 * @param suffix whether it stands for all that end so
 * @param port or -1 for any
 */
public record HostPattern(String host, boolean suffix, int port) implements Comparable<HostPattern> {

    static final String PATTERN =
            "(\\*|(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*|\\[[0-9A-Fa-f:.]+\\])(:\\d{1,5})?";

    private static final Pattern PARTS = Pattern.compile("(\\*)?(.*?)(?::(\\d{1,5}))?");
    private static final int MAX_PORT = 65535;

    /**
     * Reads a pattern.
     *
     * @param text the pattern
     * @return the pattern
     * @throws IllegalArgumentException if it is none
     */
    public static HostPattern of(String text) {
        Matcher parts = PARTS.matcher(text);
        if (text.length() > 300 || !text.matches(PATTERN) || !parts.matches()) {
            throw new IllegalArgumentException("No host pattern.");
        }
        int port = parts.group(3) == null ? -1 : Integer.parseInt(parts.group(3));
        if (port == 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("No port.");
        }
        return new HostPattern(parts.group(2).toLowerCase(Locale.ROOT), parts.group(1) != null, port);
    }

    /**
     * Tells whether a host is meant.
     *
     * @param name in lower case, an IPv6 address in brackets
     * @param at its port
     * @return whether it is
     */
    public boolean matches(String name, int at) {
        return (port < 0 || port == at) && (suffix ? name.endsWith(host) : name.equals(host));
    }

    /** The most specific first: a name before a domain, the longer before the shorter, one with a port before one without. */
    @Override
    public int compareTo(HostPattern other) {
        if (suffix != other.suffix) {
            return suffix ? 1 : -1;
        }
        int byLength = Integer.compare(other.host.length(), host.length());
        if (byLength != 0) {
            return byLength;
        }
        int byPort = Boolean.compare(port < 0, other.port < 0);
        return byPort != 0
                ? byPort
                : host.compareTo(other.host) != 0 ? host.compareTo(other.host) : Integer.compare(port, other.port);
    }
}
