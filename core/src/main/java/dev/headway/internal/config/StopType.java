package dev.headway.internal.config;

import dev.headway.StopRule;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** When to stop, without code: {@code {"any": [{"elapsed": "30s"}, {"beforeDelay": "10s"}]}}. */
final class StopType {

    private static final Type<StopRule> WHOLE = whole();

    private StopType() {}

    static Type<StopRule> of() {
        return new Recursive<>("stop", () -> WHOLE);
    }

    /** What the schema's reference means. */
    static Map<String, Object> definition() {
        return WHOLE.schema();
    }

    private static Type<StopRule> whole() {
        Duration shortest = Duration.ofMillis(1);
        Type<List<StopRule>> several = Types.list(of(), 1);
        String empty = "A list of stops must not be empty.";
        return Types.choice(new ObjectType<List<StopRule>>("an object such as {\"elapsed\": \"30s\"}")
                .key(
                        "attempts",
                        Types.whole(1, 1000),
                        "After so many attempts; of use within all.",
                        (made, attempts) -> made.add(StopRule.afterAttempts(attempts.intValue())))
                .key(
                        "elapsed",
                        Types.length(shortest),
                        "When so much time has passed since the call began.",
                        (made, length) -> made.add(StopRule.afterElapsed(length)))
                .key(
                        "beforeDelay",
                        Types.length(shortest),
                        "Before a delay with which the call would take longer than this.",
                        (made, length) -> made.add(StopRule.beforeDelay(length)))
                .key(
                        "any",
                        Types.mapped(
                                several,
                                rules -> rules.stream().reduce(StopRule::or).orElseThrow(IllegalArgumentException::new),
                                empty),
                        "When one of them says so.",
                        List::add)
                .key(
                        "all",
                        Types.mapped(
                                several,
                                rules ->
                                        rules.stream().reduce(StopRule::and).orElseThrow(IllegalArgumentException::new),
                                empty),
                        "When all of them say so.",
                        List::add));
    }
}
