package dev.headway.internal.limiter.scope;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.TokenBucket;
import dev.headway.internal.limiter.Linearizability;
import dev.headway.internal.limiter.StillTime;
import dev.headway.internal.limiter.rules.BucketRule;
import java.math.BigInteger;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A million permits of rates that no nanosecond divides are a million periods, to the nanosecond. */
class DriftTest {

    private static final int MILLION = 1_000_000;

    @ParameterizedTest
    @CsvSource({
        "7, PT3S",
        "999983, PT1H",
        "3, PT1S",
        "30011, PT0.999999937S",
        "999999937, PT720H",
        "1, PT0.001S",
        "11, PT5H",
    })
    void aMillionPermitsTakeAMillionPeriods(long permits, Duration period) {
        BucketRule bucket = new BucketRule(TokenBucket.of(permits, period).burst(2 + permits));
        long now = empty(bucket);
        long first = now;
        for (int i = 0; i < MILLION; i++) {
            now = bucket.earliest(now, 0, 1);
            bucket.granted(now, 1);
        }

        assertThat(now - first).isBetween(exact(permits, period) - 1, exact(permits, period) + 1);
    }

    @ParameterizedTest
    @CsvSource({"7, PT3S", "3, PT1S", "61, PT0.999999937S", "1000000, PT1H"})
    void soDoTheyPastTheLock(long permits, Duration period) {
        BucketFastPath path = requireNonNull(
                BucketFastPath.of(TokenBucket.of(permits, period).burst(20), Linearizability.limiter(new StillTime())));
        long word = path.fresh();
        long now = 0;
        while (path.granted(word, now) != FastPath.SHUT) {
            word = path.granted(word, now);
        }
        now = path.earliest(word, now);
        long first = now;
        for (int i = 0; i < MILLION; i++) {
            word = path.granted(word, now);
            assertThat(word).isNotEqualTo(FastPath.SHUT);
            now = path.earliest(word, now);
        }

        assertThat(now - first).isBetween(exact(permits, period) - 1, exact(permits, period) + 1);
    }

    /** Until a call has to wait; the time at which the first that waited went. */
    private static long empty(BucketRule bucket) {
        long now = 0;
        while (bucket.earliest(0, 0, 1) <= 0 && now == 0) {
            bucket.granted(0, 1);
        }
        now = bucket.earliest(0, 0, 1);
        bucket.granted(now, 1);
        return now;
    }

    private static long exact(long permits, Duration period) {
        BigInteger nanos = BigInteger.valueOf(period.toNanos()).multiply(BigInteger.valueOf(MILLION));
        return nanos.divide(BigInteger.valueOf(permits)).longValueExact();
    }
}
