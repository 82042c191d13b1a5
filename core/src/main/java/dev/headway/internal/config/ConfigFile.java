package dev.headway.internal.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A whole file: defaults, and the APIs that inherit from them. Immutable. */
public final class ConfigFile {

    private static final String NAME = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}";

    private static final class Parts {
        @Nullable Node defaults;

        @Nullable Node apis;
    }

    private final Node root;
    private final Map<String, ApiDraft> apis = new LinkedHashMap<>();
    private final TreeMap<HostPattern, String> hosts = new TreeMap<>();

    private ConfigFile(Node root) {
        this.root = root;
    }

    /**
     * Reads a file.
     *
     * @param text the whole file
     * @param yaml whether it is YAML, rather than JSON
     * @param problems takes what is wrong; with any the result is of no use
     * @return the file, or null where it can not be read at all
     */
    public static @Nullable ConfigFile read(String text, boolean yaml, Problems problems) {
        Node root = NodeReader.read(text, yaml, problems);
        if (root == null) {
            return null;
        }
        ConfigFile file = new ConfigFile(root);
        Parts parts = new Parts();
        keys().read(root, parts, problems);
        if (problems.size() == 0) {
            file.read(parts, problems);
        }
        return file;
    }

    private static ObjectType<Parts> keys() {
        return new ObjectType<Parts>("an object with the keys defaults and apis")
                .key("$schema", Types.text("the address of the schema"), "For editors.", (parts, text) -> {})
                .key(
                        "defaults",
                        node(ApiDraft.DEFAULTS),
                        "What holds where an API says nothing else.",
                        (parts, node) -> parts.defaults = node)
                .key(
                        "apis",
                        node(new ObjectType<ApiDraft>("an object with a name for each API")),
                        "The APIs, by a name of yours.",
                        (parts, node) -> parts.apis = node);
    }

    private void read(Parts parts, Problems problems) {
        if (parts.defaults != null) {
            ApiDraft draft = new ApiDraft();
            ApiDraft.DEFAULTS.read(parts.defaults, draft, problems);
            draft.check(parts.defaults, problems);
        }
        if (!(parts.apis instanceof Node.Members named) || named.members().isEmpty()) {
            problems.add(root.place(), "There must be at least one API, under the key apis.");
            return;
        }
        named.members().forEach((name, node) -> {
            if (!name.matches(NAME)) {
                problems.add(
                        node.place(),
                        "The name of an API must be letters, digits, dots, dashes and underscores, 64 at most.");
            }
            ApiDraft draft = new ApiDraft();
            if (parts.defaults != null) {
                ApiDraft.DEFAULTS.read(parts.defaults, draft, new Problems());
                draft.fixedBy((Node.Members) parts.defaults);
            }
            if (node instanceof Node.Members own) {
                draft.fixedBy(own);
            }
            int before = problems.size();
            ApiDraft.API.read(node, draft, problems);
            if (problems.size() == before) {
                draft.check(node, problems);
            }
            apis.put(name, draft);
            for (HostPattern host : draft.hosts()) {
                String other = hosts.putIfAbsent(host, name);
                if (other != null) {
                    problems.add(
                            node.place(),
                            other.equals(name) ? "A host is there twice." : "A host is that of " + other + " as well.");
                }
            }
        });
    }

    /** Whatever it is: it is read later, with the defaults. */
    private static Type<Node> node(ObjectType<?> type) {
        return new Type<>() {
            @Override
            public @Nullable Node read(Node node, Problems problems) {
                if (node instanceof Node.Members) {
                    return node;
                }
                problems.add(node.place(), "This must be " + words() + ".");
                return null;
            }

            @Override
            public String words() {
                return type.words();
            }

            @Override
            public Map<String, Object> schema() {
                return type.schema();
            }
        };
    }

    /**
     * Returns the names of the APIs.
     *
     * @return the names, in the order of the file
     */
    public List<String> names() {
        return List.copyOf(apis.keySet());
    }

    /**
     * Finds an API by its name.
     *
     * @param name its name
     * @return what the file says of it
     */
    public Optional<ApiDraft> api(String name) {
        return Optional.ofNullable(apis.get(name));
    }

    /**
     * Finds the API of a host.
     *
     * @param host in lower case
     * @param port the port
     * @return the name of the one with the most specific pattern
     */
    public Optional<String> nameOf(String host, int port) {
        return hosts.entrySet().stream()
                .filter(entry -> entry.getKey().matches(host, port))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /**
     * Returns the file as it is written.
     *
     * @return the root
     */
    public Node root() {
        return root;
    }

    /**
     * Returns the JSON Schema of such a file (draft 2020-12).
     *
     * @return maps, lists, strings, numbers and booleans
     */
    public static Map<String, Object> schema() {
        Map<String, Object> apis = new LinkedHashMap<>();
        apis.put("description", "The APIs, by a name of yours.");
        apis.put("type", "object");
        apis.put("minProperties", 1);
        apis.put("propertyNames", Schema.of("pattern", "^" + NAME + "$"));
        apis.put("additionalProperties", ApiDraft.API.schema());
        Map<String, Object> properties = keys().properties();
        properties.put("apis", apis);
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "Headway");
        schema.put("type", "object");
        schema.put("properties", properties);
        schema.put("required", List.of("apis"));
        schema.put("additionalProperties", false);
        schema.put(
                "$defs",
                Schema.of(
                        "rule",
                        RuleType.definition(),
                        "backoff",
                        BackoffType.definition(),
                        "stop",
                        StopType.definition()));
        return schema;
    }
}
