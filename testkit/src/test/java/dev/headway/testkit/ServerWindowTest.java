package dev.headway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Quota;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerWindowTest {

    private static final Duration WINDOW = Duration.ofSeconds(5);
    private static final long LENGTH = WINDOW.toNanos();

    @Test
    void beginsWithTheFirstRequest() {
        ServerQuota window = ServerQuota.of(Quota.of(2).per(WINDOW));

        assertThat(window.judge(7)).isEqualTo(new Verdict(true, 2, 1, LENGTH));
        assertThat(window.judge(8)).isEqualTo(new Verdict(true, 2, 0, LENGTH - 1));
        assertThat(window.judge(9)).isEqualTo(new Verdict(false, 2, 0, LENGTH - 2));
        assertThat(window.judge(6 + LENGTH)).isEqualTo(new Verdict(false, 2, 0, 1));
        assertThat(window.judge(7 + LENGTH)).isEqualTo(new Verdict(true, 2, 1, LENGTH));
    }

    @Test
    void theNextOneBeginsWithTheFirstRequestAfterItsEnd() {
        ServerQuota window = ServerQuota.of(Quota.of(1).per(WINDOW));
        window.judge(0);

        assertThat(window.judge(LENGTH + 123)).isEqualTo(new Verdict(true, 1, 0, LENGTH));
        assertThat(window.judge(2 * LENGTH + 122).accepted()).isFalse();
        assertThat(window.judge(2 * LENGTH + 123).accepted()).isTrue();
    }

    @Test
    void clockAlignedOnesBeginAtMultiplesOfTheirLength() {
        Instant origin = Instant.parse("2026-01-01T10:20:00.000000007Z");
        ServerQuota hourly = ServerQuota.of(Quota.of(1).per(Duration.ofHours(1)), Counting.CLOCK_WINDOW, origin);
        long toTheHour = Duration.ofMinutes(40).toNanos() - 7;
        long hour = Duration.ofHours(1).toNanos();

        assertThat(hourly.judge(0)).isEqualTo(new Verdict(true, 1, 0, toTheHour));
        assertThat(hourly.judge(toTheHour - 1)).isEqualTo(new Verdict(false, 1, 0, 1));
        assertThat(hourly.judge(toTheHour)).isEqualTo(new Verdict(true, 1, 0, hour));
        assertThat(hourly.judge(toTheHour + 2 * hour + 1)).isEqualTo(new Verdict(true, 1, 0, hour - 1));
    }

    @Test
    void clockAlignmentCountsBackBeforeTheEpoch() {
        ServerQuota minutely = ServerQuota.of(
                Quota.of(1).per(Duration.ofMinutes(1)), Counting.CLOCK_WINDOW, Instant.ofEpochSecond(-1));

        assertThat(minutely.judge(0).resetNanos())
                .isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    /** Against a count per begun window: never more than the limit, and never a refusal while there is room. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void acceptsTheLimitInEachWindowAndNothingElse(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long limit = 1 + random.nextLong(40);
        ServerQuota window = ServerQuota.of(Quota.of(limit).per(WINDOW));
        long now = random.nextLong(LENGTH);
        long begin = now;
        long accepted = 0;
        int windows = 1;
        for (int i = 0; i < 5000; i++) {
            if (now - begin >= LENGTH) {
                begin = now;
                accepted = 0;
                windows++;
            }
            boolean room = accepted < limit;
            accepted += room ? 1 : 0;

            Verdict verdict = window.judge(now);

            assertThat(verdict)
                    .as("seed %d, request %d", seed, i)
                    .isEqualTo(new Verdict(room, limit, limit - accepted, begin + LENGTH - now));
            now += switch (random.nextInt(20)) {
                case 0 -> verdict.resetNanos() - 1;
                case 1 -> verdict.resetNanos();
                case 2 -> random.nextLong(2 * LENGTH);
                default -> random.nextLong(LENGTH / limit);
            };
        }
        assertThat(windows).isGreaterThan(100);
    }
}
