package dev.headway.it;

import static dev.headway.it.ApiRequest.get;
import static dev.headway.it.ApiRequest.post;
import static dev.headway.testkit.ScriptedServer.hangUp;
import static dev.headway.testkit.ScriptedServer.status;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.CallTrace;
import dev.headway.CallTraceException;
import dev.headway.GiveUpReason;
import dev.headway.RetryPolicy;
import dev.headway.WaitCause;
import dev.headway.testkit.ScriptedServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table: what one call comes to, on every path, whatever the server does to it. */
@Tag("every-okhttp")
@Timeout(60)
class ScenarioTest {

    private static final ScriptedServer.Answer OK = status(200, "ok");
    private static final ScriptedServer.Answer BUSY = status(429, "busy", "Retry-After: 5");
    private static final ScriptedServer.Answer BROKEN = status(500, "broken");
    private static final ScriptedServer.Answer UNAVAILABLE = status(503, "down");
    private static final ScriptedServer.Answer BACK_SOON = status(503, "down", "Retry-After: 5");

    private static final Duration FIVE = Duration.ofSeconds(5);

    /** In real time: only a client's own timeout ends an attempt whose answer does not come. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static final String BYTES = bytes();

    static Stream<Arguments> table() {
        return Stream.of(refusals(), failures(), ends(), bodies(), words())
                .flatMap(List::stream)
                .flatMap(scenario ->
                        Stream.of(Path.values()).filter(scenario.paths).map(path -> Arguments.of(scenario, path)));
    }

    // ---- refused

    private static List<Scenario> refusals() {
        return List.of(
                Scenario.of("429 with Retry-After in seconds")
                        .server(BUSY, OK)
                        .waitsForServer(FIVE)
                        .attempts(429, 200)
                        .gets("ok"),
                Scenario.of("429 with Retry-After as a date, while the local clock is a day fast")
                        .server(
                                status(
                                        429,
                                        "busy",
                                        "Date: Thu, 01 Jan 2026 12:00:00 GMT",
                                        "Retry-After: Thu, 01 Jan 2026 12:00:05 GMT"),
                                OK)
                        .localClock("2026-01-02T12:00:00Z")
                        .waitsForServer(FIVE)
                        .attempts(429, 200)
                        .gets("ok"),
                Scenario.of("429 with Retry-After as a date, while the local clock is a day slow")
                        .server(
                                status(
                                        429,
                                        "busy",
                                        "Date: Thu, 01 Jan 2026 12:00:00 GMT",
                                        "Retry-After: Thu, 01 Jan 2026 12:00:05 GMT"),
                                OK)
                        .localClock("2025-12-31T12:00:00Z")
                        .waitsForServer(FIVE)
                        .attempts(429, 200)
                        .gets("ok"),
                Scenario.of("429 with a header in milliseconds")
                        .server(status(429, "busy", "retry-after-ms: 1500"), OK)
                        .waitsForServer(Duration.ofMillis(1500))
                        .attempts(429, 200)
                        .gets("ok"),
                Scenario.of("429 with milliseconds that are more exact than the seconds")
                        .server(status(429, "busy", "Retry-After: 2", "retry-after-ms: 1500"), OK)
                        .waitsForServer(Duration.ofMillis(1500))
                        .attempts(429, 200)
                        .gets("ok"),
                Scenario.of("429 without a word")
                        .server(status(429, "busy"), OK)
                        .backsOff(1)
                        .attempts(429, 200)
                        .gets("ok"),
                Scenario.of("429 of an exhausted X-RateLimit")
                        .server(
                                status(
                                        429,
                                        "busy",
                                        "X-RateLimit-Limit: 10",
                                        "X-RateLimit-Remaining: 0",
                                        "X-RateLimit-Reset: 7"),
                                OK)
                        .waitsForServer(Duration.ofSeconds(7))
                        .attempts(429, 200)
                        .gets("ok"),
                Scenario.of("429 twice")
                        .server(BUSY, status(429, "busy", "Retry-After: 2"), OK)
                        .waitsForServer(FIVE, Duration.ofSeconds(2))
                        .attempts(429, 429, 200)
                        .gets("ok"),
                Scenario.of("429 of a POST")
                        .server(BUSY, OK)
                        .call(post())
                        .waitsForServer(FIVE)
                        .attempts(429, 200)
                        .gets("ok"),
                Scenario.of("503 with Retry-After")
                        .server(BACK_SOON, OK)
                        .waitsForServer(FIVE)
                        .attempts(503, 200)
                        .gets("ok"),
                Scenario.of("503 with Retry-After, of a POST")
                        .server(BACK_SOON, OK)
                        .call(post())
                        .waitsForServer(FIVE)
                        .attempts(503, 200)
                        .gets("ok"),
                Scenario.of("503 without a word")
                        .server(UNAVAILABLE, OK)
                        .backsOff(1)
                        .attempts(503, 200)
                        .gets("ok"),
                Scenario.of("503 without a word, of a POST")
                        .server(UNAVAILABLE, OK)
                        .call(post())
                        .attempts(503)
                        .gets("down")
                        .givesUp(GiveUpReason.NOT_IDEMPOTENT),
                Scenario.of("503 without a word, of a POST with Idempotency-Key")
                        .server(UNAVAILABLE, OK)
                        .call(post().with("Idempotency-Key", "k"))
                        .backsOff(1)
                        .attempts(503, 200)
                        .gets("ok"),
                Scenario.of("425 of a POST: the server did not look at it")
                        .server(status(425, "early"), OK)
                        .call(post())
                        .backsOff(1)
                        .attempts(425, 200)
                        .gets("ok"));
    }

    // ---- failed

    private static List<Scenario> failures() {
        return List.of(
                Scenario.of("500 of a GET")
                        .server(BROKEN, OK)
                        .backsOff(1)
                        .attempts(500, 200)
                        .gets("ok"),
                Scenario.of("500 of a POST")
                        .server(BROKEN, OK)
                        .call(post())
                        .attempts(500)
                        .gets("broken")
                        .givesUp(GiveUpReason.NOT_IDEMPOTENT),
                Scenario.of("500 of a POST with Idempotency-Key")
                        .server(BROKEN, OK)
                        .call(post().with("Idempotency-Key", "k"))
                        .backsOff(1)
                        .attempts(500, 200)
                        .gets("ok"),
                Scenario.of("500 of a POST that the caller says may be done twice")
                        .server(BROKEN, OK)
                        .call(post().with(StillHeadway.policy().build().forIdempotentCall()))
                        .backsOff(1)
                        .attempts(500, 200)
                        .gets("ok"),
                Scenario.of("501, which will not pass")
                        .server(status(501, "never"), OK)
                        .attempts(501)
                        .gets("never"),
                Scenario.of("404, which is an answer")
                        .server(status(404, "none"), OK)
                        .attempts(404)
                        .gets("none"),
                Scenario.of("408 of a GET")
                        .setup(Setup.PLAIN.withoutRepeats())
                        .server(status(408, "slow"), OK)
                        .backsOff(1)
                        .attempts(408, 200)
                        .gets("ok"),
                Scenario.of("408 of a GET, which OkHttp itself repeats once")
                        .onlyOn(Path::okHttp)
                        .server(status(408, "slow"), status(408, "slow"), OK)
                        .backsOff(1)
                        .attempts(408, 200)
                        .serverSees(3)
                        .gets("ok"),
                Scenario.of("408 of a POST")
                        .setup(Setup.PLAIN.withoutRepeats())
                        .server(status(408, "slow"), OK)
                        .call(post())
                        .attempts(408)
                        .gets("slow")
                        .givesUp(GiveUpReason.NOT_IDEMPOTENT),
                Scenario.of("no answer in time, to a GET")
                        .setup(Setup.PLAIN.withTimeout(TIMEOUT))
                        .server(stall(), OK)
                        .backsOff(1)
                        .attempts(0, 200)
                        .gets("ok"),
                Scenario.of("no answer in time, to a POST")
                        .setup(Setup.PLAIN.withTimeout(TIMEOUT))
                        .server(stall(), OK)
                        .call(post())
                        .attempts(0)
                        .fails(SocketTimeoutException.class, HttpTimeoutException.class)
                        .givesUp(GiveUpReason.NOT_IDEMPOTENT),
                Scenario.of("connection reset in the answer to a GET")
                        .server(reset(), OK)
                        .backsOff(1)
                        .attempts(0, 200)
                        .gets("ok"),
                Scenario.of("connection reset in the answer to a POST")
                        .setup(Setup.PLAIN.withoutRepeats())
                        .server(reset(), OK)
                        .call(post())
                        .attempts(0)
                        .fails(IOException.class, IOException.class)
                        .givesUp(GiveUpReason.NOT_IDEMPOTENT),
                Scenario.of("connection reset in the answer to a POST with Idempotency-Key")
                        .server(reset(), OK)
                        .call(post().with("Idempotency-Key", "k"))
                        .backsOff(1)
                        .attempts(0, 200)
                        .gets("ok"),
                Scenario.of("connection closed instead of an answer to a GET")
                        .onlyOn(Path::okHttp)
                        .server(hangUp(), OK)
                        .backsOff(1)
                        .attempts(0, 200)
                        .gets("ok"),
                Scenario.of("connection closed instead of an answer to a GET, which the JDK itself repeats once")
                        .onlyOn(Path::jdk)
                        .server(hangUp(), hangUp(), OK)
                        .backsOff(1)
                        .attempts(0, 200)
                        .serverSees(3)
                        .gets("ok"),
                Scenario.of("connection closed instead of an answer to a POST")
                        .setup(Setup.PLAIN.withoutRepeats())
                        .server(hangUp(), OK)
                        .call(post())
                        .attempts(0)
                        .fails(IOException.class, IOException.class)
                        .givesUp(GiveUpReason.NOT_IDEMPOTENT),
                Scenario.of("connection refused to a POST, which was never sent")
                        .policy(StillHeadway.policy().maxAttempts(3))
                        .call(post())
                        .backsOff(2)
                        .attempts(0, 0, 0)
                        .serverSees(0)
                        .fails(ConnectException.class, ConnectException.class)
                        .givesUp(GiveUpReason.ATTEMPTS));
    }

    // ---- the end

    private static List<Scenario> ends() {
        return List.of(
                Scenario.of("success on the last attempt")
                        .server(BROKEN, BROKEN, BROKEN, BROKEN, OK)
                        .backsOff(4)
                        .attempts(500, 500, 500, 500, 200)
                        .gets("ok"),
                Scenario.of("failed to the last attempt")
                        .server(BROKEN, UNAVAILABLE, status(502, "the last one"), OK)
                        .policy(StillHeadway.policy().maxAttempts(3))
                        .backsOff(2)
                        .attempts(500, 503, 502)
                        .gets("the last one")
                        .givesUp(GiveUpReason.ATTEMPTS),
                Scenario.of("refused to the last attempt")
                        .server(BUSY, status(429, "the last one", "Retry-After: 7"), OK)
                        .policy(StillHeadway.policy().maxAttempts(2))
                        .waitsForServer(FIVE)
                        .attempts(429, 429)
                        .gets("the last one")
                        .givesUp(GiveUpReason.ATTEMPTS),
                Scenario.of("deadline sooner than the server's moment")
                        .server(BUSY, OK)
                        .policy(StillHeadway.policy().maxElapsed(FIVE))
                        .attempts(429)
                        .gets("busy")
                        .givesUp(GiveUpReason.DEADLINE),
                Scenario.of("deadline sooner than the backoff")
                        .server(BROKEN, OK)
                        .policy(StillHeadway.policy().maxElapsed(Duration.ofMillis(900)))
                        .attempts(500)
                        .gets("broken")
                        .givesUp(GiveUpReason.DEADLINE),
                Scenario.of("server that asks for longer than allowed")
                        .server(BUSY, OK)
                        .policy(StillHeadway.policy().maxServerWait(Duration.ofSeconds(3)))
                        .attempts(429)
                        .gets("busy")
                        .givesUp(GiveUpReason.SERVER_WAIT),
                Scenario.of("server that asks for a year")
                        .server(status(429, "busy", "Retry-After: 31536000"), OK)
                        .attempts(429)
                        .gets("busy")
                        .givesUp(GiveUpReason.SERVER_WAIT),
                Scenario.of("no retries")
                        .server(BUSY, OK)
                        .policy(RetryPolicy.none().toBuilder())
                        .attempts(429)
                        .gets("busy"),
                Scenario.of("no retries of a failure")
                        .server(reset(), OK)
                        .policy(RetryPolicy.none().toBuilder())
                        .attempts(0)
                        .fails(IOException.class, IOException.class),
                Scenario.of("no retries of this call")
                        .server(BUSY, OK)
                        .call(get().with(RetryPolicy.none()))
                        .attempts(429)
                        .gets("busy"),
                Scenario.of("more retries of this call")
                        .server(BROKEN, BROKEN, BROKEN, OK)
                        .policy(StillHeadway.policy().maxAttempts(2))
                        .call(get().with(StillHeadway.policy().maxAttempts(4).build()))
                        .backsOff(3)
                        .attempts(500, 500, 500, 200)
                        .gets("ok"));
    }

    // ---- bodies

    private static List<Scenario> bodies() {
        return List.of(
                // A short one is sent again by the JDK's client: what it gave is kept.
                Scenario.of("long one-shot body")
                        .server(BUSY, OK)
                        .call(post(ApiRequest.Kind.ONE_SHOT, "b".repeat(300_000)))
                        .attempts(429)
                        .gets("busy")
                        .givesUp(GiveUpReason.NOT_REPLAYABLE),
                body(ApiRequest.Kind.STRING, "body of a string"),
                body(ApiRequest.Kind.BYTES, "body of bytes"),
                body(ApiRequest.Kind.FILE, "body of a file"),
                Scenario.of("large body of a refusal that nobody reads")
                        .server(status(429, "b".repeat(300_000), "Retry-After: 5"), OK)
                        .waitsForServer(FIVE)
                        .attempts(429, 200)
                        .gets("ok"),
                Scenario.of("large body of the last refusal, read whole")
                        .server(status(429, BYTES, "Retry-After: 5"), OK)
                        .policy(StillHeadway.policy().maxServerWait(Duration.ofSeconds(3)))
                        .attempts(429)
                        .gets(BYTES)
                        .givesUp(GiveUpReason.SERVER_WAIT),
                Scenario.of("refusal without a body")
                        .server(status(429, "", "Retry-After: 5"), OK)
                        .waitsForServer(FIVE)
                        .attempts(429, 200)
                        .gets("ok"));
    }

    private static Scenario body(ApiRequest.Kind kind, String name) {
        return Scenario.of(name + ", sent three times")
                .server(BUSY, BROKEN, OK)
                .call(post(kind, BYTES).with("Idempotency-Key", "k"))
                .waitsForServer(FIVE)
                .backsOff(1)
                .attempts(429, 500, 200)
                .gets("ok");
    }

    // ---- the server's own word

    private static List<Scenario> words() {
        return List.of(
                Scenario.of("x-should-retry: false on a 500")
                        .server(status(500, "broken", "x-should-retry: false"), OK)
                        .attempts(500)
                        .gets("broken"),
                Scenario.of("x-should-retry: false on a 429")
                        .server(status(429, "busy", "Retry-After: 5", "x-should-retry: false"), OK)
                        .attempts(429)
                        .gets("busy"),
                Scenario.of("x-should-retry: true on a 409")
                        .server(status(409, "locked", "x-should-retry: true"), OK)
                        .backsOff(1)
                        .attempts(409, 200)
                        .gets("ok"),
                Scenario.of("x-should-retry: true on a 409 of a POST, which it does not make safe")
                        .server(status(409, "locked", "x-should-retry: true"), OK)
                        .call(post())
                        .attempts(409)
                        .gets("locked")
                        .givesUp(GiveUpReason.NOT_IDEMPOTENT));
    }

    // ---- how a row is tested

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("table")
    void scenario(Scenario scenario, Path path) throws Exception {
        StillHeadway still = new StillHeadway(scenario.policy);
        if (scenario.localClock != null) {
            still.time.setInstant(scenario.localClock);
        }
        if (scenario.script.isEmpty()) {
            // A port that nobody listens on, and that nobody else gets meanwhile.
            try (Socket taken = new Socket()) {
                taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                run(scenario, path, still, null, URI.create("http://127.0.0.1:" + taken.getLocalPort() + "/"));
            }
            return;
        }
        try (ScriptedServer server = new ScriptedServer(scenario.script.toArray(new ScriptedServer.Answer[0]))) {
            run(scenario, path, still, server, server.uri("/"));
            serverSaw(scenario, server);
        }
    }

    private static void run(Scenario scenario, Path path, StillHeadway still, @Nullable ScriptedServer server, URI url)
            throws Exception {
        try (Client client = path.open(still.headway, scenario.setup)) {
            Ongoing call = client.begin(scenario.request, url);
            for (int i = 0; i < scenario.waits.size(); i++) {
                still.awaitAttempts(i + 1);
                let(scenario.waits.get(i), path, still, server, call);
            }
            CallTrace trace = endOf(scenario, path, call);
            check(scenario, trace);
            still.awaitNoTasks();
            assertThat(client.leakedConnections()).isZero();
        }
    }

    private static void let(
            Scenario.Wait wait, Path path, StillHeadway still, @Nullable ScriptedServer server, Ongoing call)
            throws InterruptedException {
        int before = server == null ? 0 : server.received().size();
        if (wait.cause() == WaitCause.BACKOFF) {
            still.awaitBackoff(path, 1);
            still.advanceAlmost(wait.length());
        } else {
            still.awaitQueued(path, 1);
            still.advanceAlmost(wait.length());
        }
        assertThat(call.end()).isNotDone();
        assertThat(server == null ? 0 : server.received().size())
                .as("requests before the moment has come")
                .isEqualTo(before);
        if (wait.cause() == WaitCause.BACKOFF) {
            still.time.advance(Duration.ofNanos(1));
        } else {
            still.openGate();
        }
    }

    private static CallTrace endOf(Scenario scenario, Path path, Ongoing call) throws Exception {
        Class<? extends Throwable> expected = path.okHttp() ? scenario.okHttpFailure : scenario.jdkFailure;
        if (expected == null) {
            Result result = call.result();
            assertThat(result.status()).isEqualTo(scenario.attempts.get(scenario.attempts.size() - 1));
            assertThat(result.body()).isEqualTo(scenario.body);
            return result.trace();
        }
        Throwable failure = call.failure();
        assertThat(failure).isInstanceOf(expected);
        assertThat(failure.getSuppressed()).hasAtLeastOneElementOfType(CallTraceException.class);
        for (Throwable suppressed : failure.getSuppressed()) {
            if (suppressed instanceof CallTraceException traced) {
                return requireNonNull(traced.trace());
            }
        }
        throw new AssertionError("Just seen");
    }

    private static void check(Scenario scenario, CallTrace trace) {
        assertThat(trace.attempts())
                .extracting(attempt -> attempt.status().orElse(0))
                .isEqualTo(scenario.attempts);
        assertThat(trace.waits()).hasSameSizeAs(scenario.waits);
        for (int i = 0; i < scenario.waits.size(); i++) {
            Scenario.Wait expected = scenario.waits.get(i);
            CallTrace.Wait wait = trace.waits().get(i);
            assertThat(wait.cause()).isEqualTo(expected.cause());
            assertThat(wait.before()).isEqualTo(i + 2);
            if (expected.cause() == WaitCause.BACKOFF) {
                assertThat(wait.duration()).isEqualTo(expected.length());
            } else {
                assertThat(wait.duration())
                        .isBetween(expected.length(), expected.length().plus(StillHeadway.LATER));
            }
        }
        if (scenario.gaveUp == null) {
            assertThat(trace.gaveUp()).isEmpty();
        } else {
            assertThat(trace.gaveUp()).hasValue(scenario.gaveUp);
        }
    }

    private static void serverSaw(Scenario scenario, ScriptedServer server) {
        int requests = scenario.requests >= 0 ? scenario.requests : scenario.attempts.size();
        assertThat(server.targets()).isEqualTo(Collections.nCopies(requests, scenario.request.method() + " /"));
        assertThat(server.received())
                .extracting(ScriptedServer.Received::body)
                .isEqualTo(Collections.nCopies(requests, scenario.request.body().text()));
    }

    // ---- what servers do

    /** Never answers; ends when the client hangs up. */
    private static ScriptedServer.Answer stall() {
        return socket -> {
            while (socket.getInputStream().read() >= 0) {
                // Nobody listens.
            }
            socket.close();
        };
    }

    /** Breaks off in the first line of the answer. */
    private static ScriptedServer.Answer reset() {
        return socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 2");
            reset(socket);
        };
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Every byte there is, in no short period, and more than any buffer holds. */
    private static String bytes() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            text.append((char) ((i + i / 256) % 256));
        }
        return text.toString();
    }
}
