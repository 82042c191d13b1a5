package dev.headway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Quota;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Processes that know nothing of one another, but for Redis. */
class ProcessesTest {

    private static final Quota QUOTA = Quota.of(200).per(Duration.ofSeconds(2));

    /** As long as a busy machine needs. A connection that is cut is noticed at once. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    @Test
    void shareAFixedWindowFairlyAndAreNeverRefused() throws Exception {
        Processes.Outcome outcome = Processes.run(QUOTA, Duration.ofMillis(7500), Duration.ZERO, TIMEOUT);

        System.out.println(outcome);
        assertThat(outcome.failed()).isZero();
        assertThat(outcome.refused()).isZero();
        assertThat(outcome.fairness()).isGreaterThan(0.6);
        assertThat(outcome.scripts()).isLessThan(0.3);
    }

    @Test
    void goOnWithTheirSharesWhileRedisIsGone() throws Exception {
        Processes.Outcome outcome = Processes.run(QUOTA, Duration.ofMillis(7500), Duration.ofSeconds(3), TIMEOUT);

        System.out.println(outcome);
        assertThat(outcome.failed()).isZero();
        // While some of them are back and others not yet; how many that are on a busy machine is not told.
        assertThat(outcome.refused()).isLessThan(50);
        assertThat(outcome.whileGone()).isPositive();
    }
}
