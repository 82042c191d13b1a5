package dev.headway.internal.log;

import dev.headway.CallTrace;
import dev.headway.HeadwayListener;
import dev.headway.HeadwayLog;
import dev.headway.LimitHint;
import dev.headway.Scope;
import dev.headway.spi.TimeSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the lines of a {@link HeadwayLog}. */
public final class EventLog implements HeadwayListener {

    private static final Logger LOG = LoggerFactory.getLogger(HeadwayLog.LOGGER);

    private final HeadwayLog settings;
    private final TimeSource time;
    private final long began;
    private final Storm storm;

    private EventLog(HeadwayLog settings, TimeSource time) {
        this.settings = settings;
        this.time = time;
        began = time.nanoTime();
        storm = new Storm(settings.linesPerSecond());
    }

    /**
     * Returns who writes, or null where nothing is to be written.
     *
     * @param settings which lines
     * @param time the clock of the Headway
     * @return the listener
     */
    public static @Nullable EventLog of(HeadwayLog settings, TimeSource time) {
        for (HeadwayLog.Event event : HeadwayLog.Event.values()) {
            if (settings.level(event) != System.Logger.Level.OFF) {
                return new EventLog(settings, time);
            }
        }
        return null;
    }

    @Override
    public void attempt(AttemptEvent event) {
        if (!event.throttled()) {
            return;
        }
        Line line = line(HeadwayLog.Event.RATE_LIMIT_ENCOUNTERED, event.call().scope());
        if (line != null) {
            LimitHint tightest = tightest(event.hint().limits());
            line.call(event.call())
                    .number("attempt", event.attempt().number())
                    .end(event.attempt())
                    .seconds("retry_after", event.hint().retryAfter().orElse(null));
            if (tightest != null) {
                line.number("limit", tightest.limit()).number("remaining", tightest.remaining());
            }
            line.write(what(event.call()) + ": attempt " + event.attempt().number() + " was refused ("
                    + ended(event.attempt()) + ")"
                    + event.hint()
                            .retryAfter()
                            .map(length -> ", the server asks for " + length.toMillis() + " ms")
                            .orElse(""));
        }
    }

    @Override
    public void waiting(WaitEvent event) {
        boolean first = event.last() == null;
        Line line = line(
                first ? HeadwayLog.Event.PERMIT_DELAYED : HeadwayLog.Event.RETRY_SCHEDULED,
                event.call().scope());
        if (line == null) {
            return;
        }
        line.call(event.call())
                .number("attempt", event.before())
                .end(event.last())
                .millis("wait_ms", event.atLeast())
                .text("wait_cause", lower(event.cause()))
                .millis("deadline_left_ms", event.deadlineLeft());
        line.write(what(event.call()) + ": waits " + event.atLeast().toMillis() + " ms before attempt " + event.before()
                + " (" + lower(event.cause()) + (event.last() == null ? "" : ", after " + ended(event.last())) + ")");
    }

    @Override
    public void gaveUp(GiveUpEvent event) {
        boolean sent = event.attempts() > 0;
        Line line = line(
                sent ? HeadwayLog.Event.RETRY_EXHAUSTED : HeadwayLog.Event.CALL_NOT_SENT,
                event.call().scope());
        if (line == null) {
            return;
        }
        line.call(event.call())
                .number("attempt", sent ? Long.valueOf(event.attempts()) : null)
                .end(event.last())
                .text("reason", lower(event.reason()))
                .seconds("retry_after", event.retryAfter());
        String how = sent ? "gave up after attempt " + event.attempts() : "was not sent";
        line.write(what(event.call()) + ": " + how
                + (event.last() == null ? "" : " (" + ended(event.last()) + ")") + ", "
                + event.reason().text());
    }

    @Override
    public void limitLearned(LimitEvent event) {
        Line line = line(HeadwayLog.Event.LIMIT_LEARNED, event.scope());
        if (line != null) {
            LimitHint limit = event.limit();
            line.text("limit_name", limit.name())
                    .number("limit", limit.limit())
                    .number("remaining", limit.remaining())
                    .millis("window_ms", limit.window());
            line.write(PlainText.of(event.scope().name()) + ": the limit is "
                    + (limit.limit() == null ? "unknown" : limit.limit())
                    + (limit.window() == null ? "" : " in " + limit.window().toMillis() + " ms"));
        }
    }

    @Override
    public void gateClosed(GateEvent event) {
        Line line = line(HeadwayLog.Event.GATE_CLOSED, event.scope());
        if (line != null) {
            line.millis("wait_ms", event.length());
            line.write(PlainText.of(event.scope().name()) + ": no call is sent for "
                    + event.length().toMillis() + " ms");
        }
    }

    @Override
    public void gateOpened(Scope scope) {
        Line line = line(HeadwayLog.Event.GATE_OPENED, scope);
        if (line != null) {
            line.write(PlainText.of(scope.name()) + ": calls are sent again");
        }
    }

    /** Null where it is not wanted, or not now. */
    private @Nullable Line line(HeadwayLog.Event event, Scope scope) {
        org.slf4j.event.Level level = level(settings.level(event));
        if (level == null || !LOG.isEnabledForLevel(level)) {
            return null;
        }
        long leftOut = storm.leftOut(event, scope, time.nanoTime() - began);
        return leftOut == Storm.TOO_MANY ? null : new Line(LOG.atLevel(level), event.key(), scope, leftOut);
    }

    private static org.slf4j.event.@Nullable Level level(System.Logger.Level level) {
        return switch (level) {
            case ALL, TRACE -> org.slf4j.event.Level.TRACE;
            case DEBUG -> org.slf4j.event.Level.DEBUG;
            case INFO -> org.slf4j.event.Level.INFO;
            case WARNING -> org.slf4j.event.Level.WARN;
            case ERROR -> org.slf4j.event.Level.ERROR;
            case OFF -> null;
        };
    }

    private static @Nullable LimitHint tightest(List<LimitHint> limits) {
        return limits.stream()
                .filter(limit -> limit.remaining() != null)
                .min(Comparator.comparing(LimitHint::remaining))
                .orElse(limits.isEmpty() ? null : limits.get(0));
    }

    private static String what(CallInfo call) {
        return PlainText.of(call.method() + " " + call.url());
    }

    private static String ended(CallTrace.Attempt attempt) {
        Throwable failure = attempt.failure();
        return failure != null
                ? failure.getClass().getSimpleName()
                : String.valueOf(attempt.status().orElse(0));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
