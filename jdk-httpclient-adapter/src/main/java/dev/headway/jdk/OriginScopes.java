package dev.headway.jdk;

import dev.headway.Scope;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** The scope of each origin. Remembers the last one: most clients talk to one. */
final class OriginScopes {

    private record Origin(String scheme, String host, int port, Scope scope) {

        boolean matches(URI uri) {
            return port == uri.getPort() && host.equals(uri.getHost()) && scheme.equals(uri.getScheme());
        }
    }

    private volatile @Nullable Origin last;

    Scope of(URI uri) {
        Origin known = last;
        if (known == null || !known.matches(uri)) {
            known = new Origin(uri.getScheme(), uri.getHost(), uri.getPort(), scope(uri));
            last = known;
        }
        return known.scope();
    }

    private static Scope scope(URI uri) {
        int port = uri.getPort();
        if (port < 0) {
            port = uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        }
        return Scope.ofOrigin(uri.getScheme(), bare(uri.getHost()), port);
    }

    /** An IPv6 address without its brackets, as OkHttp names it: both clients shall mean the same scope. */
    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
