package dev.headway.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import dev.headway.CallOptions;
import dev.headway.Concurrency;
import dev.headway.GiveUpException;
import dev.headway.Headway;
import dev.headway.LimitHint;
import dev.headway.OnLimit;
import dev.headway.Quota;
import dev.headway.RateLimitHint;
import dev.headway.RefusedException;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.Signal;
import dev.headway.TokenBucket;
import dev.headway.spi.Execution;
import dev.headway.spi.RequestFacts;
import dev.headway.testkit.VirtualTime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeadwayMetricsTest {

    private static final Scope API = Scope.of("api");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration REAL = Duration.ofSeconds(30);
    private static final CallOptions IDEMPOTENT =
            CallOptions.builder().idempotent().build();

    private final VirtualTime time = VirtualTime.automatic();
    private final MockClock clock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final HeadwayMetrics metrics = new HeadwayMetrics(3, clock);

    @Test
    void attemptsWaitsAndCallsAreCounted() throws Exception {
        Headway headway = bound(Headway.builder());

        headway.call(API, failing(1, new RefusedException(Duration.ofSeconds(3))));
        headway.call(API, IDEMPOTENT, failing(1, new IOException()));

        assertThat(timer("headway.attempts", "outcome", "refused").count()).isEqualTo(1);
        assertThat(timer("headway.attempts", "outcome", "failed").count()).isEqualTo(1);
        assertThat(timer("headway.attempts", "outcome", "ok").count()).isEqualTo(2);
        Timer paused = timer("headway.waits", "cause", "server_hint");
        assertThat(paused.count()).isEqualTo(1);
        assertThat(paused.totalTime(TimeUnit.SECONDS)).isCloseTo(3, within(0.1));
        assertThat(timer("headway.waits", "cause", "backoff").count()).isEqualTo(1);
        assertThat(counter("headway.calls", "result", "ended")).isEqualTo(2);
        assertThat(counter("headway.calls", "result", "gave_up")).isZero();
        assertThat(counter("headway.gate.closings")).isEqualTo(1);
    }

    @Test
    void callsThatGiveUpAreCountedByTheirReason() throws Exception {
        Headway headway = bound(Headway.builder()
                .limit(TokenBucket.perSecond(1))
                .onLimit(OnLimit.FAIL)
                .retry(RetryPolicy.builder().maxAttempts(2).build()));
        headway.call(API, () -> "first");

        assertThat(catchThrowable(() -> headway.call(API, () -> "second"))).isInstanceOf(GiveUpException.class);

        assertThat(counter("headway.giveups", "reason", "limit")).isEqualTo(1);
        assertThat(counter("headway.calls", "result", "gave_up")).isEqualTo(1);
        assertThat(counter("headway.calls", "result", "ended")).isEqualTo(1);
    }

    @Test
    void gaugesTellHowAScopeStands() {
        Headway headway = bound(Headway.builder().limit(Quota.of(10).per(Duration.ofMinutes(1)), Concurrency.of(1)));
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> answer = headway.callAsync(API, () -> first);
        CompletableFuture<String> waits = headway.callAsync(API, () -> CompletableFuture.completedFuture("second"));

        clock.add(SECOND);
        assertThat(gauge("headway.waiting")).isEqualTo(1);
        assertThat(gauge("headway.in.flight")).isEqualTo(1);
        assertThat(gauge("headway.gate")).isZero();
        assertThat(gauge("headway.retry.budget")).isEqualTo(100);
        assertThat(gauge("headway.limit", "origin", "told", "limit", "PT1M")).isEqualTo(10);
        assertThat(gauge("headway.limit.remaining", "origin", "told", "limit", "PT1M"))
                .isEqualTo(9);
        assertThat(gauge("headway.limit.window", "origin", "told", "limit", "PT1M"))
                .isEqualTo(60);
        assertThat(gauge("headway.limit", "origin", "told", "limit", "in_flight"))
                .isEqualTo(1);

        first.complete("first");
        assertThat(answer).succeedsWithin(REAL).isEqualTo("first");
        assertThat(waits).succeedsWithin(REAL).isEqualTo("second");
        // One look is for all gauges of a second.
        assertThat(gauge("headway.waiting")).isEqualTo(1);
        clock.add(SECOND);
        assertThat(gauge("headway.waiting")).isZero();
    }

    @Test
    void gateAndRefusalAreSeen() {
        Headway headway = bound(Headway.builder().onLimit(OnLimit.FAIL));

        assertThatThrownBy(() -> headway.call(API, failing(1, new RefusedException(Duration.ofSeconds(3)))))
                .isInstanceOf(RefusedException.class);

        clock.add(SECOND);
        assertThat(gauge("headway.gate")).isEqualTo(2);
        time.advance(Duration.ofSeconds(4));
        clock.add(SECOND);
        assertThat(gauge("headway.gate")).isLessThan(2);
    }

    @Test
    void learnedLimitsHaveGaugesAsSoonAsTheyAreKnown() {
        RateLimitHint hint = RateLimitHint.builder()
                .limit(new LimitHint("minute", 60L, 7L, Duration.ofSeconds(30), null, LimitHint.REQUESTS))
                .build();
        Headway headway = bound(Headway.builder().hints((response, now) -> hint));
        Execution call = headway.begin(new Request(API));
        call.next();
        call.record(new Answer(200));
        clock.add(SECOND);

        assertThat(gauge("headway.limit", "origin", "learned", "limit", "minute"))
                .isEqualTo(60);
        assertThat(gauge("headway.limit.remaining", "origin", "learned", "limit", "minute"))
                .isEqualTo(7);
        assertThat(gauge("headway.limit.window", "origin", "learned", "limit", "minute"))
                .isEqualTo(30);
    }

    @Test
    void scopesBeyondTheBoundShareATagAndHaveNoGauges() throws Exception {
        Headway headway = bound(Headway.builder());
        for (int i = 0; i < 50; i++) {
            headway.call(Scope.of("https://host-" + i), () -> "done");
        }

        List<String> tags = registry.getMeters().stream()
                .map(meter -> meter.getId().getTag("scope"))
                .distinct()
                .sorted()
                .toList();
        assertThat(tags).containsExactly("https://host-0", "https://host-1", "https://host-2", "other");
        assertThat(registry.get("headway.calls")
                        .tags("scope", "other", "result", "ended")
                        .counter()
                        .count())
                .isEqualTo(47);
        assertThat(registry.find("headway.waiting").tag("scope", "other").gauge())
                .isNull();
        assertThat(registry.getMeters()).hasSizeLessThan(100);
    }

    @Test
    void severalRegistriesAndALateOne() throws Exception {
        Headway headway = bound(Headway.builder());
        headway.call(API, () -> "first");
        SimpleMeterRegistry late = new SimpleMeterRegistry();
        metrics.bindTo(late);

        headway.call(API, () -> "second");

        assertThat(counter("headway.calls", "result", "ended")).isEqualTo(2);
        assertThat(late.get("headway.calls")
                        .tags("scope", "api", "result", "ended")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void noMeterNamesAUrl() {
        Headway headway = bound(Headway.builder());
        Execution call = headway.begin(new Request(API));
        call.next();
        call.record(new Answer(429));
        call.next();

        assertThat(registry.getMeters())
                .extracting(Meter::getId)
                .noneMatch(id -> id.toString().contains("users"));
    }

    @Test
    void aBoundBelowZeroIsRefused() {
        assertThatThrownBy(() -> new HeadwayMetrics(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> new HeadwayMetrics(10_001)).isInstanceOf(IllegalArgumentException.class);
    }

    private record Request(Scope scope) implements RequestFacts {

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String url() {
            return "https://api.example.com/users/42";
        }

        @Override
        public boolean replayable() {
            return true;
        }

        @Override
        public List<String> headers(String name) {
            return List.of();
        }

        @Override
        public @Nullable RetryPolicy policy() {
            return null;
        }

        @Override
        public OptionalLong timeLeftNanos() {
            return OptionalLong.empty();
        }
    }

    private record Answer(int status) implements Signal.Response {

        @Override
        public boolean anyName(Predicate<? super String> test) {
            return false;
        }

        @Override
        public void forEach(BiConsumer<? super String, ? super String> visitor) {}
    }

    private Headway bound(Headway.Builder builder) {
        metrics.bindTo(registry);
        return builder.time(time).listener(metrics).build();
    }

    private static Callable<String> failing(int times, Exception failure) {
        AtomicInteger runs = new AtomicInteger();
        return () -> {
            if (runs.incrementAndGet() <= times) {
                throw failure;
            }
            return "done";
        };
    }

    private Timer timer(String name, String... tags) {
        return registry.get(name).tag("scope", "api").tags(tags).timer();
    }

    private double counter(String name, String... tags) {
        Counter counter = registry.get(name).tag("scope", "api").tags(tags).counter();
        return counter.count();
    }

    private double gauge(String name, String... tags) {
        Gauge gauge = registry.get(name).tag("scope", "api").tags(tags).gauge();
        return gauge.value();
    }

    @Test
    void aCallWhoseCodeThrowsIsCountedAsWell() {
        Headway headway = bound(Headway.builder());

        assertThatThrownBy(() -> headway.call(API, () -> {
                    throw new IllegalStateException("a fault of the caller's");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(counter("headway.calls", "result", "ended")).isEqualTo(1);
        assertThat(timer("headway.attempts", "outcome", "failed").count()).isEqualTo(1);
    }

    @Test
    void gaugesFollowOtherLimits() throws Exception {
        Headway headway = bound(Headway.builder().limit(Quota.of(100).per(Duration.ofMinutes(1))));
        headway.call(API, () -> "served");
        headway.changeLimits(Quota.of(5000).per(Duration.ofHours(1)));
        clock.add(SECOND);
        scrape();

        assertThat(registry.get("headway.limit").tag("limit", "PT1H").gauge().value())
                .isEqualTo(5000);
    }

    @Test
    void gaugesAreOfAllHeadwaysThatHaveTheScope() throws Exception {
        Headway one = bound(Headway.builder().limit(Concurrency.of(1)));
        Headway other = bound(Headway.builder().limit(Concurrency.of(1)));
        CompletableFuture<String> answer = new CompletableFuture<>();
        CompletableFuture<String> first = one.callAsync(API, () -> answer);
        CompletableFuture<String> second = one.callAsync(API, () -> answer);
        other.call(API, () -> "served");
        clock.add(SECOND);

        assertThat(registry.get("headway.waiting").gauge().value()).isEqualTo(1);
        answer.complete("served");
        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(second.get(30, TimeUnit.SECONDS));
    }

    @Test
    void gaugesOfTheFirstScopesStayWhereThereAreThousands() throws Exception {
        Headway headway = bound(Headway.builder().limit(Quota.of(100).per(Duration.ofMinutes(1))));
        for (int i = 0; i < 3000; i++) {
            headway.call(Scope.of("scope " + i), () -> "served");
        }
        clock.add(SECOND);

        assertThat(registry.get("headway.waiting")
                        .tag("scope", "scope 0")
                        .gauge()
                        .value())
                .isZero();
    }

    @Test
    void metersHoldNoHeadway() throws Exception {
        WeakReference<Headway> used = used();
        long end = System.nanoTime() + REAL.toNanos();
        while (used.get() != null && System.nanoTime() - end < 0) {
            System.gc();
            Thread.onSpinWait();
        }

        assertThat(used.get()).isNull();
    }

    private WeakReference<Headway> used() throws Exception {
        Headway headway = bound(Headway.builder());
        headway.call(API, () -> "served");
        return new WeakReference<>(headway);
    }

    private void scrape() {
        registry.getMeters().forEach(meter -> meter.measure().forEach(each -> each.getValue()));
    }
}
