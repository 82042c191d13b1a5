package dev.headway.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class DrainTest {

    private final List<String> events = new ArrayList<>();
    private final VirtualTime time = new VirtualTime();
    private final Drain drain = new Drain(time);

    @Test
    void bodyIsReadItemByItemToItsEnd() {
        drain.onSubscribe(new Source());
        drain.onNext(item(10));
        drain.onNext(item(20));
        drain.onComplete();

        assertThat(events).containsExactly("request 1", "request 1", "request 1");
        assertThat(time.pending()).isZero();
    }

    @Test
    void bodyOfExactlyTheBoundIsRead() {
        drain.onSubscribe(new Source());
        drain.onNext(item(64 * 1024));

        assertThat(events).containsExactly("request 1", "request 1");
    }

    @Test
    void bodyBeyondTheBoundIsDropped() {
        drain.onSubscribe(new Source());
        drain.onNext(item(64 * 1024));
        drain.onNext(item(1));

        assertThat(events).containsExactly("request 1", "request 1", "cancel");
        assertThat(time.pending()).isZero();
    }

    @Test
    void allBuffersOfAnItemCount() {
        drain.onSubscribe(new Source());
        drain.onNext(List.of(ByteBuffer.allocate(40_000), ByteBuffer.allocate(40_000)));

        assertThat(events).containsExactly("request 1", "cancel");
    }

    @Test
    void bodyThatTakesLongerIsDropped() {
        drain.onSubscribe(new Source());
        drain.onNext(item(1));
        time.advance(Duration.ofMillis(999));
        drain.onNext(item(1));
        assertThat(events).doesNotContain("cancel");

        time.advance(Duration.ofMillis(1));

        assertThat(events).endsWith("cancel");
        assertThat(time.pending()).isZero();
    }

    @Test
    void failureIsTheEnd() {
        drain.onSubscribe(new Source());
        drain.onError(new IOException("broken"));

        assertThat(events).containsExactly("request 1");
        assertThat(time.pending()).isZero();
    }

    private static List<ByteBuffer> item(int bytes) {
        return List.of(ByteBuffer.allocate(bytes));
    }

    private final class Source implements Flow.Subscription {

        @Override
        public void request(long n) {
            events.add("request " + n);
        }

        @Override
        public void cancel() {
            events.add("cancel");
        }
    }
}
