package dev.headway.it;

import static dev.headway.it.ApiRequest.get;
import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.testkit.ScriptedServer;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Responses that nobody gets cost no connection. */
@Tag("every-okhttp")
@Timeout(60)
class ConnectionsTest {

    private static final int AT_ONCE = 5;
    private static final int ROUNDS = 8;
    /** So long that the limiter draws no conclusion from one to the next about the rate. */
    private static final Duration PAUSE = Duration.ofSeconds(90);

    @ParameterizedTest
    @EnumSource
    void oneCallAfterTheOtherUsesOneConnection(Path path) throws Exception {
        StillHeadway still = new StillHeadway();
        try (ScriptedServer server = new ScriptedServer(new EveryOtherIsRefused());
                Client client = path.open(still.headway)) {
            int calls = 10;
            for (int i = 0; i < calls; i++) {
                Ongoing call = client.begin(get(), server.uri("/"));
                still.moveUntilEnd(List.of(call));
                assertThat(call.result().trace().attempts()).hasSize(2);
            }

            assertThat(server.targets()).hasSize(2 * calls);
            // The JDK's client gives a connection back when it has read the refusal to its end, which may be a little
            // later.
            assertThat(connections(server)).isLessThanOrEqualTo(path.okHttp() ? 1 : calls);
            assertThat(client.leakedConnections()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectionsAreNoMoreThanCallsAtOnce(Path path) throws Exception {
        StillHeadway still = new StillHeadway();
        PausedApi api = new PausedApi(still.time, PAUSE);
        try (ScriptedServer server = new ScriptedServer(api);
                Client client = path.open(still.headway)) {
            for (int round = 0; round < ROUNDS; round++) {
                // So that the first call of a round goes at once, whatever the rounds before have taught of the rate.
                still.time.advance(PAUSE);
                api.pauseAgain();
                List<Ongoing> calls = new ArrayList<>();
                for (int i = 0; i < AT_ONCE; i++) {
                    calls.add(client.begin(get(), server.uri("/")));
                }
                still.awaitQueued(path, AT_ONCE);
                still.time.advance(PAUSE.plus(StillHeadway.LATER));
                still.moveUntilEnd(calls);
                for (Ongoing call : calls) {
                    assertThat(call.result().status()).isEqualTo(200);
                }
            }

            assertThat(api.refused()).isPositive();
            assertThat(server.targets()).hasSize(AT_ONCE * ROUNDS + api.refused());
            // The JDK's client opens another while it has not seen the end of a refusal: how many is a race, but not
            // one each.
            assertThat(connections(server)).isLessThanOrEqualTo(path.okHttp() ? AT_ONCE : AT_ONCE * ROUNDS);
            assertThat(client.leakedConnections()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void responseOfTheLastAttemptIsTheOnlyOneWithAConnection(Path path) throws Exception {
        StillHeadway still =
                new StillHeadway(StillHeadway.policy().maxAttempts(3).build());
        try (ScriptedServer server = new ScriptedServer(status(500, "b".repeat(1000)));
                Client client = path.open(still.headway)) {
            Ongoing call = client.begin(get(), server.uri("/"));
            for (int i = 1; i < 3; i++) {
                still.awaitAttempts(i);
                still.awaitBackoff(path, 1);
                still.time.advance(StillHeadway.BACKOFF);
            }

            assertThat(call.result().body()).hasSize(1000);
            assertThat(client.leakedConnections()).isZero();
        }
    }

    private static long connections(ScriptedServer server) {
        return server.connections().stream().distinct().count();
    }

    private static final class EveryOtherIsRefused implements ScriptedServer.Answer {

        private final AtomicInteger requests = new AtomicInteger();

        @Override
        public void to(Socket socket) throws Exception {
            if (requests.getAndIncrement() % 2 == 0) {
                status(429, "a small body", "Retry-After: 1").to(socket);
            } else {
                status(200, "ok").to(socket);
            }
        }
    }
}
