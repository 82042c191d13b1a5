package dev.headway.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Backoff;
import dev.headway.CallTrace;
import dev.headway.Headway;
import dev.headway.RetryPolicies;
import dev.headway.RetryPolicy;
import dev.headway.TokenBucket;
import dev.headway.WaitCause;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a limit is told and the server names no moment, the limiter knows one, and the policy may have a word of its own. */
class ChosenBackoffTest {

    private static final Duration CHOSEN = Duration.ofSeconds(2);
    private static final long MILLISECOND = 1_000_000;

    private final VirtualTime time = VirtualTime.automatic();

    private CallTrace afterRefusal(RetryPolicy policy, String... headers) {
        Headway headway = Headway.builder()
                .limit(TokenBucket.perSecond(10).burst(20))
                .retry(policy)
                .time(time)
                .build();
        Execution execution = headway.begin(Facts.of("GET"));
        assertThat(execution.next()).isEqualTo(new Step.Send(1));
        execution.record(Answers.status(429, headers));
        Step step = execution.next();
        while (!step.equals(new Step.Send(2))) {
            time.park(step instanceof Step.Wait wait ? wait.nanos() : MILLISECOND);
            step = execution.next();
        }
        return execution.trace();
    }

    private static List<WaitCause> causes(CallTrace trace) {
        return trace.waits().stream().map(CallTrace.Wait::cause).toList();
    }

    @Test
    void aBackoffThatWasChosenIsWaitedFor() {
        CallTrace trace = afterRefusal(
                RetryPolicy.builder().backoff(Backoff.fixed(CHOSEN)).build());

        assertThat(time.elapsed()).isBetween(CHOSEN, CHOSEN.plusMillis(100));
        assertThat(causes(trace)).first().isEqualTo(WaitCause.BACKOFF);
    }

    @Test
    void soIsThatOfAPreset() {
        afterRefusal(RetryPolicies.oci2020());

        assertThat(time.elapsed()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void theStandardOneGivesWayToTheLimiter() {
        CallTrace trace = afterRefusal(RetryPolicy.standard());

        assertThat(time.elapsed()).isLessThan(Duration.ofSeconds(1));
        assertThat(causes(trace)).doesNotContain(WaitCause.BACKOFF, WaitCause.SERVER_HINT);
    }

    @Test
    void theServersMomentGoesBeforeBoth() {
        CallTrace trace = afterRefusal(
                RetryPolicy.builder().backoff(Backoff.fixed(CHOSEN)).build(), "Retry-After", "1");

        assertThat(time.elapsed()).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1200));
        assertThat(causes(trace)).containsOnly(WaitCause.SERVER_HINT);
    }
}
