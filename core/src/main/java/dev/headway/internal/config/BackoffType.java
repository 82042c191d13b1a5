package dev.headway.internal.config;

import dev.headway.Backoff;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Backoffs by their names; some are made of others. */
final class BackoffType {

    private static final Duration SHORTEST = Duration.ofMillis(1);

    /** What every kind has, as far as it needs it. */
    private static final class Draft {
        Duration base = Duration.ofSeconds(1);
        double growth = 2;
        Duration cap = Duration.ofSeconds(30);
        Duration least = Duration.ZERO;
        Duration step = Duration.ofSeconds(1);
        double share = 0.5;
        Duration upTo = Duration.ofSeconds(1);
        Function<Draft, Backoff> jitter = draft -> draft.curve().withEqualJitterOnThrottle();
        Backoff throttled = Backoff.none();
        Backoff failed = Backoff.none();

        Backoff.Exponential curve() {
            return Backoff.exponential(base, growth, cap);
        }
    }

    private static final Type<Backoff> WHOLE = whole();

    private BackoffType() {}

    static Type<Backoff> of() {
        return new Recursive<>("backoff", () -> WHOLE);
    }

    /** What the schema's reference means. */
    static Map<String, Object> definition() {
        return WHOLE.schema();
    }

    private static Type<Backoff> whole() {
        Type<List<Backoff>> several = Types.list(of(), 1);
        return Types.textOr(
                word(),
                Types.choice(kinds(new ObjectType<List<Backoff>>(words()))
                        .key(
                                "byCause",
                                byCause(of()),
                                "One backoff after a refusal because of a limit, another after anything else.",
                                List::add)
                        .key(
                                "chain",
                                Types.mapped(
                                        several,
                                        each -> Backoff.chain(each.toArray(Backoff[]::new)),
                                        "A chain needs at least one backoff."),
                                "The n-th retry takes the n-th, all after them the last.",
                                List::add)
                        .key(
                                "sum",
                                Types.mapped(
                                        several,
                                        each -> each.stream()
                                                .reduce(Backoff::plus)
                                                .orElseThrow(IllegalArgumentException::new),
                                        "A sum needs at least one backoff."),
                                "All of them together.",
                                List::add)
                        .key(
                                "bounded",
                                bounded(of()),
                                "Another backoff whose delays are brought within bounds.",
                                List::add)));
    }

    private static String words() {
        return "an object such as {\"exponential\": {\"base\": \"1s\"}}";
    }

    private static Type<Backoff> word() {
        return Types.oneOf(Map.of("none", Backoff.none()));
    }

    private static ObjectType<List<Backoff>> kinds(ObjectType<List<Backoff>> kinds) {
        return kinds.key(
                        "fixed",
                        Types.length(Duration.ZERO),
                        "The same delay each time.",
                        (made, delay) -> made.add(Backoff.fixed(delay)))
                .key("exponential", exponential(), "From one delay to the next longer by a factor.", List::add)
                .key(
                        "random",
                        made(
                                draft("an object with least and cap")
                                        .key(
                                                "least",
                                                Types.length(Duration.ZERO),
                                                "The shortest. Default 0s.",
                                                (draft, least) -> draft.least = least),
                                draft -> Backoff.random(draft.least, draft.cap)),
                        "Evenly between two.",
                        List::add)
                .key(
                        "incrementing",
                        made(
                                draft("an object with base, step and cap")
                                        .key(
                                                "base",
                                                Types.length(Duration.ZERO),
                                                "The first delay. Default 1s.",
                                                (draft, base) -> draft.base = base)
                                        .key(
                                                "step",
                                                Types.length(Duration.ZERO),
                                                "How much longer each is. Default 1s.",
                                                (draft, step) -> draft.step = step),
                                draft -> Backoff.incrementing(draft.base, draft.step, draft.cap)),
                        "From one delay to the next longer by a step.",
                        List::add)
                .key(
                        "decorrelated",
                        made(
                                draft("an object with base and cap")
                                        .key(
                                                "base",
                                                Types.length(SHORTEST),
                                                "The shortest. Default 1s.",
                                                (draft, base) -> draft.base = base),
                                draft -> Backoff.decorrelated(draft.base, draft.cap)),
                        "Evenly between the base and three times the delay before.",
                        List::add);
    }

    private static Type<Backoff> exponential() {
        Map<String, Function<Draft, Backoff>> jitters = new LinkedHashMap<>();
        jitters.put("none", Draft::curve);
        jitters.put("full", draft -> draft.curve().withFullJitter());
        jitters.put("equal", draft -> draft.curve().withEqualJitter());
        jitters.put("equalOnThrottle", draft -> draft.curve().withEqualJitterOnThrottle());
        jitters.put("additive", draft -> draft.curve().withAdditiveJitter(draft.upTo));
        jitters.put("proportional", draft -> draft.curve().withProportionalJitter(draft.share));
        jitters.put("smooth", draft -> draft.curve().withSmoothJitter());
        return made(
                draft("an object with base, growth, cap and jitter")
                        .key(
                                "base",
                                Types.length(SHORTEST),
                                "The first delay. Default 1s.",
                                (draft, base) -> draft.base = base)
                        .key(
                                "growth",
                                Types.number(1, 1000),
                                "The factor from one delay to the next. Default 2.",
                                (draft, growth) -> draft.growth = growth)
                        .key(
                                "upTo",
                                Types.length(Duration.ZERO),
                                "How much the additive jitter adds at most. Default 1s.",
                                (draft, upTo) -> draft.upTo = upTo)
                        .key(
                                "share",
                                Types.number(0, 1),
                                "The smallest share of the delay that proportional jitter leaves. Default 0.5.",
                                (draft, share) -> draft.share = share)
                        .key(
                                "jitter",
                                Types.oneOf(jitters),
                                "How delays are spread. Default equalOnThrottle.",
                                (draft, jitter) -> draft.jitter = jitter),
                draft -> draft.jitter.apply(draft));
    }

    private static Type<Backoff> byCause(Type<Backoff> each) {
        return Types.object(
                new ObjectType<Draft>("an object with throttled and failed")
                        .key(
                                "throttled",
                                each,
                                "After a refusal because of a limit. Default none.",
                                (draft, backoff) -> draft.throttled = backoff)
                        .key(
                                "failed",
                                each,
                                "After anything else. Default none.",
                                (draft, backoff) -> draft.failed = backoff),
                Draft::new,
                draft -> Backoff.byCause(draft.throttled, draft.failed),
                "This must be an object with throttled and failed.");
    }

    private static final class Bounds {
        Backoff of = Backoff.none();
        Duration atLeast = Duration.ZERO;

        @Nullable Duration atMost;

        Backoff made() {
            if (atMost != null && atMost.compareTo(atLeast) < 0) {
                throw new IllegalArgumentException();
            }
            Backoff least = atLeast.isZero() ? of : of.atLeast(atLeast);
            return atMost == null ? least : least.atMost(atMost);
        }
    }

    private static Type<Backoff> bounded(Type<Backoff> each) {
        return Types.object(
                new ObjectType<Bounds>("an object with of, atLeast and atMost")
                        .key("of", each, "The backoff. Default none.", (draft, backoff) -> draft.of = backoff)
                        .key(
                                "atLeast",
                                Types.length(Duration.ZERO),
                                "The shortest delay. Default 0s.",
                                (draft, least) -> draft.atLeast = least)
                        .key(
                                "atMost",
                                Types.length(Duration.ZERO),
                                "The longest delay. Default: none.",
                                (draft, most) -> draft.atMost = most),
                Bounds::new,
                Bounds::made,
                "atMost must not be below atLeast.");
    }

    private static ObjectType<Draft> draft(String words) {
        return new ObjectType<Draft>(words)
                .key("cap", Types.length(SHORTEST), "The longest delay. Default 30s.", (draft, cap) -> draft.cap = cap);
    }

    private static Type<Backoff> made(ObjectType<Draft> keys, Function<Draft, Backoff> form) {
        return Types.object(keys, Draft::new, form, "The cap of a backoff must not be below its shortest delay.");
    }
}
