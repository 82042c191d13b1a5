package dev.headway.testkit;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Header lines with slots, which each answer fills. Immutable. */
final class HeaderLines {

    private static final Pattern SLOT = Pattern.compile("\\{([^}]*)}");
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final List<String> lines;

    HeaderLines(List<String> lines) {
        this.lines = List.copyOf(lines);
        // Whatever can not be filled fails here and not in an answer.
        of(new Verdict(true, 1, 1, 1), Duration.ofSeconds(1), Instant.EPOCH);
    }

    Map<String, String> of(Verdict verdict, Duration window, Instant now) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(": ");
            if (colon < 1) {
                throw new IllegalArgumentException("No header line of the form \"Name: value\": " + line);
            }
            String value = SLOT.matcher(line.substring(colon + 2)).replaceAll(slot -> text(slot, verdict, window, now));
            fields.put(line.substring(0, colon), value);
        }
        return fields;
    }

    private static String text(MatchResult slot, Verdict verdict, Duration window, Instant now) {
        return switch (slot.group(1)) {
            case "limit" -> Long.toString(verdict.limit());
            case "remaining" -> Long.toString(verdict.remaining());
            case "used" -> Long.toString(verdict.limit() - verdict.remaining());
            case "reset" -> Long.toString(verdict.resetSeconds());
            case "reset-ms" -> Long.toString(verdict.resetMillis());
            case "reset-decimal" -> decimal(verdict.resetMillis());
            case "reset-duration" ->
                Duration.ofMillis(verdict.resetMillis()).toString().substring(2).toLowerCase(Locale.ROOT);
            case "reset-epoch" -> Long.toString(verdict.resetAt(now).getEpochSecond());
            case "reset-epoch-ms" -> Long.toString(verdict.resetAtMillis(now));
            case "reset-epoch-decimal" -> decimal(verdict.resetAtMillis(now));
            case "reset-iso" -> verdict.resetAt(now).toString();
            case "reset-date" -> HttpDates.format(verdict.resetAt(now));
            case "window" -> Long.toString((window.toNanos() + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND);
            case "window-ms" -> Long.toString((window.toNanos() + 999_999) / 1_000_000);
            default -> throw new IllegalArgumentException("No slot of that name: " + slot.group());
        };
    }

    private static String decimal(long millis) {
        return BigDecimal.valueOf(millis, 3).toPlainString();
    }
}
