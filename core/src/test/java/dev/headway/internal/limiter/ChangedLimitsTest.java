package dev.headway.internal.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Concurrency;
import dev.headway.HeadwayListener;
import dev.headway.Limit;
import dev.headway.Permit;
import dev.headway.Permit.Answer;
import dev.headway.Permit.State;
import dev.headway.Quota;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.internal.Events;
import dev.headway.internal.limiter.rules.SlowStart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits that are told anew while calls wait and are on their way, and a user's word on those that were learned. */
class ChangedLimitsTest extends CallsOnVirtualTime {

    private final List<String> heard = new ArrayList<>();

    @Test
    void waitersAreTimedAnewAtOnce() {
        LocalRateLimiter limiter = limiter(TokenBucket.of(1, Duration.ofHours(1)));
        take(limiter, 1);
        List<Permit> waiting = take(limiter, 3);

        limiter.changeLimits(List.of(TokenBucket.perSecond(100)));
        time.advance(Duration.ofMillis(11));
        assertThat(granted(waiting)).isEqualTo(1);
        time.advance(Duration.ofMillis(21));
        assertThat(granted(waiting)).isEqualTo(3);
    }

    @Test
    void formerLimitWithoutABurstStillCountsFromWhenTheLastReallyLeft() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10));
        take(limiter, 1);
        List<Permit> waiting = take(limiter, 2);
        limiter.changeLimits(List.of(Quota.of(100).per(SECOND)));
        time.advance(Duration.ofMillis(134));
        assertThat(granted(waiting)).isEqualTo(1);
        waiting.get(0).leaves(time.nanoTime());

        time.advance(Duration.ofMillis(103));
        assertThat(granted(waiting)).isEqualTo(1);
        time.advance(Duration.ofMillis(1));
        assertThat(granted(waiting)).isEqualTo(2);
    }

    @Test
    void fasterBucketBeginsWithTheTokensOfTheOldOne() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10).burst(20));
        assertThat(granted(take(limiter, 12))).isEqualTo(12);

        limiter.changeLimits(List.of(TokenBucket.perSecond(100).burst(500)));
        List<Permit> more = take(limiter, 100);
        // Of 20 one is kept for jitter.
        assertThat(granted(more)).isEqualTo(7);
        time.advance(Duration.ofMillis(100));
        assertThat(granted(more)).isEqualTo(17);
    }

    @Test
    void slowerBucketHoldsNoLongerTimeThanTheOldOne() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10).burst(22));
        take(limiter, 1).get(0).cancel(time.nanoTime());

        limiter.changeLimits(List.of(TokenBucket.perSecond(1).burst(100)));
        List<Permit> permits = take(limiter, 10);
        assertThat(granted(permits)).isEqualTo(2);
        time.advance(SECOND);
        assertThat(granted(permits)).isEqualTo(3);
    }

    @Test
    void quotaBeginsWithTheCallsOfItsWindow() {
        LocalRateLimiter limiter = limiter(Quota.of(10).per(SECOND));
        answer(take(limiter, 6), Answer.ACCEPTED);

        limiter.changeLimits(List.of(Quota.of(8).per(SECOND)));
        List<Permit> more = take(limiter, 5);
        assertThat(granted(more)).isEqualTo(2);

        limiter.changeLimits(List.of(Quota.of(12).per(Duration.ofSeconds(10))));
        assertThat(granted(more)).isEqualTo(5);
        List<Permit> last = take(limiter, 2);
        time.advance(Duration.ofSeconds(9));
        assertThat(granted(last)).isEqualTo(1);
        time.advance(Duration.ofSeconds(3));
        assertThat(granted(last)).isEqualTo(2);
    }

    @Test
    void severalQuotasEachCountWhatWasSent() {
        LocalRateLimiter limiter = limiter(Quota.of(10).per(SECOND));
        answer(take(limiter, 4), Answer.ACCEPTED);

        limiter.changeLimits(List.of(Quota.of(10).per(SECOND), Quota.of(20).per(Duration.ofMinutes(1))));
        answer(take(limiter, 6), Answer.ACCEPTED);
        time.advance(SECOND.multipliedBy(2));
        List<Permit> more = take(limiter, 20);
        more.forEach(permit -> permit.answered(time.nanoTime(), Answer.ACCEPTED, NONE));
        assertThat(granted(more)
                        + more.stream().filter(p -> p.state() == State.ANSWERED).count())
                .isEqualTo(10);
    }

    @Test
    void quotaAfterABucketIsHeldByBothForItsFirstWindow() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(10).burst(20));
        assertThat(granted(take(limiter, 19))).isEqualTo(19);

        limiter.changeLimits(List.of(Quota.of(40).per(Duration.ofSeconds(10))));
        List<Permit> more = takeAndAnswer(limiter, 60);
        assertThat(sent(more)).isZero();
        time.advance(SECOND);
        assertThat(sent(more)).as("the bucket's rate").isEqualTo(10);
        time.advance(Duration.ofSeconds(8));
        assertThat(sent(more))
                .as("what the bucket lacked counts for the window")
                .isEqualTo(21);
        time.advance(Duration.ofSeconds(13));
        assertThat(sent(more)).as("the quota alone").isEqualTo(60);
    }

    @Test
    void bucketAfterAQuotaIsHeldByBothForItsFirstFill() {
        LocalRateLimiter limiter = limiter(Quota.of(20).per(Duration.ofMinutes(1)));
        takeAndAnswer(limiter, 15);

        limiter.changeLimits(List.of(TokenBucket.perSecond(10).burst(50)));
        List<Permit> more = takeAndAnswer(limiter, 60);
        assertThat(sent(more)).as("what is left of the quota").isEqualTo(5);
        time.advance(Duration.ofSeconds(4));
        assertThat(sent(more)).as("the quota holds on").isEqualTo(5);
        time.advance(Duration.ofSeconds(2));
        assertThat(sent(more)).as("the bucket alone").isGreaterThan(50);
    }

    @Test
    void whereNothingWasToldWhatIsInFlightCounts() {
        LocalRateLimiter quota = limiter();
        take(quota, 4);
        quota.changeLimits(List.of(Quota.of(7).per(Duration.ofMinutes(1))));
        assertThat(granted(take(quota, 9))).isEqualTo(3);

        LocalRateLimiter bucket = limiter();
        take(bucket, 4);
        bucket.changeLimits(List.of(TokenBucket.perSecond(10).burst(100)));
        List<Permit> more = take(bucket, 9);
        assertThat(granted(more)).isZero();
        time.advance(Duration.ofMillis(500));
        assertThat(granted(more)).isEqualTo(5);
    }

    @Test
    void callsThatPassedTheOldWayAreAnsweredWithIt() {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(100).burst(50));
        List<Permit> uncounted = take(limiter, 5);
        limiter.changeLimits(List.of());
        answer(uncounted, Answer.UNKNOWN);
        List<Permit> counted = take(limiter, 15);
        assertThat(granted(counted)).as("none of the others took its place").isEqualTo(SlowStart.COLD);

        LocalRateLimiter cold = limiter();
        List<Permit> passed = take(cold, 10);
        cold.changeLimits(List.of(Quota.of(1000).per(SECOND)));
        List<Permit> held = take(cold, 5);
        assertThat(granted(held)).isZero();
        answer(passed.subList(0, 3), Answer.UNKNOWN);
        assertThat(granted(held)).as("so many have landed").isEqualTo(3);
    }

    @Test
    void nothingToldBeginsAsCarefullyAsANewScope() {
        LocalRateLimiter limiter = limiter(Quota.of(1000).per(SECOND));
        answer(take(limiter, 1), Answer.ACCEPTED);
        take(limiter, 7);

        limiter.changeLimits(List.of());
        assertThat(granted(take(limiter, 20))).isEqualTo(3);
    }

    @Test
    void gateQueueAndBudgetStay() {
        LocalRateLimiter limiter = limiter(Quota.of(1000).per(SECOND));
        List<Permit> sent = take(limiter, 1);
        assertThat(sent.get(0).tryResend(100)).isTrue();
        sent.get(0)
                .answered(
                        time.nanoTime(),
                        Answer.REFUSED,
                        RateLimitHint.builder()
                                .retryAfter(Duration.ofSeconds(30))
                                .build());
        List<Permit> waiting = take(limiter, 3);

        limiter.changeLimits(List.of(TokenBucket.perSecond(1000).burst(1000)));
        time.advance(Duration.ofSeconds(5));
        limiter.changeLimits(List.of());
        assertThat(take(limiter, 1).get(0).tryResend(1)).isFalse();
        time.advance(Duration.ofSeconds(24));
        assertThat(granted(waiting)).isZero();
        time.advance(Duration.ofSeconds(2));
        assertThat(granted(waiting)).as("then one looks").isEqualTo(1);
    }

    @Test
    void newScopesHaveWhatIsToldNow() {
        LocalRateLimiter limiter = limiter();
        limiter.changeLimits(List.of(TokenBucket.perSecond(10)));
        assertThat(granted(take(limiter, 5))).isEqualTo(1);

        limiter.changeLimits(List.of());
        assertThat(granted(take(limiter, Scope.of("other"), 20))).isEqualTo(10);
    }

    @Test
    void callsInFlightCountForABoundOfThem() {
        LocalRateLimiter limiter = limiter();
        List<Permit> sent = take(limiter, 5);
        limiter.changeLimits(List.of(Concurrency.of(6)));
        List<Permit> more = take(limiter, 4);
        assertThat(granted(more)).isEqualTo(1);
        answer(sent.subList(0, 2), Answer.UNKNOWN);
        assertThat(granted(more)).isEqualTo(3);

        limiter.changeLimits(List.of(Concurrency.of(2)));
        answer(sent.subList(2, 5), Answer.UNKNOWN);
        assertThat(granted(more)).isEqualTo(3);
        limiter.changeLimits(List.of());
        assertThat(granted(more)).as("no longer bounded").isEqualTo(4);
    }

    @Test
    void costThatIsKnownLaterCountsForTheNewLimit() {
        LocalRateLimiter limiter = limiter(Quota.of(10).per(SECOND));
        List<Permit> sent = take(limiter, 2);
        limiter.changeLimits(List.of(Quota.of(12).per(SECOND)));
        sent.get(0).settle(time.nanoTime(), 5);
        assertThat(granted(take(limiter, 10))).isEqualTo(6);
    }

    /** Its header fields speak of the bucket, so nothing else may wait for what they said before. */
    @Test
    void bucketTakesOverTheLimitThatWasLearned() {
        LocalRateLimiter limiter = limiter();
        take(limiter, 1).get(0).answered(time.nanoTime(), Answer.ACCEPTED, remaining(10, 0, 600));
        List<Permit> waiting = take(limiter, 5);

        limiter.changeLimits(List.of(TokenBucket.perSecond(10).burst(5)));
        time.advance(SECOND);
        assertThat(granted(waiting)).isEqualTo(5);
    }

    @Test
    void learnedLimitHoldsBesideWhatIsTold() {
        LocalRateLimiter limiter = limiter(Quota.of(10).per(SECOND));
        take(limiter, 1).get(0).answered(time.nanoTime(), Answer.ACCEPTED, remaining(10, 0, 60));
        List<Permit> waiting = take(limiter, 5);

        limiter.changeLimits(List.of(Quota.of(1000).per(SECOND)));
        time.advance(Duration.ofSeconds(59));
        assertThat(granted(waiting)).isZero();
        time.advance(Duration.ofSeconds(2));
        assertThat(granted(waiting)).isEqualTo(1);
    }

    /** What is told is told of the whole: it then has the waiters, flights and the pause of its part. */
    @Test
    void partIsOneWithItsWholeAsSoonAsALimitIsTold() {
        LocalRateLimiter limiter = limiter();
        Scope part = API.part("search");
        List<Permit> sent = take(limiter, part, 10);
        List<Permit> waiting = take(limiter, part, 4);
        Permit cancelled = waiting.get(1);

        limiter.changeLimits(List.of(Quota.of(20).per(Duration.ofMinutes(1))));
        assertThat(granted(waiting)).as("still 10 in flight").isZero();
        cancelled.cancel(time.nanoTime());
        assertThat(cancelled.state()).isEqualTo(State.CANCELLED);
        answer(sent, Answer.UNKNOWN);
        assertThat(granted(waiting)).isEqualTo(3);
        assertThat(granted(take(limiter, 20)))
                .as("of 20, 10 were sent and 3 are")
                .isEqualTo(7);

        Permit again = sent.get(0).renew(time.nanoTime(), time.nanoTime(), deadline());
        assertThat(again.scope()).isEqualTo(API);
    }

    @Test
    void pauseOfAPartIsOneOfTheWholeAsSoonAsALimitIsTold() {
        LocalRateLimiter limiter = limiter();
        Scope part = API.part("search");
        take(limiter, part, 1)
                .get(0)
                .answered(
                        time.nanoTime(),
                        Answer.REFUSED,
                        RateLimitHint.builder()
                                .retryAfter(Duration.ofSeconds(30))
                                .build());

        limiter.changeLimits(List.of(TokenBucket.perSecond(10)));
        List<Permit> waiting = take(limiter, part, 1);
        time.advance(Duration.ofSeconds(29));
        assertThat(granted(waiting)).isZero();
        time.advance(Duration.ofSeconds(2));
        assertThat(granted(waiting)).isEqualTo(1);
    }

    /** Time stands still, so whatever is told in between, no more may go than the first bucket held. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @Timeout(120)
    void nothingIsGivenTwiceWhileLimitsChange(long seed) throws InterruptedException {
        LocalRateLimiter limiter = limiter(TokenBucket.perSecond(1000).burst(1000));
        List<List<Limit>> others = List.of(
                List.of(TokenBucket.perSecond(2000).burst(5000)),
                List.of(Quota.of(3000).per(SECOND)),
                List.of(TokenBucket.perSecond(500).burst(800), Quota.of(2000).per(Duration.ofMinutes(1))));
        AtomicInteger granted = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        long now = time.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(new Thread(() -> {
                while (!over.get()) {
                    Permit permit = limiter.acquire(API, 1, now, now);
                    if (permit.state() == State.GRANTED) {
                        granted.incrementAndGet();
                        permit.answered(now, Answer.ACCEPTED, NONE);
                    }
                    Thread.onSpinWait();
                }
            }));
        }
        threads.forEach(Thread::start);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 300; i++) {
            limiter.changeLimits(others.get(random.nextInt(others.size())));
        }
        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(granted.get()).isLessThanOrEqualTo(985);
    }

    @Test
    @Timeout(120)
    void scopeThatIsMadeMeanwhileHasTheNewLimits() throws InterruptedException {
        LocalRateLimiter limiter = limiter(Quota.of(1000).per(SECOND));
        int scopes = 8000;
        AtomicInteger made = new AtomicInteger();
        long now = time.nanoTime();
        Thread maker = new Thread(() -> {
            for (int i = 0; i < scopes; i++) {
                limiter.state(Scope.of("s" + i));
                made.incrementAndGet();
            }
        });
        maker.start();
        while (made.get() < scopes / 4 && maker.isAlive()) {
            Thread.onSpinWait();
        }
        limiter.changeLimits(List.of(Quota.of(1).per(SECOND)));
        maker.join();

        for (int i = 0; i < scopes; i++) {
            Scope scope = Scope.of("s" + i);
            assertThat(limiter.acquire(scope, 1, now, now).state()).isEqualTo(State.GRANTED);
            assertThat(limiter.acquire(scope, 1, now, now).state())
                    .as(scope.name())
                    .isEqualTo(State.REFUSED);
        }
    }

    // ---- a user's word on what was learned

    @Test
    void rateThatIsSearchedForGoesOnFromTheUsersWord() {
        LocalRateLimiter limiter = limiter();
        take(limiter, 1).get(0).answered(time.nanoTime(), Answer.REFUSED, NONE);
        time.advance(SECOND);
        limiter.hint(API, TokenBucket.perSecond(50));
        assertThat(heard).contains("learned 50");

        assertThat(accepted(limiter, SECOND)).isBetween(48, 52);
        limiter.hint(API, Quota.of(1200).per(Duration.ofMinutes(1)));
        assertThat(accepted(limiter, SECOND)).isBetween(19, 22);
    }

    @Test
    void whereNothingIsLeftOfLessOneCallLooks() {
        LocalRateLimiter limiter = limiter();
        take(limiter, 1).get(0).answered(time.nanoTime(), Answer.ACCEPTED, remaining(100, 0, 600));
        List<Permit> waiting = take(limiter, 3);
        limiter.hint(API, Quota.of(100).per(Duration.ofHours(1)));
        assertThat(granted(waiting)).as("no more than is known").isZero();

        limiter.hint(API, Quota.of(5000).per(Duration.ofHours(1)));
        assertThat(granted(waiting)).isEqualTo(1);
        waiting.get(0).answered(time.nanoTime(), Answer.ACCEPTED, remaining(100, 0, 600));
        assertThat(granted(waiting)).as("the answer decides").isEqualTo(0);
        time.advance(Duration.ofSeconds(599));
        assertThat(granted(waiting)).isZero();

        limiter.hint(API, Quota.of(5000).per(Duration.ofHours(1)));
        waiting.get(1).answered(time.nanoTime(), Answer.ACCEPTED, remaining(5000, 4999, 600));
        assertThat(waiting.get(2).state()).isEqualTo(State.GRANTED);
    }

    @Test
    void noWordOpensAPauseOrATellsMoreThanIsTold() {
        LocalRateLimiter learning = limiter();
        take(learning, 1)
                .get(0)
                .answered(
                        time.nanoTime(),
                        Answer.REFUSED,
                        RateLimitHint.builder()
                                .retryAfter(Duration.ofSeconds(30))
                                .build());
        List<Permit> paused = take(learning, 1);
        learning.hint(API, TokenBucket.perSecond(1000));
        time.advance(Duration.ofSeconds(29));
        assertThat(granted(paused)).isZero();

        LocalRateLimiter told = limiter(TokenBucket.perSecond(1));
        take(told, 1);
        List<Permit> waiting = take(told, 1);
        told.hint(API, TokenBucket.perSecond(1000).burst(1000));
        time.advance(Duration.ofMillis(900));
        assertThat(granted(waiting)).isZero();

        LocalRateLimiter unknown = limiter();
        unknown.hint(API, TokenBucket.perSecond(1));
        take(unknown, 1);
        unknown.hint(API, TokenBucket.perSecond(1));
        assertThat(granted(take(unknown, 9)))
                .as("nothing was learned, nothing is held")
                .isEqualTo(9);
    }

    /** How many of an endless demand are accepted in that time. */
    private int accepted(LocalRateLimiter limiter, Duration length) {
        long end = time.nanoTime() + length.toNanos();
        int accepted = 0;
        while (true) {
            Permit permit = take(limiter, 1).get(0);
            while (permit.state() == State.PENDING && end - time.nanoTime() > 0) {
                time.advance(Duration.ofMillis(1));
            }
            if (end - time.nanoTime() <= 0) {
                permit.cancel(time.nanoTime());
                return accepted;
            }
            permit.answered(time.nanoTime(), Answer.ACCEPTED, NONE);
            accepted++;
        }
    }

    private void answer(List<Permit> permits, Answer answer) {
        permits.forEach(permit -> permit.answered(time.nanoTime(), answer, NONE));
    }

    private LocalRateLimiter limiter(Limit... told) {
        SplittableRandom random = new SplittableRandom(1);
        HeadwayListener listener = new HeadwayListener() {
            @Override
            public void limitLearned(LimitEvent event) {
                heard.add("learned " + event.limit().limit());
            }
        };
        return new LocalRateLimiter(List.of(told), time, new Events(listener), () -> random);
    }
}
