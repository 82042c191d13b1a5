package dev.headway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Pacing;
import dev.headway.Quota;
import dev.headway.TokenBucket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a process leaves to others when a quota is full again. */
class FairPartTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int PROCESSES = 4;

    private final FairPart part =
            new FairPart(List.of(Lane.of(Quota.of(100).per(Duration.ofSeconds(5)), Pacing.EAGER)));

    @Test
    void nobodyIsHeldWhoseQuotaWasNotUsedUp() {
        part.heard(0, PROCESSES, SECOND);
        part.granted(90, SECOND);

        assertThat(part.of(64, 16, SECOND)).isEqualTo(64);
    }

    @Test
    void whoHasItsPartAsksForTheRestATenthOfTheWindowLater() {
        long opens = 6 * SECOND;
        part.heard(opens, PROCESSES, SECOND);
        assertThat(part.of(64, 0, SECOND)).isEqualTo(25);
        assertThat(part.of(64, 20, SECOND)).isEqualTo(5);
        part.granted(20, opens);
        part.granted(5, opens + 1);

        assertThat(part.of(1, 0, opens + 1)).isZero();
        assertThat(part.until()).isEqualTo(opens + SECOND / 2);
        assertThat(part.of(64, 0, part.until())).isEqualTo(64);
    }

    @Test
    void everyWindowHasItsOwnPart() {
        long opens = 6 * SECOND;
        part.heard(opens, PROCESSES, SECOND);
        part.granted(25, opens);
        part.heard(opens + 5 * SECOND, PROCESSES, opens + SECOND / 10);

        assertThat(part.of(64, 0, opens + SECOND)).isEqualTo(25);
    }

    @Test
    void theMomentMayMoveWithinAWindow() {
        long opens = 6 * SECOND;
        part.heard(opens, PROCESSES, 2 * SECOND);
        part.granted(10, opens - SECOND / 4);
        part.heard(opens + SECOND / 2, PROCESSES, opens - SECOND / 5);

        assertThat(part.of(64, 0, opens)).isEqualTo(15);
        assertThat(part.until()).isEqualTo(opens + SECOND);
    }

    @Test
    void whereMoreWaitThanAWindowHoldsTheirNumbersAreFairAlready() {
        part.heard(12 * SECOND, PROCESSES, SECOND);

        assertThat(part.of(64, 100, SECOND)).isEqualTo(64);
    }

    @Test
    void bucketsHaveNoParts() {
        FairPart none = new FairPart(List.of(Lane.of(TokenBucket.perSecond(10).burst(20), Pacing.EAGER)));
        none.heard(10 * SECOND, PROCESSES, SECOND);

        assertThat(none.of(64, 100, SECOND)).isEqualTo(64);
    }
}
