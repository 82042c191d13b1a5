package dev.headway.internal.limiter.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headway.ScopeSnapshot.LimitState;
import dev.headway.internal.limiter.rules.Gate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProbingTest {

    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE = SECOND / 4;

    private long now = 5 * SECOND;

    // ---- the search

    @Test
    void theSearchBeginsAfterThePauseAtFourASecondOrTwiceTheBurstThatWasShown() {
        assertThat(new Probing(1, PAUSE, now).ratePerSecond()).isEqualTo(4);
        Probing probing = new Probing(20, PAUSE, now);
        assertThat(probing.ratePerSecond()).isEqualTo(40);
        assertThat(probing.state()).as("not known yet").isNull();

        probing.granted(now + PAUSE, 1);
        assertThat(probing.earliest(now + PAUSE, 0, 1))
                .isBetween(now + PAUSE + 22 * MILLISECOND, now + PAUSE + 25 * MILLISECOND);
    }

    @Test
    void itIsTwiceAsFastStepByStepWhileTheRateIsUsed() {
        Probing probing = new Probing(1, PAUSE, now);
        now += PAUSE;
        accept(probing, 4, 500);
        assertThat(probing.ratePerSecond()).isEqualTo(8);
        accept(probing, 8, 250);
        assertThat(probing.ratePerSecond()).isEqualTo(16);

        accept(probing, 4, 2000);
        assertThat(probing.ratePerSecond()).as("not used").isEqualTo(16);
    }

    @Test
    void whatWasAcceptedBetweenTwoRefusalsIsTheRateOfAServerThatHasShownABurst() {
        Probing probing = new Probing(20, PAUSE, now);
        now += PAUSE;
        accept(probing, 80 / 3.0, 750);

        probing.refused(true, PAUSE, now);

        // 20 in a second with the pause, less the margin.
        assertThat(probing.ratePerSecond()).isCloseTo(19.6, within(0.1));
        assertThat(probing.state()).isEqualTo(new LimitState(null, false, 20, Duration.ofSeconds(1), null));
    }

    @Test
    void withoutABurstTheRateIsBetweenTheFastestStepThatPassedAndTheSlowestThatDidNot() {
        Probing probing = new Probing(1, PAUSE, now);
        now += PAUSE;
        accept(probing, 4, 500);
        accept(probing, 8, 300);
        assertThat(probing.ratePerSecond()).isEqualTo(16);

        refuse(probing);
        assertThat(probing.ratePerSecond()).isCloseTo(Math.sqrt(8 * 16), within(0.01));
        now += PAUSE;
        accept(probing, probing.ratePerSecond(), 300);
        assertThat(probing.ratePerSecond()).isCloseTo(Math.sqrt(Math.sqrt(8 * 16) * 16), within(0.01));
        accept(probing, 14, 80);
        refuse(probing);
        assertThat(probing.ratePerSecond()).isBetween(10.0, 14.0);
    }

    /** A server of three a second without a burst that names whole seconds: two or three go between two pauses. */
    @Test
    void whereFewGoBetweenTwoLongPausesAllOfThemTellTheRate() {
        Probing probing = new Probing(1, SECOND, now);
        long accepted = now;
        int refused = 0;
        for (int call = 0; call < 100; call++) {
            now = Math.max(now, probing.earliest(now, 0, 1));
            probing.granted(now, 1);
            if (now - accepted >= SECOND / 3) {
                accepted = now;
                probing.accepted(now, now);
            } else {
                probing.refused(true, SECOND, now);
                now += SECOND;
                refused += call < 50 ? 0 : 1;
            }
        }

        assertThat(refused).as("of the last 50").isLessThan(6);
    }

    @Test
    void aRefusalAfterWhichNothingWasAcceptedSaysNothingOfTheRate() {
        Probing probing = found(20);
        double rate = probing.ratePerSecond();
        probing.refused(true, PAUSE, now + SECOND);
        probing.refused(true, PAUSE, now + 2 * SECOND);

        assertThat(probing.ratePerSecond()).isEqualTo(rate);
    }

    @Test
    void aSecondRefusalOfTheSameEpisodeSaysNothingOfTheRate() {
        Probing probing = found(20);
        accept(probing, 20, 1000);
        double rate = probing.ratePerSecond();
        probing.refused(false, PAUSE, now);

        assertThat(probing.ratePerSecond()).isEqualTo(rate);
    }

    @Test
    void theAnswersOfCallsThatWereSentBeforeTheRefusalDoNotCount() {
        Probing probing = new Probing(20, PAUSE, now);
        for (int i = 0; i < 50; i++) {
            probing.accepted(now - 1, now + MILLISECOND);
        }

        probing.refused(true, PAUSE, now + PAUSE);

        assertThat(probing.ratePerSecond()).isEqualTo(40);
    }

    @Test
    void oneRefusalProvesNoRateAndIsForgottenAfterAMinute() {
        Probing probing = new Probing(20, PAUSE, now);
        assertThat(probing.forgotten(now + PAUSE + 60 * SECOND)).isFalse();
        assertThat(probing.forgotten(now + PAUSE + 60 * SECOND + 1)).isTrue();

        Probing found = found(20);
        assertThat(found.forgotten(now + 3600 * SECOND)).isFalse();
    }

    @Test
    void theRateThatWasFoundIsNewsAndThenEveryTenth() {
        assertThat(new Probing(20, PAUSE, now).news()).isNull();
        Probing probing = found(20);

        assertThat(probing.news())
                .satisfies(limit -> assertThat(limit.limit()).isBetween(19L, 20L))
                .satisfies(limit -> assertThat(limit.window()).isEqualTo(Duration.ofSeconds(1)));
        assertThat(probing.news()).isNull();
        accept(probing, 10, 1500);
        refuse(probing);
        assertThat(probing.news())
                .as("below 10 a second it is told by the minute")
                .satisfies(limit -> assertThat(limit.limit()).isBetween(9L * 60, 11L * 60))
                .satisfies(limit -> assertThat(limit.window()).isEqualTo(Duration.ofMinutes(1)));
    }

    // ---- a burst that was none

    /** A server of 200 a second without a burst took 8 of the slow calls of a cold client. */
    @Test
    void aRateThatADrainedBucketWouldRefuseShowsThatThereWasNoBurst() {
        Probing probing = new Probing(8, PAUSE, now);
        now += PAUSE;
        climb(probing, 256);
        refuse(probing);
        double between = probing.ratePerSecond();
        assertThat(between).as("between 43 and 256").isBetween(100.0, 110.0);
        assertThat(probing.state()).isNull();
        assertThat(probing.smooth()).isFalse();

        now += PAUSE;
        accept(probing, between, 400);
        assertThat(probing.smooth()).isTrue();
        assertThat(probing.ratePerSecond()).as("between that and 256").isBetween(155.0, 170.0);
    }

    @Test
    void aBucketRefusesThatRateAndIsWhatWasAccepted() {
        Probing probing = new Probing(20, PAUSE, now);
        double level = 0;
        long last = now;
        int refused = 0;
        now += PAUSE;
        while (probing.state() == null) {
            now += (long) (SECOND / probing.ratePerSecond());
            level = Math.min(20, level + 30.0 * (now - last) / SECOND) - 1;
            last = now;
            if (level >= 0) {
                probing.accepted(now, now);
            } else {
                level++;
                refused++;
                refuse(probing);
                now += PAUSE;
            }
        }

        assertThat(probing.smooth()).isFalse();
        assertThat(probing.ratePerSecond()).isBetween(28.0, 32.0);
        assertThat(refused).as("a check or two").isBetween(2, 3);
    }

    @Test
    void whileThatIsCheckedCallsKeepTheirDistance() {
        Probing probing = new Probing(8, PAUSE, now);
        now += PAUSE;
        climb(probing, 256);
        refuse(probing);
        now += SECOND;
        probing.granted(now, 1);
        probing.departed(now + 30 * MILLISECOND);

        assertThat(probing.earliest(now, 0, 1)).isGreaterThan(now + 38 * MILLISECOND);
    }

    @Test
    void whereAnswersTakeLongNothingIsChecked() {
        Probing probing = new Probing(20, PAUSE, now);
        now += PAUSE;
        accept(probing, 40, 160);
        accept(probing, 80, 160);
        now += SECOND;
        refuse(probing);

        assertThat(probing.state()).isNotNull();
    }

    // ---- without a burst

    @Test
    void withoutABurstTheFirstRatesAreHeldAndTriedForAQuarterOfASecond() {
        Probing probing = new Probing(1, PAUSE, now);
        now += PAUSE;
        climb(probing, 128);
        refuse(probing);
        while (probing.state() == null) {
            now += 10 * MILLISECOND;
            probing.accepted(now, now);
        }
        double rate = probing.ratePerSecond();
        accept(probing, rate, 240);
        assertThat(probing.ratePerSecond()).isEqualTo(rate);
        accept(probing, rate, 30);
        double probe = probing.ratePerSecond();
        assertThat(probe).isGreaterThan(rate);
        accept(probing, probe, 270);
        assertThat(probing.ratePerSecond()).isGreaterThan(probe);
    }

    @Test
    void withoutABurstTheNextKeepsItsDistanceFromTheLastThatReallyLeft() {
        Probing probing = new Probing(1, PAUSE, now);
        now += SECOND;
        probing.granted(now, 1);
        assertThat(probing.earliest(now, 0, 1)).as("a late timer").isEqualTo(now + SECOND / 4);
        probing.departed(now + 3 * MILLISECOND);
        assertThat(probing.earliest(now, 0, 1)).isEqualTo(now + SECOND / 4 + 3 * MILLISECOND);

        probing.granted(now + SECOND / 2, 1);
        probing.returned(now + SECOND / 2, 1);
        probing.refused(true, 0, now + SECOND / 2);
        assertThat(probing.earliest(now + SECOND / 2, 0, 1))
                .as("what was refused was there as well")
                .isGreaterThanOrEqualTo(now + 3 * SECOND / 4);
    }

    @Test
    void withABurstALateTimerCostsNoThroughput() {
        Probing probing = new Probing(20, 0, now);
        probing.granted(now, 1);
        long due = probing.earliest(now, 0, 1);
        probing.granted(due + MILLISECOND, 1);
        probing.departed(due + 2 * MILLISECOND);

        assertThat(probing.earliest(now, 0, 1)).isBetween(due + 24 * MILLISECOND, due + 25 * MILLISECOND);
    }

    @Test
    void aRefusalClosesNothingWhereNoBurstWasAcceptedUnlessTheServerHasShownALongWindow() {
        assertThat(new Probing(5, PAUSE, now).smooth()).isFalse();
        Probing probing = new Probing(4, PAUSE, now);
        assertThat(probing.smooth()).isTrue();

        now += 60 * SECOND;
        accept(probing, 4, 1000);
        refuse(probing);
        assertThat(probing.smooth()).isFalse();
    }

    // ---- what holds afterwards

    @Test
    void theRateIsHeldForTwoSecondsThenALittleMoreIsTried() {
        Probing probing = found(100);
        double rate = probing.ratePerSecond();
        now += PAUSE;
        accept(probing, rate, 1950);
        assertThat(probing.ratePerSecond()).isEqualTo(rate);

        accept(probing, rate, 100);
        assertThat(probing.ratePerSecond()).isCloseTo(rate * 1.12, within(0.001));
    }

    @Test
    void aProbeThatIsAcceptedIsFollowedByALargerOne() {
        Probing probing = found(100);
        double rate = probing.ratePerSecond();
        now += PAUSE;
        accept(probing, rate, 2050);
        accept(probing, probing.ratePerSecond(), 2100);

        assertThat(probing.ratePerSecond()).isCloseTo(rate * 1.12 * 1.24, within(0.001));
    }

    @Test
    void aProbeThatNobodyUsesProvesNothing() {
        Probing probing = found(100);
        double rate = probing.ratePerSecond();
        now += PAUSE;
        accept(probing, rate, 2050);
        accept(probing, 10, 2200);

        assertThat(probing.ratePerSecond()).isCloseTo(rate, within(0.001));
    }

    @Test
    void aProbeThatFailsGoesBackAndHoldsTwiceAsLong() {
        Probing probing = found(100);
        double rate = probing.ratePerSecond();
        now += PAUSE;
        accept(probing, rate, 2050);
        refuse(probing);
        double back = probing.ratePerSecond();
        assertThat(back).isBetween(rate * 0.96, rate);

        accept(probing, back, 3900);
        assertThat(probing.ratePerSecond()).isEqualTo(back);
        accept(probing, back, 200);
        assertThat(probing.ratePerSecond()).isGreaterThan(back);
    }

    @Test
    void aRefusalWhileItHoldsCutsToWhatWasAcceptedAndToHalfAtMost() {
        Probing probing = found(100);
        now += PAUSE;
        accept(probing, 80, 1500);
        refuse(probing);
        assertThat(probing.ratePerSecond()).isBetween(76.0, 80.0);

        Probing hardlyUsed = found(100);
        double rate = hardlyUsed.ratePerSecond();
        now += SECOND;
        accept(hardlyUsed, 1, 1000);
        refuse(hardlyUsed);
        assertThat(hardlyUsed.ratePerSecond()).isEqualTo(rate / 2);
    }

    @Test
    void itIsNeverSlowerThanOneInFiveSeconds() {
        Probing probing = found(20);
        for (int i = 0; i < 30; i++) {
            now += 10 * SECOND;
            // Enough to show each time that the cut has helped.
            for (int j = 0; j < 25; j++) {
                probing.accepted(now - 5 * SECOND, now - 5 * SECOND);
            }
            refuse(probing);
        }
        assertThat(probing.ratePerSecond()).isEqualTo(0.2);
    }

    @Test
    void aWindowThatStaysShutForMinutesIsCountedAsAWhole() {
        // 600 at once, then a minute of refusals, then 600 again.
        Probing probing = new Probing(600, PAUSE, now);
        now += 60 * SECOND;
        accept(probing, 1000, 600);
        refuse(probing);

        assertThat(probing.ratePerSecond()).isCloseTo(9.7, within(0.2));
    }

    @Test
    void noSingleWordOfAServerHoldsTheRateForEver() {
        Probing probing = found(100);
        double rate = probing.ratePerSecond();
        now += 2 * 3600 * SECOND;
        accept(probing, 1, 3000);
        probing.refused(true, Gate.LONGEST, now);
        double cut = probing.ratePerSecond();
        assertThat(cut).isLessThan(rate);

        now += 10 * 3600 * SECOND;
        accept(probing, cut, 4000);
        assertThat(probing.ratePerSecond()).isGreaterThan(cut);
    }

    @Test
    void aServerThatRefusesWhateverTheRateIsNotPaced() {
        Probing probing = found(100);
        for (int i = 0; i < 10 && !probing.indifferent(); i++) {
            now += SECOND;
            accept(probing, 2, 1000);
            refuse(probing);
        }
        assertThat(probing.indifferent()).isTrue();
        probing.granted(now, 1000);
        assertThat(probing.earliest(now, 1000, 1)).isEqualTo(now);

        for (int i = 0; i < 50; i++) {
            probing.refused(i % 10 == 0, 0, now);
        }
        assertThat(probing.indifferent()).as("most is refused now").isFalse();
    }

    /** A rate that two refusals have proved. */
    private Probing found(int perSecond) {
        Probing probing = new Probing(perSecond, PAUSE, now);
        now += PAUSE;
        accept(probing, perSecond * 4 / 3.0, 750);
        probing.refused(true, PAUSE, now);
        return probing;
    }

    private void refuse(Probing probing) {
        probing.refused(true, PAUSE, now);
    }

    /** All is accepted, until that rate is reached. */
    private void climb(Probing probing, double rate) {
        while (probing.ratePerSecond() < rate) {
            now += (long) (SECOND / probing.ratePerSecond());
            probing.accepted(now, now);
        }
    }

    /** So many a second are accepted, for so long. */
    private void accept(Probing probing, double rate, long millis) {
        long until = now + millis * MILLISECOND;
        long interval = (long) (SECOND / rate);
        while (now + interval <= until) {
            now += interval;
            probing.accepted(now, now);
        }
        now = until;
    }
}
