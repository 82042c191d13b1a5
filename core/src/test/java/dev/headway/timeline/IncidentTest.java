package dev.headway.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.CallOptions;
import dev.headway.Headway;
import dev.headway.RefusedException;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A Headway whose server halves its limit, fails, and recovers: the page tells what the server knows. */
class IncidentTest {

    private static final Scope API = Scope.of("api");
    private static final CallOptions IDEMPOTENT =
            CallOptions.builder().idempotent().build();

    private final VirtualTime time = VirtualTime.automatic();
    private final TimelineRecorder timeline = TimelineRecorder.of(time, 10_000);
    private final Headway headway = Headway.builder()
            .time(time)
            .random(new SplittableRandom(1))
            .limit(TokenBucket.perSecond(10))
            .listener(timeline)
            .build();

    private int accepted;
    private int refused;
    private int failed;
    private int calls;
    private int gaveUp;
    private long window;
    private int inWindow;

    @Test
    void pageTellsWhatTheServerKnows() throws Exception {
        timeline.told(TokenBucket.perSecond(10));
        while (time.elapsed().toSeconds() < 25) {
            calls++;
            try {
                headway.call(API, IDEMPOTENT, this::serve);
            } catch (IOException e) {
                gaveUp++;
            }
        }

        assertThat(accepted).isGreaterThan(60);
        assertThat(refused).isGreaterThan(2);
        assertThat(failed).isGreaterThan(5);
        assertThat(gaveUp).isPositive();
        assertThat(timeline.html("An incident"))
                .contains(calls + " calls: " + accepted + " accepted, " + refused + " refused, " + failed + " failed, "
                        + gaveUp + " gave up; ")
                .contains("gate closed for ", "<rect class=\"gate\" x=")
                .contains("<path class=\"turn\"", "<path class=\"pause\"", "<path class=\"backoff\"");
    }

    private String serve() throws IOException {
        long second = time.elapsed().toSeconds();
        if (second >= 10 && second < 20) {
            failed++;
            throw new IOException("reset");
        }
        if (window != second) {
            window = second;
            inWindow = 0;
        }
        if (second >= 5 && second < 10 && inWindow >= 5) {
            refused++;
            throw new RefusedException(Duration.ofSeconds(second + 1).minus(time.elapsed()));
        }
        inWindow++;
        accepted++;
        return "served";
    }
}
