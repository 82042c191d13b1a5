package dev.headway.internal;

import dev.headway.spi.RequestFacts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Tells calls apart by the template that their path matches. The most specific ones are tried first, so the first match counts. */
public final class Routes {

    private final List<Route> routes;

    /**
     * Of these templates.
     *
     * @param templates at least one
     */
    public Routes(String... templates) {
        if (templates.length == 0) {
            throw new IllegalArgumentException("Give at least one route.");
        }
        routes = Stream.of(templates).map(Route::parse).sorted().toList();
        Map<Route.Meaning, String> known = new HashMap<>();
        for (Route route : routes) {
            String same = known.put(route.meaning(), route.template());
            if (same != null) {
                throw new IllegalArgumentException(
                        "The routes \"" + same + "\" and \"" + route.template() + "\" match the same requests.");
            }
        }
    }

    /**
     * Returns the template that a request matches.
     *
     * @param request the request
     * @return the template as it was given; empty where it matches none
     */
    public String of(RequestFacts request) {
        String method = request.method();
        List<String> path = PathSegments.of(Partitions.path(request));
        for (Route route : routes) {
            if (route.matches(method, path)) {
                return route.template();
            }
        }
        return "";
    }
}
