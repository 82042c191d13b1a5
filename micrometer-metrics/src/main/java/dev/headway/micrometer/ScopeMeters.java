package dev.headway.micrometer;

import dev.headway.CallTrace;
import dev.headway.GiveUpReason;
import dev.headway.HeadwayListener;
import dev.headway.Scope;
import dev.headway.ScopeSnapshot;
import dev.headway.ScopeSnapshot.LimitState;
import dev.headway.WaitCause;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The meters of one scope. Those of every call are looked up once. */
final class ScopeMeters {

    /** As many limits as are learned of a scope at one time, and some told. */
    private static final int MOST_LIMITS = 16;

    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Scope scope;
    private final MeterRegistry registry;
    private final Tags tags;
    private final Timer well;
    private final Timer refused;
    private final Timer failed;
    private final Counter ended;
    private final Counter gaveUp;
    private final Counter closings;
    private final Map<WaitCause, Timer> waits = new EnumMap<>(WaitCause.class);
    private final Set<Tags> limits = new HashSet<>();

    ScopeMeters(Scope scope, MeterRegistry registry) {
        this.scope = scope;
        this.registry = registry;
        tags = Tags.of("scope", scope.name());
        well = attempts("ok");
        refused = attempts("refused");
        failed = attempts("failed");
        ended = calls("ended");
        gaveUp = calls("gave_up");
        closings = Counter.builder("headway.gate.closings")
                .description("How often a refusal has closed the gate, or moved its opening")
                .tags(tags)
                .register(registry);
        for (WaitCause cause : WaitCause.values()) {
            waits.put(
                    cause,
                    Timer.builder("headway.waits")
                            .description("Waits before attempts, as long as they took")
                            .tags(tags.and("cause", lower(cause)))
                            .register(registry));
        }
    }

    private Timer attempts(String outcome) {
        return Timer.builder("headway.attempts")
                .description("Attempts, from sending to the header fields of the response or the failure")
                .tags(tags.and("outcome", outcome))
                .register(registry);
    }

    private Counter calls(String result) {
        return Counter.builder("headway.calls")
                .description("Calls that have ended, by themselves or because they gave up")
                .tags(tags.and("result", result))
                .register(registry);
    }

    void attempt(HeadwayListener.AttemptEvent event) {
        Timer timer = event.throttled() ? refused : event.evidence() == null ? well : failed;
        timer.record(event.attempt().duration());
    }

    void waited(CallTrace.Wait wait) {
        Timer timer = waits.get(wait.cause());
        if (timer != null) {
            timer.record(wait.duration());
        }
    }

    void gaveUp(GiveUpReason reason) {
        Counter.builder("headway.giveups")
                .description("Calls that have ended although they wanted to go on")
                .tags(tags.and("reason", lower(reason)))
                .register(registry)
                .increment();
    }

    void done(CallTrace trace) {
        (trace.gaveUp().isPresent() ? gaveUp : ended).increment();
    }

    void gateClosed() {
        closings.increment();
    }

    // ---- gauges

    void gauge(Standing standing) {
        gauge(standing, "headway.waiting", "Calls that wait for a permit", now -> (double) now.waiting());
        gauge(standing, "headway.in.flight", "Calls on their way, where counted", now -> number(now.inFlight()));
        gauge(standing, "headway.gate", "0 open, 1 probing after a refusal, 2 closed", now -> number(now.gate()));
        gauge(standing, "headway.retry.budget", "Unasked attempts still allowed", now -> (double) now.budgetLeft());
    }

    private void gauge(Standing standing, String name, String description, Function<ScopeSnapshot, Double> value) {
        Gauge.builder(name, () -> standing.of(scope).map(value).orElse(Double.NaN))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    /** Where two limits of a scope have the same tags, of the first. */
    synchronized void gaugeLimit(boolean told, @Nullable String name, @Nullable Duration window, Standing standing) {
        Tags ofLimit = tagsOf(told, name, window);
        if (limits.size() >= MOST_LIMITS || !limits.add(ofLimit)) {
            return;
        }
        gaugeLimit(standing, ofLimit, "headway.limit", "Calls that a window allows", now -> (double) now.limit());
        gaugeLimit(
                standing,
                ofLimit,
                "headway.limit.remaining",
                "Calls that could go now as far as the limit is concerned",
                now -> number(now.remaining()));
        gaugeLimit(standing, ofLimit, "headway.limit.window", "Seconds of a window", now -> seconds(now.window()));
    }

    private void gaugeLimit(
            Standing standing, Tags ofLimit, String name, String description, Function<LimitState, Double> value) {
        Function<ScopeSnapshot, Optional<LimitState>> found = now -> now.limits().stream()
                .filter(limit ->
                        tagsOf(limit.told(), limit.name(), limit.window()).equals(ofLimit))
                .findFirst();
        Gauge.builder(name, () -> standing.of(scope).flatMap(found).map(value).orElse(Double.NaN))
                .description(description)
                .tags(ofLimit)
                .register(registry);
    }

    /** The size of what is learned is no tag, nor is its window: they change. */
    private Tags tagsOf(boolean told, @Nullable String name, @Nullable Duration window) {
        if (told) {
            return tags.and("origin", "told", "limit", window == null ? "in_flight" : window.toString());
        }
        return tags.and("origin", "learned", "limit", name == null ? "unnamed" : name);
    }

    private static double number(ScopeSnapshot.Gate gate) {
        return switch (gate) {
            case OPEN -> 0;
            case PROBING -> 1;
            case CLOSED -> 2;
        };
    }

    private static double number(@Nullable Long value) {
        return value == null ? Double.NaN : (double) value;
    }

    private static double seconds(@Nullable Duration length) {
        return length == null ? Double.NaN : length.toNanos() / SECOND;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
