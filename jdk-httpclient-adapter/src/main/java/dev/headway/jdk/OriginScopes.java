package dev.headway.jdk;

import dev.headway.Scope;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The scope of each origin. Remembers the last one: most clients talk to one. */
final class OriginScopes {

    private record Origin(String scheme, String host, int port, Scope scope) {

        boolean matches(URI uri) {
            return port == uri.getPort()
                    && host.equals(OriginScopes.host(uri))
                    && scheme.equals(OriginScopes.scheme(uri));
        }
    }

    private volatile @Nullable Origin last;

    Scope of(URI uri) {
        Origin known = last;
        if (known == null || !known.matches(uri)) {
            known = new Origin(scheme(uri), host(uri), uri.getPort(), scope(uri));
            last = known;
        }
        return known.scope();
    }

    private static Scope scope(URI uri) {
        int port = uri.getPort();
        if (port < 0) {
            port = scheme(uri).equalsIgnoreCase("https") ? 443 : 80;
        }
        return Scope.ofOrigin(scheme(uri), host(uri), port);
    }

    private static String scheme(URI uri) {
        return Objects.requireNonNullElse(uri.getScheme(), "");
    }

    /** Empty in a request of the caller's own making that the client will refuse. */
    private static String host(URI uri) {
        return Objects.requireNonNullElse(uri.getHost(), "");
    }
}
