package dev.headway.it;

import static dev.headway.it.ApiRequest.get;
import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.ScopeResolver;
import dev.headway.WaitCause;
import dev.headway.testkit.ScriptedServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls of one origin that do not share a quota do not share a pause. */
@Tag("every-okhttp")
@Timeout(60)
class ScopesTest {

    private static final ScriptedServer.Answer OK = status(200, "ok");
    private static final ScriptedServer.Answer BUSY = status(429, "busy", "Retry-After: 5");
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final RetryPolicy POLICY = StillHeadway.policy().build();

    @ParameterizedTest
    @EnumSource
    void refusalOfOneKeyDoesNotHoldAnother(Path path) throws Exception {
        StillHeadway still = still(ScopeResolver.header("X-Api-Key"));
        ApiRequest one = get().with("X-Api-Key", "one");
        ApiRequest other = get().with("x-api-key", "other");
        try (ScriptedServer server = new ScriptedServer(BUSY, OK, OK, OK);
                Client client = path.open(still.headway)) {
            Ongoing refused = client.begin(one, server.uri("/refused"));
            still.awaitAttempts(1);
            still.awaitQueued(path, 1);

            assertWaitedForNothing(client.call(other, server.uri("/other")));
            assertWaitedForNothing(client.call(get(), server.uri("/none")));
            assertGoesWhenThePauseIsOver(still, refused);
            assertThat(server.targets()).containsExactly("GET /refused", "GET /other", "GET /none", "GET /refused");
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusalOfOneKeyHoldsAllCallsWithIt(Path path) throws Exception {
        StillHeadway still = still(ScopeResolver.header("X-Api-Key"));
        ApiRequest one = get().with("X-Api-Key", "one");
        try (ScriptedServer server = new ScriptedServer(BUSY, OK, OK);
                Client client = path.open(still.headway)) {
            Ongoing refused = client.begin(one, server.uri("/refused"));
            still.awaitAttempts(1);
            still.awaitQueued(path, 1);
            Ongoing held = client.begin(one, server.uri("/held"));

            assertHeld(still, path, server, List.of(refused, held));
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusedRouteDoesNotHoldAnother(Path path) throws Exception {
        StillHeadway still = still(ScopeResolver.routes("/users/{id}", "/jobs/**"));
        try (ScriptedServer server = new ScriptedServer(BUSY, OK, OK, OK);
                Client client = path.open(still.headway)) {
            Ongoing refused = client.begin(get(), server.uri("/users/1?page=2"));
            still.awaitAttempts(1);
            still.awaitQueued(path, 1);

            assertWaitedForNothing(client.call(get(), server.uri("/jobs/7")));
            assertWaitedForNothing(client.call(get(), server.uri("/other")));
            assertGoesWhenThePauseIsOver(still, refused);
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutAResolverTheOriginIsHeld(Path path) throws Exception {
        StillHeadway still = new StillHeadway(POLICY);
        try (ScriptedServer server = new ScriptedServer(BUSY, OK, OK);
                Client client = path.open(still.headway)) {
            Ongoing refused = client.begin(get().with("X-Api-Key", "one"), server.uri("/refused"));
            still.awaitAttempts(1);
            still.awaitQueued(path, 1);
            Ongoing held = client.begin(get().with("X-Api-Key", "other"), server.uri("/held"));

            assertHeld(still, path, server, List.of(refused, held));
        }
    }

    private static StillHeadway still(ScopeResolver scopes) {
        return new StillHeadway(Headway.builder().retry(POLICY).scopes(scopes));
    }

    private static void assertWaitedForNothing(Result result) {
        assertThat(result.status()).isEqualTo(200);
        assertThat(result.trace().waits()).isEmpty();
    }

    private static void assertGoesWhenThePauseIsOver(StillHeadway still, Ongoing refused) throws Exception {
        still.advanceAlmost(PAUSE);
        assertThat(refused.end()).isNotDone();
        still.openGate();
        assertThat(refused.result().status()).isEqualTo(200);
        assertThat(refused.result().trace().attempts()).hasSize(2);
    }

    private static void assertHeld(StillHeadway still, Path path, ScriptedServer server, List<Ongoing> calls)
            throws Exception {
        still.awaitQueued(path, 2);
        still.advanceAlmost(PAUSE);
        assertThat(server.targets()).containsExactly("GET /refused");

        still.openGate();
        // The first call looks, while the time stands.
        assertThat(calls.get(0).result().status()).isEqualTo(200);
        still.moveUntilEnd(calls);
        assertThat(calls.get(1).result().status()).isEqualTo(200);
        assertThat(calls.get(1).result().trace().waits())
                .singleElement()
                .satisfies(wait -> assertThat(wait.cause()).isEqualTo(WaitCause.SCOPE_PAUSED));
    }
}
