package dev.headway;

import dev.headway.internal.Judgement;
import dev.headway.internal.Outcome;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which outcomes of an attempt ask for another one, to be combined with {@link #and}, {@link #or} and {@link #not}:
 *
 * <pre>{@code
 * RetryRule.standard().or(status(404)).and(header("X-Maintenance").not())
 * }</pre>
 *
 * <p>Given to {@link RetryPolicy.Builder#retryIf}, it alone decides what is worth another attempt. What is <em>safe</em> to send
 * again is decided by the {@link Evidence} as ever, and the server's {@code x-should-retry} goes before every rule. A rule of
 * statuses alone matches no failure, a rule of exceptions no response.
 *
 * <p>A rule knows by the status alone what it could still come to, so that bodies are only held back where it matters. Immutable
 * and thread-safe; a predicate of the user's must be so as well, quick, and total: if it throws, the outcome does not match.
 */
public final class RetryRule {

    private static final int MIN_STATUS = 200;
    private static final int MAX_STATUS = 599;

    /** A chain of causes may be a circle. */
    private static final int MAX_CAUSES = 20;

    /** What the status alone tells of a response (the strong logic of Kleene, "Introduction to Metamathematics", 1952, §64). */
    private enum Certainty {
        NO,
        MAYBE,
        YES;

        Certainty not() {
            return switch (this) {
                case NO -> YES;
                case MAYBE -> MAYBE;
                case YES -> NO;
            };
        }

        Certainty least(Certainty other) {
            return compareTo(other) < 0 ? this : other;
        }

        Certainty most(Certainty other) {
            return compareTo(other) > 0 ? this : other;
        }

        static Certainty of(boolean known) {
            return known ? YES : NO;
        }
    }

    private final String words;
    private final BiPredicate<Signal, RateLimitHint> test;
    private final IntFunction<Certainty> byStatus;
    private final Certainty ofFailure;
    private final IntPredicate byCode;

    private RetryRule(
            String words,
            BiPredicate<Signal, RateLimitHint> test,
            IntFunction<Certainty> byStatus,
            Certainty ofFailure,
            IntPredicate byCode) {
        this.words = words;
        this.test = test;
        this.byStatus = byStatus;
        this.ofFailure = ofFailure;
        this.byCode = byCode;
    }

    /**
     * Returns what {@link RetryPolicy#standard()} sends again: its statuses, what is known of error codes, and failures that pass by
     * themselves.
     *
     * @return the rule
     */
    public static RetryRule standard() {
        RetryPolicy policy = RetryPolicy.standard();
        return new RetryRule(
                "standard",
                (signal, hint) -> signal instanceof Signal.Response response
                        ? Judgement.retryable(policy, response.status(), hint)
                        : Judgement.retryable(policy, (Signal.Failure) signal),
                status -> Judgement.error(status) ? Certainty.MAYBE : Certainty.NO,
                Certainty.MAYBE,
                status -> false);
    }

    /**
     * Returns a rule of statuses.
     *
     * @param codes status codes from 200 to 599, at least one
     * @return the rule
     * @throws IllegalArgumentException if there is none, or one is out of its range
     */
    public static RetryRule status(int... codes) {
        if (codes.length == 0) {
            throw new IllegalArgumentException("A rule of statuses needs at least one.");
        }
        BitSet set = new BitSet();
        for (int code : codes) {
            set.set(checked(code));
        }
        return ofStatus("status " + set, status -> status >= 0 && set.get(status));
    }

    /**
     * Returns a rule of a range of statuses.
     *
     * @param first from 200
     * @param last to 599, included
     * @return the rule
     * @throws IllegalArgumentException if one is out of its range, or the last is below the first
     */
    public static RetryRule statusBetween(int first, int last) {
        if (checked(last) < checked(first)) {
            throw new IllegalArgumentException("The last status (" + last + ") is below the first (" + first + ").");
        }
        return ofStatus("status " + first + " to " + last, status -> status >= first && status <= last);
    }

    private static RetryRule ofStatus(String words, IntPredicate statuses) {
        return new RetryRule(
                words,
                (signal, hint) -> signal instanceof Signal.Response response && statuses.test(response.status()),
                status -> Certainty.of(statuses.test(status)),
                Certainty.NO,
                status -> false);
    }

    private static int checked(int code) {
        if (code < MIN_STATUS || code > MAX_STATUS) {
            throw new IllegalArgumentException(
                    "A status must be between " + MIN_STATUS + " and " + MAX_STATUS + ", not " + code + ".");
        }
        return code;
    }

    /**
     * Returns a rule of an error's code, from a header or the beginning of the body.
     *
     * @param codes the codes exactly as the server spells them, at least one
     * @return the rule
     * @throws IllegalArgumentException if there is none, or one is blank
     */
    public static RetryRule errorCode(String... codes) {
        Set<String> known = new TreeSet<>(Arrays.asList(codes));
        if (known.isEmpty() || known.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("A rule of error codes needs at least one, and none may be blank.");
        }
        return ofCode(
                "code " + known,
                hint -> hint.errorCode().filter(known::contains).isPresent());
    }

    /**
     * Returns a rule of what is known of an error's code.
     *
     * @param kinds the kinds, at least one
     * @return the rule
     * @throws IllegalArgumentException if there is none
     */
    public static RetryRule errorKind(ErrorKind... kinds) {
        if (kinds.length == 0) {
            throw new IllegalArgumentException("A rule of kinds of errors needs at least one.");
        }
        Set<ErrorKind> known = EnumSet.copyOf(Arrays.asList(kinds));
        return ofCode(
                "kind " + known,
                hint -> hint.errorKind().filter(known::contains).isPresent());
    }

    private static RetryRule ofCode(String words, Predicate<RateLimitHint> test) {
        return new RetryRule(
                words,
                (signal, hint) -> signal instanceof Signal.Response response
                        && Judgement.error(response.status())
                        && test.test(hint),
                status -> Judgement.error(status) ? Certainty.MAYBE : Certainty.NO,
                Certainty.NO,
                Judgement::error);
    }

    /**
     * Returns a rule of responses with a header field, whatever it says.
     *
     * @param name the field's name, in any case
     * @return the rule
     */
    public static RetryRule header(String name) {
        Objects.requireNonNull(name, "name");
        return ofResponse("header " + name, response -> response.first(name).isPresent());
    }

    /**
     * Returns a rule of a header field's value.
     *
     * @param name the field's name, in any case
     * @param value tests the first line of that name
     * @return the rule
     */
    public static RetryRule header(String name, Predicate<? super String> value) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        return ofResponse(
                "header " + name + " as told",
                response -> response.first(name).filter(value).isPresent());
    }

    /**
     * Returns a rule of status and header fields. Asked for successes as well, of which the first that it matches is not the last
     * one sent: so look at the status first.
     *
     * @param test looks at a response; the beginning of its body is only there for errors whose code Headway reads
     * @return the rule
     */
    public static RetryRule response(Predicate<? super Signal.Response> test) {
        Objects.requireNonNull(test, "test");
        return ofResponse("response as told", test);
    }

    /**
     * Returns a rule of what code has returned that {@link Headway#call} or {@link Headway#callAsync} runs; it matches nothing else. The
     * code has done something by then, so it runs again only where that may be done twice ({@link CallOptions.Builder#idempotent}).
     *
     * @param test looks at a value, which may be null
     * @return the rule
     */
    public static RetryRule result(Predicate<? super @Nullable Object> test) {
        Objects.requireNonNull(test, "test");
        return new RetryRule(
                "result as told",
                (signal, hint) -> signal instanceof Outcome<?> outcome && test.test(outcome.value()),
                status -> Certainty.of(status == Outcome.OK).least(Certainty.MAYBE),
                Certainty.NO,
                status -> false);
    }

    private static RetryRule ofResponse(String words, Predicate<? super Signal.Response> test) {
        return new RetryRule(
                words,
                (signal, hint) -> signal instanceof Signal.Response response && test.test(response),
                status -> Certainty.MAYBE,
                Certainty.NO,
                status -> false);
    }

    /**
     * Returns a rule of attempts that ended with an exception.
     *
     * @param types which exceptions, subclasses included; none, for every one
     * @return the rule
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static RetryRule failure(Class<? extends Throwable>... types) {
        Set<Class<? extends Throwable>> known = Set.of(types);
        return failure("failure" + names(known), thrown -> known.isEmpty() || isOne(thrown, known));
    }

    /**
     * Returns a rule of exceptions that have one of these types among them and their causes.
     *
     * @param types which exceptions, subclasses included; at least one
     * @return the rule
     * @throws IllegalArgumentException if there is none
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static RetryRule causedBy(Class<? extends Throwable>... types) {
        Set<Class<? extends Throwable>> known = Set.of(types);
        if (known.isEmpty()) {
            throw new IllegalArgumentException("A rule of causes needs at least one type.");
        }
        return failure(
                "failure caused by" + names(known),
                thrown -> Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
                        .limit(MAX_CAUSES)
                        .anyMatch(cause -> isOne(cause, known)));
    }

    /**
     * Returns a rule of an exception's message.
     *
     * @param pattern found anywhere in it
     * @return the rule
     */
    public static RetryRule message(Pattern pattern) {
        Objects.requireNonNull(pattern, "pattern");
        return failure(
                "failure with " + pattern,
                thrown -> thrown.getMessage() != null
                        && pattern.matcher(thrown.getMessage()).find());
    }

    /**
     * Returns a rule of exceptions.
     *
     * @param test looks at what the client threw
     * @return the rule
     */
    public static RetryRule failureThat(Predicate<? super Throwable> test) {
        Objects.requireNonNull(test, "test");
        return failure("failure as told", test);
    }

    private static RetryRule failure(String words, Predicate<? super Throwable> test) {
        return new RetryRule(
                words,
                (signal, hint) -> signal instanceof Signal.Failure failure && test.test(failure.cause()),
                status -> Certainty.NO,
                Certainty.MAYBE,
                status -> false);
    }

    private static boolean isOne(Throwable thrown, Set<Class<? extends Throwable>> types) {
        return types.stream().anyMatch(type -> type.isInstance(thrown));
    }

    private static String names(Set<Class<? extends Throwable>> types) {
        return types.stream().map(type -> " " + type.getSimpleName()).sorted().collect(Collectors.joining());
    }

    /**
     * Returns a rule that matches what both match.
     *
     * @param other the other rule
     * @return the rule
     */
    public RetryRule and(RetryRule other) {
        return new RetryRule(
                "(" + words + " and " + other.words + ")",
                test.and(other.test),
                status -> byStatus.apply(status).least(other.byStatus.apply(status)),
                ofFailure.least(other.ofFailure),
                byCode.or(other.byCode));
    }

    /**
     * Returns a rule that matches what either matches.
     *
     * @param other the other rule
     * @return the rule
     */
    public RetryRule or(RetryRule other) {
        return new RetryRule(
                "(" + words + " or " + other.words + ")",
                test.or(other.test),
                status -> byStatus.apply(status).most(other.byStatus.apply(status)),
                ofFailure.most(other.ofFailure),
                byCode.or(other.byCode));
    }

    /**
     * Returns a rule that matches what this does not: of a rule of statuses also successes and failures, so combine it.
     *
     * @return the rule
     */
    public RetryRule not() {
        return new RetryRule(
                "not " + words, test.negate(), status -> byStatus.apply(status).not(), ofFailure.not(), byCode);
    }

    /**
     * Tells whether an outcome asks for another attempt.
     *
     * @param signal what the attempt brought
     * @param hint what a response says of limits; {@link RateLimitHint#none()} of a failure
     * @return whether it does
     */
    public boolean matches(Signal signal, RateLimitHint hint) {
        return test.test(signal, hint);
    }

    /**
     * Tells whether a response of that status could match, whatever else it says.
     *
     * @param status the status
     * @return whether it could
     */
    public boolean couldMatch(int status) {
        return byStatus.apply(status) != Certainty.NO;
    }

    /**
     * Tells whether a response of that status matches, whatever else it says.
     *
     * @param status the status
     * @return whether it does
     */
    public boolean surelyMatches(int status) {
        return byStatus.apply(status) == Certainty.YES;
    }

    /**
     * Tells whether the error's code decides for a response of that status, so that its body has to be looked at.
     *
     * @param status the status
     * @return whether it does
     */
    public boolean decidesByCode(int status) {
        return byStatus.apply(status) == Certainty.MAYBE && byCode.test(status);
    }

    /** Whether any response or failure could match. */
    boolean possible() {
        return ofFailure != Certainty.NO
                || IntStream.rangeClosed(MIN_STATUS, MAX_STATUS).anyMatch(this::couldMatch);
    }

    @Override
    public String toString() {
        return words;
    }
}
