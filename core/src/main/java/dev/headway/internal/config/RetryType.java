package dev.headway.internal.config;

import dev.headway.RetryPolicies;
import dev.headway.RetryPolicy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@link RetryPolicy.Builder} can be told. */
final class RetryType {

    /** A policy on its way. */
    static final class Draft {
        RetryPolicy.Builder policy = RetryPolicy.builder();

        private void begin(RetryPolicy preset) {
            policy = preset.toBuilder();
        }

        /** Another block begins: what it says goes before what was said, and only what it says itself can contradict it. */
        void blockBegins() {
            try {
                policy = policy.build().toBuilder();
            } catch (IllegalStateException e) {
                // The block before contradicts itself, and that is told there.
                policy = RetryPolicy.builder();
            }
        }
    }

    private static final Map<String, RetryPolicy> PRESETS = presets();

    private RetryType() {}

    private static Map<String, RetryPolicy> presets() {
        Map<String, RetryPolicy> presets = new LinkedHashMap<>();
        presets.put("standard", RetryPolicy.standard());
        presets.put("none", RetryPolicy.none());
        presets.put("oci2020", RetryPolicies.oci2020());
        presets.put("oci", RetryPolicies.oci());
        presets.put("ociFederation", RetryPolicies.ociFederation());
        presets.put("awsStandard", RetryPolicies.awsStandard());
        presets.put("aws2026", RetryPolicies.aws2026());
        presets.put("pollyStandard", RetryPolicies.pollyStandard());
        presets.put("github", RetryPolicies.github());
        presets.put("openai", RetryPolicies.openai());
        return presets;
    }

    static ObjectType<Draft> keys() {
        Type<Long> status = Types.whole(200, 599);
        Duration shortest = Duration.ofMillis(1);
        return new ObjectType<Draft>("an object of retry settings")
                .key(
                        "preset",
                        Types.textOr(Types.oneOf(PRESETS), Types.choice(withNumbers())),
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
                        (draft, length) -> draft.policy.maxElapsed(length))
                .key(
                        "maxServerWait",
                        Types.length(shortest),
                        "The longest wait that a server may ask for.",
                        (draft, length) -> draft.policy.maxServerWait(length))
                .key(
                        "backoff",
                        BackoffType.of(),
                        "The delays before retries that no server named the moment of.",
                        (draft, delays) -> draft.policy.backoff(delays))
                .key(
                        "stop",
                        StopType.of(),
                        "When a call is not sent again, beside maxAttempts and maxElapsed.",
                        (draft, stop) -> draft.policy.stop(stop))
                .key(
                        "retryStatus",
                        Types.oneOrMore(status),
                        "Statuses that ask for another attempt, besides those of the preset.",
                        (draft, codes) -> codes.forEach(code -> draft.policy.retryStatus(code.intValue())))
                .key(
                        "neverRetryStatus",
                        Types.oneOrMore(status),
                        "Statuses that do not, whatever else is known.",
                        (draft, codes) -> codes.forEach(code -> draft.policy.neverRetryStatus(code.intValue())))
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
                        "retryIf",
                        RuleType.of(),
                        "What asks for another attempt, instead of the keys above.",
                        (draft, rule) -> draft.policy.retryIf(rule))
                .key(
                        "throwOnGiveUp",
                        Types.bool(),
                        "Whether a call that gives up throws instead of handing over the last response.",
                        (draft, thrown) -> draft.policy.throwOnGiveUp(thrown))
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

    /** What urllib3 is told. */
    private static final class Urllib3 {
        int total = 10;
        Duration backoffFactor = Duration.ZERO;
        int[] statuses = {};
    }

    private static ObjectType<List<RetryPolicy>> withNumbers() {
        ObjectType<Urllib3> urllib3 = new ObjectType<Urllib3>("an object with total, backoffFactor and statuses")
                .key(
                        "total",
                        Types.whole(1, 999),
                        "How many retries at most. Default 10.",
                        (draft, total) -> draft.total = total.intValue())
                .key(
                        "backoffFactor",
                        Types.length(Duration.ZERO),
                        "Half the delay before the second retry. Default 0s.",
                        (draft, factor) -> draft.backoffFactor = factor)
                .key(
                        "statuses",
                        Types.oneOrMore(Types.whole(200, 599)),
                        "Statuses that ask for another attempt without Retry-After. Default none.",
                        (draft, codes) -> draft.statuses =
                                codes.stream().mapToInt(Long::intValue).toArray());
        return new ObjectType<List<RetryPolicy>>("an object such as {\"urllib3\": {\"total\": 3}}")
                .key(
                        "urllib3",
                        Types.object(
                                urllib3,
                                Urllib3::new,
                                draft -> RetryPolicies.urllib3(draft.total, draft.backoffFactor, draft.statuses),
                                "These numbers make no policy."),
                        "That of urllib3's Retry.",
                        List::add);
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
}
