package dev.headway.it;

import static dev.headway.it.ApiRequest.get;
import static dev.headway.it.ApiRequest.post;
import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Backoff;
import dev.headway.GiveUpException;
import dev.headway.GiveUpReason;
import dev.headway.RetryPolicy;
import dev.headway.RetryRule;
import dev.headway.testkit.ScriptedServer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rules and ends of a policy, on real sockets. */
@Timeout(60)
class PolicyRulesTest {

    private final StillHeadway still = new StillHeadway();

    private static RetryPolicy.Builder policy() {
        return RetryPolicy.builder().backoff(Backoff.none()).maxAttempts(2);
    }

    @ParameterizedTest
    @EnumSource
    void aSuccessThatTheRuleMatchesIsSentAgain(Path path) throws Exception {
        RetryPolicy policy = policy().retryIf(RetryRule.status(202)).build();
        try (ScriptedServer server = new ScriptedServer(status(202, "later"), status(200, "done"));
                Client client = path.open(still.headway)) {
            Result result = client.call(get().with(policy), server.uri("/"));

            assertThat(result.status()).isEqualTo(200);
            assertThat(result.body()).isEqualTo("done");
            assertThat(client.leakedConnections()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theLastSuccessThatTheRuleMatchesIsHandedOverWhole(Path path) throws Exception {
        RetryPolicy policy = policy().retryIf(RetryRule.status(202)).build();
        try (ScriptedServer server = new ScriptedServer(status(202, "later"), status(202, "still later"));
                Client client = path.open(still.headway)) {
            Result result = client.call(get().with(policy), server.uri("/"));

            assertThat(result.body()).isEqualTo("still later");
            assertThat(result.trace().gaveUp()).hasValue(GiveUpReason.ATTEMPTS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noRuleMakesAPostSafe(Path path) throws Exception {
        RetryPolicy policy = policy().retryIf(RetryRule.status(404, 500)).build();
        try (ScriptedServer server = new ScriptedServer(status(404, "none"), status(200, "ok"));
                Client client = path.open(still.headway)) {
            Result result = client.call(post().with(policy), server.uri("/"));

            assertThat(result.status()).isEqualTo(404);
            assertThat(result.trace().gaveUp()).hasValue(GiveUpReason.NOT_IDEMPOTENT);
            assertThat(server.targets()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatGivesUpThrowsAndLeaksNothing(Path path) throws Exception {
        RetryPolicy policy = policy().throwOnGiveUp().build();
        try (ScriptedServer server = new ScriptedServer(status(500, "broken"), status(500, "b".repeat(100_000)));
                Client client = path.open(still.headway)) {
            Throwable thrown = client.begin(get().with(policy), server.uri("/")).failure();

            assertThat(thrown)
                    .isInstanceOfSatisfying(
                            GiveUpException.class,
                            gaveUp -> assertThat(gaveUp.reason()).isEqualTo(GiveUpReason.ATTEMPTS));
            assertThat(client.leakedConnections()).isZero();
            assertThat(server.targets()).hasSize(2);
        }
    }
}
