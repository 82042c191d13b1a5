package dev.headway.it;

import static dev.headway.it.ApiRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.WaitCause;
import dev.headway.testkit.ScriptedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One refusal is a refusal to everybody. */
@Tag("every-okhttp")
@Timeout(60)
class SharedPauseTest {

    private static final int CALLERS = 50;

    /** What an unknown API gets at once before its first answer. */
    private static final int COLD = 10;

    private static final Duration PAUSE = Duration.ofSeconds(5);

    static Stream<Arguments> acrossClients() {
        return Stream.of(Path.values())
                .flatMap(one -> Stream.of(Path.values())
                        .filter(other -> one.okHttp() != other.okHttp())
                        .map(other -> Arguments.of(one, other)));
    }

    @ParameterizedTest
    @EnumSource
    void oneRefusalHoldsAllOthersUntilTheServersMoment(Path path) throws Exception {
        StillHeadway still = new StillHeadway();
        PausedApi api = new PausedApi(still.time, PAUSE);
        try (ScriptedServer server = new ScriptedServer(api);
                Client client = path.open(still.headway)) {
            List<Ongoing> calls = new ArrayList<>();
            calls.add(client.begin(get(), server.uri("/0")));
            still.awaitAttempts(1);
            still.awaitQueued(path, 1);
            for (int i = 1; i < CALLERS; i++) {
                calls.add(client.begin(get(), server.uri("/" + i)));
            }
            still.awaitQueued(path, CALLERS);
            still.advanceAlmost(PAUSE);

            assertThat(server.targets()).containsExactly("GET /0");

            still.openGate();
            allSucceed(still, calls);
            assertThat(api.refused()).isEqualTo(1);
            assertThat(server.targets()).hasSize(CALLERS + 1);
            assertThat(server.targets().get(1))
                    .as("the refused call goes first")
                    .isEqualTo("GET /0");
            for (Ongoing call : calls.subList(1, CALLERS)) {
                assertThat(call.result().trace().attempts()).hasSize(1);
                assertThat(call.result().trace().waits())
                        .singleElement()
                        .satisfies(wait -> assertThat(wait.cause()).isEqualTo(WaitCause.SCOPE_PAUSED));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhatWasInFlightIsRefused(Path path) throws Exception {
        StillHeadway still = new StillHeadway();
        PausedApi api = new PausedApi(still.time, PAUSE);
        try (ScriptedServer server = new ScriptedServer(api);
                Client client = path.open(still.headway)) {
            List<Ongoing> calls = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                calls.add(client.begin(get(), server.uri("/" + i)));
            }
            still.awaitQueued(path, CALLERS);
            int refused = api.refused();
            still.advanceAlmost(PAUSE);

            assertThat(refused).isBetween(1, COLD);
            assertThat(server.targets()).hasSize(refused);

            still.openGate();
            still.moveUntilEnd(calls);
            allSucceed(still, calls);
            assertThat(api.refused()).isEqualTo(refused);
            assertThat(server.targets()).hasSize(CALLERS + refused);
        }
    }

    @ParameterizedTest(name = "{0}, then {1}")
    @MethodSource("acrossClients")
    void refusalOfOneClientHoldsTheOther(Path one, Path other) throws Exception {
        StillHeadway still = new StillHeadway();
        PausedApi api = new PausedApi(still.time, PAUSE);
        try (ScriptedServer server = new ScriptedServer(api);
                Client first = one.open(still.headway);
                Client second = other.open(still.headway)) {
            Ongoing refused = first.begin(get(), server.uri("/one"));
            still.awaitAttempts(1);
            still.awaitQueued(one, 1);
            Ongoing held = second.begin(get(), server.uri("/other"));
            awaitBoth(still, one, other);
            still.advanceAlmost(PAUSE);

            assertThat(server.targets()).containsExactly("GET /one");

            still.openGate();
            allSucceed(still, List.of(refused, held));
            assertThat(server.targets()).containsExactly("GET /one", "GET /one", "GET /other");
            assertThat(held.result().trace().waits())
                    .singleElement()
                    .satisfies(wait -> assertThat(wait.cause()).isEqualTo(WaitCause.SCOPE_PAUSED));
        }
    }

    private static void awaitBoth(StillHeadway still, Path one, Path other) throws InterruptedException {
        int parked = (one.parks() ? 1 : 0) + (other.parks() ? 1 : 0);
        still.time.awaitParked(parked);
        // The deadlines of those that hold no thread, and the moment of the limiter.
        still.time.awaitTasks(2 - parked + 1);
    }

    private static void allSucceed(StillHeadway still, List<Ongoing> calls) throws Exception {
        // The first call looks, while the time stands; the others follow at a pace.
        calls.get(0).result();
        still.moveUntilEnd(calls);
        for (Ongoing call : calls) {
            assertThat(call.result().status()).isEqualTo(200);
            assertThat(call.result().body()).isEqualTo("ok");
        }
    }
}
