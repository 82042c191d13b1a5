package dev.headway.redis;

import static dev.headway.redis.Callers.SCOPE;
import static dev.headway.redis.Callers.accept;
import static dev.headway.redis.Callers.refuse;
import static dev.headway.redis.Callers.take;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.LimitHint;
import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.ScopeSnapshot;
import dev.headway.ScopeSnapshot.Gate;
import dev.headway.ScopeSnapshot.LimitState;
import dev.headway.TokenBucket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a shared scope stands, as each process knows it. */
class SnapshotTest extends OnRedis {

    private static final Duration DAY = Duration.ofDays(1);

    private static List<ScopeSnapshot> snapshot(RedisRateLimiter limiter) {
        return Headway.builder().limiter(limiter).build().snapshot();
    }

    private static ScopeSnapshot only(RedisRateLimiter limiter) {
        assertThat(snapshot(limiter)).hasSize(1);
        return snapshot(limiter).get(0);
    }

    @Test
    void toldQuotaIsLessByWhatAllHaveTaken() throws Exception {
        RedisRateLimiter one = limiter(Quota.of(20).per(DAY));
        RedisRateLimiter other = limiter(Quota.of(20).per(DAY));
        take(one);
        take(one);
        accept(take(one));
        assertThat(snapshot(other)).isEmpty();
        take(other);

        assertThat(only(one))
                .isEqualTo(new ScopeSnapshot(
                        SCOPE, List.of(new LimitState(null, true, 20, DAY, 17L)), 0, 2L, Gate.OPEN, null, 100, null));
        assertThat(only(other).limits()).containsExactly(new LimitState(null, true, 20, DAY, 16L));
        assertThat(only(other).inFlight()).isEqualTo(1);
    }

    @Test
    void bucketRefills() throws Exception {
        RedisRateLimiter limiter = limiter(TokenBucket.of(1, DAY).burst(10));
        take(limiter);

        // A bucket is kept a little smaller than told, by what delays on the way may bunch together.
        assertThat(only(limiter).limits()).containsExactly(new LimitState(null, true, 1, DAY, 8L));
    }

    @Test
    void closedGateNamesItsEndAndTheRefusal() throws Exception {
        RedisRateLimiter limiter = limiter(Quota.of(20).per(DAY));
        Permit refused = take(limiter);
        Instant before = Instant.now();
        refuse(refused, Duration.ofMinutes(5));
        Permit waiting = Callers.ask(limiter, SCOPE, 1, Duration.ofMinutes(10));

        ScopeSnapshot closed = only(limiter);
        assertThat(closed.gate()).isEqualTo(Gate.CLOSED);
        assertThat(closed.closedUntil())
                .isBetween(before.plusSeconds(299), Instant.now().plusSeconds(301));
        assertThat(closed.waiting()).isEqualTo(1);
        assertThat(closed.lastRefusal()).satisfies(refusal -> {
            assertThat(refusal.retryAfter()).isEqualTo(Duration.ofMinutes(5));
            // Two clocks, which need not agree to the millisecond.
            assertThat(refusal.at())
                    .isBetween(before.minusSeconds(1), Instant.now().plusSeconds(1));
        });
        waiting.cancel(0);
        assertThat(only(limiter).waiting()).isZero();
    }

    @Test
    void lookIsProbing() throws Exception {
        RedisRateLimiter limiter = limiter(Quota.of(1000).per(Duration.ofSeconds(1)));
        refuse(take(limiter), Duration.ofMillis(50));
        Permit look = take(limiter);
        assertThat(only(limiter).gate()).isEqualTo(Gate.PROBING);

        accept(look);
        take(limiter);

        assertThat(only(limiter).gate()).isEqualTo(Gate.OPEN);
    }

    @Test
    void limitThatAnswersTellHasItsSizeWhereTheyWereHeard() throws Exception {
        RedisRateLimiter one = limiter();
        RedisRateLimiter other = limiter();
        take(one)
                .answered(
                        System.nanoTime(),
                        Permit.Answer.ACCEPTED,
                        RateLimitHint.builder()
                                .limit(new LimitHint(
                                        "core", 5L, 4L, Duration.ofMinutes(1), Duration.ofHours(1), LimitHint.REQUESTS))
                                .build());
        take(one);
        take(other);

        assertThat(only(one).limits()).containsExactly(new LimitState("core", false, 5, Duration.ofHours(1), 3L));
        assertThat(only(other).limits()).containsExactly(new LimitState("core", false, 0, Duration.ofHours(1), 2L));
    }

    @Test
    void rateThatRefusalsTellIsALimit() throws Exception {
        RedisRateLimiter limiter = limiter();
        for (int i = 0; i < 20; i++) {
            accept(take(limiter));
        }
        refuse(take(limiter), Duration.ofMillis(50));
        accept(take(limiter));

        LimitState rate = only(limiter).limits().get(0);
        assertThat(rate.told()).isFalse();
        assertThat(rate.limit()).isPositive();
        assertThat(rate.remaining()).isNull();
    }

    @Test
    void retryBudgetIsLessByWhatWasSpent() throws Exception {
        RedisRateLimiter limiter = limiter(Quota.of(20).per(DAY));
        Permit permit = take(limiter);
        permit.tryResend(2);

        assertThat(only(limiter).budgetLeft()).isEqualTo(98);
    }

    @Test
    void scopesAreSortedByName() throws Exception {
        RedisRateLimiter limiter = limiter(Quota.of(20).per(DAY));
        take(limiter, Scope.of("b"), 1);
        take(limiter, Scope.of("a"), 1);

        assertThat(snapshot(limiter)).extracting(each -> each.scope().name()).containsExactly("a", "b");
    }
}
