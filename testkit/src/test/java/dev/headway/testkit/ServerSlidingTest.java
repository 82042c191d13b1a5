package dev.headway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Quota;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerSlidingTest {

    private static final Duration WINDOW = Duration.ofSeconds(5);
    private static final long LENGTH = WINDOW.toNanos();

    @Test
    void theLogForgetsARequestExactlyOneWindowLater() {
        ServerQuota log = quota(2, Counting.SLIDING_LOG);

        assertThat(log.judge(7)).isEqualTo(new Verdict(true, 2, 1, LENGTH));
        assertThat(log.judge(9)).isEqualTo(new Verdict(true, 2, 0, LENGTH - 2));
        assertThat(log.judge(6 + LENGTH)).isEqualTo(new Verdict(false, 2, 0, 1));
        assertThat(log.judge(7 + LENGTH)).isEqualTo(new Verdict(true, 2, 0, 2));
        assertThat(log.judge(8 + LENGTH)).isEqualTo(new Verdict(false, 2, 0, 1));
        assertThat(log.judge(Long.MAX_VALUE)).isEqualTo(new Verdict(true, 2, 1, LENGTH));
    }

    @Test
    void theCounterTakesTheWindowBeforeForEven() {
        ServerQuota counter = quota(4, Counting.SLIDING_COUNTER);
        for (int i = 0; i < 4; i++) {
            assertThat(counter.judge(0).accepted()).isTrue();
        }
        assertThat(counter.judge(0)).isEqualTo(new Verdict(false, 4, 0, LENGTH + LENGTH / 4));
        assertThat(counter.judge(LENGTH)).isEqualTo(new Verdict(false, 4, 0, LENGTH / 4));
        assertThat(counter.judge(LENGTH + LENGTH / 4 - 1)).isEqualTo(new Verdict(false, 4, 0, 1));
        assertThat(counter.judge(LENGTH + LENGTH / 4)).isEqualTo(new Verdict(true, 4, 0, LENGTH / 4));
        assertThat(counter.judge(2 * LENGTH)).isEqualTo(new Verdict(true, 4, 2, LENGTH));
        assertThat(counter.judge(10 * LENGTH + 1)).isEqualTo(new Verdict(true, 4, 3, 2 * LENGTH - 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void bothAcceptWhatTheirDefinitionsAllowAndNothingElse(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long limit = 1 + random.nextLong(20);
        ServerQuota log = quota(limit, Counting.SLIDING_LOG);
        ServerQuota counter = quota(limit, Counting.SLIDING_COUNTER);
        List<Long> logged = new ArrayList<>();
        List<Long> counted = new ArrayList<>();
        long now = random.nextLong(LENGTH);
        long origin = now;
        for (int i = 0; i < 1500; i++) {
            long at = now;
            boolean inLog = logged.stream().filter(each -> at - each < LENGTH).count() < limit;
            boolean inCounter = estimated(counted, origin, at)
                            .compareTo(BigInteger.valueOf(limit - 1).multiply(BigInteger.valueOf(LENGTH)))
                    <= 0;

            Verdict ofLog = log.judge(at);
            Verdict ofCounter = counter.judge(at);

            assertThat(ofLog.accepted()).as("log, seed %d, request %d", seed, i).isEqualTo(inLog);
            assertThat(ofCounter.accepted())
                    .as("counter, seed %d, request %d", seed, i)
                    .isEqualTo(inCounter);
            if (inLog) {
                logged.add(at);
            }
            if (inCounter) {
                counted.add(at);
            }
            now += switch (random.nextInt(12)) {
                case 0 -> random.nextLong(3 * LENGTH);
                case 1 -> ofLog.resetNanos() - 1;
                case 2 -> ofLog.resetNanos();
                case 3 -> ofCounter.resetNanos() - 1;
                case 4 -> ofCounter.resetNanos();
                default -> random.nextLong(1 + LENGTH / limit / 2);
            };
        }
        assertThat(logged).hasSizeBetween(100, 1490);
        assertThat(counted).hasSizeBetween(100, 1490);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SLIDING_LOG", "SLIDING_COUNTER"})
    void theResetIsTheFirstMomentAtWhichMoreRemains(Counting counting) {
        SplittableRandom random = new SplittableRandom(5);
        ServerQuota quota = quota(7, counting);
        long now = 0;
        for (int i = 0; i < 500; i++) {
            Verdict verdict = quota.judge(now);
            while (verdict.accepted()) {
                verdict = quota.judge(now);
            }
            long next = now + verdict.resetNanos();

            assertThat(quota.judge(next - 1)).isEqualTo(new Verdict(false, 7, 0, 1));
            assertThat(quota.judge(next).accepted()).isTrue();
            now = next + random.nextLong(LENGTH);
        }
    }

    /** Both counts, times the window's length. */
    private static BigInteger estimated(List<Long> accepted, long origin, long now) {
        long window = (now - origin) / LENGTH;
        long present = accepted.stream()
                .filter(each -> (each - origin) / LENGTH == window)
                .count();
        long before = accepted.stream()
                .filter(each -> (each - origin) / LENGTH == window - 1)
                .count();
        long covered = LENGTH - (now - origin) % LENGTH;
        return BigInteger.valueOf(present)
                .multiply(BigInteger.valueOf(LENGTH))
                .add(BigInteger.valueOf(before).multiply(BigInteger.valueOf(covered)));
    }

    private static ServerQuota quota(long limit, Counting counting) {
        return ServerQuota.of(Quota.of(limit).per(WINDOW), counting, Instant.EPOCH);
    }
}
