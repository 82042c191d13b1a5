package dev.headway.internal.bodies;

import dev.headway.ErrorKind;
import dev.headway.ResponseHeaders;
import dev.headway.internal.bodies.ErrorLine.What;
import dev.headway.internal.hints.Lengths;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says what the error in a response means, by the table. Total: no body makes it throw, hang or take more than a bounded amount of
 * memory. Thread-safe.
 */
public final class ErrorReader {

    private static final int FIRST_ERROR = 400;
    private static final int TOO_MANY_REQUESTS = 429;

    /** What stands where a code should, and is none. */
    private static final Set<String> NO_CODES = Set.of("", "error", "about:blank");

    private final ErrorTable table;

    ErrorReader(ErrorTable table) {
        this.table = table;
    }

    /**
     * Returns a reader by the table that comes with Headway and the user's own lines.
     *
     * @param more lines that go before those of the files
     * @return a new reader
     * @throws IllegalArgumentException if one of them can not be understood
     */
    public static ErrorReader load(String... more) {
        ClassLoader own = ErrorReader.class.getClassLoader();
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return new ErrorReader(
                context != null ? ErrorTable.load(List.of(more), context, own) : ErrorTable.load(List.of(more), own));
    }

    /**
     * Tells whether the body of such a response is worth reading. Where the status says no, nothing else is looked at.
     *
     * @param status the status
     * @param headers the header fields
     * @return whether it is
     */
    public boolean readsBody(int status, ResponseHeaders headers) {
        return table.reads(status) && BodyKind.isText(headers);
    }

    /**
     * Reads the error of a response.
     *
     * @param status the status
     * @param named the code that a header field names, if any
     * @param headers the header fields, which say how the body is written
     * @param start the beginning of the body, or nothing
     * @param now the moment of the response
     * @return what it says
     */
    public ErrorHint read(
            int status, @Nullable String named, ResponseHeaders headers, ByteBuffer start, InstantSource now) {
        Facts facts = new Facts();
        if (start.hasRemaining()) {
            read(BodyText.of(start, BodyKind.of(headers)), facts);
        } else {
            facts.more();
        }
        // A mutation of several parts may have done some of them: a success is a refusal only as a whole.
        boolean partly = status < FIRST_ERROR && !facts.whole();
        return partly || (named == null && facts.found().isEmpty())
                ? ErrorHint.NONE
                : meaning(status, named, facts.found(), now);
    }

    /** By its first character: what the type says is often wrong in errors, which a proxy or a framework may have made. */
    private void read(String body, Facts facts) {
        String text = body.strip();
        if (text.startsWith("{") || text.startsWith("[") || text.startsWith("\"")) {
            JsonFacts.read(text, table.places(), facts);
        } else if (text.startsWith("<") && !isHtml(text)) {
            XmlFacts.read(text, table.places(), facts);
        } else {
            // Nothing in a text tells that this was its end.
            facts.more();
            if (!text.isEmpty()) {
                facts.add(Places.TEXT, text.startsWith("<") ? Sentences.withoutTags(text) : text, true);
            }
        }
    }

    private static boolean isHtml(String text) {
        String start = text.substring(0, Math.min(text.length(), 100)).toLowerCase(Locale.ROOT);
        return start.startsWith("<!doctype html") || start.startsWith("<html");
    }

    private ErrorHint meaning(int status, @Nullable String named, List<Fact> facts, InstantSource now) {
        List<ErrorLine> lines = new ArrayList<>();
        for (ErrorLine line : table.lines()) {
            if (line.holdsFor(status)) {
                lines.add(line);
            }
        }
        List<String> codes = codes(named, lines, facts);
        Match match = match(lines, facts, codes);
        ErrorKind kind = match != null ? match.line.what().kind() : null;
        String code = match != null && match.code != null ? match.code : firstOf(codes, Integer.toString(status));
        boolean throttled = status == TOO_MANY_REQUESTS || kind == ErrorKind.THROTTLED;
        Duration delay = longest(at(lines, What.DELAY, facts), told -> told(told, now));
        Duration usual = null;
        boolean whole = false;
        if (throttled) {
            if (delay == null) {
                delay = longest(at(lines, What.SENTENCE, facts), told -> Sentences.delay(told.value(), now));
            }
            usual = longest(at(lines, What.PAUSE, facts), ErrorReader::usual);
            whole = at(lines, What.WHOLE, facts).stream().anyMatch(told -> told.line.matches(told.value()));
        }
        List<Told> scopes = at(lines, What.SCOPE, facts);
        return new ErrorHint(
                code,
                kind,
                delay,
                usual,
                scopes.isEmpty() ? null : scopes.get(0).value(),
                whole);
    }

    private record Told(ErrorLine line, Fact fact) {
        String value() {
            return fact.value();
        }
    }

    private record Match(ErrorLine line, @Nullable String code) {}

    /** In the order of the table, which names the more telling places first. */
    private static List<Told> at(List<ErrorLine> lines, What what, List<Fact> facts) {
        List<Told> told = new ArrayList<>();
        for (ErrorLine line : lines) {
            if (line.what() == what) {
                for (Fact fact : facts) {
                    if (fact.place().equals(line.place())) {
                        told.add(new Told(line, fact));
                    }
                }
            }
        }
        return told;
    }

    /** What a field names is meant for programs and goes first. */
    private static List<String> codes(@Nullable String named, List<ErrorLine> lines, List<Fact> facts) {
        List<String> codes = new ArrayList<>();
        if (named != null) {
            codes.add(named);
        }
        for (Told told : at(lines, What.CODE, facts)) {
            String code = code(told);
            if (code != null && !NO_CODES.contains(code)) {
                codes.add(code);
            }
        }
        return codes;
    }

    private static @Nullable String code(Told told) {
        String value = told.value();
        return switch (told.line.value()) {
            case "text" -> told.fact.quoted() ? value : null;
            case "word" -> told.fact.quoted() && value.chars().noneMatch(Character::isWhitespace) ? value : null;
            case "shape" -> shape(value);
            default -> value;
        };
    }

    /** AWS: {@code com.amazonaws.dynamodb.v20120810#ThrottlingException}, {@code ThrottlingException:http://…}. */
    private static String shape(String value) {
        String name = value.substring(value.indexOf('#') + 1);
        int colon = name.indexOf(':');
        return colon < 0 ? name : name.substring(0, colon);
    }

    /** A user's line goes before ours; then the most cautious one counts, and of those one that names the code. */
    private static @Nullable Match match(List<ErrorLine> lines, List<Fact> facts, List<String> codes) {
        Match best = null;
        for (ErrorLine line : lines) {
            Match match = line.what().kind() != null ? match(line, facts, codes) : null;
            if (match != null && (best == null || before(match, best))) {
                best = match;
            }
        }
        return best;
    }

    private static boolean before(Match match, Match other) {
        if (match.line.own() != other.line.own()) {
            return match.line.own();
        }
        int order = match.line.what().compareTo(other.line.what());
        return order < 0 || (order == 0 && match.code != null && other.code == null);
    }

    private static @Nullable Match match(ErrorLine line, List<Fact> facts, List<String> codes) {
        if (line.place().equals(ErrorLine.CODE)) {
            for (String code : codes) {
                if (line.matches(code)) {
                    return matched(line, code);
                }
            }
            return null;
        }
        for (Fact fact : facts) {
            if (fact.place().equals(line.place()) && line.matches(fact.value())) {
                return matched(line, fact.value());
            }
        }
        return null;
    }

    /** What is found as a part of a text is no code. */
    private static Match matched(ErrorLine line, String text) {
        return new Match(line, line.value().startsWith(ErrorLine.PART) ? null : text);
    }

    /** A code that only repeats the status says less than any other. */
    private static @Nullable String firstOf(List<String> codes, String status) {
        for (String code : codes) {
            if (!code.equals(status)) {
                return code;
            }
        }
        return codes.isEmpty() ? null : codes.get(0);
    }

    private static @Nullable Duration told(Told told, InstantSource now) {
        ChronoUnit unit = told.line.value().equals("ms") ? ChronoUnit.MILLIS : ChronoUnit.SECONDS;
        return Lengths.bySize(told.value(), unit, now);
    }

    private static @Nullable Duration usual(Told told) {
        return told.line.matches(told.value()) ? told.line.pause() : null;
    }

    /** A moment that has passed tells nothing: the server has refused all the same. */
    private static @Nullable Duration longest(List<Told> told, Function<Told, @Nullable Duration> reading) {
        Duration longest = null;
        for (Told each : told) {
            Duration length = reading.apply(each);
            if (length != null && !length.isZero() && (longest == null || length.compareTo(longest) > 0)) {
                longest = length;
            }
        }
        return longest;
    }
}
