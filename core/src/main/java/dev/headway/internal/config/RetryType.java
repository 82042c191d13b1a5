package dev.headway.internal.config;

import dev.headway.Backoff;
import dev.headway.RetryPolicy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What {@link RetryPolicy.Builder} can be told. */
final class RetryType {

    /** A policy on its way. */
    static final class Draft {
        RetryPolicy.Builder policy = RetryPolicy.builder();
        private final Set<Long> retried = new LinkedHashSet<>();
        private final Set<Long> never = new LinkedHashSet<>();
        private @Nullable Duration maxElapsed;
        private @Nullable Duration maxServerWait;

        private void begin(RetryPolicy preset) {
            policy = preset.toBuilder();
            maxElapsed = null;
            maxServerWait = null;
        }

        /** Another block begins: what it says goes before what was said, and only what it says itself can contradict it. */
        void blockBegins() {
            retried.clear();
            never.clear();
        }

        void check(Node node, Problems problems) {
            retried.stream()
                    .filter(never::contains)
                    .forEach(status -> problems.add(
                            node.place(), "Status " + status + " is in retryStatus and in neverRetryStatus."));
            if (maxElapsed != null && maxServerWait != null && maxServerWait.compareTo(maxElapsed) > 0) {
                problems.add(node.place(), "maxServerWait is longer than maxElapsed, which ends every wait before.");
            }
        }
    }

    private static final class Curve {
        Duration base = Duration.ofSeconds(1);
        double growth = 2;
        Duration cap = Duration.ofSeconds(30);
        Function<Backoff.Exponential, Backoff> jitter = Backoff.Exponential::withEqualJitterOnThrottle;
    }

    private static final Map<String, RetryPolicy> PRESETS = presets();

    private RetryType() {}

    private static Map<String, RetryPolicy> presets() {
        Map<String, RetryPolicy> presets = new LinkedHashMap<>();
        presets.put("standard", RetryPolicy.standard());
        presets.put("none", RetryPolicy.none());
        return presets;
    }

    static ObjectType<Draft> keys() {
        Type<Long> status = Types.whole(200, 599);
        Duration shortest = Duration.ofMillis(1);
        return new ObjectType<Draft>("an object of retry settings")
                .key(
                        "preset",
                        Types.oneOf(PRESETS),
                        "What to begin with, instead of what the defaults say.",
                        Draft::begin)
                .key(
                        "maxAttempts",
                        Types.whole(1, 1000),
                        "How often a call is sent at most, the first time included.",
                        (draft, attempts) -> draft.policy.maxAttempts(attempts.intValue()))
                .key(
                        "maxElapsed",
                        Types.length(shortest),
                        "The time a call has for all its attempts and waits.",
                        (draft, length) -> {
                            draft.policy.maxElapsed(length);
                            draft.maxElapsed = length;
                        })
                .key(
                        "maxServerWait",
                        Types.length(shortest),
                        "The longest wait that a server may ask for.",
                        (draft, length) -> {
                            draft.policy.maxServerWait(length);
                            draft.maxServerWait = length;
                        })
                .key(
                        "backoff",
                        backoff(),
                        "The delays before retries that no server named the moment of.",
                        (draft, delays) -> draft.policy.backoff(delays))
                .key(
                        "retryStatus",
                        Types.oneOrMore(status),
                        "Statuses that ask for another attempt, besides those of the preset.",
                        (draft, codes) -> {
                            codes.forEach(code -> draft.policy.retryStatus(code.intValue()));
                            draft.retried.addAll(codes);
                        })
                .key(
                        "neverRetryStatus",
                        Types.oneOrMore(status),
                        "Statuses that do not, whatever else is known.",
                        (draft, codes) -> {
                            codes.forEach(code -> draft.policy.neverRetryStatus(code.intValue()));
                            draft.never.addAll(codes);
                        })
                .key(
                        "errorCodes",
                        Types.map(
                                Types.list(Types.text("an error code"), 0),
                                "a status from 200 to 599",
                                "[2-5][0-9][0-9]"),
                        "By status, the codes in the body that ask for another attempt; an empty list: any.",
                        (draft, codes) -> codes.forEach((number, each) ->
                                draft.policy.errorCodes(Integer.parseInt(number), each.toArray(String[]::new))))
                .key(
                        "throttlesInSuccess",
                        Types.bool(),
                        "Whether a 2xx whose body says that the call was throttled is a refusal.",
                        (draft, look) -> draft.policy.throttlesInSuccess(look))
                .key(
                        "retryFailures",
                        Types.bool(),
                        "Whether timeouts and broken connections ask for another attempt.",
                        (draft, retry) -> draft.policy.retryFailures(retry))
                .key(
                        "idempotencyHeaders",
                        Types.list(fieldName(), 0),
                        "The request header fields that make any method safe to repeat.",
                        (draft, names) -> draft.policy.idempotencyHeaders(names.toArray(String[]::new)));
    }

    /** RFC 9110 section 5.6.2. */
    static Type<String> fieldName() {
        String words = "the name of a header field";
        return Types.mapped(
                Types.text(words),
                name -> {
                    if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
                        throw new IllegalArgumentException();
                    }
                    return name;
                },
                "This must be " + words + ".");
    }

    private static Type<Backoff> backoff() {
        Type<Backoff> word = Types.oneOf(Map.of("none", Backoff.none()));
        Type<Backoff> named = Types.choice(new ObjectType<List<Backoff>>(
                        "an object such as {\"exponential\": {\"base\": \"1s\"}}")
                .key(
                        "fixed",
                        Types.length(Duration.ZERO),
                        "The same delay each time.",
                        (made, delay) -> made.add(Backoff.fixed(delay)))
                .key("exponential", exponential(), "From one delay to the next longer by a factor.", List::add));
        return Types.textOr(word, named);
    }

    private static Type<Backoff> exponential() {
        Map<String, Function<Backoff.Exponential, Backoff>> jitters = new LinkedHashMap<>();
        jitters.put("none", curve -> curve);
        jitters.put("full", Backoff.Exponential::withFullJitter);
        jitters.put("equal", Backoff.Exponential::withEqualJitter);
        jitters.put("equalOnThrottle", Backoff.Exponential::withEqualJitterOnThrottle);
        ObjectType<Curve> keys = new ObjectType<Curve>("an object with base, growth, cap and jitter")
                .key(
                        "base",
                        Types.length(Duration.ofMillis(1)),
                        "The first delay. Default 1s.",
                        (curve, base) -> curve.base = base)
                .key(
                        "growth",
                        Types.number(1, 1000),
                        "The factor from one delay to the next. Default 2.",
                        (curve, growth) -> curve.growth = growth)
                .key(
                        "cap",
                        Types.length(Duration.ofMillis(1)),
                        "The longest delay. Default 30s.",
                        (curve, cap) -> curve.cap = cap)
                .key(
                        "jitter",
                        Types.oneOf(jitters),
                        "How delays are spread. Default equalOnThrottle.",
                        (curve, jitter) -> curve.jitter = jitter);
        return Types.object(
                keys,
                Curve::new,
                curve -> curve.jitter.apply(Backoff.exponential(curve.base, curve.growth, curve.cap)),
                "The cap of a backoff must not be below its base.");
    }
}
