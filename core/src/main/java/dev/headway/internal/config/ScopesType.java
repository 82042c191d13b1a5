package dev.headway.internal.config;

import dev.headway.ScopeResolver;
import java.util.List;

/** Which calls share a quota, where that is not the whole origin. */
final class ScopesType {

    private ScopesType() {}

    static Type<ScopeResolver> resolver() {
        Type<ScopeResolver> one = Types.choice(new ObjectType<List<ScopeResolver>>(
                        "an object such as {\"header\": \"X-Api-Key\"} or {\"routes\": [\"/users/{id}\"]}")
                .key(
                        "header",
                        Types.oneOrMore(RetryType.fieldName()),
                        "Calls with the same value of these header fields share a quota.",
                        (made, names) -> made.add(ScopeResolver.header(names.toArray(String[]::new))))
                .key(
                        "routes",
                        Types.mapped(
                                Types.oneOrMore(Types.text("a template such as \"GET /users/{id}\"")),
                                templates -> ScopeResolver.routes(templates.toArray(String[]::new)),
                                "A template must begin with a slash and close its braces, and no two may match the same."),
                        "Calls whose paths match the same template share a quota.",
                        List::add));

        return Types.mapped(
                Types.oneOrMore(one),
                several -> several.stream().reduce(ScopeResolver::and).orElseThrow(IllegalArgumentException::new),
                "A list of scopes must not be empty.");
    }
}
