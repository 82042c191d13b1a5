package dev.headway.internal.log;

import dev.headway.CallTrace;
import dev.headway.HeadwayListener;
import dev.headway.Scope;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.LoggingEventBuilder;

/** One line with its keys; what is not known has none. */
final class Line {

    private static final double MILLIS = 1000;

    private LoggingEventBuilder builder;

    /**
     * Begins a line.
     *
     * @param leftOut how many lines of the same kind were left out before
     */
    Line(LoggingEventBuilder builder, String event, Scope scope, long leftOut) {
        this.builder = builder;
        text("event", event);
        text("scope", scope.name());
        if (leftOut > 0) {
            number("left_out", leftOut);
        }
    }

    Line call(HeadwayListener.CallInfo call) {
        return text("method", call.method()).text("url", call.url());
    }

    /** How an attempt ended; of an exception the class alone, for its message may hold anything. */
    Line end(CallTrace.@Nullable Attempt attempt) {
        if (attempt != null) {
            attempt.status().ifPresent(status -> number("status", (long) status));
            Throwable failure = attempt.failure();
            text("error", failure == null ? null : failure.getClass().getName());
        }
        return this;
    }

    Line text(String key, @Nullable String value) {
        if (value != null) {
            builder = builder.addKeyValue(key, PlainText.of(value));
        }
        return this;
    }

    Line number(String key, long value) {
        return number(key, (Long) value);
    }

    Line number(String key, @Nullable Long value) {
        if (value != null) {
            builder = builder.addKeyValue(key, value);
        }
        return this;
    }

    Line millis(String key, @Nullable Duration length) {
        return number(key, length == null ? null : (Long) length.toMillis());
    }

    /** Whole where it is, as header fields have it. */
    Line seconds(String key, @Nullable Duration length) {
        if (length != null && length.toMillisPart() == 0) {
            return number(key, length.toSeconds());
        }
        if (length != null) {
            builder = builder.addKeyValue(key, length.toMillis() / MILLIS);
        }
        return this;
    }

    void write(String sentence) {
        builder.log(sentence);
    }
}
