package dev.headway.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.headway.Concurrency;
import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.Limit;
import dev.headway.LimitHint;
import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.RateLimiter;
import dev.headway.Scope;
import dev.headway.ScopeSnapshot;
import dev.headway.ScopeSnapshot.Gate;
import dev.headway.ScopeSnapshot.LimitState;
import dev.headway.ScopeSnapshot.Refusal;
import dev.headway.TokenBucket;
import dev.headway.internal.CodeFacts;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = new VirtualTime();

    @Test
    void nothingIsThereBeforeTheFirstCall() {
        assertThat(headway().snapshot()).isEmpty();
    }

    @Test
    void aScopeThatNothingHolds() {
        Headway headway = headway();
        Execution call = sent(headway);
        assertThat(only(headway).inFlight()).isEqualTo(1);

        call.record(Answers.status(200));

        assertThat(only(headway))
                .isEqualTo(new ScopeSnapshot(Scope.of("api"), List.of(), 0, 0L, Gate.OPEN, null, 100, null));
    }

    @Test
    void aRefusalThatNamesTheMoment() {
        Headway headway = headway();
        Execution call = sent(headway);
        call.record(Answers.status(
                429,
                "Retry-After",
                "3",
                "X-RateLimit-Limit",
                "60",
                "X-RateLimit-Remaining",
                "0",
                "X-RateLimit-Reset",
                "3"));
        call.next();
        begin(headway).next();

        ScopeSnapshot closed = only(headway);
        assertThat(closed.gate()).isEqualTo(Gate.CLOSED);
        assertThat(closed.closedUntil())
                .isBetween(time.instant().plusSeconds(3), time.instant().plusMillis(3100));
        assertThat(closed.waiting()).isEqualTo(2);
        assertThat(closed.inFlight()).isZero();
        assertThat(closed.lastRefusal()).isEqualTo(new Refusal(time.instant(), Duration.ofSeconds(3)));
        assertThat(closed.limits()).containsExactly(new LimitState(null, false, 60, Duration.ofSeconds(3), 0L));

        time.advance(Duration.ofSeconds(4));
        ScopeSnapshot open = only(headway);
        assertThat(open.gate()).isNotEqualTo(Gate.CLOSED);
        assertThat(open.closedUntil()).isNull();
        assertThat(open.lastRefusal()).isEqualTo(new Refusal(time.instant().minusSeconds(4), Duration.ofSeconds(3)));
    }

    @Test
    void aRefusalThatNamesNothingIsProbed() {
        Headway headway = headway();
        sent(headway).record(Answers.status(429));
        assertThat(only(headway).gate()).isEqualTo(Gate.CLOSED);
        assertThat(only(headway).lastRefusal()).isEqualTo(new Refusal(time.instant(), null));

        time.advance(SECOND);
        Execution look = sent(headway);
        assertThat(only(headway).gate()).isEqualTo(Gate.PROBING);

        look.record(Answers.status(200));
        assertThat(only(headway).gate()).isEqualTo(Gate.OPEN);
    }

    @Test
    void whatRemainsIsLessWhatIsInFlight() {
        Headway headway = headway();
        sent(headway)
                .record(Answers.status(
                        200, "X-RateLimit-Limit", "60", "X-RateLimit-Remaining", "9", "X-RateLimit-Reset", "30"));
        sent(headway);
        sent(headway);

        assertThat(only(headway).limits()).containsExactly(new LimitState(null, false, 60, Duration.ofSeconds(30), 7L));
        time.advance(Duration.ofSeconds(31));
        // Until an answer tells.
        assertThat(only(headway).limits())
                .containsExactly(new LimitState(null, false, 60, Duration.ofSeconds(30), null));
    }

    @Test
    void aToldBucket() {
        Headway headway = headway(TokenBucket.perSecond(10).burst(5));
        Execution call = sent(headway);
        ScopeSnapshot passed = only(headway);
        long left = remaining(passed);
        assertThat(passed.limits()).containsExactly(new LimitState(null, true, 10, SECOND, left));
        assertThat(left).isBetween(2L, 4L);
        assertThat(passed.inFlight()).isNull();
        sent(headway);
        assertThat(remaining(only(headway))).isEqualTo(left - 1);

        call.record(Answers.status(429, "Retry-After", "1"));

        ScopeSnapshot closed = only(headway);
        assertThat(closed.limits()).containsExactly(new LimitState(null, true, 10, SECOND, 0L));
        assertThat(closed.gate()).isEqualTo(Gate.CLOSED);
        assertThat(closed.inFlight()).isNull();
    }

    @Test
    void toldQuotasAndCallsInFlight() {
        Headway headway = headway(Quota.of(100).per(Duration.ofMinutes(1)), Concurrency.of(3));
        sent(headway);
        sent(headway);

        ScopeSnapshot snapshot = only(headway);

        assertThat(snapshot.limits())
                .containsExactly(
                        new LimitState(null, true, 100, Duration.ofMinutes(1), 98L),
                        new LimitState(null, true, 3, null, 1L));
        assertThat(snapshot.inFlight()).isEqualTo(2);
    }

    @Test
    void aResendThatNoServerAskedForIsTakenFromTheBudget() {
        Headway headway = headway();
        Execution call = sent(headway);
        call.record(Answers.status(503));
        call.next();

        assertThat(only(headway).budgetLeft()).isEqualTo(99);
        time.advance(Duration.ofSeconds(11));
        assertThat(only(headway).budgetLeft()).isEqualTo(100);
    }

    @Test
    void scopesAreSortedAndThoseThatSomethingHoldsComeBeforeOthers() {
        Headway headway = headway();
        for (int i = 0; i < 1500; i++) {
            sent(headway, "scope " + i).record(Answers.status(i == 1499 || i == 7 ? 429 : 200));
        }

        List<String> names =
                headway.snapshot().stream().map(each -> each.scope().name()).toList();

        assertThat(names).hasSize(1000).isSorted().contains("scope 1499", "scope 7");
    }

    @Test
    void scopesBeyondTheBoundAreShownAsOne() {
        Headway headway = Headway.builder().time(time).maxScopes(1).build();
        sent(headway, "first");
        sent(headway, "second");
        sent(headway, "third");

        assertThat(headway.snapshot())
                .extracting(each -> each.scope().name(), ScopeSnapshot::inFlight)
                .containsExactly(tuple("(scopes beyond the bound)", 2L), tuple("first", 1L));
    }

    @Test
    void aLimiterOfTheUsersOwnSaysNothingUnlessItDoes() {
        RateLimiter silent = new RateLimiter() {
            @Override
            public Permit acquire(Scope scope, int cost, int priority, long nowNanos, long deadlineNanos) {
                throw new UnsupportedOperationException();
            }
        };

        assertThat(Headway.builder().limiter(silent).build().snapshot()).isEmpty();
    }

    @Test
    void whatALimiterOfTheUsersOwnTellsIsHeard() {
        List<HeadwayListener> told = new ArrayList<>();
        RateLimiter telling = new RateLimiter() {
            @Override
            public Permit acquire(Scope scope, int cost, int priority, long nowNanos, long deadlineNanos) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void addListener(HeadwayListener listener) {
                told.add(listener);
            }
        };
        List<Object> heard = new ArrayList<>();
        Headway.builder()
                .limiter(telling)
                .listener(new HeadwayListener() {
                    @Override
                    public void gateClosed(GateEvent event) {
                        heard.add(event);
                    }

                    @Override
                    public void gateOpened(Scope scope) {
                        heard.add(scope);
                    }

                    @Override
                    public void limitLearned(LimitEvent event) {
                        heard.add(event);
                        throw new IllegalStateException("harms nobody");
                    }
                })
                .build();
        Scope scope = Scope.of("api");
        HeadwayListener.GateEvent closed = new HeadwayListener.GateEvent(scope, SECOND);
        HeadwayListener.LimitEvent limit =
                new HeadwayListener.LimitEvent(scope, new LimitHint(null, 5L, null, null, SECOND, LimitHint.REQUESTS));

        told.forEach(listener -> {
            listener.gateClosed(closed);
            listener.gateOpened(scope);
            listener.limitLearned(limit);
        });

        assertThat(told).hasSize(1);
        assertThat(heard).containsExactly(closed, scope, limit);
    }

    private Headway headway(Limit... limits) {
        return Headway.builder().time(time).limit(limits).build();
    }

    private static Execution begin(Headway headway) {
        return headway.begin(Facts.of("GET"));
    }

    private static Execution sent(Headway headway) {
        return sent(begin(headway));
    }

    private static Execution sent(Headway headway, String scope) {
        return sent(headway.begin(new CodeFacts(Scope.of(scope), null)));
    }

    private static Execution sent(Execution call) {
        assertThat(call.next()).isInstanceOf(Step.Send.class);
        return call;
    }

    private static ScopeSnapshot only(Headway headway) {
        assertThat(headway.snapshot()).hasSize(1);
        return headway.snapshot().get(0);
    }

    private static long remaining(ScopeSnapshot snapshot) {
        Long left = snapshot.limits().get(0).remaining();
        assertThat(left).isNotNull();
        return left == null ? -1 : left;
    }
}
