package dev.headway.internal.limiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Pacing;
import dev.headway.Quota;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Rule 2.4 of the eager-limiter study: a server that refuses within the quota. */
class WindowRuleTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** A window of 5 s and the jitter. */
    private static final long SPAN = 5 * SECOND + SECOND / 50;

    private final WindowRule window =
            new WindowRule(Quota.of(100).per(Duration.ofSeconds(5)), Pacing.EAGER, new Connecting(), 0);
    private long now = SECOND;

    @Test
    void theQuotaIsFreeAndThenItsSpanIsWaitedFor() {
        send(100);

        assertThat(window.earliest(now, 0, 1)).isEqualTo(now + SPAN);
    }

    @Test
    void aYoungScopeThatIsRefusedOnceMayHaveBeenUsedByAnotherProcess() {
        send(30);
        window.refusedUnexplained(false, 30, now);

        assertThat(window.even()).isFalse();
    }

    @Test
    void whatIsRefusedWithAQuotaSpentInTwoWindowsIsASlidingCounter() {
        send(100);
        now += SPAN;
        send(10);
        window.refusedUnexplained(false, 105, now);
        assertThat(window.even()).isTrue();

        // Evenly, a little below the quota's rate, and not before a whole span after the burst.
        long next = window.earliest(now, 0, 1);
        assertThat(next).isGreaterThanOrEqualTo(now + SPAN);
        now = next + SECOND;
        int evenly = sendFor(SPAN);
        assertThat(evenly).isBetween(90, 100);
    }

    @Test
    void atASlidingCounterABurstOnAnIdleScopeStaysFree() {
        send(100);
        now += SPAN;
        send(10);
        window.refusedUnexplained(false, 105, now);
        now += 3 * SPAN;

        send(99);

        assertThat(window.earliest(now, 0, 2)).isGreaterThan(now);
    }

    @Test
    void anOlderScopeThatIsRefusedWithinItsQuotaMeetsABucket() {
        now = 20 * SECOND;
        send(25);
        window.refusedUnexplained(false, 20, now);
        assertThat(window.even()).isTrue();
        assertThat(window.earliest(now, 0, 1)).as("it is empty").isGreaterThan(now);

        now += 60 * SECOND;
        send(16);
        assertThat(window.earliest(now, 0, 1)).as("0.8 of what it has shown").isGreaterThan(now);
    }

    @Test
    void aSecondEpisodeOfAYoungScopeIsEvidenceToo() {
        send(25);
        window.refusedUnexplained(true, 20, now);

        assertThat(window.even()).isTrue();
    }

    @Test
    void aCounterThatRefusesAFreeBurstIsABucketAfterAll() {
        send(100);
        now += SPAN;
        send(10);
        window.refusedUnexplained(false, 105, now);
        now += 3 * SPAN;
        send(50);

        window.refusedUnexplained(false, 10, now);
        now += 60 * SECOND;

        send(8);
        assertThat(window.earliest(now, 0, 1)).isGreaterThan(now);
    }

    @Test
    void aRefusalAllTheSameCutsAndTimeGrowsBack() {
        now = 20 * SECOND;
        send(25);
        window.refusedUnexplained(false, 10, now);
        now += 60 * SECOND;
        int before = sendFor(20 * SECOND);
        window.refusedUnexplained(false, 10, now);
        now += 60 * SECOND;
        int cut = sendFor(20 * SECOND);
        assertThat(cut).isBetween(before * 80 / 100, before * 95 / 100);

        for (int i = 0; i < 20; i++) {
            now += 6 * SECOND;
            window.accepted(now);
        }
        assertThat(sendFor(20 * SECOND)).isGreaterThan(cut + 2);
    }

    @Test
    void whatIsSharedKeepsItsPartAndHasNoBurst() {
        window.paceAsShared(2, now);
        now += 60 * SECOND;

        assertThat(sendFor(20 * SECOND)).isBetween(39, 42);
    }

    @Test
    void aLearnedLongWindowIsNotLoggedButPacedWhenItMust() {
        WindowRule learned = WindowRule.learned(10, 60 * SECOND, Pacing.EAGER, now);
        learned.granted(now, 100);
        assertThat(learned.earliest(now, 0, 1)).isEqualTo(now);
        assertThat(learned.log()).isNull();

        learned.paceAsCounter(now);
        assertThat(learned.earliest(now, 0, 1)).isGreaterThan(now);
    }

    @Test
    void anotherLimitKeepsTheCallsAndLooksAnew() {
        send(60);
        window.paceAsCounter(now);

        WindowRule smaller = window.resized(60, 5 * SECOND, now);

        assertThat(smaller.even()).isFalse();
        assertThat(smaller.earliest(now, 0, 1)).isEqualTo(now + SPAN);
    }

    private void send(int calls) {
        for (int i = 0; i < calls; i++) {
            assertThat(window.earliest(now, 0, 1)).as("call %d", i).isEqualTo(now);
            window.granted(now, 1);
        }
    }

    /** As many as it lets go in that time. */
    private int sendFor(long length) {
        long until = now + length;
        int sent = 0;
        while (window.earliest(now, 0, 1) < until) {
            now = window.earliest(now, 0, 1);
            window.granted(now, 1);
            sent++;
        }
        now = until;
        return sent;
    }
}
