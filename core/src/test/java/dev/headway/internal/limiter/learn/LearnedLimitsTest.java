package dev.headway.internal.limiter.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.LimitHint;
import dev.headway.Pacing;
import dev.headway.Permit.Answer;
import dev.headway.internal.limiter.rules.InFlight;
import dev.headway.internal.limiter.rules.SlowStart;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Answers that name more than one limit. */
class LearnedLimitsTest {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final InFlight inFlight = new InFlight();
    private final LearnedLimits limits =
            new LearnedLimits(inFlight, new SlowStart(inFlight), Pacing.EAGER, List.of(), List.of());

    @Test
    void allThatAreNamedMustPassWhicheverComesFirst() {
        hear(limit("short", 0, 1), limit("long", 50, 10));
        assertThat(limits.earliest(0, 0, 1)).isEqualTo(MINUTE);

        hear(limit("short", 50, 1), limit("long", 0, 10));
        assertThat(limits.earliest(0, 0, 1)).isEqualTo(10 * MINUTE);
    }

    @Test
    void ofTwoOfOneNameTheOneWithLessLeftHolds() {
        hear(limit("calls", 0, 1), limit("calls", 50, 1));
        assertThat(limits.earliest(0, 0, 1)).isEqualTo(MINUTE);
    }

    @Test
    void theirOrderDoesNotMatter() {
        hear(limit("calls", 50, 1), limit("calls", 0, 1));
        assertThat(limits.earliest(0, 0, 1)).isEqualTo(MINUTE);
    }

    private void hear(LimitHint... told) {
        limits.heard(List.of(told), 0, 0, Answer.ACCEPTED, false);
    }

    private static LimitHint limit(String name, long remaining, long minutes) {
        return new LimitHint(name, 100L, remaining, Duration.ofMinutes(minutes), null, LimitHint.REQUESTS);
    }
}
