package dev.headway.internal.config;

import dev.headway.HeadwayLog;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** What is logged: {@code "off"}, or {@code {"linesPerSecond": 3, "levels": {"gate_closed": "warning"}}}. */
final class LogType {

    /** A log on its way. */
    private static final class Draft {
        HeadwayLog log = HeadwayLog.standard();
    }

    private LogType() {}

    static Type<HeadwayLog> of() {
        return Types.textOr(
                Types.oneOf(Map.of("off", HeadwayLog.off())),
                Types.object(keys(), Draft::new, draft -> draft.log, "These settings make no log."));
    }

    private static ObjectType<Draft> keys() {
        Map<String, HeadwayLog.Event> events = new LinkedHashMap<>();
        for (HeadwayLog.Event event : HeadwayLog.Event.values()) {
            events.put(event.key(), event);
        }
        Map<String, System.Logger.Level> levels = Arrays.stream(System.Logger.Level.values())
                .filter(level -> level != System.Logger.Level.ALL)
                .collect(Collectors.toMap(
                        level -> level.name().toLowerCase(Locale.ROOT),
                        level -> level,
                        (one, other) -> one,
                        LinkedHashMap::new));
        return new ObjectType<Draft>("an object with linesPerSecond and levels")
                .key(
                        "linesPerSecond",
                        Types.whole(1, 1_000_000),
                        "How many lines of one event and scope there are in a second at most. Default 10.",
                        (draft, lines) -> draft.log = draft.log.linesPerSecond(lines.intValue()))
                .key(
                        "levels",
                        Types.map(
                                Types.oneOf(levels),
                                "one of the events " + String.join(", ", events.keySet()),
                                "(" + String.join("|", events.keySet()) + ")"),
                        "The level of each event.",
                        (draft, each) -> each.forEach((name, level) ->
                                draft.log = draft.log.level(Objects.requireNonNull(events.get(name)), level)));
    }
}
