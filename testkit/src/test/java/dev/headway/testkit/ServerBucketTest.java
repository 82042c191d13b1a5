package dev.headway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.TokenBucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerBucketTest {

    private static final long SECOND = 1_000_000_000;

    @Test
    void startsFull() {
        ServerQuota bucket = ServerQuota.of(TokenBucket.perSecond(10).burst(3));

        assertThat(bucket.judge(0)).isEqualTo(new Verdict(true, 3, 2, SECOND / 10));
        assertThat(bucket.judge(0)).isEqualTo(new Verdict(true, 3, 1, SECOND / 10));
        assertThat(bucket.judge(0)).isEqualTo(new Verdict(true, 3, 0, SECOND / 10));
        assertThat(bucket.judge(0)).isEqualTo(new Verdict(false, 3, 0, SECOND / 10));
    }

    @Test
    void refillsInThirdsOfASecondWithoutDrift() {
        ServerQuota bucket = ServerQuota.of(TokenBucket.perSecond(3).burst(2));
        bucket.judge(0);
        bucket.judge(0);

        for (long second = 0; second < 1000; second++) {
            for (long token : new long[] {333_333_334, 666_666_667, 1_000_000_000}) {
                long at = second * SECOND + token;
                assertThat(bucket.judge(at - 1)).isEqualTo(new Verdict(false, 2, 0, 1));
                assertThat(bucket.judge(at).accepted()).isTrue();
            }
        }
    }

    @Test
    void aRefusedRequestIsNotCounted() {
        ServerQuota bucket = ServerQuota.of(TokenBucket.perSecond(1));
        bucket.judge(0);

        for (int i = 0; i < 100; i++) {
            assertThat(bucket.judge(SECOND / 2)).isEqualTo(new Verdict(false, 1, 0, SECOND / 2));
        }

        assertThat(bucket.judge(SECOND).accepted()).isTrue();
    }

    @Test
    void holdsNoMoreThanItsBurst() {
        ServerQuota bucket = ServerQuota.of(TokenBucket.perSecond(10).burst(2));
        bucket.judge(0);

        assertThat(bucket.judge(Duration.ofDays(1).toNanos()).remaining()).isEqualTo(1);
        assertThat(bucket.judge(Duration.ofDays(1).toNanos()).remaining()).isZero();
        assertThat(bucket.judge(Duration.ofDays(1).toNanos()).accepted()).isFalse();
    }

    @Test
    void isExactAtTheEdgesOfWhatALimitMayBe() {
        long year = Duration.ofDays(366).toNanos();
        ServerQuota slowest = ServerQuota.of(TokenBucket.of(1, Duration.ofDays(366)));
        slowest.judge(0);
        assertThat(slowest.judge(1)).isEqualTo(new Verdict(false, 1, 0, year - 1));
        assertThat(slowest.judge(year).accepted()).isTrue();

        ServerQuota widest = ServerQuota.of(
                TokenBucket.of(1_000_000_000, Duration.ofMillis(1)).burst(1_000_000_000));
        widest.judge(0);
        assertThat(widest.judge(Long.MAX_VALUE)).isEqualTo(new Verdict(true, 1_000_000_000, 999_999_999, 1));
    }

    /**
     * Against the definition, with every accepted request remembered: a request is accepted if, and only if, no span that
     * ends with it then holds more than burst and rate allow.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void acceptsWhatBurstAndRateAllowAndNothingElse(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long permits = 1 + random.nextLong(50);
        long period = Duration.ofMillis(1 + random.nextLong(5000)).toNanos();
        long burst = 1 + random.nextLong(30);
        ServerQuota bucket =
                ServerQuota.of(TokenBucket.of(permits, Duration.ofNanos(period)).burst(burst));
        List<Long> accepted = new ArrayList<>();
        long now = random.nextLong(period);
        for (int i = 0; i < 1500; i++) {
            Verdict verdict = bucket.judge(now);

            boolean room = hasRoom(accepted, now, permits, period, burst);
            assertThat(verdict.accepted()).as("seed %d, request %d", seed, i).isEqualTo(room);
            if (verdict.accepted()) {
                accepted.add(now);
            }
            now += switch (random.nextInt(50)) {
                case 0 -> random.nextLong(2 * period);
                case 1, 2, 3, 4, 5 -> verdict.resetNanos() - 1;
                case 6, 7, 8, 9, 10 -> verdict.resetNanos();
                default -> random.nextLong(1 + period / permits / 2);
            };
        }
        assertThat(accepted).hasSizeBetween(100, 1400);
    }

    private static boolean hasRoom(List<Long> accepted, long now, long permits, long period, long burst) {
        for (int first = 0; first < accepted.size(); first++) {
            long inSpan = 1L + accepted.size() - first;
            if (inSpan * period > burst * period + permits * (now - accepted.get(first))) {
                return false;
            }
        }
        return true;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theResetIsTheFirstMomentOfTheNextToken(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ServerQuota bucket = ServerQuota.of(
                TokenBucket.of(1 + random.nextLong(1000), Duration.ofMillis(1 + random.nextLong(100_000)))
                        .burst(1 + random.nextLong(5)));
        long now = 0;
        for (int i = 0; i < 500; i++) {
            Verdict verdict = bucket.judge(now);
            while (verdict.accepted()) {
                verdict = bucket.judge(now);
            }
            long next = now + verdict.resetNanos();

            assertThat(bucket.judge(next - 1)).isEqualTo(new Verdict(false, verdict.limit(), 0, 1));
            assertThat(bucket.judge(next).accepted()).isTrue();
            now = next + random.nextLong(Duration.ofSeconds(1).toNanos());
        }
    }
}
