package dev.headway;

import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What a Headway logs of itself, through SLF4J and the logger {@value #LOGGER}: one line for each {@link Event}, with a sentence for
 * people and key-value pairs for machines. A call that is neither delayed nor repeated is not logged. Names of events and keys are a
 * contract: {@code docs/observability.md}. No query string, user info, header field or body ever comes into a line, and control
 * characters are escaped. Immutable.
 */
public final class HeadwayLog {

    /** The name of the logger. */
    public static final String LOGGER = "dev.headway.events";

    private static final int LINES = 10;
    private static final int MOST_LINES = 1_000_000;
    private static final HeadwayLog STANDARD = new HeadwayLog(levels(), LINES);

    /** What is logged. */
    public enum Event {
        /** The server has refused an attempt because of a limit. Level WARNING. */
        RATE_LIMIT_ENCOUNTERED(Level.WARNING),

        /** A call waits before its second or a later attempt. Level WARNING. */
        RETRY_SCHEDULED(Level.WARNING),

        /** A call ends without the next attempt that it wanted. Level WARNING. */
        RETRY_EXHAUSTED(Level.WARNING),

        /** A call ends before its first attempt, which could not be in time. Level WARNING. */
        CALL_NOT_SENT(Level.WARNING),

        /** A call waits before its first attempt: usual where the limit is below the load. Level DEBUG. */
        PERMIT_DELAYED(Level.DEBUG),

        /** A limit is known that was not, or was another. Level INFO. */
        LIMIT_LEARNED(Level.INFO),

        /** No call of a scope is sent until a moment, or until a later moment than before. Level INFO. */
        GATE_CLOSED(Level.INFO),

        /** Calls of the scope go again. Level INFO. */
        GATE_OPENED(Level.INFO);

        private final Level standard;

        Event(Level standard) {
            this.standard = standard;
        }

        /**
         * Returns the name in the log.
         *
         * @return that of the constant in lower case, such as {@code retry_scheduled}
         */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<Event, Level> levels;
    private final int linesPerSecond;

    private HeadwayLog(Map<Event, Level> levels, int linesPerSecond) {
        this.levels = levels;
        this.linesPerSecond = linesPerSecond;
    }

    private static Map<Event, Level> levels() {
        Map<Event, Level> levels = new EnumMap<>(Event.class);
        for (Event event : Event.values()) {
            levels.put(event, event.standard);
        }
        return levels;
    }

    /**
     * Returns the default: each event at its own level, ten lines a second.
     *
     * @return always the same instance
     */
    public static HeadwayLog standard() {
        return STANDARD;
    }

    /**
     * Returns a log of nothing.
     *
     * @return a log whose events are all {@link Level#OFF}
     */
    public static HeadwayLog off() {
        HeadwayLog log = STANDARD;
        for (Event event : Event.values()) {
            log = log.level(event, Level.OFF);
        }
        return log;
    }

    /**
     * Returns the same with another level for one event.
     *
     * @param event which
     * @param level its level; {@link Level#OFF} for never, {@link Level#ALL} as {@link Level#TRACE}
     * @return a new log
     */
    public HeadwayLog level(Event event, Level level) {
        Map<Event, Level> others = new EnumMap<>(levels);
        others.put(Objects.requireNonNull(event, "event"), Objects.requireNonNull(level, "level"));
        return new HeadwayLog(others, linesPerSecond);
    }

    /**
     * Returns the same with another bound. More of an event is left out, and counted in the key {@code left_out} of the next line of
     * the same event and scope.
     *
     * @param lines how many lines of one event and scope a second may have, 1 to 1 000 000; by default 10
     * @return a new log
     * @throws IllegalArgumentException if the value is out of its range
     */
    public HeadwayLog linesPerSecond(int lines) {
        if (lines < 1 || lines > MOST_LINES) {
            throw new IllegalArgumentException(
                    "The lines a second must be 1 to " + MOST_LINES + ", not " + lines + ".");
        }
        return new HeadwayLog(levels, lines);
    }

    /**
     * Returns the level of an event.
     *
     * @param event which
     * @return its level, {@link Level#OFF} where it is not logged
     */
    public Level level(Event event) {
        return levels.getOrDefault(event, Level.OFF);
    }

    /**
     * Returns how many lines of one event and scope a second may have.
     *
     * @return at least 1
     */
    public int linesPerSecond() {
        return linesPerSecond;
    }
}
