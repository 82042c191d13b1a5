package dev.headway.internal;

import dev.headway.Scope;
import dev.headway.spi.RequestFacts;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which part of an API a call belongs to, where the answers name one: learned by the path, from whose beginnings those of unknown
 * paths are guessed. What is known to lie under {@code /search} says nothing of {@code /repos}, so a call of which nothing is
 * known goes with the whole: better one refusal than to hold what the server would take.
 *
 * <p>Costs a call one look at a flag until a server names a part. Bounded: what is more than {@link #MAX_PARTS} parts or {@link
 * #MAX_PATHS} paths of a scope is not told apart; of more than {@link #MAX_WHOLES} scopes, or more paths of all together than {@link
 * #MAX_PATHS_OF_ALL}, the one that was used the longest ago is forgotten, and learned again from its next answer. Thread-safe.
 */
public final class Partitions {

    /** More than any API has resources; buckets for each user or channel are more, and share what is left. */
    private static final int MAX_PARTS = 64;

    private static final int MAX_PATHS = 4096;
    private static final int MAX_WHOLES = 10_000;

    /** Some fifty megabytes. */
    private static final int MAX_PATHS_OF_ALL = 1 << 18;

    private static final int MAX_DEPTH = 8;
    private static final int MAX_NAME = 64;

    /** Of one whole. */
    private static final class Known {
        final Set<String> names = new HashSet<>();
        /** By path, and by beginnings of paths that end before a slash; empty where several parts begin so. */
        final Map<String, Optional<Scope>> paths = new HashMap<>();

        /** A path that changes its part has moved. */
        void put(String path, Optional<Scope> part) {
            if (paths.size() < MAX_PATHS || paths.containsKey(path)) {
                paths.put(path, part);
            }
        }

        /** Several parts under one beginning say nothing of what else is there. */
        void agree(String beginning, Optional<Scope> part) {
            Optional<Scope> before = paths.get(beginning);
            put(beginning, before == null || before.equals(part) ? part : Optional.empty());
        }
    }

    /** Those that were used last stand last. */
    private final LinkedHashMap<Scope, Known> wholes = new LinkedHashMap<>(16, 0.75f, true);

    private int pathsOfAll;
    private volatile boolean any;

    /**
     * Returns where a call has to ask for its permit.
     *
     * @param facts the request
     * @return the request's scope, or the part of it that the path is known to belong to
     */
    public Scope scopeOf(RequestFacts facts) {
        Scope whole = facts.scope();
        return any ? partOf(whole, facts) : whole;
    }

    private synchronized Scope partOf(Scope whole, RequestFacts facts) {
        Known known = wholes.get(whole);
        if (known == null) {
            return whole;
        }
        String path = path(facts);
        Optional<Scope> part = known.paths.get(exact(facts, path));
        for (int end = path.length(); part == null && end > 0; end = path.lastIndexOf('/', end - 1)) {
            part = known.paths.get(path.substring(0, end));
        }
        return part == null ? whole : part.orElse(whole);
    }

    /**
     * Returns the part of that name.
     *
     * @param whole what it is a part of
     * @param name as the server says it
     * @return the part; empty where no more are told apart, or the name is none
     */
    public synchronized Optional<Scope> part(Scope whole, String name) {
        Known known = known(whole);
        boolean told = isName(name) && (known.names.contains(name) || known.names.size() < MAX_PARTS);
        if (told) {
            known.names.add(name);
        }
        return told ? Optional.of(whole.part(name)) : Optional.empty();
    }

    /**
     * Takes what an answer says of its request.
     *
     * @param facts the request
     * @param itsPart what it belongs to
     */
    public synchronized void learn(RequestFacts facts, Scope itsPart) {
        Known known = known(facts.scope());
        int before = known.paths.size();
        Optional<Scope> part = Optional.of(itsPart);
        String path = path(facts);
        known.put(exact(facts, path), part);
        int depth = 0;
        for (int end = path.indexOf('/', 1); end > 0 && depth < MAX_DEPTH; end = path.indexOf('/', end + 1)) {
            known.agree(path.substring(0, end), part);
            depth++;
        }
        known.agree(path, part);
        pathsOfAll += known.paths.size() - before;
        forget();
        any = true;
    }

    /** Forgets all parts: what a user tells is told of wholes. */
    public synchronized void clear() {
        wholes.clear();
        pathsOfAll = 0;
    }

    private Known known(Scope whole) {
        Known known = wholes.computeIfAbsent(whole, key -> new Known());
        forget();
        return known;
    }

    private void forget() {
        Iterator<Known> oldest = wholes.values().iterator();
        while (wholes.size() > MAX_WHOLES || pathsOfAll > MAX_PATHS_OF_ALL) {
            pathsOfAll -= oldest.next().paths.size();
            oldest.remove();
        }
    }

    private static boolean isName(String name) {
        return !name.isEmpty() && name.length() <= MAX_NAME && name.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static String exact(RequestFacts facts, String path) {
        return facts.method() + " " + path;
    }

    /** As it is sent. */
    static String path(RequestFacts facts) {
        String url = facts.url();
        int authority = url.indexOf("://") + 3;
        int start = url.indexOf('/', authority);
        return start < 0 ? "/" : url.substring(start);
    }
}
