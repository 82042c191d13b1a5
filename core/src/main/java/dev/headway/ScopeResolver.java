package dev.headway;

import dev.headway.internal.HeaderKey;
import dev.headway.internal.Routes;
import dev.headway.internal.ScopedFacts;
import dev.headway.spi.RequestFacts;
import java.util.Objects;

/**
 * Says which calls share a quota, where that is not the whole {@linkplain RequestFacts#origin origin}: the server counts for each
 * key, or for each resource. Given to {@link Headway.Builder#scopes}.
 *
 * <p>Asked once for each call, before its first attempt, on the thread that begins it; so thread-safe and quick. The same request
 * must give the same scope each time. Each scope has state of its own, so there should be as many as there are quotas: not one for
 * each call. If it throws or returns null, the call's scope is its origin, and the log says so, at most once a minute and without
 * the exception's message, which may quote a secret.
 *
 * <p>A scope may be {@linkplain Scope#part part} of another: a pause of the whole then is one of its parts as well. A refusal of
 * which the server says that it is about everything is about the outermost whole. What a redirect's target on another origin says
 * is about that origin.
 *
 * <p>Never make a scope's name of a header's value: names are shown in events. {@link #header} shows a hash of it.
 */
@FunctionalInterface
public interface ScopeResolver {

    /**
     * Returns the scope of a call.
     *
     * @param request the request; its {@link RequestFacts#scope} is the origin, or what was resolved before ({@link #and})
     * @return the scope
     */
    Scope resolve(RequestFacts request);

    /**
     * Returns a resolver by which calls share a scope within their origin if they have the same value of these header fields: an API
     * key, a tenant. Several lines of one field count all, in order; of several fields, those that are there; a request with none
     * of them belongs to its origin. Only what is set before the request comes to Headway is seen.
     *
     * <p>The value is neither kept nor shown. The scope is called {@code https://api.example.com:443 x-api-key=…}, with the first
     * 128 bits of the value's SHA-256 in hex, the same in every process. That hides a long random key, not a value that can be
     * guessed.
     *
     * @param names the fields' names, in any case
     * @return the resolver
     * @throws IllegalArgumentException if there is no name, or one that no field can have
     */
    static ScopeResolver header(String... names) {
        HeaderKey key = new HeaderKey(names);
        return request -> request.scope().narrowed(key.of(request));
    }

    /**
     * Returns a resolver by which calls share a scope within their origin if their paths match the same template: {@code
     * /users/{id}/posts}, or {@code GET /users/{id}} for one method alone. <code>{id}</code> stands for one segment, {@code /**} at
     * the end for any rest, none included. The most specific template counts: segment by segment, a literal before a
     * placeholder before the rest, then one with a method. What matches none belongs to its origin, whose pauses hold no
     * route. The scope is called {@code https://api.example.com:443 GET /users/{id}}.
     *
     * <p>Paths are compared as most servers read them: case counts, percent-encoded octets are decoded within their segment (so
     * {@code %2F} separates nothing), {@code .} and {@code ..} are resolved, and neither empty segments nor a slash at the end
     * count.
     *
     * @param templates the templates, in any order
     * @return the resolver
     * @throws IllegalArgumentException if there is none, one is malformed, or two match the same
     */
    static ScopeResolver routes(String... templates) {
        Routes routes = new Routes(templates);
        return request -> request.scope().narrowed(routes.of(request));
    }

    /**
     * Returns a resolver that asks this one first, and another with its answer as the request's scope: {@code
     * header("X-Api-Key").and(routes("/search"))} gives each key a scope for {@code /search} and one for all else.
     *
     * @param next which goes on from {@link RequestFacts#scope}
     * @return the resolver
     */
    default ScopeResolver and(ScopeResolver next) {
        Objects.requireNonNull(next, "next");
        return request -> next.resolve(new ScopedFacts(request, resolve(request)));
    }
}
