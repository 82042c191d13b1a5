package dev.headway.okhttp;

import dev.headway.Scope;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** The scope of each origin. Remembers the last one: most clients talk to one. */
final class OriginScopes {

    private record Origin(String scheme, String host, int port, Scope scope) {

        boolean matches(HttpUrl url) {
            return port == url.port() && host.equals(url.host()) && scheme.equals(url.scheme());
        }
    }

    private volatile @Nullable Origin last;

    Scope of(HttpUrl url) {
        Origin known = last;
        if (known == null || !known.matches(url)) {
            Scope scope = Scope.ofOrigin(url.scheme(), url.host(), url.port());
            known = new Origin(url.scheme(), url.host(), url.port(), scope);
            last = known;
        }
        return known.scope();
    }
}
