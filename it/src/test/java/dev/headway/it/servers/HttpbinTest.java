package dev.headway.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Backoff;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.it.Path;
import dev.headway.it.Result;
import dev.headway.testkit.AnsweredRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** httpbin, which keeps no limit: it answers what it is asked for, or throws dice. */
class HttpbinTest extends RealServerTest {

    private static final String PYTHON = "/usr/bin/python3";
    private static final int ATTEMPTS = 4;
    private static final int CALLS = 5;
    /** Refused one in four: each refusal in a row doubles the pause, and a long row of them must not happen. */
    private static final String DICE = "/status/200:0.75,429:0.25";

    private static RetryPolicy.Builder policy() {
        return RetryPolicy.builder().backoff(Backoff.fixed(Duration.ofMillis(100)));
    }

    @Override
    RealServer start() throws Exception {
        RealServer.require("httpbin", PYTHON, "-c", "import httpbin");
        String script = RealServer.FILES.resolve("counted_httpbin.py").toString();
        return RealServer.start(
                "httpbin", (port, folder) -> List.of(PYTHON, script, Integer.toString(port), RealServer.LOG));
    }

    @ParameterizedTest
    @EnumSource
    void aRefusalThatNeverEndsIsHandedOver(Path path) throws Exception {
        String key = newKey();
        Headway.Builder headway =
                Headway.builder().retry(policy().maxAttempts(ATTEMPTS).build());

        List<AnsweredRequest> requests = call(key, path, headway, client -> {
            Result result = client.call(request(key), server().url("/status/429"));

            assertThat(result.status()).isEqualTo(429);
            assertThat(result.body()).isEmpty();
            assertThat(result.trace().gaveUp()).hasValue(GiveUpReason.ATTEMPTS);
        });

        assertThat(requests).hasSize(ATTEMPTS);
    }

    @ParameterizedTest
    @EnumSource
    void refusalsByChanceComeToAnEnd(Path path) throws Exception {
        String key = newKey();
        Headway.Builder headway =
                Headway.builder().retry(policy().maxAttempts(50).build());

        List<AnsweredRequest> requests =
                call(key, path, headway, client -> callAtOnce(CALLS, client, request(key), server().url(DICE)));

        assertThat(accepted(requests)).isEqualTo(CALLS);
    }
}
