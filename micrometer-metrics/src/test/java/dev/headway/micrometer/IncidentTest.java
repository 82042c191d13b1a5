package dev.headway.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.headway.CallOptions;
import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.HeadwayLog;
import dev.headway.RefusedException;
import dev.headway.Scope;
import dev.headway.ScopeSnapshot;
import dev.headway.ScopeSnapshot.Gate;
import dev.headway.TokenBucket;
import dev.headway.testkit.VirtualTime;
import dev.headway.timeline.TimelineRecorder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** One incident (the limit halves, then the server fails for 10 s, then it recovers): log, meters, recording, snapshot and picture agree. */
class IncidentTest {

    private static final Scope API = Scope.of("api");
    private static final CallOptions IDEMPOTENT =
            CallOptions.builder().idempotent().build();
    private static final Duration HALVED = Duration.ofSeconds(5);
    private static final Duration FAILS = Duration.ofSeconds(10);
    private static final Duration RECOVERED = Duration.ofSeconds(20);
    private static final Duration END = Duration.ofSeconds(25);

    @TempDir
    Path directory;

    private final VirtualTime time = VirtualTime.automatic();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final HeadwayMetrics metrics = new HeadwayMetrics();
    private final TimelineRecorder timeline = TimelineRecorder.of(time, 10_000);
    private final List<ScopeSnapshot> whenClosed = new ArrayList<>();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(HeadwayLog.LOGGER);
    private final Headway headway = Headway.builder()
            .time(time)
            .random(new SplittableRandom(1))
            .limit(TokenBucket.perSecond(10))
            .log(HeadwayLog.standard().linesPerSecond(1_000_000))
            .listener(metrics)
            .listener(timeline)
            .listener(new HeadwayListener() {
                @Override
                public void gateClosed(GateEvent event) {
                    whenClosed.add(snapshot());
                }
            })
            .build();

    // What the server knows.
    private int accepted;
    private int refused;
    private int failed;
    private long window;
    private int inWindow;
    private long leastBudget = Long.MAX_VALUE;

    private int calls;
    private int gaveUp;

    @AfterEach
    void leave() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    @Test
    void allTellTheSameStory() throws Exception {
        logger.setLevel(Level.TRACE);
        lines.start();
        logger.addAppender(lines);
        metrics.bindTo(registry);
        List<RecordedEvent> recorded;
        try (Recording recording = new Recording()) {
            recording.start();
            while (time.elapsed().compareTo(END) < 0) {
                call();
            }
            recording.stop();
            Path file = directory.resolve("incident.jfr");
            recording.dump(file);
            recorded = RecordingFile.readAllEvents(file);
        }

        // The script has been what it says.
        assertThat(accepted).isGreaterThan(60);
        assertThat(refused).isGreaterThan(2);
        assertThat(failed).isGreaterThan(5);
        assertThat(gaveUp).isPositive().isLessThan(calls);

        assertThat(attempts("ok")).isEqualTo(accepted);
        assertThat(attempts("refused")).isEqualTo(refused);
        assertThat(attempts("failed")).isEqualTo(failed);
        assertThat(counted("headway.calls", "result", "ended")).isEqualTo(calls - gaveUp);
        assertThat(counted("headway.calls", "result", "gave_up")).isEqualTo(gaveUp);

        assertThat(recorded(recorded, "Attempt", event -> event.getString("evidence") == null))
                .isEqualTo(accepted);
        assertThat(recorded(recorded, "Attempt", event -> event.getBoolean("throttled")))
                .isEqualTo(refused);
        assertThat(recorded(recorded, "Attempt", event -> event.getString("error") != null))
                .isEqualTo(failed + refused);
        assertThat(recorded(recorded, "GiveUp", event -> true)).isEqualTo(gaveUp);

        assertThat(logged("rate_limit_encountered")).isEqualTo(refused);
        assertThat(logged("retry_exhausted")).isEqualTo(gaveUp);

        assertThat(timeline.html("An incident"))
                .contains(calls + " calls: " + accepted + " accepted, " + refused + " refused, " + failed + " failed, "
                        + gaveUp + " gave up; ");

        // Waits, by each.
        long waits = registry.find("headway.waits").timers().stream()
                .mapToLong(Timer::count)
                .sum();
        assertThat(recorded(recorded, "Wait", event -> true)).isEqualTo(waits);
        assertThat(logged("retry_scheduled") + logged("permit_delayed")).isEqualTo(waits);

        // Gates, by each.
        int closings = (int) counted("headway.gate.closings");
        assertThat(closings).isPositive().isEqualTo(whenClosed.size());
        assertThat(logged("gate_closed")).isEqualTo(closings);
        assertThat(recorded(recorded, "Gate", event -> event.getBoolean("closed")))
                .isEqualTo(closings);
        assertThat(whenClosed).extracting(ScopeSnapshot::gate).containsOnly(Gate.CLOSED);
        assertThat(whenClosed)
                .allSatisfy(closed -> assertThat(closed.lastRefusal()).isNotNull());

        assertThat(leastBudget).isLessThan(100);
        assertThat(snapshot().gate()).isEqualTo(Gate.OPEN);
        assertThat(logged("gate_opened")).isPositive();
        assertThat(registry.get("headway.limit")
                        .tags("scope", "api", "origin", "told")
                        .gauge()
                        .value())
                .isEqualTo(10);
    }

    private void call() throws Exception {
        calls++;
        try {
            headway.call(API, IDEMPOTENT, this::serve);
        } catch (IOException e) {
            gaveUp++;
        }
    }

    private String serve() throws IOException {
        Duration now = time.elapsed();
        if (now.compareTo(FAILS) >= 0 && now.compareTo(RECOVERED) < 0) {
            failed++;
            leastBudget = Math.min(leastBudget, snapshot().budgetLeft());
            throw new IOException("reset");
        }
        if (window != now.toSeconds()) {
            window = now.toSeconds();
            inWindow = 0;
        }
        boolean halved = now.compareTo(HALVED) >= 0 && now.compareTo(FAILS) < 0;
        if (halved && inWindow >= 5) {
            refused++;
            throw new RefusedException(Duration.ofSeconds(window + 1).minus(now));
        }
        inWindow++;
        accepted++;
        return "served";
    }

    private ScopeSnapshot snapshot() {
        return headway.snapshot().get(0);
    }

    private long attempts(String outcome) {
        return registry.get("headway.attempts")
                .tags("scope", "api", "outcome", outcome)
                .timer()
                .count();
    }

    private double counted(String name, String... tags) {
        return registry.find(name).tags(tags).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private long logged(String event) {
        return lines.list.stream()
                .filter(line -> line.getKeyValuePairs().stream()
                        .anyMatch(pair -> pair.key.equals("event") && event.equals(pair.value)))
                .count();
    }

    private static long recorded(List<RecordedEvent> events, String name, Predicate<RecordedEvent> which) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("dev.headway." + name))
                .filter(which)
                .count();
    }
}
