package dev.headway.it;

import static dev.headway.it.ApiRequest.get;
import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.testkit.ScriptedServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server sends a call on to another one, which refuses it. */
@Tag("every-okhttp")
@Timeout(60)
class RedirectedRefusalTest {

    private static final Duration PAUSE = Duration.ofSeconds(5);

    @ParameterizedTest
    @EnumSource
    void refusalOfARedirectsTargetHoldsTheTargetsCallersAndNoOthers(Path path) throws Exception {
        StillHeadway still = new StillHeadway();
        PausedApi busy = new PausedApi(still.time, PAUSE);
        try (ScriptedServer target = new ScriptedServer(busy);
                ScriptedServer first = new ScriptedServer(
                        status(302, "", "Location: " + target.uri("/moved")),
                        status(200, "ok"),
                        status(302, "", "Location: " + target.uri("/moved")));
                Client client = path.open(still.headway, Setup.PLAIN.withRedirects())) {
            Ongoing redirected = client.begin(get(), first.uri("/"));
            still.awaitBackoff(path, 1);

            // The first server has refused nothing.
            assertThat(client.begin(get(), first.uri("/other")).result().status())
                    .isEqualTo(200);
            Ongoing held = client.begin(get(), target.uri("/direct"));
            still.awaitQueued(path, 2);
            assertThat(target.targets()).containsExactly("GET /moved");

            still.time.advance(PAUSE.plus(StillHeadway.LATER));
            for (Ongoing call : List.of(redirected, held)) {
                assertThat(call.result().status()).isEqualTo(200);
            }
            assertThat(busy.refused()).isEqualTo(1);
            assertThat(target.targets()).containsExactlyInAnyOrder("GET /moved", "GET /direct", "GET /moved");
        }
    }
}
