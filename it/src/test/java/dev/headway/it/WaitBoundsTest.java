package dev.headway.it;

import static dev.headway.it.ApiRequest.get;
import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.CallCost;
import dev.headway.Concurrency;
import dev.headway.GiveUpException;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.OnLimit;
import dev.headway.Quota;
import dev.headway.Signal;
import dev.headway.TokenBucket;
import dev.headway.spi.RequestFacts;
import dev.headway.testkit.ScriptedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that may not wait for long or in any number, that count in flight, and that weigh more than one. */
@Timeout(60)
class WaitBoundsTest {

    private static final ScriptedServer.Answer OK = status(200, "ok");
    private static final Duration TURN = Duration.ofSeconds(10);

    @ParameterizedTest
    @EnumSource
    void aCallThatWouldWaitTooLongFailsAtOnceAndSaysUntilWhen(Path path) throws Exception {
        StillHeadway still = new StillHeadway(
                Headway.builder().limit(TokenBucket.of(1, TURN)).maxWait(Duration.ofSeconds(5)));
        try (ScriptedServer server = new ScriptedServer(OK);
                Client client = path.open(still.headway)) {
            client.call(get(), server.uri("/first"));

            GiveUpException gaveUp = givenUp(client.begin(get(), server.uri("/second")));

            assertThat(gaveUp.reason()).isEqualTo(GiveUpReason.MAX_WAIT);
            assertThat(gaveUp.retryAfter().orElseThrow()).isBetween(TURN, TURN.plusSeconds(1));
            assertThat(server.targets()).containsExactly("GET /first");
            assertThat(client.leakedConnections()).isZero();
        }
    }

    /** The refusal is the result, readable, although the call would have gone on. */
    @ParameterizedTest
    @EnumSource
    void aRefusalThatAsksForTooLongAWaitIsHandedOver(Path path) throws Exception {
        StillHeadway still = new StillHeadway(Headway.builder().maxWait(Duration.ofSeconds(5)));
        try (ScriptedServer server = new ScriptedServer(status(429, "busy", "Retry-After: 30"), OK);
                Client client = path.open(still.headway)) {
            Result result = client.call(get(), server.uri("/"));

            assertThat(result.status()).isEqualTo(429);
            assertThat(result.body()).isEqualTo("busy");
            assertThat(result.trace().gaveUp()).hasValue(GiveUpReason.MAX_WAIT);
            assertThat(result.trace().retryAfter().orElseThrow())
                    .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereALimitFailsNothingIsSentAndARefusalIsHandedOver(Path path) throws Exception {
        StillHeadway still =
                new StillHeadway(Headway.builder().limit(Quota.of(2).per(TURN)).onLimit(OnLimit.FAIL));
        try (ScriptedServer server = new ScriptedServer(OK, status(429, "busy", "Retry-After: 5"), OK);
                Client client = path.open(still.headway)) {
            client.call(get(), server.uri("/first"));
            Result refused = client.call(get(), server.uri("/second"));
            GiveUpException gaveUp = givenUp(client.begin(get(), server.uri("/third")));

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.body()).isEqualTo("busy");
            assertThat(refused.trace().gaveUp()).hasValue(GiveUpReason.LIMIT);
            assertThat(gaveUp.reason()).isEqualTo(GiveUpReason.LIMIT);
            assertThat(gaveUp.retryAfter().orElseThrow()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(11));
            assertThat(server.targets()).containsExactly("GET /first", "GET /second");
            assertThat(still.time.elapsed()).isZero();
            assertThat(client.leakedConnections()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneMoreThanMayWaitFailsAtOnce(Path path) throws Exception {
        StillHeadway still = new StillHeadway(
                Headway.builder().limit(TokenBucket.of(1, TURN)).maxWaiting(1));
        try (ScriptedServer server = new ScriptedServer(OK);
                Client client = path.open(still.headway)) {
            client.call(get(), server.uri("/first"));
            Ongoing second = client.begin(get(), server.uri("/second"));
            still.awaitQueued(path, 1);

            GiveUpException gaveUp = givenUp(client.begin(get(), server.uri("/third")));

            assertThat(gaveUp.reason()).isEqualTo(GiveUpReason.QUEUE_FULL);
            still.moveUntilEnd(List.of(second));
            assertThat(second.result().status()).isEqualTo(200);
            assertThat(server.targets()).containsExactly("GET /first", "GET /second");
        }
    }

    @ParameterizedTest
    @EnumSource
    void noMoreThanSoManyAreInFlight(Path path) throws Exception {
        CountDownLatch atServer = new CountDownLatch(2);
        CountDownLatch answered = new CountDownLatch(1);
        ScriptedServer.Answer held = socket -> {
            atServer.countDown();
            answered.await();
            OK.to(socket);
        };
        StillHeadway still = new StillHeadway(Headway.builder().limit(Concurrency.of(2)));
        try (ScriptedServer server = new ScriptedServer(held);
                Client client = path.open(still.headway)) {
            List<Ongoing> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                calls.add(client.begin(get(), server.uri("/" + i)));
            }
            // No moment is known at which they may go, so they wait as for a backoff.
            still.awaitBackoff(path, 18);
            atServer.await();
            assertThat(server.targets()).hasSize(2);

            answered.countDown();

            for (Ongoing call : calls) {
                assertThat(call.result().status()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCallTakesWhatItsResponseSays(Path path) throws Exception {
        CallCost points = new CallCost() {
            @Override
            public int estimate(RequestFacts request) {
                return 1;
            }

            @Override
            public OptionalInt actual(Signal.Response response) {
                OptionalInt[] told = {OptionalInt.empty()};
                response.forEach((name, value) -> {
                    if (name.equalsIgnoreCase("X-Points")) {
                        told[0] = OptionalInt.of(Integer.parseInt(value));
                    }
                });
                return told[0];
            }
        };
        StillHeadway still =
                new StillHeadway(Headway.builder().limit(Quota.of(10).per(TURN)).cost(points));
        try (ScriptedServer server = new ScriptedServer(status(200, "ok", "X-Points: 9"), OK);
                Client client = path.open(still.headway)) {
            client.call(get(), server.uri("/heavy"));
            client.call(get(), server.uri("/light"));
            Ongoing third = client.begin(get(), server.uri("/third"));
            still.awaitQueued(path, 1);

            assertThat(server.targets()).containsExactly("GET /heavy", "GET /light");
            still.moveUntilEnd(List.of(third));
            assertThat(third.result().status()).isEqualTo(200);
            assertThat(still.time.elapsed()).isBetween(TURN, TURN.plusSeconds(1));
        }
    }

    private static GiveUpException givenUp(Ongoing call) throws Exception {
        Throwable failure = call.failure();
        assertThat(failure).isInstanceOf(GiveUpException.class);
        return (GiveUpException) failure;
    }
}
