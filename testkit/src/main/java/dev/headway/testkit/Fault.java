package dev.headway.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * What a {@link FaultProxy} does to a request instead of passing it on, or to its answer. A word each, for scripts:
 *
 * <ul>
 *   <li>{@code ok}: nothing
 *   <li>{@code 503}, or any status from 400 to 599: answers so, without asking the server; {@code 429:2s} with that {@code
 *       Retry-After}
 *   <li>{@code reset-before}, or {@code reset}: resets the connection before the request is read
 *   <li>{@code reset-after}: lets the server answer, keeps the answer and resets the connection
 *   <li>{@code stall}: never answers; {@code stall:5s} answers after that time
 *   <li>{@code drip}: passes the answer on byte by byte, 10 ms apart; {@code drip:1s} with that distance
 *   <li>{@code skew:-1h}: sets the answer's {@code Date} so far ahead, or behind
 *   <li>{@code no-date}, {@code bad-date}: an answer without {@code Date}, or with one that is none
 * </ul>
 *
 * <p>Lengths are whole numbers of {@code ms}, {@code s}, {@code m} or {@code h}. Immutable.
 */
public final class Fault {

    enum Kind {
        OK,
        STATUS,
        RESET_BEFORE,
        RESET_AFTER,
        STALL,
        DRIP,
        SKEW,
        NO_DATE,
        BAD_DATE
    }

    /** A stall without an end. */
    private static final Duration EVER = Duration.ofNanos(Long.MAX_VALUE);

    private static final Fault OK = of(Kind.OK, Duration.ZERO);

    private final Kind kind;
    private final Duration length;
    private final int status;
    private final List<String> headers;

    private Fault(Kind kind, Duration length, int status, List<String> headers) {
        this.kind = kind;
        this.length = length;
        this.status = status;
        this.headers = List.copyOf(headers);
    }

    private static Fault of(Kind kind, Duration length) {
        return new Fault(kind, length, 0, List.of());
    }

    /**
     * Returns the fault that is none.
     *
     * @return that fault
     */
    public static Fault ok() {
        return OK;
    }

    /**
     * Returns an answer that the server knows nothing of.
     *
     * @param status its status, 400 to 599
     * @param headers lines as {@code Retry-After: tomorrow}
     * @return the fault
     * @throws IllegalArgumentException if it is no such status
     */
    public static Fault status(int status, String... headers) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("No status of an error: " + status);
        }
        return new Fault(Kind.STATUS, Duration.ZERO, status, List.of(headers));
    }

    /**
     * Returns an answer that tells when to come again.
     *
     * @param status its status, 400 to 599
     * @param retryAfter whole seconds, positive; {@link AnsweredRequest#notBefore} remembers it
     * @return the fault
     * @throws IllegalArgumentException if a value is out of its range
     */
    public static Fault refusal(int status, Duration retryAfter) {
        boolean whole = retryAfter.equals(Duration.ofSeconds(retryAfter.toSeconds()));
        if (retryAfter.isNegative() || retryAfter.isZero() || !whole) {
            throw new IllegalArgumentException("Retry-After has whole seconds: " + retryAfter);
        }
        return new Fault(
                Kind.STATUS, retryAfter, status(status).status, List.of("Retry-After: " + retryAfter.toSeconds()));
    }

    /**
     * Returns the fault that a word means.
     *
     * @param word as the class describes
     * @return the fault
     * @throws IllegalArgumentException if it means none
     */
    public static Fault parse(String word) {
        int colon = word.indexOf(':');
        String name = colon < 0 ? word : word.substring(0, colon);
        if (colon < 0) {
            return switch (name) {
                case "ok" -> OK;
                case "reset", "reset-before" -> of(Kind.RESET_BEFORE, Duration.ZERO);
                case "reset-after" -> of(Kind.RESET_AFTER, Duration.ZERO);
                case "stall" -> of(Kind.STALL, EVER);
                case "drip" -> of(Kind.DRIP, Duration.ofMillis(10));
                case "no-date" -> of(Kind.NO_DATE, Duration.ZERO);
                case "bad-date" -> of(Kind.BAD_DATE, Duration.ZERO);
                default -> status(number(word, name));
            };
        }
        Duration length = Lengths.parse(word.substring(colon + 1));
        if (!name.equals("skew") && length.isNegative()) {
            throw new IllegalArgumentException("A length must not be negative: " + word);
        }
        return switch (name) {
            case "stall" -> of(Kind.STALL, length);
            case "drip" -> of(Kind.DRIP, length);
            case "skew" -> of(Kind.SKEW, length);
            default -> refusal(number(word, name), length);
        };
    }

    private static int number(String word, String digits) {
        if (!digits.matches("\\d{3}")) {
            throw new IllegalArgumentException("No fault of that name: " + word);
        }
        return Integer.parseInt(digits);
    }

    /**
     * Returns the faults of a script, one for each request, and none after its end.
     *
     * @param script words with commas between them; {@code ok*9} is nine of a kind
     * @return a source of faults, thread-safe
     * @throws IllegalArgumentException if a word means none
     */
    public static Supplier<Fault> script(String script) {
        List<Fault> faults = new ArrayList<>();
        for (String word : script.split(",", -1)) {
            String[] times = word.strip().split("\\*", 2);
            if (times.length == 2 && !times[1].matches("\\d{1,6}")) {
                throw new IllegalArgumentException("No number of times: " + word);
            }
            faults.addAll(Collections.nCopies(times.length == 2 ? Integer.parseInt(times[1]) : 1, parse(times[0])));
        }
        return script(faults.toArray(new Fault[0]));
    }

    /**
     * Returns those faults, one for each request, and none after their end.
     *
     * @param faults the script
     * @return a source of faults, thread-safe
     */
    public static Supplier<Fault> script(Fault... faults) {
        Iterator<Fault> script = Arrays.asList(faults.clone()).iterator();
        return () -> {
            synchronized (script) {
                return script.hasNext() ? script.next() : OK;
            }
        };
    }

    /**
     * Returns random faults. The same seed means the same faults, in the order in which requests come.
     *
     * @param seed where the random numbers begin
     * @param share how many of all requests meet a fault, 0 to 1
     * @param faults at least one; each as likely as the others
     * @return a source of faults, thread-safe
     * @throws IllegalArgumentException if the share is out of its range, or there is no fault
     */
    public static Supplier<Fault> random(long seed, double share, Fault... faults) {
        if (!(share >= 0 && share <= 1) || faults.length == 0) {
            throw new IllegalArgumentException("A share of 0 to 1 and a fault are needed: " + share);
        }
        List<Fault> each = List.of(faults);
        SplittableRandom random = new SplittableRandom(seed);
        return () -> {
            synchronized (random) {
                return random.nextDouble() < share ? each.get(random.nextInt(each.size())) : OK;
            }
        };
    }

    Kind kind() {
        return kind;
    }

    Duration length() {
        return length;
    }

    boolean endless() {
        return length.equals(EVER);
    }

    int status() {
        return status;
    }

    List<String> headers() {
        return headers;
    }

    /** For people, near to the word. */
    @Override
    public String toString() {
        String name = kind == Kind.STATUS
                ? Integer.toString(status)
                : kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return length.isZero() || endless() ? name : name + ":" + length;
    }
}
