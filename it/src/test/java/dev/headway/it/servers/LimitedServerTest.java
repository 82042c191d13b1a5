package dev.headway.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.it.ApiRequest;
import dev.headway.it.Path;
import dev.headway.testkit.AnsweredRequest;
import dev.headway.testkit.RequestChecks;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The scenario for servers that keep a limit: more calls than it lets pass at once. */
abstract class LimitedServerTest extends RealServerTest {

    /** More than any of the limits lets pass at once. */
    private static final int CALLS = 12;

    private final List<ServerLimit> limits;

    /** What was refused of calls that were made one after the other. */
    private final AtomicLong refusals = new AtomicLong();

    LimitedServerTest(ServerLimit... limits) {
        this.limits = List.of(limits);
    }

    final Stream<ServerLimit> limits() {
        return limits.stream();
    }

    final Stream<Arguments> limitsOnPaths() {
        return limits().flatMap(limit -> Stream.of(Path.values()).map(path -> Arguments.of(limit, path)));
    }

    /** Else the others would show nothing. */
    @ParameterizedTest
    @MethodSource("limits")
    void refusesAClientWithoutHeadway(ServerLimit limit) throws Exception {
        String key = newKey();
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request =
                HttpRequest.newBuilder(url(limit)).header(RealServer.KEY, key).build();
        List<CompletableFuture<HttpResponse<Void>>> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            calls.add(client.sendAsync(request, BodyHandlers.discarding()));
        }
        for (CompletableFuture<HttpResponse<Void>> call : calls) {
            assertThat(call.get().statusCode()).isIn(200, 429);
        }

        List<AnsweredRequest> requests = server().requests(key, CALLS);
        assertThat(requests).hasSize(CALLS);
        assertThat(refused(requests)).isPositive();
    }

    /** Nothing is under way when a refusal is heard, so nothing at all may come before the moment that it named. */
    @ParameterizedTest
    @MethodSource("limitsOnPaths")
    void untoldOneCallAfterTheOtherGetsThrough(ServerLimit limit, Path path) throws Exception {
        String key = newKey();
        ApiRequest request = request(key);
        List<AnsweredRequest> requests = call(key, path, Headway.builder(), client -> {
            for (int i = 0; i < CALLS; i++) {
                assertThat(client.call(request, url(limit)).status()).isEqualTo(200);
            }
        });

        assertThat(accepted(requests)).isEqualTo(CALLS);
        refusals.addAndGet(refused(requests));
        RequestChecks.that(requests).neverEarly();
    }

    @ParameterizedTest
    @MethodSource("limitsOnPaths")
    void untoldAllCallsAtOnceGetThrough(ServerLimit limit, Path path) throws Exception {
        callAtOnce(limit, path, Headway.builder());
    }

    @ParameterizedTest
    @MethodSource("limitsOnPaths")
    void toldAllCallsAtOnceGetThrough(ServerLimit limit, Path path) throws Exception {
        callAtOnce(limit, path, Headway.builder().limit(limit.limit()));
    }

    private void callAtOnce(ServerLimit limit, Path path, Headway.Builder headway) throws Exception {
        String key = newKey();
        List<AnsweredRequest> requests =
                call(key, path, headway, client -> callAtOnce(CALLS, client, request(key), url(limit)));

        assertThat(accepted(requests)).isEqualTo(CALLS);
    }

    /** One run alone may be so slow, on a busy machine, that it keeps the limit by itself. */
    @AfterAll
    final void someWereRefused() {
        if (limits.stream().anyMatch(ServerLimit::refuses)) {
            assertThat(refusals).hasPositiveValue();
        }
    }

    private URI url(ServerLimit limit) {
        return server().url(limit.path());
    }
}
