package dev.headway.okhttp;

import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.CallTrace;
import dev.headway.GiveUpException;
import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.TokenBucket;
import dev.headway.testkit.ScriptedServer;
import dev.headway.testkit.VirtualTime;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.Cache;
import okhttp3.CacheControl;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a call of the factory comes to. */
class HeadwayCallFactoryTest extends CallFactoryTest {

    @Test
    void enqueuedCallIsSentAgainAndCallsBackOnce() throws Exception {
        ScriptedServer server = server(BUSY, OK);
        HeadwayCallFactory factory = factory();
        Call call = factory.newCall(get(server));

        Heard heard = enqueue(call);
        passTheWait(server);

        try (Response response = heard.response()) {
            assertThat(response.body().string()).isEqualTo("ok");
            assertThat(HeadwayInterceptor.trace(response).attempts())
                    .extracting(CallTrace.Attempt::number)
                    .containsExactly(1, 2);
        }
        nothingIsLeftOf(factory);
        assertThat(heard.calls()).containsExactly(call);
        assertThat(call.isExecuted()).isTrue();
        assertThat(call.isCanceled()).isFalse();
    }

    @Test
    void executedCallIsSentAgain() throws Exception {
        ScriptedServer server = server(BUSY, OK);

        try (Response response = moving(client).newCall(get(server)).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(server.targets()).hasSize(2);
    }

    @Test
    void callIsExecutedOnceAndItsCloneAnew() throws Exception {
        ScriptedServer server = server(OK);
        HeadwayCallFactory factory = factory();
        Call call = factory.newCall(get(server));
        call.execute().close();

        assertThatThrownBy(call::execute).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> call.enqueue(new Heard())).isInstanceOf(IllegalStateException.class);
        Call again = call.clone();
        assertThat(again.isExecuted()).isFalse();
        assertThat(again.isCanceled()).isFalse();
        assertThat(again.request()).isSameAs(call.request());
        again.execute().close();
        assertThat(server.targets()).hasSize(2);
        nothingIsLeftOf(factory);
    }

    @Test
    void cloneOfACancelledCallIsNotCancelled() throws Exception {
        ScriptedServer server = server(OK);
        Call call = factory().newCall(get(server));
        call.cancel();

        Heard heard = enqueue(call.clone());

        heard.response().close();
    }

    // ---- what waits holds nothing

    @Test
    void waitingCallHoldsNoPlaceInTheDispatcher() throws Exception {
        ScriptedServer busy = server(BUSY, OK);
        ScriptedServer other = server(OK);
        client.dispatcher().setMaxRequests(1);
        HeadwayCallFactory factory = factory();
        Heard waiting = enqueue(factory.newCall(get(busy)));
        awaitWaiting(busy, 1);

        Heard unrelated = enqueue(factory.newCall(get(other)));

        unrelated.response().close();
        assertThat(waiting.calls()).isEmpty();
        passTheWait(busy);
        waiting.response().close();
    }

    @Test
    void waitingCallHoldsNoConnection() throws Exception {
        ScriptedServer server = server(BUSY, OK, OK);
        Heard waiting = enqueue(factory().newCall(get(server)));
        awaitWaiting(server, 1);

        assertThat(client.connectionPool().connectionCount()).isEqualTo(1);
        assertThat(client.connectionPool().idleConnectionCount()).isEqualTo(1);
        // Somebody else may have it meanwhile.
        client.newCall(get(server)).execute().close();

        passTheRest(server);
        waiting.response().close();
        assertThat(server.connections()).containsExactly(0, 0, 0);
    }

    @Test
    void twentyFiveWaitingCallsDoNotDelayAnUnrelatedOneOfTheSameHost() throws Exception {
        int calls = 25;
        List<ScriptedServer.Answer> script = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            script.add(status(500, "broken"));
        }
        script.add(OK);
        ScriptedServer server = server(script.toArray(new ScriptedServer.Answer[0]));
        client.dispatcher().setMaxRequestsPerHost(5);
        Headway headway = Headway.builder()
                .time(time)
                .retry(RetryPolicy.builder()
                        .backoff(dev.headway.Backoff.fixed(Duration.ofSeconds(1)))
                        .build())
                .build();
        HeadwayCallFactory factory = HeadwayCallFactory.of(client, headway);
        List<Heard> waiting = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            waiting.add(enqueue(factory.newCall(get(server))));
        }
        eventually(() -> server.received().size() == calls && time.pending() == calls);
        eventually(() -> client.dispatcher().runningCallsCount() == 0);
        assertThat(client.dispatcher().queuedCallsCount()).isZero();

        Heard unrelated = enqueue(factory.newCall(get(server)));

        unrelated.response().close();
        assertThat(time.elapsed()).isZero();
        assertThat(waiting).allSatisfy(heard -> assertThat(heard.calls()).isEmpty());
        assertThat(factory.active()).isEqualTo(calls);
        time.advance(Duration.ofSeconds(1));
        for (Heard heard : waiting) {
            heard.response().close();
        }
        nothingIsLeftOf(factory);
    }

    // ---- the client

    @Test
    void interceptorOnTheSameClientIsNoSecondLayer() throws Exception {
        ScriptedServer server = server(BUSY, BUSY, OK);
        Headway headway = Headway.builder()
                .time(VirtualTime.automatic())
                .retry(RetryPolicy.builder().maxAttempts(2).build())
                .build();
        OkHttpClient layered = client.newBuilder()
                .addInterceptor(HeadwayInterceptor.of(headway))
                .build();

        try (Response response =
                HeadwayCallFactory.of(layered, headway).newCall(get(server)).execute()) {
            assertThat(response.code()).isEqualTo(429);
        }
        assertThat(server.targets()).hasSize(2);
    }

    @Test
    void interceptorsOfTheClientSeeEachAttemptAsACallOfItsOwn() throws Exception {
        ScriptedServer server = server(BUSY, OK);
        List<Call> seen = new CopyOnWriteArrayList<>();
        OkHttpClient watching = client.newBuilder()
                .addInterceptor(chain -> {
                    seen.add(chain.call());
                    return chain.proceed(chain.request()
                            .newBuilder()
                            .header("X-Attempt", String.valueOf(seen.size()))
                            .build());
                })
                .build();

        moving(watching).newCall(get(server)).execute().close();

        assertThat(seen).hasSize(2).doesNotHaveDuplicates();
        assertThat(server.received())
                .extracting(request -> request.headers().get("x-attempt"))
                .containsExactly("1", "2");
    }

    @Test
    void localAnswerOfTheCacheIsFinalAndCostsNoPermit() throws Exception {
        ScriptedServer server = server(OK);
        Headway headway = Headway.builder()
                .time(time)
                .limit(TokenBucket.of(1, Duration.ofHours(1)))
                .build();
        HeadwayCallFactory factory = HeadwayCallFactory.of(client, headway);
        Request cached =
                get(server).newBuilder().cacheControl(CacheControl.FORCE_CACHE).build();

        try (Response response = factory.newCall(cached).execute()) {
            assertThat(response.code()).isEqualTo(504);
        }
        Heard heard = enqueue(factory.newCall(cached));
        try (Response response = heard.response()) {
            assertThat(response.code()).isEqualTo(504);
        }
        factory.newCall(get(server)).execute().close();
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void answerThatTheCacheKeepsCostsNoPermit(@TempDir File directory) throws Exception {
        ScriptedServer server = server(status(200, "ok", "Cache-Control: max-age=3600"));
        try (Cache cache = new Cache(directory, 1_000_000)) {
            Headway headway = Headway.builder()
                    .time(time)
                    .limit(TokenBucket.of(1, Duration.ofHours(1)).burst(3))
                    .build();
            HeadwayCallFactory factory =
                    HeadwayCallFactory.of(client.newBuilder().cache(cache).build(), headway);

            for (int i = 0; i < 3; i++) {
                try (Response response = factory.newCall(get(server)).execute()) {
                    assertThat(response.body().string()).isEqualTo("ok");
                }
            }
            String another = server.uri("/another").toString();
            factory.newCall(get(another)).execute().close();
        }
        assertThat(server.targets()).containsExactly("GET /", "GET /another");
    }

    @Test
    void callThatCouldOnlyGoTooLateFailsOnAThreadOfTheClients() throws Exception {
        ScriptedServer server = server(OK);
        Headway headway = Headway.builder()
                .time(time)
                .limit(TokenBucket.of(1, Duration.ofHours(1)))
                .build();
        HeadwayCallFactory factory = HeadwayCallFactory.of(client, headway);
        factory.newCall(get(server)).execute().close();

        Heard heard = enqueue(factory.newCall(get(server)));

        assertThatThrownBy(heard::response).isInstanceOf(GiveUpException.class);
        assertThat(heard.thread()).isNotSameAs(Thread.currentThread());
        nothingIsLeftOf(factory);
    }

    @Test
    void networkInterceptorIsRefusedWithTheReason() throws Exception {
        ScriptedServer server = server(OK);
        OkHttpClient wrong = client.newBuilder()
                .addNetworkInterceptor(HeadwayInterceptor.of(headway()))
                .build();

        Request once = get(server)
                .newBuilder()
                .tag(RetryPolicy.class, RetryPolicy.none())
                .build();
        assertThatThrownBy(() -> factory(wrong).newCall(once).execute())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("addInterceptor()");
    }

    private void passTheRest(ScriptedServer server) {
        awaitWaiting(server, 2);
        time.advance(Duration.ofSeconds(6));
    }
}
