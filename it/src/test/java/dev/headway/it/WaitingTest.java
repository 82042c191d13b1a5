package dev.headway.it;

import static dev.headway.it.ApiRequest.get;
import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.TokenBucket;
import dev.headway.WaitCause;
import dev.headway.testkit.ScriptedServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls that are given up by their callers while they wait. */
@Tag("every-okhttp")
@Timeout(60)
class WaitingTest {

    private static final ScriptedServer.Answer OK = status(200, "ok");
    private static final ScriptedServer.Answer BUSY = status(429, "busy", "Retry-After: 5");
    private static final ScriptedServer.Answer BROKEN = status(500, "broken");

    static Stream<Path> cancellable() {
        return Stream.of(Path.values()).filter(Path::cancellable);
    }

    static Stream<Path> blocking() {
        return Stream.of(Path.values()).filter(Path::blocking);
    }

    @ParameterizedTest
    @MethodSource("cancellable")
    void cancelEndsAWaitForTheServersMoment(Path path) throws Exception {
        StillHeadway still = new StillHeadway();
        try (ScriptedServer server = new ScriptedServer(BUSY, OK);
                Client client = path.open(still.headway)) {
            Ongoing call = client.begin(get(), server.uri("/"));
            still.awaitAttempts(1);
            still.awaitQueued(path, 1);

            call.cancel().run();

            assertCancelled(path, call);
            nothingIsLeft(still, server, client);
        }
    }

    @ParameterizedTest
    @MethodSource("cancellable")
    void cancelEndsABackoff(Path path) throws Exception {
        StillHeadway still = new StillHeadway();
        try (ScriptedServer server = new ScriptedServer(BROKEN, OK);
                Client client = path.open(still.headway)) {
            Ongoing call = client.begin(get(), server.uri("/"));
            still.awaitAttempts(1);
            still.awaitBackoff(path, 1);

            call.cancel().run();

            assertCancelled(path, call);
            nothingIsLeft(still, server, client);
        }
    }

    @ParameterizedTest
    @MethodSource("blocking")
    void interruptEndsAWaitForTheServersMoment(Path path) throws Exception {
        StillHeadway still = new StillHeadway();
        try (ScriptedServer server = new ScriptedServer(BUSY, OK);
                Client client = path.open(still.headway)) {
            Ongoing call = client.begin(get(), server.uri("/"));
            still.awaitAttempts(1);
            still.awaitQueued(path, 1);

            call.interrupt().run();

            assertInterrupted(path, call);
            nothingIsLeft(still, server, client);
        }
    }

    @ParameterizedTest
    @MethodSource("blocking")
    void interruptEndsABackoff(Path path) throws Exception {
        StillHeadway still = new StillHeadway();
        try (ScriptedServer server = new ScriptedServer(BROKEN, OK);
                Client client = path.open(still.headway)) {
            Ongoing call = client.begin(get(), server.uri("/"));
            still.awaitAttempts(1);
            still.awaitBackoff(path, 1);

            call.interrupt().run();

            assertInterrupted(path, call);
            nothingIsLeft(still, server, client);
        }
    }

    @ParameterizedTest
    @MethodSource("cancellable")
    void cancelledCallGivesItsTurnToTheNext(Path path) throws Exception {
        Duration turn = Duration.ofSeconds(10);
        StillHeadway still = told(TokenBucket.of(1, turn));
        try (ScriptedServer server = new ScriptedServer(OK);
                Client client = path.open(still.headway)) {
            client.call(get(), server.uri("/first"));
            Ongoing second = client.begin(get(), server.uri("/second"));
            still.awaitQueued(path, 1);
            Ongoing third = client.begin(get(), server.uri("/third"));
            still.awaitQueued(path, 2);

            second.cancel().run();
            assertCancelled(path, second);
            still.time.runNext();

            assertThat(third.result().status()).isEqualTo(200);
            assertThat(server.targets()).containsExactly("GET /first", "GET /third");
            assertThat(third.result().trace().waits()).singleElement().satisfies(wait -> {
                assertThat(wait.cause()).isEqualTo(WaitCause.PERMIT);
                assertThat(wait.duration()).isLessThan(turn.multipliedBy(2));
            });
            still.awaitNoTasks();
        }
    }

    @ParameterizedTest
    @EnumSource
    void callWaitsForItsTurn(Path path) throws Exception {
        Duration turn = Duration.ofSeconds(10);
        StillHeadway still = told(TokenBucket.of(1, turn));
        try (ScriptedServer server = new ScriptedServer(OK);
                Client client = path.open(still.headway)) {
            assertThat(client.call(get(), server.uri("/")).trace().waits()).isEmpty();
            Ongoing second = client.begin(get(), server.uri("/"));
            still.awaitQueued(path, 1);
            still.advanceAlmost(turn);

            assertThat(second.end()).isNotDone();
            assertThat(server.targets()).hasSize(1);

            still.time.runNext();
            assertThat(second.result().trace().waits())
                    .singleElement()
                    .satisfies(wait -> assertThat(wait.cause()).isEqualTo(WaitCause.PERMIT));
        }
    }

    @ParameterizedTest
    @EnumSource
    void wallClockThatIsSetDuringAWaitChangesNothing(Path path) throws Exception {
        for (Duration jump : List.of(Duration.ofDays(1), Duration.ofDays(-1))) {
            StillHeadway still = new StillHeadway();
            try (ScriptedServer server = new ScriptedServer(BUSY, OK);
                    Client client = path.open(still.headway)) {
                Ongoing call = client.begin(get(), server.uri("/"));
                still.awaitAttempts(1);
                still.awaitQueued(path, 1);

                still.time.setInstant(still.time.instant().plus(jump));
                still.advanceAlmost(Duration.ofSeconds(5));
                assertThat(call.end()).isNotDone();
                assertThat(server.targets()).hasSize(1);

                still.openGate();
                assertThat(call.result().status()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void exhaustedLimitIsKnownBeforeTheNextCallIsSent(Path path) throws Exception {
        StillHeadway still = new StillHeadway();
        ScriptedServer.Answer last =
                status(200, "ok", "X-RateLimit-Limit: 10", "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 7");
        try (ScriptedServer server = new ScriptedServer(last, OK);
                Client client = path.open(still.headway)) {
            assertThat(client.call(get(), server.uri("/")).status()).isEqualTo(200);
            Ongoing next = client.begin(get(), server.uri("/"));
            still.awaitQueued(path, 1);
            still.advanceAlmost(Duration.ofSeconds(7));

            assertThat(next.end()).isNotDone();
            assertThat(server.targets()).hasSize(1);

            still.time.runNext();
            assertThat(next.result().trace().attempts()).hasSize(1);
            assertThat(next.result().trace().waits()).hasSize(1);
        }
    }

    private static StillHeadway told(TokenBucket limit) {
        return new StillHeadway(Headway.builder().limit(limit));
    }

    private static void assertCancelled(Path path, Ongoing call) throws Exception {
        if (path.okHttp()) {
            assertThat(call.failure()).isExactlyInstanceOf(IOException.class).hasMessage("Canceled");
        } else {
            assertThat(call.failure()).isExactlyInstanceOf(CancellationException.class);
        }
    }

    private static void assertInterrupted(Path path, Ongoing call) throws Exception {
        if (path.okHttp()) {
            assertThat(call.failure())
                    .isExactlyInstanceOf(InterruptedIOException.class)
                    .hasMessage("interrupted");
        } else {
            assertThat(call.failure()).isExactlyInstanceOf(InterruptedException.class);
        }
    }

    /** No task is left that could send anything later, and no time has passed. */
    private static void nothingIsLeft(StillHeadway still, ScriptedServer server, Client client) {
        still.awaitNoTasks();
        assertThat(still.time.elapsed()).isZero();
        still.time.advance(Duration.ofMinutes(10));
        assertThat(server.targets()).hasSize(1);
        assertThat(client.leakedConnections()).isZero();
    }
}
