package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTest {

    private static final long MOST = 1_000_000_000;
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(366);

    @Test
    void aBucketIsARateAndHoldsOneUnlessToldOtherwise() {
        TokenBucket bucket = TokenBucket.perSecond(10);

        assertThat(bucket.permits()).isEqualTo(10);
        assertThat(bucket.period()).isEqualTo(Duration.ofSeconds(1));
        assertThat(bucket.burst()).isEqualTo(1);
        assertThat(bucket).hasToString("10 per PT1S, burst 1");
    }

    @Test
    void anotherBurstIsAnotherBucket() {
        TokenBucket bucket = TokenBucket.of(100, Duration.ofMinutes(1));
        TokenBucket larger = bucket.burst(20);

        assertThat(larger).hasToString("100 per PT1M, burst 20");
        assertThat(bucket.burst()).isEqualTo(1);
    }

    @Test
    void aQuotaIsANumberInAWindow() {
        Quota.Count count = Quota.of(5000);
        Quota quota = count.per(Duration.ofHours(1));

        assertThat(quota.permits()).isEqualTo(5000);
        assertThat(quota.window()).isEqualTo(Duration.ofHours(1));
        assertThat(quota).hasToString("5000 in any PT1H");
        assertThat(count.per(Duration.ofDays(1))).hasToString("5000 in any PT24H");
    }

    @Test
    void theEndsOfTheRangesAreAllowed() {
        assertThat(TokenBucket.perSecond(1).permits()).isEqualTo(1);
        assertThat(TokenBucket.perSecond(MOST).permits()).isEqualTo(MOST);
        assertThat(TokenBucket.perSecond(1).burst(MOST).burst()).isEqualTo(MOST);
        assertThat(TokenBucket.of(1, SHORTEST).period()).isEqualTo(SHORTEST);
        assertThat(TokenBucket.of(1, LONGEST).period()).isEqualTo(LONGEST);
        assertThat(Quota.of(1).per(SHORTEST).window()).isEqualTo(SHORTEST);
        assertThat(Quota.of(MOST).per(LONGEST).window()).isEqualTo(LONGEST);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, MOST + 1, Long.MIN_VALUE, Long.MAX_VALUE})
    void aNumberOutOfItsRangeIsRefused(long permits) {
        String message = "A limit must be between 1 and 1000000000, not " + permits + ".";

        assertThatThrownBy(() -> TokenBucket.perSecond(permits))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> TokenBucket.perSecond(1).burst(permits))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> Quota.of(permits))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void aPeriodOutOfItsRangeIsRefused() {
        for (Duration period :
                new Duration[] {SHORTEST.minusNanos(1), Duration.ZERO, Duration.ofSeconds(-1), LONGEST.plusNanos(1)}) {
            String message = "The period of a limit must be between 1 ms and 366 days, not " + period + ".";
            assertThatThrownBy(() -> TokenBucket.of(1, period))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
            assertThatThrownBy(() -> Quota.of(1).per(period))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
        }
    }
}
