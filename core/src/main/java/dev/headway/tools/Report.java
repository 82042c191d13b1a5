package dev.headway.tools;

import dev.headway.ErrorKind;
import dev.headway.GiveUpReason;
import dev.headway.LimitHint;
import dev.headway.RateLimitHint;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What was understood of one response, and what would be done, in words. */
final class Report {

    private Report() {}

    static void write(Understood understood, PrintStream out) {
        Given given = understood.given();
        RateLimitHint hint = understood.hint();
        out.println("Understood");
        if (hint.equals(RateLimitHint.none())) {
            out.println("  nothing of limits");
        }
        hint.errorCode()
                .ifPresent(code -> out.println("  error code    " + visible(code)
                        + hint.errorKind().map(kind -> ", " + words(kind)).orElse("")));
        hint.scope().ifPresent(scope -> out.println("  in words      " + visible(scope)));
        hint.partition().ifPresent(part -> out.println("  part          " + visible(part)));
        hint.shouldRetry()
                .ifPresent(word -> out.println("  server's word " + (word ? "send again" : "do not send again")));
        hint.retryAfter().ifPresent(length -> out.println("  hold back     " + length(length)));
        hint.limits().forEach(limit -> out.println("  limit         " + limit(limit)));
        out.println("Done");
        Verdict verdict = Verdict.of(given);
        out.println("  this call     " + ofTheCall(given, verdict));
        out.println("  other calls   " + ofOthers(verdict, hint));
        if (given.status() < 400 && Boolean.TRUE.equals(understood.retry())) {
            out.println(
                    "  note          a throttle in a success: seen only with RetryPolicy.Builder.throttlesInSuccess");
        }
    }

    private static String words(ErrorKind kind) {
        return switch (kind) {
            case THROTTLED -> "a limit has refused the call";
            case TRANSIENT -> "a passing trouble";
            case EXHAUSTED -> "a quota that waiting does not bring back";
            case FATAL -> "would fail again";
        };
    }

    private static String limit(LimitHint limit) {
        List<String> parts = new ArrayList<>();
        if (limit.name() != null) {
            parts.add(visible(limit.name()) + ":");
        }
        add(parts, limit.limit(), " " + visible(limit.unit()));
        if (limit.window() != null) {
            parts.add("in " + length(limit.window()));
        }
        add(parts, limit.used(), " used");
        add(parts, limit.remaining(), " left");
        if (limit.resetAfter() != null) {
            parts.add("reset in " + length(limit.resetAfter()));
        }
        return String.join(" ", parts);
    }

    private static void add(List<String> parts, @Nullable Long count, String what) {
        if (count != null) {
            parts.add(count + what);
        }
    }

    private static String ofTheCall(Given given, Verdict verdict) {
        GiveUpReason reason = verdict.gaveUp();
        if (reason != null) {
            return "not sent again: " + reason.text() + "; the caller gets this response";
        }
        if (!verdict.again()) {
            return "the caller gets this response";
        }
        String when = verdict.held().isZero()
                ? "at once"
                : (verdict.random() ? "after at most " : "after ") + length(verdict.held());
        return "the " + visible(given.method()) + " is sent again " + when;
    }

    private static String ofOthers(Verdict verdict, RateLimitHint hint) {
        Duration alike = verdict.alike();
        Duration others = verdict.others();
        if (alike == null && others == null) {
            return "go on";
        }
        if (Objects.equals(alike, others)) {
            return "to this host wait " + length(Objects.requireNonNull(alike));
        }
        String part =
                hint.partition().map(name -> "of the part " + visible(name)).orElse("of the same part");
        return part + (alike == null ? " go on" : " wait " + length(alike)) + ", others "
                + (others == null ? "go on" : "wait " + length(others));
    }

    /** As people say it; to the millisecond, rounded up. */
    static String length(Duration length) {
        long millis = Understood.millis(length);
        if (millis >= Duration.ofDays(36_500).toMillis()) {
            return "practically for ever";
        }
        Duration shown = Duration.ofMillis(millis);
        StringBuilder text = new StringBuilder();
        append(text, shown.toDays(), " d");
        append(text, shown.toHoursPart(), " h");
        append(text, shown.toMinutesPart(), " min");
        append(text, shown.toSecondsPart(), " s");
        append(text, shown.toMillisPart(), " ms");
        return text.isEmpty() ? "0 s" : text.toString();
    }

    private static void append(StringBuilder text, long count, String unit) {
        if (count > 0) {
            text.append(text.isEmpty() ? "" : " ").append(count).append(unit);
        }
    }

    /** A server's words must not move the cursor of a terminal. */
    static String visible(String words) {
        return words.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
