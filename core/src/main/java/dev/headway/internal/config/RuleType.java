package dev.headway.internal.config;

import dev.headway.ErrorKind;
import dev.headway.RetryRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rules without code: {@code {"any": ["standard", {"status": 404}]}}. */
final class RuleType {

    private static final Type<RetryRule> WHOLE = whole();

    private RuleType() {}

    static Type<RetryRule> of() {
        return new Recursive<>("rule", () -> WHOLE);
    }

    /** What the schema's reference means. */
    static Map<String, Object> definition() {
        return WHOLE.schema();
    }

    private static Type<RetryRule> whole() {
        Map<String, RetryRule> words = new LinkedHashMap<>();
        words.put("standard", RetryRule.standard());
        words.put("failure", RetryRule.failure());
        return Types.textOr(Types.oneOf(words), Types.choice(kinds()));
    }

    private static ObjectType<List<RetryRule>> kinds() {
        ObjectType<List<RetryRule>> kinds = new ObjectType<List<RetryRule>>(
                        "an object such as {\"status\": [404, 409]}")
                .key(
                        "status",
                        Types.mapped(
                                Types.oneOrMore(Types.whole(200, 599)),
                                codes -> RetryRule.status(
                                        codes.stream().mapToInt(Long::intValue).toArray()),
                                "A list of statuses must not be empty."),
                        "These statuses.",
                        List::add)
                .key(
                        "statusBetween",
                        Types.mapped(
                                Types.list(Types.whole(200, 599), 2),
                                ends -> between(ends),
                                "This must be a list of two statuses, the lower one first."),
                        "All statuses from the first to the second.",
                        List::add)
                .key(
                        "errorCode",
                        Types.mapped(
                                Types.oneOrMore(Types.text("an error code")),
                                codes -> RetryRule.errorCode(codes.toArray(String[]::new)),
                                "A list of error codes must not be empty."),
                        "Errors with one of these codes.",
                        List::add)
                .key("errorKind", errorKind(), "Errors whose code is known to be of that kind.", List::add)
                .key(
                        "header",
                        Types.mapped(
                                RetryType.fieldName(), RetryRule::header, "This must be the name of a header field."),
                        "Responses with that header field.",
                        List::add);
        return combined(kinds, of());
    }

    private static RetryRule between(List<Long> ends) {
        if (ends.size() != 2) {
            throw new IllegalArgumentException();
        }
        return RetryRule.statusBetween(ends.get(0).intValue(), ends.get(1).intValue());
    }

    private static Type<RetryRule> errorKind() {
        Map<String, RetryRule> kinds = new LinkedHashMap<>();
        for (ErrorKind kind : ErrorKind.values()) {
            kinds.put(kind.name().toLowerCase(Locale.ROOT), RetryRule.errorKind(kind));
        }
        return Types.oneOf(kinds);
    }

    private static ObjectType<List<RetryRule>> combined(ObjectType<List<RetryRule>> kinds, Type<RetryRule> each) {
        String empty = "A list of rules must not be empty.";
        return kinds.key(
                        "any",
                        Types.mapped(
                                Types.list(each, 1),
                                rules ->
                                        rules.stream().reduce(RetryRule::or).orElseThrow(IllegalArgumentException::new),
                                empty),
                        "What one of them matches.",
                        List::add)
                .key(
                        "all",
                        Types.mapped(
                                Types.list(each, 1),
                                rules -> rules.stream()
                                        .reduce(RetryRule::and)
                                        .orElseThrow(IllegalArgumentException::new),
                                empty),
                        "What all of them match.",
                        List::add)
                .key("not", Types.mapped(each, RetryRule::not, empty), "What it does not match.", List::add);
    }
}
