package dev.headway.redis;

import static dev.headway.redis.Callers.SCOPE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Limit;
import dev.headway.Pacing;
import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.TokenBucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Calls of different costs: never over the limit, none forgotten, whatever leaves or is lost. On virtual time, by the script itself. */
class CostsTest extends OnRedis {

    private static void assertWithin(List<Crowd.Gone> gone, Quota quota) {
        long window = quota.window().toNanos();
        for (int first = 0; first < gone.size(); first++) {
            long sum = 0;
            for (int i = first;
                    i < gone.size() && gone.get(i).at() - gone.get(first).at() < window;
                    i++) {
                sum += gone.get(i).cost();
            }
            assertThat(sum).as("from call %d on", first).isLessThanOrEqualTo(quota.permits());
        }
    }

    private static void assertWithin(List<Crowd.Gone> gone, TokenBucket bucket) {
        double each = bucket.period().toNanos() / (double) bucket.permits();
        for (int first = 0; first < gone.size(); first++) {
            long sum = 0;
            for (int i = first; i < gone.size(); i++) {
                sum += gone.get(i).cost();
                double allowed =
                        bucket.burst() + (gone.get(i).at() - gone.get(first).at()) / each;
                assertThat((double) sum).as("calls %d to %d", first, i).isLessThanOrEqualTo(allowed + 1e-6);
            }
        }
    }

    @Test
    void aQuotaIsNeverPassedByCallsOfDifferentCosts() {
        Quota quota = Quota.of(20).per(Duration.ofSeconds(1));
        for (long seed = 1; seed <= 12; seed++) {
            try (VirtualEngine engine = new VirtualEngine(client, seed).ways(Duration.ofMillis(10))) {
                Crowd crowd = new Crowd(engine, seed, 1 + (int) (seed % 4), quota);
                crowd.live(200, (int) (2 + seed % 7), Duration.ofMillis(40), false);
                assertWithin(crowd.gone(), quota);
                // Who waits for a place of its own leaves others unused, but not many.
                double windows = crowd.units() / 20.0;
                assertThat(engine.time.elapsed().toMillis() / 1040.0).isLessThan(1.5 * windows + 5);
            }
        }
    }

    @Test
    void aBucketIsNeverPassedByCallsOfDifferentCosts() {
        TokenBucket bucket = TokenBucket.perSecond(100).burst(12);
        for (long seed = 1; seed <= 8; seed++) {
            try (VirtualEngine engine = new VirtualEngine(client, seed).ways(Duration.ofMillis(5))) {
                Crowd crowd = new Crowd(engine, seed, 1 + (int) (seed % 4), bucket);
                crowd.live(300, 8, Duration.ofMillis(15), false);
                assertWithin(crowd.gone(), bucket);
            }
        }
    }

    @Test
    void aQuotaThatIsSpreadEvenlyIsNotPassedByCallsOfDifferentCosts() {
        Quota quota = Quota.of(20).per(Duration.ofSeconds(1));
        for (long seed = 1; seed <= 8; seed++) {
            try (VirtualEngine engine = new VirtualEngine(client, seed).ways(Duration.ofMillis(5))) {
                Crowd crowd = new Crowd(engine, seed, 0);
                crowd.join(builder -> builder.limit(quota).pace(Pacing.EVEN));
                crowd.join(builder -> builder.limit(quota).pace(Pacing.EVEN));
                crowd.live(100, 12, Duration.ofMillis(100), false);
                assertWithin(crowd.gone(), quota);
            }
        }
    }

    @Test
    void whatACallLeavesThatCostMoreThanTheBucketHoldsIsNoBurstForOthers() {
        TokenBucket bucket = TokenBucket.perSecond(200).burst(2);
        try (VirtualEngine engine = new VirtualEngine(client, 1)) {
            Crowd crowd = new Crowd(engine, 1, 1, bucket);
            crowd.ask(0, 7, 0);
            for (int i = 0; i < 6; i++) {
                crowd.ask(0, 1, 0);
            }
            crowd.pass(Duration.ofMillis(20));
            crowd.leave(crowd.waiting().get(0));
            crowd.allGo();
            assertWithin(crowd.gone(), bucket);
        }
    }

    @Test
    void aBucketIsNotPassedOnTheWayByCallsThatTakeNearlyAllOfIt() {
        TokenBucket bucket = TokenBucket.perSecond(1000).burst(54);
        for (long seed = 1; seed <= 12; seed++) {
            try (VirtualEngine engine = new VirtualEngine(client, seed).ways(Duration.ofMillis(5))) {
                Crowd crowd = new Crowd(engine, seed, 3, bucket);
                crowd.live(150, 54, Duration.ofMillis(11), false);
                assertWithin(crowd.gone(), bucket);
            }
        }
    }

    @Test
    void aBucketIsNotPassedByCallsThatHearLateOfTheirTurn() {
        for (int rate : new int[] {100, 200}) {
            TokenBucket bucket = TokenBucket.perSecond(rate).burst(50);
            for (long seed = 1; seed <= 16; seed++) {
                try (VirtualEngine engine = new VirtualEngine(client, seed)
                        .ways(Duration.ofMillis(5))
                        .loses(15)) {
                    Crowd crowd = new Crowd(engine, seed, 3, bucket);
                    crowd.live(150, 45, Duration.ofMillis(4500 / rate), false);
                    assertWithin(crowd.gone(), bucket);
                }
            }
        }
    }

    @Test
    void aQuotaIsNotPassedByCallsThatHearLateOfTheirTurn() {
        for (int limit : new int[] {10, 50}) {
            Quota quota = Quota.of(limit).per(Duration.ofSeconds(1));
            for (long seed = 1; seed <= 16; seed++) {
                try (VirtualEngine engine = new VirtualEngine(client, seed)
                        .ways(Duration.ofMillis(5))
                        .loses(15)) {
                    Crowd crowd = new Crowd(engine, seed, 3, quota);
                    crowd.live(60, limit, Duration.ofMillis(300), false);
                    assertWithin(crowd.gone(), quota);
                }
            }
        }
    }

    @Test
    void ofSeveralLimitsAllHoldForCallsOfDifferentCosts() {
        TokenBucket bucket = TokenBucket.perSecond(50).burst(10);
        Quota quota = Quota.of(60).per(Duration.ofSeconds(2));
        for (long seed = 1; seed <= 6; seed++) {
            try (VirtualEngine engine = new VirtualEngine(client, seed).ways(Duration.ofMillis(10))) {
                Crowd crowd = new Crowd(engine, seed, 3, bucket, quota);
                crowd.live(200, 5, Duration.ofMillis(20), true);
                assertWithin(crowd.gone(), bucket);
                assertWithin(crowd.gone(), quota);
            }
        }
    }

    @Test
    void noneIsForgottenThoughAnswersAreLost() {
        Quota quota = Quota.of(15).per(Duration.ofSeconds(1));
        for (long seed = 1; seed <= 8; seed++) {
            try (VirtualEngine engine =
                    new VirtualEngine(client, seed).ways(Duration.ofMillis(10)).loses(5)) {
                Crowd crowd = new Crowd(engine, seed, 3, quota);
                crowd.live(150, 6, Duration.ofMillis(60), true);
                assertWithin(crowd.gone(), quota);
            }
        }
    }

    @Test
    void aDearCallThatHasLostItsNumbersIsServedThoughOthersHaveEnough() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 1, Quota.of(10).per(Duration.ofSeconds(1)));
            for (int i = 0; i < 10; i++) {
                crowd.ask(0, 1, 0);
            }
            crowd.pass(Duration.ofMillis(20));
            engine.loseNext(1);
            crowd.ask(0, 5, 0);
            crowd.pass(Duration.ofMillis(900));
            // The answer that had its numbers is lost; those of the others come, and more of them all the time.
            for (int i = 0; i < 100; i++) {
                crowd.ask(0, 1, 0);
                crowd.pass(Duration.ofMillis(100));
            }
            crowd.allGo();

            long dear = crowd.gone().stream()
                    .filter(each -> each.cost() == 5)
                    .findFirst()
                    .orElseThrow()
                    .at();
            assertThat(Duration.ofNanos(dear)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void aDearCallIsAskedForThoughCallsThatLeftHaveLeftNumbersEnough() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 2, Quota.of(10).per(Duration.ofSeconds(1)));
            for (int i = 0; i < 22; i++) {
                crowd.ask(0, 1, 0);
            }
            crowd.pass(Duration.ofMillis(100));
            for (int i = 0; i < 9; i++) {
                crowd.leaveOne();
            }
            crowd.ask(0, 5, 0);
            crowd.pass(Duration.ofMillis(100));
            for (int i = 0; i < 30; i++) {
                crowd.ask(1, 1, 0);
            }
            crowd.allGo();

            // Behind the numbers of the twelve that waited, and in front of the others.
            Crowd.Gone dear = crowd.gone().stream()
                    .filter(each -> each.cost() == 5)
                    .findFirst()
                    .orElseThrow();
            assertThat(Duration.ofNanos(dear.at())).isLessThan(Duration.ofMillis(2500));
        }
    }

    @Test
    void whatADearCallLeavesIsNotUsedLate() {
        Quota quota = Quota.of(10).per(Duration.ofSeconds(1));
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 1, quota);
            for (int i = 0; i < 5; i++) {
                crowd.ask(0, 1, 0);
            }
            crowd.pass(Duration.ofMillis(20));
            crowd.ask(0, 10, 0);
            for (int i = 0; i < 20; i++) {
                crowd.ask(0, 1, 0);
            }
            crowd.pass(Duration.ofMillis(900));
            crowd.waiting().remove(0).permit().cancel(engine.time.nanoTime());
            crowd.allGo();

            assertWithin(crowd.gone(), quota);
        }
    }

    @Test
    void thoseOfACallThatLeavesGoToOthers() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 1, Quota.of(10).per(Duration.ofSeconds(10)));
            crowd.ask(0, 10, 0);
            crowd.pass(Duration.ofMillis(100));
            crowd.ask(0, 10, 0);
            for (int i = 0; i < 10; i++) {
                crowd.ask(0, 1, 0);
            }
            crowd.pass(Duration.ofMillis(100));
            crowd.waiting().remove(0).permit().cancel(engine.time.nanoTime());
            crowd.allGo();

            // Not in the window after.
            assertThat(engine.time.elapsed()).isLessThan(Duration.ofSeconds(11));
        }
    }

    @Test
    void callsOfOneCostGoInTheirOrder() {
        try (VirtualEngine engine = new VirtualEngine(client, 3).ways(Duration.ofMillis(10))) {
            Crowd crowd = new Crowd(engine, 3, 2, Quota.of(20).per(Duration.ofSeconds(1)));
            crowd.live(300, 5, Duration.ofMillis(30), false);
            for (int process = 0; process < 2; process++) {
                for (int cost = 1; cost <= 5; cost++) {
                    int whose = process;
                    int ofCost = cost;
                    assertThat(crowd.gone())
                            .filteredOn(each -> each.process() == whose && each.cost() == ofCost)
                            .isSortedAccordingTo(Comparator.comparingInt(Crowd.Gone::place));
                }
            }
        }
    }

    @Test
    void aCallThatCostsMoreThanTheLimitHoldsGoesWhenItIsWholeAndOthersAfterWhatItTook() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 2, TokenBucket.perSecond(10).burst(5));
            crowd.ask(0, 4, 0);
            crowd.pass(Duration.ofMillis(20));
            crowd.ask(0, 25, 0);
            crowd.pass(Duration.ofMillis(20));
            crowd.ask(1, 1, 0);
            crowd.allGo();

            assertThat(crowd.gone()).extracting(Crowd.Gone::cost).containsExactly(4, 25, 1);
            assertThat(crowd.gone().get(1).at()).isBetween(millis(300), millis(500));
            assertThat(crowd.gone().get(2).at()).isBetween(millis(2400), millis(2700));
        }
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 2, Quota.of(10).per(Duration.ofSeconds(1)));
            crowd.ask(0, 25, 0);
            crowd.pass(Duration.ofMillis(20));
            crowd.ask(1, 1, 0);
            crowd.allGo();

            assertThat(crowd.gone()).extracting(Crowd.Gone::cost).containsExactly(25, 1);
            assertThat(crowd.gone().get(0).at()).isLessThan(millis(100));
            assertThat(crowd.gone().get(1).at()).isBetween(millis(3000), millis(3300));
        }
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    @Test
    void aPauseHoldsACallThatCostsMoreThanTheLimitHolds() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 2, TokenBucket.perSecond(10).burst(5));
            crowd.ask(0, 5, 0);
            crowd.pass(Duration.ofMillis(20));
            crowd.ask(0, 30, 0);
            long now = engine.time.nanoTime();
            Permit other = crowd.process(1)
                    .acquire(SCOPE, 1, now, now + Duration.ofMinutes(1).toNanos());
            crowd.pass(Duration.ofMillis(200));
            crowd.refuse(1, Duration.ofSeconds(10));
            other.cancel(engine.time.nanoTime());
            crowd.allGo();

            assertThat(crowd.gone().get(1).at()).isGreaterThan(millis(10_000));
        }
    }

    @Test
    void whereACallThatShouldHaveLookedHasLeftOneOtherLooks() {
        // Before it is asked for, while the answer is on its way, and after.
        for (int leaves = 1000; leaves <= 1040; leaves += 5) {
            try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(20))) {
                Crowd crowd = new Crowd(engine, 1, 1, TokenBucket.perSecond(100).burst(50));
                crowd.ask(0, 1, 0);
                crowd.pass(Duration.ofMillis(100));
                crowd.refuse(0, Duration.ofSeconds(1));
                crowd.ask(0, 5, 0);
                Crowd.Waiting dear = crowd.waiting().get(0);
                for (int i = 0; i < 5; i++) {
                    crowd.ask(0, 1, 0);
                }
                crowd.pass(Duration.ofMillis(leaves));
                crowd.leave(dear);
                crowd.allGo();

                long looked = crowd.gone().get(1).at();
                assertThat(looked).isBetween(millis(1000), millis(1300));
                assertThat(crowd.gone())
                        .as("left after %d ms", leaves)
                        .filteredOn(each -> each.at() == looked)
                        .hasSize(1);
            }
        }
    }

    @Test
    void ofTwoBucketsNoneIsPassedByACallThatIsDearForOne() {
        TokenBucket slow = TokenBucket.perSecond(10).burst(60);
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 1, TokenBucket.perSecond(40).burst(10), slow);
            crowd.ask(0, 58, 0);
            for (int i = 0; i < 60; i++) {
                crowd.ask(0, 1, 0);
            }
            crowd.allGo();

            assertWithin(crowd.gone(), slow);
        }
    }

    @Test
    void whatCallsOfManyCostsLeaveIsGivenUp() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 1, TokenBucket.perSecond(1000).burst(500));
            Random random = new Random(1);
            // Twice what the limit allows, and nobody waits for more than a second.
            for (int i = 0; i < 600; i++) {
                crowd.ask(0, 50 + random.nextInt(101), 0, Duration.ofSeconds(1));
                crowd.pass(Duration.ofMillis(50));
            }

            assertThat(crowd.units()).isGreaterThan(24_000);
        }
    }

    @Test
    void numbersOfCallsThatLeftDoNotHoldACallOfAnotherCost() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 1, Quota.of(10).per(Duration.ofSeconds(1)));
            for (int i = 0; i < 74; i++) {
                crowd.ask(0, 1, 0);
            }
            crowd.pass(Duration.ofMillis(100));
            while (!crowd.waiting().isEmpty()) {
                crowd.leaveOne();
            }
            crowd.ask(0, 2, 0);
            crowd.allGo();

            assertThat(engine.time.elapsed()).isLessThan(Duration.ofMillis(1500));
        }
    }

    @Test
    void aCallThatLeavesGivesUpItsOwnNumbersAndNoOthers() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 2, Quota.of(10).per(Duration.ofSeconds(10)));
            crowd.ask(0, 10, 0);
            crowd.pass(Duration.ofMillis(100));
            for (int cost = 2; cost <= 4; cost++) {
                crowd.ask(0, cost, 0);
            }
            crowd.pass(Duration.ofMillis(100));
            for (int i = 0; i < 4; i++) {
                crowd.ask(1, 1, 0);
            }
            crowd.pass(Duration.ofMillis(100));
            crowd.waiting().remove(1).permit().cancel(engine.time.nanoTime());
            crowd.allGo();

            assertThat(engine.time.elapsed()).isLessThan(Duration.ofSeconds(11));
        }
    }

    @Test
    void aCallThatLeavesAnEmptyLineHoldsNoOtherProcess() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 2, Quota.of(10).per(Duration.ofSeconds(10)));
            crowd.ask(1, 10, 0);
            crowd.pass(Duration.ofMillis(100));
            crowd.ask(0, 10, 0);
            crowd.pass(Duration.ofMillis(100));
            crowd.leaveOne();
            crowd.ask(1, 1, 0);
            crowd.allGo();

            assertThat(engine.time.elapsed()).isLessThan(Duration.ofSeconds(11));
        }
    }

    @Test
    void callsThatHearLateOfTheirTurnDoNotPassAGate() {
        try (VirtualEngine engine =
                new VirtualEngine(client, 1).ways(Duration.ofMillis(2)).timeout(Duration.ofMillis(300))) {
            Crowd crowd = new Crowd(engine, 1, 2, TokenBucket.perSecond(50).burst(20));
            for (int i = 0; i < 30; i++) {
                crowd.ask(1, 1, 0);
            }
            crowd.pass(Duration.ofMillis(100));
            engine.loseNext(1);
            crowd.pass(Duration.ofMillis(60));
            // The pause is over when the other process hears of it.
            crowd.refuse(0, Duration.ofMillis(100));
            long from = engine.time.elapsed().toNanos() + millis(120);
            crowd.allGo();

            long looked = crowd.gone().stream()
                    .mapToLong(Crowd.Gone::at)
                    .filter(at -> at > from)
                    .min()
                    .orElseThrow();
            assertThat(crowd.gone()).filteredOn(each -> each.at() == looked).hasSize(1);
        }
    }

    @Test
    void numbersThatALostStateHasGivenAreAskedForAgain() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 2, TokenBucket.perSecond(1).burst(10));
            for (int i = 0; i < 11; i++) {
                crowd.ask(0, 1, 0);
                crowd.pass(Duration.ofMillis(20));
            }
            for (int i = 0; i < 20; i++) {
                crowd.ask(1, 1, 0);
            }
            crowd.pass(Duration.ofMillis(200));
            engine.forget();
            // The first brings back what it has seen, which is less than the other has.
            for (int i = 0; i < 5; i++) {
                crowd.ask(0, 1, 0);
                crowd.pass(Duration.ofMillis(200));
            }
            crowd.allGo();
        }
    }

    @Test
    void numbersThatNobodyAsksAboutAnyMoreDoNotHoldThoseBehind() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 2, TokenBucket.perSecond(10).burst(1));
            for (int i = 0; i < 50; i++) {
                crowd.ask(0, 1, 0);
            }
            crowd.pass(Duration.ofMillis(50));
            for (int i = 0; i < 30; i++) {
                crowd.ask(1, 1, 0);
            }
            crowd.pass(Duration.ofMillis(50));
            while (crowd.waiting().get(0).process() == 0) {
                crowd.leave(crowd.waiting().get(0));
            }
            crowd.allGo();

            // 80 at 10 a second, a little slower where there is no burst.
            assertThat(engine.time.elapsed()).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void numbersThatNobodyAsksAboutAnyMoreAreNoLooks() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 2, TokenBucket.perSecond(100).burst(20));
            for (int i = 0; i < 70; i++) {
                crowd.ask(0, 1, 0);
            }
            crowd.pass(Duration.ofMillis(50));
            for (int i = 0; i < 5; i++) {
                crowd.ask(1, 1, 0);
            }
            crowd.pass(Duration.ofMillis(5));
            while (crowd.waiting().get(0).process() == 0) {
                crowd.leave(crowd.waiting().get(0));
            }
            crowd.refuse(1, Duration.ofMillis(500));
            crowd.allGo();

            // One look is lost; not one in two seconds for each of those that have left.
            assertThat(engine.time.elapsed()).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void processesThatTellLimitsOfDifferentKindsDoNotPassThem() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 1, TokenBucket.perSecond(1).burst(1));
            crowd.join(Quota.of(10).per(Duration.ofSeconds(10)));
            for (int i = 0; i < 400; i++) {
                if (crowd.waiting().size() < 50) {
                    crowd.ask(i % 2, 1, 0);
                }
                crowd.pass(Duration.ofMillis(50));
            }

            assertThat(crowd.units()).isBetween(15L, 22L);
        }
    }

    @Test
    void whatIsHeardOfAfterItsWindowHasEndedCountsInTheNext() {
        Quota quota = Quota.of(20).per(Duration.ofMillis(100));
        for (long seed = 1; seed <= 8; seed++) {
            try (VirtualEngine engine =
                    new VirtualEngine(client, seed).ways(Duration.ofMillis(3)).loses(15)) {
                Crowd crowd = new Crowd(engine, seed, 3, quota);
                crowd.live(300, 6, Duration.ofMillis(8), false);
                assertWithin(crowd.gone(), quota);
            }
        }
    }

    @Test
    void aDearCallWhoseNumbersAreForgottenIsAskedForAgain() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 1, Quota.of(10).per(Duration.ofSeconds(1)));
            crowd.ask(0, 10, 0);
            crowd.pass(Duration.ofMillis(100));
            crowd.ask(0, 5, 0);
            crowd.pass(Duration.ofMillis(100));
            engine.forget();
            crowd.allGo();

            assertThat(engine.time.elapsed()).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void manyCallsOfManyProcessesUseTheWholeQuota() {
        try (VirtualEngine engine = new VirtualEngine(client, 1).ways(Duration.ofMillis(2))) {
            Crowd crowd = new Crowd(engine, 1, 10, Quota.of(500).per(Duration.ofSeconds(5)));
            for (int i = 0; i < 400; i++) {
                crowd.ask(i % 10, 2, 0);
            }
            crowd.pass(Duration.ofSeconds(6));

            // All of the second window as well.
            assertThat(crowd.units()).isEqualTo(800);
        }
    }

    @Test
    void theShortWayThroughTheScriptLeadsToTheSame() {
        for (long seed = 1; seed <= 10; seed++) {
            Limit[] limits = seed % 2 == 0
                    ? new Limit[] {TokenBucket.perSecond(100).burst(10)}
                    : new Limit[] {
                        Quota.of(40).per(Duration.ofMillis(500)),
                        TokenBucket.perSecond(150).burst(20)
                    };
            List<List<Crowd.Gone>> ways = new ArrayList<>();
            for (boolean isShort : new boolean[] {true, false}) {
                try (VirtualEngine engine = new VirtualEngine(client, seed).ways(Duration.ofMillis(2))) {
                    Crowd crowd = new Crowd(isShort ? engine : engine.withoutShortWay(), seed, 2, limits);
                    Random random = new Random(seed);
                    for (int burst = 0; burst < 60; burst++) {
                        for (int i = random.nextInt(25); i > 0; i--) {
                            crowd.ask(random.nextInt(2), random.nextInt(8) == 0 ? 2 : 1, 0);
                            crowd.pass(Duration.ofMillis(random.nextInt(3)));
                        }
                        crowd.pass(Duration.ofMillis(random.nextInt(300)));
                    }
                    crowd.allGo();
                    ways.add(crowd.gone());
                }
            }
            assertThat(ways.get(0)).hasSizeGreaterThan(200).isEqualTo(ways.get(1));
        }
    }
}
