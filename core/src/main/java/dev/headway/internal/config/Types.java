package dev.headway.internal.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The values that are no objects. */
final class Types {

    private static final String A_LENGTH = "a length of time such as \"30s\", \"250ms\", \"1m30s\" or \"PT5M\"";

    private Types() {}

    static Type<String> text(String words) {
        return new Of<>(words, Schema.of("type", "string", "minLength", 1), node -> text(node));
    }

    static Type<Boolean> bool() {
        return new Of<>(
                "true or false",
                Schema.of("type", "boolean"),
                node -> (node instanceof Node.Literal literal && literal.value() instanceof Boolean yes) ? yes : null);
    }

    static Type<Long> whole(long least, long most) {
        return new Of<>(
                "a whole number from " + least + " to " + most,
                Schema.of("type", "integer", "minimum", least, "maximum", most),
                node -> {
                    Long number = node instanceof Node.Literal literal && literal.value() instanceof Long value
                            ? value
                            : null;
                    return (number != null && number >= least && number <= most) ? number : null;
                });
    }

    static Type<Double> number(double least, double most) {
        return new Of<>(
                "a number from " + plain(least) + " to " + plain(most),
                Schema.of("type", "number", "minimum", least, "maximum", most),
                node -> {
                    Number number = node instanceof Node.Literal literal && literal.value() instanceof Number value
                            ? value
                            : null;
                    return (number != null && number.doubleValue() >= least && number.doubleValue() <= most)
                            ? number.doubleValue()
                            : null;
                });
    }

    private static String plain(double number) {
        return number % 1 == 0 ? Long.toString((long) number) : Double.toString(number);
    }

    /** At least {@code least}. */
    static Type<Duration> length(Duration least) {
        String bound = least.isZero() ? "" : ", at least " + least.toMillis() + " ms";
        return new Of<>(A_LENGTH + bound, Schema.of("type", "string", "pattern", Amounts.LENGTH), node -> {
            String text = text(node);
            Duration length = text == null ? null : Amounts.length(text);
            return length == null || length.compareTo(least) < 0 ? null : length;
        });
    }

    static Type<Amounts.Rate> rate() {
        return new Of<>(
                "a rate such as \"10/s\", \"100/min\" or \"5000 per hour\"",
                Schema.of("type", "string", "pattern", Amounts.RATE),
                node -> {
                    String text = text(node);
                    return text == null ? null : Amounts.rate(text);
                });
    }

    static <T> Type<T> oneOf(Map<String, T> values) {
        return new Type<>() {
            @Override
            public @Nullable T read(Node node, Problems problems) {
                String text = text(node);
                T value = text == null ? null : values.get(text);
                if (value == null) {
                    String near = text == null ? null : Nearest.of(text, values.keySet());
                    problems.add(
                            node.place(),
                            "This must be " + words() + (near == null ? "." : "; did you mean \"" + near + "\"?"));
                }
                return value;
            }

            @Override
            public String words() {
                StringBuilder words = new StringBuilder();
                List<String> names = List.copyOf(values.keySet());
                for (int i = 0; i < names.size(); i++) {
                    words.append(i == 0 ? "" : i < names.size() - 1 ? ", " : " or ");
                    words.append('"').append(names.get(i)).append('"');
                }
                return words.toString();
            }

            @Override
            public Map<String, Object> schema() {
                return Schema.of("enum", List.copyOf(values.keySet()));
            }
        };
    }

    /** An array of at least so many. */
    static <T> Type<List<T>> list(Type<T> type, int least) {
        return new Type<>() {
            @Override
            public @Nullable List<T> read(Node node, Problems problems) {
                if (!(node instanceof Node.Elements list) || list.elements().size() < least) {
                    problems.add(node.place(), "This must be " + words() + ".");
                    return null;
                }
                List<T> values = new ArrayList<>();
                for (Node each : list.elements()) {
                    T value = type.read(each, problems);
                    if (value != null) {
                        values.add(value);
                    }
                }
                return values.size() < list.elements().size() ? null : values;
            }

            @Override
            public String words() {
                return "a list of which each is " + type.words() + (least > 0 ? ", not empty" : "");
            }

            @Override
            public Map<String, Object> schema() {
                return Schema.of("type", "array", "items", type.schema(), "minItems", least);
            }
        };
    }

    /** One value, or an array of them. */
    static <T> Type<List<T>> oneOrMore(Type<T> type) {
        Type<List<T>> list = list(type, 0);
        return new Type<>() {
            @Override
            public @Nullable List<T> read(Node node, Problems problems) {
                if (node instanceof Node.Elements) {
                    return list.read(node, problems);
                }
                T value = type.read(node, problems);
                return value == null ? null : List.of(value);
            }

            @Override
            public String words() {
                return type.words() + ", or a list of such";
            }

            @Override
            public Map<String, Object> schema() {
                return Schema.of("anyOf", List.of(type.schema(), list.schema()));
            }
        };
    }

    /** An object whose keys are the user's own. */
    static <T> Type<Map<String, T>> map(Type<T> type, String keyWords, String keyPattern) {
        return new Type<>() {
            @Override
            public @Nullable Map<String, T> read(Node node, Problems problems) {
                if (!(node instanceof Node.Members object)) {
                    problems.add(node.place(), "This must be " + words() + ".");
                    return null;
                }
                Map<String, T> values = new LinkedHashMap<>();
                object.members().forEach((key, each) -> {
                    if (!key.matches(keyPattern)) {
                        problems.add(each.place(), "A key here must be " + keyWords + ".");
                        return;
                    }
                    T value = type.read(each, problems);
                    if (value != null) {
                        values.put(key, value);
                    }
                });
                return values;
            }

            @Override
            public String words() {
                return "an object whose keys are each " + keyWords;
            }

            @Override
            public Map<String, Object> schema() {
                return Schema.of(
                        "type",
                        "object",
                        "propertyNames",
                        Schema.of("pattern", "^" + keyPattern + "$"),
                        "additionalProperties",
                        type.schema());
            }
        };
    }

    /** A string, or else. */
    static <T> Type<T> textOr(Type<T> text, Type<T> other) {
        return new Type<>() {
            @Override
            public @Nullable T read(Node node, Problems problems) {
                if (node instanceof Node.Text) {
                    return text.read(node, problems);
                }
                if (node instanceof Node.Members) {
                    return other.read(node, problems);
                }
                problems.add(node.place(), "This must be " + words() + ".");
                return null;
            }

            @Override
            public String words() {
                return text.words() + ", or " + other.words();
            }

            @Override
            public Map<String, Object> schema() {
                return Schema.of("anyOf", List.of(text.schema(), other.schema()));
            }
        };
    }

    /** What an object changes in a draft that others have changed before. */
    static <D> Type<Consumer<D>> changes(ObjectType<D> object, Supplier<D> fresh) {
        return new Type<>() {
            @Override
            public @Nullable Consumer<D> read(Node node, Problems problems) {
                int before = problems.size();
                object.read(node, fresh.get(), problems);
                return problems.size() > before ? null : draft -> object.read(node, draft, new Problems());
            }

            @Override
            public String words() {
                return object.words();
            }

            @Override
            public Map<String, Object> schema() {
                return object.schema();
            }
        };
    }

    /** An object that makes one value. Read once: what stands within it may be of the same kind, many levels deep. */
    static <D, T> Type<T> object(ObjectType<D> object, Supplier<D> fresh, Function<D, T> made, String otherwise) {
        Type<D> drafted = new Type<>() {
            @Override
            public @Nullable D read(Node node, Problems problems) {
                int before = problems.size();
                D draft = fresh.get();
                object.read(node, draft, problems);
                return problems.size() > before ? null : draft;
            }

            @Override
            public String words() {
                return object.words();
            }

            @Override
            public Map<String, Object> schema() {
                return object.schema();
            }
        };
        return mapped(drafted, made, otherwise);
    }

    /** An object with exactly one of its keys. */
    static <T> Type<T> choice(ObjectType<List<T>> object) {
        Type<T> type = object(
                object,
                ArrayList::new,
                made -> {
                    if (made.size() != 1) {
                        throw new IllegalArgumentException();
                    }
                    return made.get(0);
                },
                "This must have exactly one of the keys " + String.join(", ", object.names()) + ".");
        return new Type<>() {
            @Override
            public @Nullable T read(Node node, Problems problems) {
                return type.read(node, problems);
            }

            @Override
            public String words() {
                return type.words();
            }

            @Override
            public Map<String, Object> schema() {
                Map<String, Object> schema = new LinkedHashMap<>(type.schema());
                schema.put("minProperties", 1);
                schema.put("maxProperties", 1);
                return schema;
            }
        };
    }

    /** The same value in another form; what the function refuses is a problem, told in its own words where they are safe to tell. */
    static <S, T> Type<T> mapped(Type<S> type, Function<S, T> form, String otherwise) {
        return new Type<>() {
            @Override
            public @Nullable T read(Node node, Problems problems) {
                S value = type.read(node, problems);
                if (value == null) {
                    return null;
                }
                try {
                    return form.apply(value);
                } catch (IllegalArgumentException | ArithmeticException e) {
                    problems.add(node.place(), otherwise);
                    return null;
                }
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

    private static @Nullable String text(Node node) {
        return (node instanceof Node.Text text && !text.text().isBlank()) ? text.text() : null;
    }

    private record Of<T>(String words, Map<String, Object> schema, Function<Node, @Nullable T> reading)
            implements Type<T> {
        @Override
        public @Nullable T read(Node node, Problems problems) {
            T value = reading.apply(node);
            if (value == null) {
                problems.add(node.place(), "This must be " + words + ".");
            }
            return value;
        }
    }
}
