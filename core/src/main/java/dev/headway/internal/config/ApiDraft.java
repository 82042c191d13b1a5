package dev.headway.internal.config;

import dev.headway.Headway;
import dev.headway.HeadwayLog;
import dev.headway.HintParser;
import dev.headway.IdempotencyKey;
import dev.headway.Limit;
import dev.headway.OnLimit;
import dev.headway.Pacing;
import dev.headway.ScopeResolver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a file says of one API, the defaults' word first and then its own. Not thread-safe. */
public final class ApiDraft {

    private static final ObjectType<ApiDraft> SHARED = declare(new ObjectType<>("an object of settings"));

    static final ObjectType<ApiDraft> DEFAULTS = SHARED;
    static final ObjectType<ApiDraft> API = declare(new ObjectType<ApiDraft>("an object of settings")
            .key(
                    "hosts",
                    Types.oneOrMore(host()),
                    "Whose calls these settings are for: \"api.example.com\", \"*.example.com\", \"localhost:8080\" or \"*\".",
                    ApiDraft::hosts));

    private final RetryType.Draft retry = new RetryType.Draft();
    private final Map<String, String> fixed = new HashMap<>();
    private List<HostPattern> hosts = List.of();
    private List<Limit> limits = List.of();
    private @Nullable Pacing pacing;
    private @Nullable OnLimit onLimit;
    private @Nullable Duration maxWait;
    private @Nullable Integer maxWaiting;
    private @Nullable Integer maxScopes;
    private @Nullable ScopeResolver scopes;
    private @Nullable HintParser hints;
    private @Nullable IdempotencyKey idempotencyKey;
    private @Nullable HeadwayLog log;

    private static Type<HostPattern> host() {
        String words = "a host such as \"api.example.com\", \"*.example.com\" or \"localhost:8080\"";
        return Types.mapped(Types.text(words), HostPattern::of, "This must be " + words + ".");
    }

    private static Map<String, OnLimit> onLimit() {
        Map<String, OnLimit> words = new LinkedHashMap<>();
        words.put("wait", OnLimit.WAIT);
        words.put("fail", OnLimit.FAIL);
        return words;
    }

    private static ObjectType<ApiDraft> declare(ObjectType<ApiDraft> type) {
        Map<String, Pacing> paces = new LinkedHashMap<>();
        paces.put("eager", Pacing.EAGER);
        paces.put("even", Pacing.EVEN);
        Type<Consumer<RetryType.Draft>> retry = Types.changes(RetryType.keys(), RetryType.Draft::new);
        return type.key(
                        "limits",
                        LimitType.several(),
                        "What the API allows; all must pass. Without any, limits are learned.",
                        (draft, limits) -> draft.limits = limits)
                .key(
                        "pace",
                        Types.oneOf(paces),
                        "How the calls of a window are spread over it. Default eager.",
                        (draft, pace) -> draft.pacing = pace)
                .key(
                        "onLimit",
                        Types.oneOf(onLimit()),
                        "What a call does that a limit does not let go at once. Default wait.",
                        (draft, then) -> draft.onLimit = then)
                .key(
                        "maxWait",
                        Types.length(Duration.ZERO),
                        "How long a call may wait for its turn. Default: as long as its deadline lets it.",
                        (draft, longest) -> draft.maxWait = longest)
                .key(
                        "maxWaiting",
                        Types.whole(0, Integer.MAX_VALUE),
                        "How many calls of a scope may wait. Default: any number.",
                        (draft, calls) -> draft.maxWaiting = calls.intValue())
                .key(
                        "maxScopes",
                        Types.whole(1, 10_000_000),
                        "How many scopes are told apart. Default 10000.",
                        (draft, number) -> draft.maxScopes = number.intValue())
                .key(
                        "scopes",
                        ScopesType.resolver(),
                        "Which calls share a quota. Default: those to one origin.",
                        (draft, resolver) -> draft.scopes = resolver)
                .key(
                        "errors",
                        Types.mapped(
                                Types.list(Types.text("a line of an error table"), 1),
                                lines -> HintParser.withErrors(lines.toArray(String[]::new)),
                                "One of these lines is none of an error table."),
                        "More error codes, in the form of META-INF/headway/errors.txt.",
                        (draft, parser) -> draft.hints = parser)
                .key(
                        "idempotencyKey",
                        Types.mapped(
                                RetryType.fieldName(),
                                IdempotencyKey::header,
                                "This must be the name of a header field."),
                        "The header field to which calls that could not be sent again get a random value.",
                        (draft, key) -> draft.idempotencyKey = key)
                .key(
                        "log",
                        LogType.of(),
                        "What is logged: \"off\", or other levels than the usual.",
                        (draft, log) -> draft.log = log)
                .key("retry", retry, "What is sent again, how often and when.", (draft, change) -> {
                    draft.retry.blockBegins();
                    change.accept(draft.retry);
                });
    }

    /** Takes note of what can not be changed in a Headway that is there, as it is written. */
    void fixedBy(Node.Members block) {
        for (String key : List.of("pace", "scopes", "maxScopes", "maxWaiting", "log")) {
            Node value = block.members().get(key);
            if (value != null) {
                fixed.put(key, JsonText.of(value));
            }
        }
    }

    /**
     * Tells which settings differ that are fixed when a Headway is made.
     *
     * @param other the settings of a Headway
     * @return the keys
     */
    public List<String> fixedKeysOtherThan(ApiDraft other) {
        Set<String> keys = new TreeSet<>(fixed.keySet());
        keys.addAll(other.fixed.keySet());
        keys.removeIf(key -> Objects.equals(fixed.get(key), other.fixed.get(key)));
        return List.copyOf(keys);
    }

    private void hosts(List<HostPattern> patterns) {
        hosts = new ArrayList<>(patterns);
    }

    /** Looks for what no key shows alone. */
    void check(Node node, Problems problems) {
        for (int i = 0; i < limits.size(); i++) {
            if (LimitType.useless(i, limits)) {
                problems.add(
                        node.place(), "The limit \"" + limits.get(i) + "\" can never be reached beside the others.");
            }
        }
        try {
            var unused = builder().build();
        } catch (IllegalStateException e) {
            // A policy's own word on what contradicts: of names, numbers and error codes.
            problems.add(node.place(), String.valueOf(e.getMessage()));
        }
    }

    /**
     * Returns for whom these settings are.
     *
     * @return the patterns, none where the API is known by its name alone
     */
    public List<HostPattern> hosts() {
        return List.copyOf(hosts);
    }

    /**
     * Makes a builder of it.
     *
     * @return a new builder
     */
    public Headway.Builder builder() {
        Headway.Builder builder = Headway.builder().retry(retry.policy.build()).limit(limits.toArray(Limit[]::new));
        tell(pacing, builder::pace);
        tell(onLimit, builder::onLimit);
        tell(maxWait, builder::maxWait);
        tell(maxWaiting, builder::maxWaiting);
        tell(maxScopes, builder::maxScopes);
        tell(scopes, builder::scopes);
        tell(hints, builder::hints);
        tell(idempotencyKey, builder::idempotencyKey);
        tell(log, builder::log);
        return builder;
    }

    private static <T> void tell(@Nullable T value, Consumer<T> setting) {
        if (value != null) {
            setting.accept(value);
        }
    }
}
