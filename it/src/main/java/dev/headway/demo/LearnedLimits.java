package dev.headway.demo;

import dev.headway.HeadwayListener;
import dev.headway.LimitHint;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Keeps what the servers told of their limits, to print it at the end. */
final class LearnedLimits implements HeadwayListener {

    private final Map<String, LimitHint> limits = new TreeMap<>();

    @Override
    public synchronized void limitLearned(LimitEvent event) {
        String name = event.limit().name() == null ? "" : " \"" + event.limit().name() + "\"";
        limits.put(event.scope() + name, event.limit());
    }

    synchronized void print(Lane lane, PrintStream out) {
        if (limits.isEmpty()) {
            out.println("The server told no limit in its header fields.");
        }
        limits.forEach((scope, limit) -> out.println("Learned of " + scope + ": " + words(limit) + "."));
        if (lane.refused() > 0) {
            double rate = lane.succeeded() / Math.max(0.001, lane.seconds());
            out.printf(
                    Locale.ROOT,
                    "It refused %d of %d requests; it let %.1f calls a second through.%n",
                    lane.refused(),
                    lane.sent(),
                    rate);
        }
    }

    private static String words(LimitHint limit) {
        StringBuilder words = new StringBuilder();
        words.append(limit.limit() == null ? "an unknown number of " : limit.limit() + " ")
                .append(limit.unit());
        if (limit.window() != null) {
            words.append(" in ").append(limit.window().toMillis() / 1000.0).append(" s");
        }
        if (limit.remaining() != null) {
            words.append(", ").append(limit.remaining()).append(" left when it was told");
        }
        if (limit.resetAfter() != null) {
            words.append(", reset ")
                    .append(limit.resetAfter().toMillis() / 1000.0)
                    .append(" s later");
        }
        return words.toString();
    }
}
