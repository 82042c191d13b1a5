package dev.headway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Backoff;
import dev.headway.CallOptions;
import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.HeadwayListener.AttemptEvent;
import dev.headway.HeadwayListener.DoneEvent;
import dev.headway.HeadwayListener.GateEvent;
import dev.headway.HeadwayListener.SendEvent;
import dev.headway.HeadwayListener.WaitEvent;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import java.io.IOException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecordingListenerTest {

    private final RecordingListener listener = new RecordingListener();

    @Test
    void remembersWhatHappenedInItsOrder() throws Exception {
        VirtualTime time = VirtualTime.automatic();
        RetryPolicy policy = RetryPolicy.builder()
                .backoff(Backoff.fixed(Duration.ofSeconds(2)))
                .build();
        Headway headway =
                Headway.builder().retry(policy).time(time).listener(listener).build();
        AtomicInteger calls = new AtomicInteger();

        headway.call(Scope.of("api"), CallOptions.builder().idempotent().build(), () -> {
            if (calls.getAndIncrement() == 0) {
                throw new IOException("once");
            }
            return "";
        });

        assertThat(listener.events())
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly(
                        "SendEvent",
                        "AttemptEvent",
                        "WaitEvent",
                        "WaitedEvent",
                        "SendEvent",
                        "AttemptEvent",
                        "DoneEvent");
        assertThat(listener.of(WaitEvent.class)).hasSize(1);
        assertThat(listener.of(AttemptEvent.class)).hasSize(2);
        assertThat(listener.of(DoneEvent.class).get(0).trace().attempts()).hasSize(2);
        assertThat(listener.toString().lines()).hasSize(7).first().asString().startsWith("SendEvent");
        listener.clear();
        assertThat(listener.of(SendEvent.class)).isEmpty();
    }

    @Test
    void remembersGates() {
        Scope scope = Scope.of("api");

        listener.gateClosed(new GateEvent(scope, Duration.ofSeconds(1)));
        listener.gateOpened(scope);

        assertThat(listener.events())
                .containsExactly(new GateEvent(scope, Duration.ofSeconds(1)), new RecordingListener.GateOpened(scope));
    }

    @Test
    void missesNoEvent() {
        assertThat(Arrays.stream(HeadwayListener.class.getDeclaredMethods())
                        .filter(Method::isDefault)
                        .map(Method::getName))
                .filteredOn(name -> !name.equals("attached"))
                .hasSizeGreaterThan(8)
                .allSatisfy(name -> assertThat(RecordingListener.class.getDeclaredMethods())
                        .extracting(Method::getName)
                        .contains(name));
    }
}
