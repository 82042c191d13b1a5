package dev.headway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.TokenBucket;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ServerLeakyBucketTest {

    private static final long TENTH = 100_000_000;

    @Test
    void withoutABurstNothingIsHeld() {
        ServerQuota bucket = leaky(TokenBucket.perSecond(10));

        assertThat(bucket.judge(0)).isEqualTo(new Verdict(true, 1, 0, TENTH));
        assertThat(bucket.judge(TENTH - 1)).isEqualTo(new Verdict(false, 1, 0, 1));
        assertThat(bucket.judge(TENTH)).isEqualTo(new Verdict(true, 1, 0, TENTH));
    }

    @Test
    void aBurstIsHeldAndLetOutAtTheRate() {
        ServerQuota bucket = leaky(TokenBucket.perSecond(10).burst(3));

        assertThat(bucket.judge(0).heldNanos()).isZero();
        assertThat(bucket.judge(0).heldNanos()).isEqualTo(TENTH);
        assertThat(bucket.judge(1)).isEqualTo(new Verdict(true, 3, 0, TENTH - 1, 2 * TENTH - 1));
        assertThat(bucket.judge(2)).isEqualTo(new Verdict(false, 3, 0, TENTH - 2));
        assertThat(bucket.judge(TENTH - 1).accepted()).isFalse();
        assertThat(bucket.judge(TENTH)).isEqualTo(new Verdict(true, 3, 0, TENTH, 2 * TENTH));
        assertThat(bucket.judge(10 * TENTH).heldNanos()).isZero();
    }

    /** As nginx reckons: an excess that runs off at the rate, grows by one, and must not be more than its burst. */
    @Test
    void judgesAsNginxDoes() {
        SplittableRandom random = new SplittableRandom(3);
        ServerQuota bucket = leaky(TokenBucket.perSecond(10).burst(6));
        long excess = 0;
        long last = 0;
        long now = 0;
        int refused = 0;
        boolean first = true;
        for (int i = 0; i < 2000; i++) {
            long grown = first ? 0 : Math.max(0, excess - (now - last) + TENTH);
            Verdict verdict = bucket.judge(now);

            assertThat(verdict.accepted()).as("request %d", i).isEqualTo(grown <= 5 * TENTH);
            if (verdict.accepted()) {
                assertThat(verdict.heldNanos()).as("request %d", i).isEqualTo(grown);
                excess = grown;
                last = now;
                first = false;
            } else {
                refused++;
            }
            now += random.nextLong(2 * TENTH) * random.nextLong(2);
        }
        assertThat(refused).isBetween(100, 1900);
    }

    @Test
    void thirdsOfASecondDoNotDrift() {
        ServerQuota bucket = leaky(TokenBucket.perSecond(3).burst(1000));

        for (int i = 0; i < 1000; i++) {
            assertThat(bucket.judge(0).heldNanos()).isEqualTo((i * 1_000_000_000L + 2) / 3);
        }
    }

    private static ServerQuota leaky(TokenBucket bucket) {
        return ServerQuota.of(bucket, Counting.LEAKY_BUCKET, Instant.EPOCH);
    }
}
