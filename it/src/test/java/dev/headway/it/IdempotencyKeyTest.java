package dev.headway.it;

import static dev.headway.it.ApiRequest.get;
import static dev.headway.it.ApiRequest.post;
import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.CallOptions;
import dev.headway.Headway;
import dev.headway.IdempotencyKey;
import dev.headway.testkit.ScriptedServer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A key makes a POST one that may be sent again, and all its attempts carry the same one. */
@Timeout(60)
class IdempotencyKeyTest {

    private static final String FIELD = "opc-retry-token";
    private static final ScriptedServer.Answer OK = status(200, "ok");
    private static final ScriptedServer.Answer FAILED = status(500, "no");

    private final AtomicInteger made = new AtomicInteger();

    private StillHeadway still(IdempotencyKey key) {
        return new StillHeadway(
                Headway.builder().retry(StillHeadway.policy().build()).idempotencyKey(key));
    }

    private String next() {
        return "key-" + made.incrementAndGet();
    }

    @ParameterizedTest
    @EnumSource
    void allAttemptsOfACallCarryOneValueAndEachCallItsOwn(Path path) throws Exception {
        StillHeadway still = still(IdempotencyKey.header(FIELD, this::next));
        try (ScriptedServer server = new ScriptedServer(FAILED, FAILED, OK, FAILED, OK);
                Client client = path.open(still.headway)) {
            Ongoing first = client.begin(post(), server.uri("/first"));
            still.awaitBackoff(path, 1);
            still.time.advance(StillHeadway.BACKOFF);
            still.awaitAttempts(2);
            still.awaitBackoff(path, 1);
            still.time.advance(StillHeadway.BACKOFF);
            assertThat(first.result().status()).isEqualTo(200);
            Ongoing second = client.begin(post(), server.uri("/second"));
            still.awaitBackoff(path, 1);
            still.time.advance(StillHeadway.BACKOFF);
            assertThat(second.result().status()).isEqualTo(200);

            assertThat(server.targets())
                    .containsExactly("POST /first", "POST /first", "POST /first", "POST /second", "POST /second");
            assertThat(keys(server)).containsExactly("key-1", "key-1", "key-1", "key-2", "key-2");
            assertThat(server.received()).allMatch(request -> request.body().equals("text"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aValueOfTheCallersOwnStaysAndCounts(Path path) throws Exception {
        StillHeadway still = still(IdempotencyKey.header("X-Order", this::next));
        try (ScriptedServer server = new ScriptedServer(FAILED, OK);
                Client client = path.open(still.headway)) {
            Ongoing call = client.begin(post().with("x-order", "mine"), server.uri("/"));
            still.awaitBackoff(path, 1);
            still.time.advance(StillHeadway.BACKOFF);

            assertThat(call.result().status()).isEqualTo(200);
            assertThat(server.received().stream()
                            .map(request -> request.headers().get("x-order")))
                    .containsExactly("mine", "mine");
            assertThat(made).hasValue(0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatMayBeSentAgainAnywayGetsNone(Path path) throws Exception {
        StillHeadway still = still(IdempotencyKey.header(FIELD, this::next));
        try (ScriptedServer server = new ScriptedServer(OK);
                Client client = path.open(still.headway)) {
            client.call(get(), server.uri("/"));
            client.call(post().with("Idempotency-Key", "mine"), server.uri("/"));
            client.call(post().with(CallOptions.builder().idempotent().build()), server.uri("/"));

            assertThat(keys(server)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theKeyOfACallGoesBeforeThatOfItsHeadway(Path path) throws Exception {
        StillHeadway still = still(IdempotencyKey.header("Other", this::next));
        CallOptions own = CallOptions.builder()
                .idempotencyKey(IdempotencyKey.header(FIELD, () -> "order-7"))
                .build();
        try (ScriptedServer server = new ScriptedServer(FAILED, OK);
                Client client = path.open(still.headway)) {
            Ongoing call = client.begin(post().with(own), server.uri("/"));
            still.awaitBackoff(path, 1);
            still.time.advance(StillHeadway.BACKOFF);

            assertThat(call.result().status()).isEqualTo(200);
            assertThat(keys(server)).containsExactly("order-7", "order-7");
            assertThat(server.received()).noneMatch(request -> request.headers().containsKey("other"));
        }
    }

    /** A supplier that fails takes nothing from the call but the right to be sent again. */
    @ParameterizedTest
    @EnumSource
    void withoutAValueTheCallGoesOnce(Path path) throws Exception {
        List<IdempotencyKey> bad = List.of(
                IdempotencyKey.header(FIELD, () -> {
                    throw new IllegalStateException("no value");
                }),
                IdempotencyKey.header(FIELD, () -> "two\r\nlines: 1"),
                IdempotencyKey.header(FIELD, () -> ""));
        for (IdempotencyKey key : bad) {
            StillHeadway still = still(key);
            try (ScriptedServer server = new ScriptedServer(FAILED, OK);
                    Client client = path.open(still.headway)) {
                assertThat(client.call(post(), server.uri("/")).status()).isEqualTo(500);

                assertThat(server.targets()).containsExactly("POST /");
                assertThat(keys(server)).isEmpty();
            }
        }
    }

    private static List<String> keys(ScriptedServer server) {
        return server.received().stream()
                .map(request -> request.headers().get(FIELD))
                .filter(Objects::nonNull)
                .toList();
    }
}
