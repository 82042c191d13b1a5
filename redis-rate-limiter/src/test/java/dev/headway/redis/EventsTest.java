package dev.headway.redis;

import static dev.headway.redis.Callers.SCOPE;
import static dev.headway.redis.Callers.accept;
import static dev.headway.redis.Callers.refuse;
import static dev.headway.redis.Callers.take;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.LimitHint;
import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What happens to a shared scope is told in each process. */
class EventsTest extends OnRedis {

    /** What one Headway has heard. */
    private static final class Ear implements HeadwayListener {

        private final List<GateEvent> closed = new CopyOnWriteArrayList<>();
        private final List<Scope> opened = new CopyOnWriteArrayList<>();
        private final List<LimitEvent> limits = new CopyOnWriteArrayList<>();

        private static Ear on(RedisRateLimiter limiter) {
            Ear ear = new Ear();
            Headway.builder().limiter(limiter).listener(ear).build();
            return ear;
        }

        @Override
        public void gateClosed(GateEvent event) {
            closed.add(event);
        }

        @Override
        public void gateOpened(Scope scope) {
            opened.add(scope);
        }

        @Override
        public void limitLearned(LimitEvent event) {
            limits.add(event);
        }
    }

    @Test
    void gateThatOneRefusalClosesIsClosedAndOpenedOnceInEach() throws Exception {
        RedisRateLimiter one = limiter(Quota.of(1000).per(Duration.ofSeconds(1)));
        RedisRateLimiter other = limiter(Quota.of(1000).per(Duration.ofSeconds(1)));
        Ear here = Ear.on(one);
        Ear there = Ear.on(other);
        Permit refused = take(one);

        refuse(refused, Duration.ofSeconds(1));

        assertThat(here.closed).singleElement().satisfies(event -> {
            assertThat(event.scope()).isEqualTo(SCOPE);
            assertThat(event.length()).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1100));
        });
        // The engine may hear of the refusal a moment later than of the first of these.
        while (there.closed.isEmpty()) {
            accept(take(other));
        }
        accept(take(one));
        accept(take(other));
        assertThat(there.closed).singleElement().satisfies(event -> {
            assertThat(event.scope()).isEqualTo(SCOPE);
            assertThat(event.length()).isBetween(Duration.ofMillis(1), Duration.ofMillis(1100));
        });
        assertThat(here.closed).hasSize(1);
        // Told on another thread than that of the answer which let the call go.
        FaultyProxy.await(() -> !here.opened.isEmpty() && !there.opened.isEmpty(), "both gates open");
        assertThat(here.opened).containsExactly(SCOPE);
        assertThat(there.opened).containsExactly(SCOPE);
    }

    @Test
    void limitThatAnswersNameIsToldOnceAndWhenItIsAnother() throws Exception {
        RedisRateLimiter limiter = limiter();
        Ear ear = Ear.on(limiter);
        LimitHint five = remaining(5, 4);
        LimitHint six = remaining(6, 5);

        answer(take(limiter), five);
        answer(take(limiter), five);
        answer(take(limiter), six);

        assertThat(ear.limits)
                .containsExactly(
                        new HeadwayListener.LimitEvent(SCOPE, five), new HeadwayListener.LimitEvent(SCOPE, six));
    }

    @Test
    void rateThatRefusalsTellIsToldInEach() throws Exception {
        RedisRateLimiter one = limiter();
        RedisRateLimiter other = limiter();
        Ear here = Ear.on(one);
        Ear there = Ear.on(other);
        for (int i = 0; i < 20; i++) {
            accept(take(one));
        }
        refuse(take(one), Duration.ofMillis(100));
        accept(take(one));
        accept(take(other));

        for (Ear each : List.of(here, there)) {
            FaultyProxy.await(() -> !each.limits.isEmpty(), "the rate is told");
            LimitHint rate = each.limits.get(0).limit();
            assertThat(rate.name()).isNull();
            assertThat(rate.limit()).isPositive();
            assertThat(rate.window()).isIn(Duration.ofSeconds(1), Duration.ofMinutes(1));
        }
    }

    private static LimitHint remaining(long limit, long left) {
        return new LimitHint(null, limit, left, Duration.ofMinutes(1), null, LimitHint.REQUESTS);
    }

    private static void answer(Permit permit, LimitHint limit) {
        permit.answered(
                System.nanoTime(),
                Permit.Answer.ACCEPTED,
                RateLimitHint.builder().limit(limit).build());
    }
}
