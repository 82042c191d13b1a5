package dev.headway.okhttp;

import static dev.headway.testkit.ScriptedServer.hangUp;
import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.CallTraceException;
import dev.headway.GiveUpReason;
import dev.headway.testkit.ScriptedServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import okhttp3.Credentials;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** Through the factory no POST is on the wire twice unless it may be, on every version of the client: the server counts. */
class FactorySendOnceTest extends CallFactoryTest {

    @Test
    void postOnAStaleConnectionIsSentOnce() throws Exception {
        ScriptedServer server = server(OK, hangUp(), OK);
        HeadwayCallFactory factory = moving(client);
        factory.newCall(get(server)).execute().close();

        assertThatThrownBy(() -> factory.newCall(post(server)).execute()).isInstanceOf(IOException.class);
        assertThat(server.targets()).containsExactly("GET /", "POST /");
        assertThat(server.connections()).containsExactly(0, 0);
    }

    @Test
    void postIsNotSentOnEachOfManyStaleConnections() throws Exception {
        int pooled = 4;
        CountDownLatch together = new CountDownLatch(pooled);
        ScriptedServer.Answer atOnce = socket -> {
            together.countDown();
            together.await();
            OK.to(socket);
        };
        ScriptedServer server = server(atOnce, atOnce, atOnce, atOnce, hangUp());
        List<Heard> warming = new ArrayList<>();
        for (int i = 0; i < pooled; i++) {
            warming.add(enqueue(client.newCall(get(server))));
        }
        for (Heard heard : warming) {
            heard.response().close();
        }
        assertThat(client.connectionPool().connectionCount()).isEqualTo(pooled);

        assertThatThrownBy(() -> moving(client).newCall(post(server)).execute()).isInstanceOf(IOException.class);
        assertThat(server.targets()).filteredOn("POST /"::equals).hasSize(1);
    }

    @Test
    void postThatTheFirstOfTwoAddressesTookIsSentOnce() throws Exception {
        ScriptedServer server = new ScriptedServer("127.0.0.2", hangUp());
        closes(server);

        assertThatThrownBy(() -> moving(client.newBuilder().dns(twoAddresses()).build())
                        .newCall(post("http://two.example:" + server.port() + "/"))
                        .execute())
                .isInstanceOf(IOException.class);
        assertThat(server.targets()).containsExactly("POST /");
    }

    @Test
    void postStillReachesTheSecondAddressWhenTheFirstRefuses() throws Exception {
        ScriptedServer server = new ScriptedServer("127.0.0.3", OK);
        closes(server);

        // Below 5 the client no longer tries it in the same attempt; then the next one does.
        try (Response response = moving(client.newBuilder().dns(twoAddresses()).build())
                .newCall(post("http://two.example:" + server.port() + "/"))
                .execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(server.targets()).containsExactly("POST /");
    }

    @Test
    void postWhoseRedirectTargetRefusesIsSentOnce() throws Exception {
        ScriptedServer server = server(status(303, "", "Location: " + closed("/done")));

        assertThatThrownBy(() -> moving(client).newCall(post(server)).execute()).isInstanceOf(ConnectException.class);
        assertThat(server.targets()).containsExactly("POST /");
    }

    @Test
    void postWhoseRedirectTargetIsTooBusyIsSentOnce() throws Exception {
        ScriptedServer server =
                server(status(303, "", "Location: /receipt"), status(429, "busy", "Retry-After: 5"), OK);

        try (Response response = moving(client).newCall(post(server)).execute()) {
            assertThat(response.code()).isEqualTo(429);
            assertThat(HeadwayInterceptor.trace(response).gaveUp()).hasValue(GiveUpReason.NOT_IDEMPOTENT);
        }
        assertThat(server.targets()).containsExactly("POST /", "GET /receipt");
    }

    @Test
    void postWhoseRedirectTargetRefusesIsSentOnceAlsoWhenAnInterceptorMakesTheRequestAnew() throws Exception {
        ScriptedServer server = server(status(303, "", "Location: " + closed("/done")));
        OkHttpClient anew = client.newBuilder()
                .addInterceptor(chain -> chain.proceed(new Request.Builder()
                        .url(chain.request().url())
                        .method(chain.request().method(), chain.request().body())
                        .build()))
                .build();

        assertThatThrownBy(() -> moving(anew).newCall(post(server)).execute()).isInstanceOf(ConnectException.class);
        assertThat(server.targets()).containsExactly("POST /");
    }

    @Test
    void postThatAnInterceptorSendsElsewhereIsSentOnce() throws Exception {
        ScriptedServer backup = server(hangUp());
        OkHttpClient failsOver = client.newBuilder()
                .addInterceptor(chain -> {
                    try {
                        return chain.proceed(chain.request());
                    } catch (ConnectException e) {
                        return client.newCall(post(backup)).execute();
                    }
                })
                .build();

        assertThatThrownBy(() -> moving(failsOver).newCall(post(closed("/"))).execute())
                .isInstanceOf(IOException.class);
        assertThat(backup.targets()).containsExactly("POST /");
    }

    @Test
    void postThatTheServerWaitedForTooLongIsSentOnce() throws Exception {
        ScriptedServer server = server(status(408, "slow"), OK);

        try (Response response = moving(client).newCall(post(server)).execute()) {
            assertThat(response.code()).isEqualTo(408);
        }
        assertThat(server.targets()).containsExactly("POST /");
    }

    @Test
    void postThatNeverLeftIsSentOnceTheServerIsThere() throws Exception {
        List<String> lookUps = new ArrayList<>();
        ScriptedServer server = new ScriptedServer("127.0.0.3", OK);
        closes(server);
        OkHttpClient moves = client.newBuilder()
                .dns(host -> {
                    lookUps.add(host);
                    return List.of(InetAddress.getByName(lookUps.size() == 1 ? "127.0.0.2" : "127.0.0.3"));
                })
                .build();

        try (Response response = moving(moves)
                .newCall(post("http://one.example:" + server.port() + "/"))
                .execute()) {
            assertThat(HeadwayInterceptor.trace(response).attempts()).hasSize(2);
        }
        assertThat(server.targets()).containsExactly("POST /");
    }

    @Test
    void postWithAnIdempotencyKeyIsLeftToTheClient() throws Exception {
        ScriptedServer server = server(OK, hangUp(), OK);
        HeadwayCallFactory factory = moving(client);
        factory.newCall(get(server)).execute().close();
        Request keyed = post(server).newBuilder().header("Idempotency-Key", "1").build();

        try (Response response = factory.newCall(keyed).execute()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(HeadwayInterceptor.trace(response).attempts()).hasSize(1);
        }
        assertThat(server.targets()).containsExactly("GET /", "POST /", "POST /");
    }

    @Test
    void postIsStillRedirectedWithItsBody() throws Exception {
        ScriptedServer server = server(status(307, "", "Location: /moved"), OK);

        try (Response response = moving(client).newCall(post(server)).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(server.targets()).containsExactly("POST /", "POST /moved");
        assertThat(server.received()).extracting(ScriptedServer.Received::body).containsExactly("text", "text");
    }

    @Test
    void postIsStillAuthenticated() throws Exception {
        ScriptedServer server = server(status(401, "", "WWW-Authenticate: Basic"), OK);
        OkHttpClient known = client.newBuilder()
                .authenticator((route, response) -> response.request()
                        .newBuilder()
                        .header("Authorization", Credentials.basic("user", "secret"))
                        .build())
                .build();

        try (Response response = moving(known).newCall(post(server)).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(server.received()).extracting(ScriptedServer.Received::body).containsExactly("text", "text");
    }

    // ---- a connection that the server closes while the call waits

    private static final ScriptedServer.Answer BUSY_AND_GONE = socket -> {
        status(429, "busy", "Retry-After: 5").to(socket);
        socket.close();
    };

    @Test
    void getWhoseConnectionClosedWhileItWaitedIsSentOnANewOne() throws Exception {
        ScriptedServer server = server(BUSY_AND_GONE, OK);

        try (Response response = moving(client).newCall(get(server)).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(server.connections()).containsExactly(0, 1);
    }

    @Test
    void postWhoseConnectionClosedWhileItWaitedIsSentOnceMoreAtMost() throws Exception {
        ScriptedServer server = server(BUSY_AND_GONE, OK);

        // Whether the dead connection is noticed before the request is written is a race that the client decides.
        try (Response response = moving(client).newCall(post(server)).execute()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(server.targets()).hasSize(2);
        } catch (IOException e) {
            assertThat(server.targets()).hasSize(1);
            assertThat(e.getSuppressed())
                    .filteredOn(CallTraceException.class::isInstance)
                    .singleElement()
                    .satisfies(trace -> assertThat(((CallTraceException) trace)
                                    .trace()
                                    .attempts()
                                    .get(0)
                                    .status())
                            .hasValue(429));
        }
    }

    private String closed(String path) throws IOException {
        ClosedPort port = new ClosedPort();
        closes(port);
        return port.url(path);
    }

    private static Dns twoAddresses() {
        return host -> List.of(InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.3"));
    }
}
