package dev.headway.internal.limiter.learn;

import static dev.headway.Permit.Answer.ACCEPTED;
import static dev.headway.Permit.Answer.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.LimitHint;
import dev.headway.Pacing;
import dev.headway.Quota;
import dev.headway.internal.limiter.rules.Connecting;
import dev.headway.internal.limiter.rules.InFlight;
import dev.headway.internal.limiter.rules.Rule;
import dev.headway.internal.limiter.rules.SlowStart;
import dev.headway.internal.limiter.rules.WindowRule;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules of the eager-limiter study, section 2.2, one by one. */
class LearnedLimitTest {

    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long QUARTER_HOUR = TimeUnit.MINUTES.toNanos(15);

    private final InFlight inFlight = new InFlight();
    private final SlowStart slowStart = new SlowStart(inFlight);
    private final LearnedLimit limit = new LearnedLimit(inFlight, slowStart, Pacing.EAGER, null);

    @Test
    void untilAnAnswerTellsNothingIsHeld() {
        inFlight.granted(1000);

        assertThat(limit.earliest(5, 1000, 1)).isEqualTo(5);
    }

    @Test
    void whatRemainsLessAllThatIsInFlightMayGoUntilTheReset() {
        hear(100, 5, 30, 0, SECOND);
        inFlight.granted(4);
        assertThat(limit.earliest(2 * SECOND, 0, 1)).isEqualTo(2 * SECOND);
        assertThat(limit.earliest(2 * SECOND, 0, 2)).isEqualTo(31 * SECOND);
        assertThat(limit.earliest(2 * SECOND, 1, 1)).isEqualTo(31 * SECOND);

        inFlight.granted(1);
        assertThat(limit.earliest(2 * SECOND, 0, 1)).isEqualTo(31 * SECOND);
        assertThat(limit.earliest(31 * SECOND - 1, 0, 1)).isEqualTo(31 * SECOND);
        assertThat(limit.earliest(31 * SECOND, 0, 1)).isEqualTo(31 * SECOND);
    }

    @Test
    void aResetIsAtLeastASecondAwayAndAtMostAQuarterOfAnHour() {
        hear(100, 0, 0, 0, SECOND);
        assertThat(limit.earliest(SECOND, 0, 1)).isEqualTo(2 * SECOND);

        LearnedLimit distant = new LearnedLimit(inFlight, slowStart, Pacing.EAGER, null);
        distant.heard(hint(100L, 0L, Duration.ofDays(100_000)), 0, SECOND, ACCEPTED, false);
        assertThat(distant.earliest(SECOND, 0, 1)).isEqualTo(SECOND + QUARTER_HOUR);
    }

    @Test
    void atTheResetOneCallGoesAndTheOthersWaitForItsAnswer() {
        hear(100, 0, 30, 0, SECOND);
        long reset = 31 * SECOND;
        assertThat(limit.earliest(reset, 0, 1)).isEqualTo(reset);
        send(reset);

        assertThat(limit.earliest(reset, 0, 1)).isEqualTo(Rule.UNTIL_ANSWER);
        assertThat(limit.earliest(reset + 5 * SECOND, 0, 1)).isEqualTo(Rule.UNTIL_ANSWER);
        assertThat(limit.earliest(reset + SECOND, 1, 1))
                .as("only a bound behind others")
                .isEqualTo(reset + SECOND);

        inFlight.landed(1);
        hear(100, 20, 30, reset, reset + SECOND);
        assertThat(limit.earliest(reset + SECOND, 0, 20)).isEqualTo(reset + SECOND);
        assertThat(limit.earliest(reset + SECOND, 0, 21)).isEqualTo(reset + 31 * SECOND);
    }

    @Test
    void aProbeThatComesBackWithoutAnAnswerIsFollowedByAnother() {
        hear(100, 0, 30, 0, SECOND);
        long reset = 31 * SECOND;
        send(reset);
        limit.returned(reset, 1);
        inFlight.landed(1);
        assertThat(limit.earliest(reset + 1, 0, 1)).isEqualTo(reset + 1);

        send(reset + 1);
        limit.silent(reset, false);
        assertThat(limit.earliest(reset + 2, 0, 1)).as("an older call's answer").isEqualTo(Rule.UNTIL_ANSWER);
        limit.silent(reset + 1, false);
        inFlight.landed(1);
        assertThat(limit.earliest(reset + 2, 0, 1)).isEqualTo(reset + 2);
        send(reset + 2);
        assertThat(limit.earliest(reset + 2, 0, 1)).isEqualTo(Rule.UNTIL_ANSWER);
    }

    @Test
    void aServerThatHasStoppedTellingIsNotHeldToItsWord() {
        hear(100, 0, 30, 0, SECOND);
        limit.silent(SECOND, true);
        assertThat(limit.earliest(2 * SECOND, 0, 1)).as("no probe").isEqualTo(31 * SECOND);
        send(31 * SECOND);

        limit.silent(31 * SECOND, true);

        assertThat(limit.earliest(31 * SECOND, 0, 500)).isEqualTo(31 * SECOND);
    }

    @Test
    void aServerThatTellsTheLimitButNoLongerWhatRemainsHasStoppedTelling() {
        hear(100, 0, 30, 0, SECOND);
        send(31 * SECOND);
        inFlight.landed(1);

        limit.heard(hint(100L, null, null), 31 * SECOND, 32 * SECOND, ACCEPTED, false);

        send(32 * SECOND);
        assertThat(limit.earliest(32 * SECOND, 0, 50)).isEqualTo(32 * SECOND);
    }

    @Test
    void anAnswerOfACallThatLeftAfterTheValueWasKnownReplacesIt() {
        hear(100, 5, 30, 0, SECOND);
        hear(100, 80, 29, SECOND + 1, 2 * SECOND);

        assertThat(limit.earliest(3 * SECOND, 0, 80)).isEqualTo(3 * SECOND);
        assertThat(limit.earliest(3 * SECOND, 0, 81)).isEqualTo(31 * SECOND);
    }

    @Test
    void anyOtherAnswerOfTheSameWindowMayOnlyLower() {
        hear(100, 5, 30, 0, SECOND);
        hear(100, 80, 30, SECOND, SECOND + MILLISECOND);
        assertThat(limit.earliest(2 * SECOND, 0, 5)).isEqualTo(2 * SECOND);
        assertThat(limit.earliest(2 * SECOND, 0, 6)).as("80 is older").isEqualTo(31 * SECOND);

        hear(100, 3, 30, 0, SECOND + 2 * MILLISECOND);
        assertThat(limit.earliest(2 * SECOND, 0, 3)).isEqualTo(2 * SECOND);
        assertThat(limit.earliest(2 * SECOND, 0, 4)).isEqualTo(31 * SECOND);
    }

    @Test
    void aLowerValueIsTheNewBaseSoThatAnOlderHigherOneDoesNotComeBack() {
        hear(100, 9, 30, 0, SECOND);
        hear(100, 3, 30, 0, 2 * SECOND);
        hear(100, 8, 29, SECOND + 1, 2 * SECOND + 1);

        assertThat(limit.earliest(3 * SECOND, 0, 4)).isGreaterThan(3 * SECOND);
    }

    @Test
    void theResetOfOneWindowIsTheEarliestThatWasTold() {
        hear(100, 5, 30, 0, SECOND);
        hear(100, 4, 30, 0, SECOND + 900 * MILLISECOND);
        assertThat(limit.earliest(2 * SECOND, 0, 9))
                .as("later by whole seconds")
                .isEqualTo(31 * SECOND);

        hear(100, 4, 28, 0, 2 * SECOND);
        assertThat(limit.earliest(2 * SECOND, 0, 9)).isEqualTo(30 * SECOND);
    }

    @Test
    void anAnswerOfTheWindowBeforeIsIgnored() {
        hear(100, 50, 60, 0, SECOND);
        // Its reset is 20 s before the known one.
        hear(100, 1, 40, SECOND, SECOND + MILLISECOND);

        assertThat(limit.earliest(2 * SECOND, 0, 50)).isEqualTo(2 * SECOND);
    }

    @Test
    void theLimitIsNewsWhenItChanges() {
        assertThat(hear(100, 5, 30, 0, SECOND)).isTrue();
        assertThat(hear(100, 4, 30, 0, SECOND)).isFalse();
        assertThat(hear(60, 3, 30, 0, SECOND)).isTrue();
        assertThat(limit.heard(hint(null, 1L, Duration.ofSeconds(30)), 0, SECOND, ACCEPTED, false))
                .isFalse();
        assertThat(hear(60, 3, 30, 0, SECOND)).isFalse();
    }

    @Test
    void aShortWindowHasALogOfOurOwnSends() {
        hear(10, 10, 5, 0, SECOND);
        for (int i = 0; i < 10; i++) {
            send(2 * SECOND);
            inFlight.landed(1);
        }

        // The header would allow 10 more: only the log knows.
        long free = 2 * SECOND + 5 * SECOND + 20 * MILLISECOND;
        assertThat(limit.earliest(3 * SECOND, 0, 1)).isEqualTo(free);
        limit.returned(2 * SECOND, 1);
        assertThat(limit.earliest(3 * SECOND, 0, 1)).isEqualTo(3 * SECOND);
        assertThat(limit.earliest(3 * SECOND, 0, 2)).isEqualTo(free);
    }

    @Test
    void aWindowLongerThanTenSecondsHasNone() {
        hear(10, 10, 10, 0, SECOND);
        send(2 * SECOND);
        inFlight.landed(1);
        assertThat(limit.earliest(3 * SECOND, 0, 10)).isGreaterThan(3 * SECOND);

        hear(10, 10, 11, 2 * SECOND, 3 * SECOND);
        assertThat(limit.earliest(3 * SECOND, 0, 10)).isEqualTo(3 * SECOND);
    }

    @Test
    void inAShortWindowOurOwnExpiriesRaiseWhatRemainsAfterARollover() {
        shortWindow();

        // The reset of the probe's answer is rounded up; its own place is free again before.
        long expiry = 3220 * MILLISECOND;
        assertThat(limit.earliest(2600 * MILLISECOND, 0, 1)).isEqualTo(expiry);
        assertThat(limit.earliest(expiry, 0, 1)).isEqualTo(expiry);
        assertThat(limit.earliest(expiry, 0, 2)).isEqualTo(3300 * MILLISECOND);
    }

    @Test
    void whereOthersUseTheKeyTheyDoNot() {
        shortWindow();
        limit.heard(hint(10L, 0L, Duration.ofSeconds(1)), 2200 * MILLISECOND, 2300 * MILLISECOND, REFUSED, true);

        assertThat(limit.earliest(2600 * MILLISECOND, 0, 1)).isEqualTo(3300 * MILLISECOND);
    }

    @Test
    void inALongerWindowTheResetIsWaitedFor() {
        hear(10, 10, 5, 0, SECOND);
        long probe = 6 * SECOND;
        send(probe);
        inFlight.landed(1);
        hear(10, 0, 5, probe, probe + 500 * MILLISECOND);

        assertThat(limit.earliest(probe + SECOND, 0, 1)).isEqualTo(probe + 500 * MILLISECOND + 5 * SECOND);
    }

    @Test
    void aToldQuotaBringsItsOwnLogAndOwnExpiriesCountFromTheBeginning() {
        WindowRule quota = new WindowRule(Quota.of(10).per(Duration.ofSeconds(2)), Pacing.EAGER, new Connecting(), 0);
        LearnedLimit told = new LearnedLimit(inFlight, slowStart, Pacing.EAGER, quota);
        quota.granted(0, 3);
        told.heard(hint(10L, 0L, Duration.ofSeconds(2)), 0, SECOND, ACCEPTED, false);
        long expiry = 2 * SECOND + 20 * MILLISECOND;

        assertThat(told.earliest(SECOND, 0, 1)).isEqualTo(expiry);
        assertThat(told.earliest(expiry, 0, 3)).isEqualTo(expiry);
        assertThat(told.earliest(expiry, 0, 4)).isEqualTo(3 * SECOND);
        told.granted(expiry, 1);
        assertThat(quota.earliest(expiry, 0, 10)).as("it does not count twice").isEqualTo(expiry);
    }

    // ---- servers that count otherwise, and others

    @Test
    void aBucketsResetMovesWithoutAWindowThatEnds() {
        hear(100, 4, 10, 0, SECOND);
        hear(100, 0, 9, 0, SECOND + MILLISECOND);
        // Older, with more left; its reset is later only because whole seconds were taken down before.
        hear(100, 9, 12, 0, SECOND + 2 * MILLISECOND);

        assertThat(limit.earliest(2 * SECOND, 0, 1)).isGreaterThan(2 * SECOND);
    }

    @Test
    void aWindowThatIsNotFullAfterItsResetTwiceIsASlidingCounter() {
        long now = SECOND;
        hear(10, 0, 60, 0, now);
        for (int i = 0; i < 2; i++) {
            now = limit.earliest(now, 0, 5);
            send(now);
            inFlight.landed(1);
            hear(10, 4, 60, now, now + 50 * MILLISECOND);
            now += SECOND;
        }

        // Paced now: what is free in two windows, then nothing for one; what remains holds no more.
        assertThat(limit.earliest(now, 0, 8)).isEqualTo(now);
        limit.granted(now, 8);
        assertThat(limit.earliest(now, 0, 1)).isBetween(now + 60 * SECOND, now + 61 * SECOND);
        inFlight.granted(100);
        assertThat(limit.earliest(now + 300 * SECOND, 0, 1)).isEqualTo(now + 300 * SECOND);
    }

    @Test
    void afterTwoRefusalsThatOurOwnCallsDoNotExplainASmallShareIsPaced() {
        hear(10, 10, 60, 0, SECOND);
        hear(10, 0, 60, 2 * SECOND, 3 * SECOND);
        // A new window, after one of which nothing was ours.
        hear(10, 9, 60, 62 * SECOND, 63 * SECOND);
        limit.heard(hint(10L, 0L, Duration.ofSeconds(59)), 63 * SECOND, 64 * SECOND, REFUSED, true);
        assertThat(limit.earliest(200 * SECOND, 0, 1)).isEqualTo(200 * SECOND);
        limit.heard(hint(10L, 0L, Duration.ofSeconds(58)), 64 * SECOND, 65 * SECOND, REFUSED, true);

        limit.granted(200 * SECOND, 1);
        assertThat(limit.earliest(201 * SECOND, 0, 1)).isGreaterThan(220 * SECOND);
    }

    /** A whole second of a clock, counted from another, is up to two seconds too late. */
    @Test
    void aResetIsNoLaterThanTheToldWindowUnlessItIsMuchLater() {
        assertThat(toldFiveSeconds(7)).isEqualTo(6 * SECOND);
        assertThat(toldFiveSeconds(4)).isEqualTo(5 * SECOND);
        assertThat(toldFiveSeconds(8)).as("no rounding").isEqualTo(9 * SECOND);

        hear(10, 0, 7, 0, SECOND);
        assertThat(limit.earliest(2 * SECOND, 0, 1)).as("not told").isEqualTo(8 * SECOND);
    }

    /** When the next may go after nothing is left at one second. */
    private long toldFiveSeconds(long resetSeconds) {
        WindowRule quota = new WindowRule(Quota.of(10).per(Duration.ofSeconds(5)), Pacing.EAGER, new Connecting(), 0);
        LearnedLimit told = new LearnedLimit(inFlight, slowStart, Pacing.EAGER, quota);
        told.heard(hint(10L, 0L, Duration.ofSeconds(resetSeconds)), 0, SECOND, ACCEPTED, false);
        return told.earliest(SECOND, 0, 1);
    }

    @Test
    void aLimitThatHasBecomeSmallerIsNoCrowd() {
        hear(10, 5, 1, 0, SECOND);
        for (int size = 9; size > 5; size--) {
            limit.heard(hint((long) size, 0L, Duration.ofSeconds(1)), SECOND, 2 * SECOND, REFUSED, true);
        }

        // Not paced: all of the limit at once, after the reset and its probe.
        send(4 * SECOND);
        inFlight.landed(1);
        hear(6, 5, 1, 4 * SECOND, 4 * SECOND + MILLISECOND);
        assertThat(limit.earliest(4 * SECOND + MILLISECOND, 0, 5)).isEqualTo(4 * SECOND + MILLISECOND);
    }

    /** A window of a second that was seen to end; the probe went at 2.2 s, and nothing remains. */
    private void shortWindow() {
        hear(10, 10, 1, 0, SECOND);
        send(2200 * MILLISECOND);
        inFlight.landed(1);
        hear(10, 0, 1, 2200 * MILLISECOND, 2300 * MILLISECOND);
    }

    private void send(long now) {
        limit.granted(now, 1);
        inFlight.granted(1);
    }

    private boolean hear(long size, long remaining, long resetSeconds, long sentAt, long now) {
        return limit.heard(hint(size, remaining, Duration.ofSeconds(resetSeconds)), sentAt, now, ACCEPTED, false);
    }

    private static LimitHint hint(@Nullable Long size, @Nullable Long remaining, @Nullable Duration reset) {
        return new LimitHint(null, size, remaining, reset, null, LimitHint.REQUESTS);
    }
}
