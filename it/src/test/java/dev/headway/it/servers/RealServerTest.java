package dev.headway.it.servers;

import static dev.headway.it.ApiRequest.get;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.it.ApiRequest;
import dev.headway.it.Client;
import dev.headway.it.Ongoing;
import dev.headway.it.Path;
import dev.headway.it.Setup;
import dev.headway.testkit.AnsweredRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Starts a server for all tests of a class, and knows what it has answered. */
@Tag("real-servers")
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RealServerTest {

    private @Nullable RealServer running;

    /** What a test does with a client. */
    interface Calls {
        void make(Client client) throws Exception;
    }

    abstract RealServer start() throws Exception;

    @BeforeAll
    final void startServer() throws Exception {
        running = start();
    }

    @AfterAll
    final void stopServer() throws Exception {
        if (running != null) {
            running.close();
        }
    }

    final RealServer server() {
        return requireNonNull(running);
    }

    /** Another for each test, so that none is in the way of another. */
    static String newKey() {
        return UUID.randomUUID().toString();
    }

    static ApiRequest request(String key) {
        return get().with(RealServer.KEY, key);
    }

    /**
     * Makes calls with an API key.
     *
     * @return the server's record of them, which must have as many as Headway says it has sent
     */
    final List<AnsweredRequest> call(String key, Path path, Headway.Builder headway, Calls calls) throws Exception {
        return call(key, path, Setup.PLAIN, headway, calls);
    }

    final List<AnsweredRequest> call(String key, Path path, Setup setup, Headway.Builder headway, Calls calls)
            throws Exception {
        Sendings sendings = new Sendings();
        try (Client client = path.open(headway.listener(sendings).build(), setup)) {
            calls.make(client);
            assertThat(client.leakedConnections()).isZero();
        }
        sendings.assertNoneInAPause();
        int sent = sendings.count();
        List<AnsweredRequest> requests = server().requests(key, sent);
        assertThat(requests).hasSize(sent);
        return requests;
    }

    /** Makes so many calls at the same time, which must all succeed. */
    static void callAtOnce(int number, Client client, ApiRequest request, URI url) throws Exception {
        List<Ongoing> calls = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            calls.add(client.begin(request, url));
        }
        for (Ongoing call : calls) {
            assertThat(call.result().status()).isEqualTo(200);
        }
    }

    static long accepted(List<AnsweredRequest> requests) {
        return requests.stream().filter(AnsweredRequest::accepted).count();
    }

    static long refused(List<AnsweredRequest> requests) {
        return requests.stream().filter(request -> request.status() == 429).count();
    }
}
