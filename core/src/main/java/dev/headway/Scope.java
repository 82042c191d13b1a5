package dev.headway;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What shares one quota of a server, and so one bucket, one gate and one retry budget. By default the origin of the request:
 * scheme, host and port; else what a {@link ScopeResolver} says. Immutable; equal by name.
 */
public final class Scope {

    private final String name;
    private final @Nullable Scope whole;
    private final int hash;

    /**
     * Returns the scope of that name.
     *
     * @param name any text; the same text is the same scope
     * @return the scope
     */
    public static Scope of(String name) {
        return new Scope(name, null);
    }

    /**
     * Returns the scope of an origin (RFC 6454): {@code https://api.example.com:443}.
     *
     * @param scheme the scheme, in any case
     * @param host the host, in any case; an IPv6 address with or without brackets
     * @param port the port that is really used, also where it is the scheme's own
     * @return the scope
     */
    public static Scope ofOrigin(String scheme, String host, int port) {
        // Some clients name an IPv6 host with its brackets, others without.
        String bracketed = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
        return new Scope(
                scheme.toLowerCase(Locale.ROOT) + "://" + bracketed.toLowerCase(Locale.ROOT) + ":" + port, null);
    }

    /**
     * Returns the scope of the origin of a URI: what the calls to it share by default.
     *
     * @param uri an {@code http} or {@code https} URI; only scheme, host and port count
     * @return the scope
     * @throws IllegalArgumentException if the URI has another scheme, or no host
     */
    public static Scope ofOrigin(URI uri) {
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        if (uri.getHost() == null || !(secure || "http".equalsIgnoreCase(uri.getScheme()))) {
            throw new IllegalArgumentException("A scope needs an http or https URI with a host");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        return ofOrigin(uri.getScheme(), uri.getHost(), port);
    }

    private Scope(String name, @Nullable Scope whole) {
        this.name = Objects.requireNonNull(name, "name");
        this.whole = whole;
        this.hash = name.hashCode();
    }

    /**
     * Returns a part of this scope that has limits of its own: what a server calls a resource, a bucket or a partition. A pause
     * of the whole is one of the part as well.
     *
     * @param part the server's name for it
     * @return the scope of the part, called {@code whole#part}
     */
    public Scope part(String part) {
        return new Scope(name + "#" + part, this);
    }

    /** Less than this one and beside it: pauses of the one are none of the other. As much a part of the whole as this one. */
    Scope narrowed(String more) {
        return more.isEmpty() ? this : new Scope(name + " " + more, whole);
    }

    /**
     * Returns the scope that this one is a {@link #part} of.
     *
     * @return the whole, or null
     */
    public @Nullable Scope whole() {
        return whole;
    }

    /**
     * Returns the name, as it appears in events.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Scope scope && name.equals(scope.name));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return name;
    }
}
