package dev.headway.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Evidence;
import dev.headway.Headway;
import dev.headway.HeadwayLog;
import dev.headway.RetryPolicy;
import dev.headway.Signal;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recording of the JDK's flight recorder shows: names and fields are a contract. */
class FlightTest {

    private static final Duration FIVE = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    private final VirtualTime time = new VirtualTime();
    private final Headway headway = Headway.builder()
            .time(time)
            .log(HeadwayLog.off())
            .retry(RetryPolicy.builder().maxAttempts(2).build())
            .build();

    @Test
    void aRecordingShowsWhatHappened() throws IOException {
        List<RecordedEvent> events;
        try (Recording recording = new Recording()) {
            recording.enable("dev.headway.Attempt");
            recording.start();
            refusedAndServed();
            failedTwice();
            events = stopped(recording);
        }

        List<RecordedEvent> attempts = named(events, "Attempt");
        assertThat(attempts).hasSize(4);
        RecordedEvent refused = attempts.get(0);
        assertThat(refused.getString("scope")).isEqualTo("api");
        assertThat(refused.getString("method")).isEqualTo("GET");
        assertThat(refused.getString("url")).isEqualTo("https://api.example.com/things");
        assertThat(refused.getInt("attempt")).isEqualTo(1);
        assertThat(refused.getInt("status")).isEqualTo(429);
        assertThat(refused.getString("evidence")).isEqualTo("REFUSED");
        assertThat(refused.getBoolean("throttled")).isTrue();
        assertThat(refused.getDuration("took")).isEqualTo(Duration.ofMillis(7));
        RecordedEvent served = attempts.get(1);
        assertThat(served.getInt("attempt")).isEqualTo(2);
        assertThat(served.getInt("status")).isEqualTo(200);
        assertThat(served.getString("evidence")).isNull();
        assertThat(served.getBoolean("throttled")).isFalse();
        assertThat(attempts.get(2).getInt("status")).isZero();
        assertThat(attempts.get(2).getString("error")).isEqualTo("java.net.ConnectException");

        List<RecordedEvent> waits = named(events, "Wait");
        assertThat(waits).hasSize(2);
        assertThat(waits.get(0).getInt("attempt")).isEqualTo(2);
        assertThat(waits.get(0).getString("cause")).isEqualTo("SERVER_HINT");
        assertThat(waits.get(0).getDuration("took")).isEqualTo(FIVE);
        assertThat(waits.get(1).getString("cause")).isEqualTo("BACKOFF");

        List<RecordedEvent> gates = named(events, "Gate");
        assertThat(gates).extracting(gate -> gate.getBoolean("closed")).containsExactly(true, false);
        assertThat(gates.get(0).getString("scope")).isEqualTo("api");
        assertThat(gates.get(0).getDuration("length")).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3100));

        List<RecordedEvent> limits = named(events, "LimitLearned");
        assertThat(limits).hasSize(1);
        assertThat(limits.get(0).getLong("limit")).isEqualTo(60);
        assertThat(limits.get(0).getLong("remaining")).isEqualTo(0);

        List<RecordedEvent> ends = named(events, "GiveUp");
        assertThat(ends).hasSize(1);
        assertThat(ends.get(0).getString("reason")).isEqualTo("ATTEMPTS");
        assertThat(ends.get(0).getInt("attempts")).isEqualTo(2);
    }

    @Test
    void waitsAreRecordedAlsoWhereAttemptsAreNot() throws IOException {
        List<RecordedEvent> events;
        try (Recording recording = new Recording()) {
            recording.disable("dev.headway.Attempt");
            recording.start();
            refusedAndServed();
            events = stopped(recording);
        }

        assertThat(named(events, "Attempt")).isEmpty();
        assertThat(named(events, "Wait")).hasSize(1);
    }

    @Test
    void withoutARecordingNothingIsKeptOfAGoodCall() {
        Execution call = headway.begin(Facts.of("GET"));
        call.next();
        call.record(Answers.status(200));
        call.next();

        assertThat(call.trace().attempts()).isEmpty();
    }

    private void refusedAndServed() {
        Execution call = headway.begin(Facts.of("GET"));
        call.next();
        time.advance(Duration.ofMillis(7));
        call.record(Answers.status(429, "Retry-After", "3", "X-RateLimit-Limit", "60", "X-RateLimit-Remaining", "0"));
        call.next();
        time.advance(FIVE);
        call.next();
        call.record(Answers.status(200));
        call.next();
    }

    private void failedTwice() {
        Execution call = headway.begin(Facts.of("GET"));
        for (int attempt = 1; attempt <= 2; attempt++) {
            call.next();
            call.record(new Signal.Failure(new ConnectException(), Evidence.NOT_SENT));
            call.next();
            time.advance(FIVE);
        }
    }

    private List<RecordedEvent> stopped(Recording recording) throws IOException {
        recording.stop();
        Path file = directory.resolve("recording.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file);
    }

    /** In the order in which they happened. */
    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        List<RecordedEvent> found = new ArrayList<>(events);
        found.removeIf(event -> !event.getEventType().getName().equals("dev.headway." + name));
        found.sort((one, other) -> one.getStartTime().compareTo(other.getStartTime()));
        return found;
    }
}
