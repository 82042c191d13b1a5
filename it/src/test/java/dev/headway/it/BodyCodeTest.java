package dev.headway.it;

import static dev.headway.it.ApiRequest.get;
import static dev.headway.testkit.ScriptedServer.status;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.HintParser;
import dev.headway.RateLimitHint;
import dev.headway.ResponseHeaders;
import dev.headway.Signal;
import dev.headway.testkit.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an error's body says is heard, and its caller gets it whole. */
@Tag("every-okhttp")
@Timeout(60)
class BodyCodeTest {

    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final String SLOW_DOWN = "{\"error\":{\"code\":\"SlowDown\"}}";

    private final Reader reader = new Reader();
    private final StillHeadway still = new StillHeadway(Headway.builder()
            .hints(reader)
            .retry(StillHeadway.policy().throttlesInSuccess(true).build()));

    /** Knows one code. */
    private static final class Reader implements HintParser {

        final List<String> seen = new CopyOnWriteArrayList<>();

        @Override
        public boolean readsBody(int status, ResponseHeaders headers) {
            return true;
        }

        @Override
        public RateLimitHint parse(Signal.Response response, InstantSource clock) {
            String start = ISO_8859_1.decode(response.bodyStart()).toString();
            seen.add(start);
            return start.equals(SLOW_DOWN)
                    ? RateLimitHint.builder().retryAfter(PAUSE).build()
                    : RateLimitHint.none();
        }
    }

    @ParameterizedTest
    @EnumSource
    void errorCodeInABodyPausesTheScope(Path path) throws Exception {
        try (ScriptedServer server = new ScriptedServer(status(429, SLOW_DOWN), status(200, "ok"));
                Client client = path.open(still.headway)) {
            Ongoing call = client.begin(get(), server.uri("/"));
            still.awaitAttempts(1);
            still.awaitQueued(path, 1);
            still.advanceAlmost(PAUSE);
            assertThat(server.targets()).hasSize(1);
            still.openGate();

            assertThat(call.result().body()).isEqualTo("ok");
            assertThat(reader.seen).containsExactly(SLOW_DOWN, "ok");
            still.awaitNoTasks();
            assertThat(client.leakedConnections()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodyThatWasLookedAtIsWhole(Path path) throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            text.append((char) ((i + i / 256) % 256));
        }
        String body = text.toString();
        for (int status : new int[] {200, 400}) {
            try (ScriptedServer server = new ScriptedServer(status(status, body));
                    Client client = path.open(still.headway)) {
                Result result = client.call(get(), server.uri("/"));

                assertThat(result.status()).isEqualTo(status);
                assertThat(result.body().equals(body)).isTrue();
                assertThat(result.trace().attempts()).hasSize(1);
                assertThat(client.leakedConnections()).isZero();
            }
        }
        String start = body.substring(0, Signal.Response.MAX_BODY_START);
        assertThat(reader.seen).hasSize(2);
        assertThat(reader.seen.stream().allMatch(start::equals)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void codedBodyThatWasLookedAtIsWhole(Path path) throws Exception {
        String coded = gzip(SLOW_DOWN);
        try (ScriptedServer server = new ScriptedServer(status(400, coded, "Content-Encoding: gzip"));
                Client client = path.open(still.headway)) {
            Result result = client.call(get().with("Accept-Encoding", "gzip"), server.uri("/"));

            assertThat(result.body()).isEqualTo(coded);
            assertThat(reader.seen).containsExactly(coded);
        }
    }

    private static String gzip(String text) throws IOException {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(coded)) {
            out.write(text.getBytes(ISO_8859_1));
        }
        return coded.toString(ISO_8859_1);
    }
}
