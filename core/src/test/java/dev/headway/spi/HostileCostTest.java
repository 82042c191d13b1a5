package dev.headway.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.CallCost;
import dev.headway.Concurrency;
import dev.headway.Headway;
import dev.headway.Signal;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What a user's own parts throw, also without a word as in Kotlin, keeps no call in flight. */
class HostileCostTest {

    private final VirtualTime time = new VirtualTime();

    private CallCost throwing(Throwable thrown) {
        return new CallCost() {
            @Override
            public int estimate(RequestFacts request) {
                HostileCostTest.<RuntimeException>sneak(thrown);
                return 1;
            }

            @Override
            public OptionalInt actual(Signal.Response response) {
                HostileCostTest.<RuntimeException>sneak(thrown);
                return OptionalInt.empty();
            }
        };
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void costThatThrowsWhateverItLikesLeavesNothingInFlight() {
        for (Throwable thrown : new Throwable[] {new IOException("no"), new NoClassDefFoundError("no")}) {
            Headway headway = Headway.builder()
                    .limit(Concurrency.of(1))
                    .cost(throwing(thrown))
                    .time(time)
                    .build();
            Execution first = headway.begin(Facts.of("GET"));
            assertThat(first.next()).isEqualTo(new Step.Send(1));
            first.record(Answers.status(200));
            assertThat(first.next()).isInstanceOf(Step.Return.class);
            assertThat(headway.begin(Facts.of("GET")).next()).isEqualTo(new Step.Send(1));
        }
    }

    @Test
    void parserThatThrowsACheckedExceptionIsOneWithoutHints() {
        Headway headway = Headway.builder()
                .limit(Concurrency.of(1))
                .hints((response, at) -> {
                    HostileCostTest.<RuntimeException>sneak(new IOException("no"));
                    throw new AssertionError();
                })
                .time(time)
                .build();
        Execution first = headway.begin(Facts.of("GET"));
        assertThat(first.next()).isEqualTo(new Step.Send(1));
        first.record(Answers.status(200));
        assertThat(first.next()).isInstanceOf(Step.Return.class);
        assertThat(headway.begin(Facts.of("GET")).next()).isEqualTo(new Step.Send(1));
    }
}
