package dev.headway.it;

import static dev.headway.it.ApiRequest.get;
import static dev.headway.it.ApiRequest.post;
import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.CallOptions;
import dev.headway.GiveUpException;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.OnLimit;
import dev.headway.Quota;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.ScopeResolver;
import dev.headway.testkit.ScriptedServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one call says of itself goes before what its Headway says. */
@Timeout(60)
class OptionsTest {

    private static final ScriptedServer.Answer OK = status(200, "ok");
    private static final CallOptions.Builder FAIL = CallOptions.builder().onLimit(OnLimit.FAIL);

    @ParameterizedTest
    @EnumSource
    void costAndScopeAndOnLimitAreTheCallsOwn(Path path) throws Exception {
        StillHeadway still = new StillHeadway(Headway.builder()
                .limit(Quota.of(10).per(Duration.ofMinutes(1)))
                .scopes(ScopeResolver.routes("/route")));
        try (ScriptedServer server = new ScriptedServer(OK);
                Client client = path.open(still.headway)) {
            client.call(get().with(CallOptions.builder().cost(10).build()), server.uri("/heavy"));
            GiveUpException gaveUp = (GiveUpException)
                    client.begin(get().with(FAIL.build()), server.uri("/light")).failure();
            CallOptions elsewhere =
                    FAIL.build().toBuilder().scope(Scope.of("elsewhere")).build();
            Result other = client.call(get().with(elsewhere), server.uri("/other"));

            assertThat(gaveUp.reason()).isEqualTo(GiveUpReason.LIMIT);
            assertThat(other.status()).isEqualTo(200);
            assertThat(server.targets()).containsExactly("GET /heavy", "GET /other");
        }
    }

    @ParameterizedTest
    @EnumSource
    void maxWaitIsTheCallsOwn(Path path) throws Exception {
        StillHeadway still = new StillHeadway(
                Headway.builder().limit(Quota.of(1).per(Duration.ofMinutes(1))).maxWait(Duration.ofMinutes(2)));
        CallOptions hurried =
                CallOptions.builder().maxWait(Duration.ofSeconds(1)).build();
        try (ScriptedServer server = new ScriptedServer(OK);
                Client client = path.open(still.headway)) {
            client.call(get(), server.uri("/first"));
            GiveUpException gaveUp = (GiveUpException)
                    client.begin(get().with(hurried), server.uri("/second")).failure();

            assertThat(gaveUp.reason()).isEqualTo(GiveUpReason.MAX_WAIT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aGreaterPriorityGoesFirst(Path path) throws Exception {
        StillHeadway still =
                new StillHeadway(Headway.builder().limit(Quota.of(1).per(Duration.ofMinutes(1))));
        try (ScriptedServer server = new ScriptedServer(OK);
                Client client = path.open(still.headway)) {
            client.call(get(), server.uri("/first"));
            Ongoing normal = client.begin(get(), server.uri("/normal"));
            still.awaitQueued(path, 1);
            Ongoing low =
                    client.begin(get().with(CallOptions.builder().priority(-1).build()), server.uri("/low"));
            still.awaitQueued(path, 2);
            Ongoing high =
                    client.begin(get().with(CallOptions.builder().priority(1).build()), server.uri("/high"));
            still.awaitQueued(path, 3);

            for (Ongoing next : List.of(high, normal, low)) {
                assertThat(still.time.runNext()).isTrue();
                assertThat(next.result().status()).isEqualTo(200);
            }
            assertThat(server.targets()).containsExactly("GET /first", "GET /high", "GET /normal", "GET /low");
        }
    }

    /** The policy of the options goes before that of the call, and that before the Headway's; a promise goes with any. */
    @ParameterizedTest
    @EnumSource
    void policyAndPromiseAreTheCallsOwn(Path path) throws Exception {
        RetryPolicy at500 = StillHeadway.policy().maxAttempts(2).build();
        StillHeadway still = new StillHeadway(RetryPolicy.none());
        ApiRequest promised =
                post().with(at500).with(CallOptions.builder().idempotent().build());
        ApiRequest once = get().with(at500)
                .with(CallOptions.builder().policy(RetryPolicy.none()).build());
        try (ScriptedServer server = new ScriptedServer(status(500, "no"), OK, status(500, "no"), OK);
                Client client = path.open(still.headway)) {
            Ongoing twice = client.begin(promised, server.uri("/promised"));
            still.awaitBackoff(path, 1);
            still.time.advance(StillHeadway.BACKOFF);
            assertThat(twice.result().status()).isEqualTo(200);

            assertThat(client.call(once, server.uri("/once")).status()).isEqualTo(500);
            assertThat(server.targets()).containsExactly("POST /promised", "POST /promised", "GET /once");
        }
    }
}
