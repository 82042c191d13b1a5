package dev.headway.internal.limiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {

    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long NOW = 77 * SECOND;

    private final Gate gate = new Gate();

    @Test
    void itIsOpenUntilARefusalClosesIt() {
        assertThat(gate.closedUntil()).isZero();
    }

    @Test
    void itOpensALittleAfterTheServersMomentAndNeverBefore() {
        gate.nextEpisode(NOW);
        gate.closeFor(7 * SECOND, NOW);
        long opens = NOW + 7 * SECOND + 20 * MILLISECOND;

        assertThat(gate.closedUntil()).isEqualTo(opens);
    }

    @Test
    void onOneWordItIsNeverClosedForMoreThanAQuarterOfAnHour() {
        long quarter = TimeUnit.MINUTES.toNanos(15);
        gate.nextEpisode(NOW);
        gate.closeFor(quarter - 1, NOW);
        assertThat(gate.closedUntil()).isEqualTo(NOW + quarter - 1 + 20 * MILLISECOND);

        gate.closeFor(Long.MAX_VALUE, NOW);
        assertThat(gate.closedUntil()).isEqualTo(NOW + quarter + 20 * MILLISECOND);
    }

    @Test
    void theMomentOnlyMovesBack() {
        gate.closeFor(5 * SECOND, NOW);
        long opens = gate.closedUntil();
        gate.closeFor(SECOND, NOW);
        gate.closeUntil(NOW);
        gate.closeBlindly(NOW, new SplittableRandom(1));
        assertThat(gate.closedUntil()).isEqualTo(opens);

        gate.closeUntil(opens + 1);
        assertThat(gate.closedUntil()).isEqualTo(opens + 1);
    }

    @Test
    void aRefusalBeginsAnEpisodeOnlyIfItsCallLeftAfterTheLast() {
        assertThat(gate.begins(0)).isTrue();

        gate.nextEpisode(NOW);

        assertThat(gate.begins(NOW - 1)).isFalse();
        assertThat(gate.begins(NOW)).isFalse();
        assertThat(gate.begins(NOW + 1)).isTrue();
    }

    @Test
    void itIsCalmOnlyWhenItIsOpenAndHasForgottenItsRefusals() {
        assertThat(gate.calm(NOW)).isTrue();

        gate.nextEpisode(NOW);
        gate.closeFor(0, NOW);
        accept(19);
        assertThat(gate.calm(NOW + SECOND)).as("a streak").isFalse();

        accept(1);
        assertThat(gate.calm(NOW)).as("closed").isFalse();
        assertThat(gate.calm(NOW + SECOND)).isTrue();
    }

    @Test
    void aServerThatSaysAtOnceAgainAndAgainIsBelievedLessAndLess() {
        long[] expected = {20, 250, 500, 1000, 1000, 1000};
        for (long millis : expected) {
            gate.nextEpisode(NOW);
            long now = gate.closedUntil() + SECOND;
            gate.closeFor(0, now);

            assertThat(gate.closedUntil() - now).isEqualTo(millis * MILLISECOND);
        }
    }

    @Test
    void aLongWordIsNotMadeLongerByAStreak() {
        for (int i = 0; i < 10; i++) {
            gate.nextEpisode(NOW);
        }
        gate.closeFor(2 * SECOND, NOW);

        assertThat(gate.closedUntil()).isEqualTo(NOW + 2 * SECOND + 20 * MILLISECOND);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void withoutAWordItClosesTwiceAsLongEachTimeWithinBounds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] middles = {250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000};
        for (long middle : middles) {
            gate.nextEpisode(NOW);
            long now = gate.closedUntil() + SECOND;
            gate.closeBlindly(now, random);

            assertThat(gate.closedUntil() - now).isBetween(middle * MILLISECOND * 3 / 4, middle * MILLISECOND * 5 / 4);
        }
    }

    @Test
    void oneCallThatIsAcceptedAfterAPauseMakesTheNextShortAgain() {
        SplittableRandom random = new SplittableRandom(1);
        gate.nextEpisode(NOW);
        gate.nextEpisode(NOW + SECOND);
        gate.accepted(NOW);
        gate.nextEpisode(NOW + 2 * SECOND);
        gate.closeBlindly(NOW, random);
        assertThat(gate.closedUntil()).as("it was sent before").isGreaterThan(NOW + 700 * MILLISECOND);

        gate.accepted(NOW + 3 * SECOND);
        gate.nextEpisode(NOW + 4 * SECOND);
        long now = gate.closedUntil();
        gate.closeBlindly(now, random);
        assertThat(gate.closedUntil()).isLessThan(now + 320 * MILLISECOND);
    }

    @Test
    void itCountsWhatWasAcceptedSinceTheLastEpisode() {
        accept(100);
        assertThat(gate.acceptedSince()).isEqualTo(100);

        gate.nextEpisode(NOW);

        assertThat(gate.acceptedSince()).isZero();
    }

    @Test
    void theWaitsOfManyProcessesSpread() {
        SplittableRandom random = new SplittableRandom(9);
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < 1000; i++) {
            Gate each = new Gate();
            each.nextEpisode(NOW);
            each.closeBlindly(0, random);
            least = Math.min(least, each.closedUntil());
            most = Math.max(most, each.closedUntil());
        }

        assertThat(least).isBetween(187 * MILLISECOND, 190 * MILLISECOND);
        assertThat(most).isBetween(309 * MILLISECOND, 313 * MILLISECOND);
    }

    @Test
    void anEpisodeThatFollowsAnotherIsARepetitionUntilTwentyCallsWereAccepted() {
        gate.nextEpisode(NOW);
        assertThat(gate.repeated()).isFalse();
        accept(19);
        gate.nextEpisode(NOW);
        assertThat(gate.repeated()).as("19 accepted").isTrue();

        accept(20);
        assertThat(gate.repeated()).isFalse();
        gate.nextEpisode(NOW);
        assertThat(gate.repeated()).as("20 accepted").isFalse();
    }

    @Test
    void refusalsAlternateWhereHardlyOneIsAcceptedInBetween() {
        accept(1);
        gate.nextEpisode(NOW);
        assertThat(gate.alternates()).as("the first").isFalse();
        accept(2);
        gate.nextEpisode(NOW);
        assertThat(gate.alternates()).as("2 accepted").isFalse();

        accept(1);
        gate.nextEpisode(NOW);
        assertThat(gate.alternates()).as("1 accepted").isTrue();
        accept(20);
        gate.nextEpisode(NOW);
        assertThat(gate.alternates()).isFalse();
    }

    @Test
    void whatIsAcceptedWithoutAStreakCountsForNone() {
        accept(100);
        gate.nextEpisode(NOW);
        accept(19);
        gate.nextEpisode(NOW);

        assertThat(gate.repeated()).isTrue();
    }

    private void accept(int times) {
        for (int i = 0; i < times; i++) {
            gate.accepted(NOW);
        }
    }
}
