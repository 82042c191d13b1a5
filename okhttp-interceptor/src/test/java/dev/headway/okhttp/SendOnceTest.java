package dev.headway.okhttp;

import static dev.headway.testkit.ScriptedServer.hangUp;
import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.CallTraceException;
import dev.headway.Headway;
import dev.headway.testkit.ScriptedServer;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What OkHttp from 5.4 on lets an interceptor switch off and see. */
@Timeout(60)
class SendOnceTest {

    private static final ScriptedServer.Answer OK = status(200, "ok");

    @Test
    void postOnAStaleConnectionIsNotSentASecondTimeByTheClient() throws IOException {
        try (ScriptedServer server = new ScriptedServer(OK, hangUp(), OK)) {
            OkHttpClient client = client();
            client.newCall(get(server.uri("/").toString())).execute().close();

            assertThatThrownBy(() ->
                            client.newCall(post(server.uri("/").toString())).execute())
                    .isInstanceOf(IOException.class);
            assertThat(server.targets()).containsExactly("GET /", "POST /");
            assertThat(server.connections()).containsExactly(0, 0);
        }
    }

    @Test
    void getOnAStaleConnectionIsSentAgainByTheClient() throws IOException {
        try (ScriptedServer server = new ScriptedServer(OK, hangUp(), OK)) {
            OkHttpClient client = client();
            client.newCall(get(server.uri("/").toString())).execute().close();

            try (Response response =
                    client.newCall(get(server.uri("/").toString())).execute()) {
                assertThat(response.code()).isEqualTo(200);
                assertThat(HeadwayInterceptor.trace(response).attempts()).hasSize(1);
            }
            assertThat(server.targets()).hasSize(3);
        }
    }

    @Test
    void postWithAnIdempotencyKeyIsLeftToTheClient() throws IOException {
        try (ScriptedServer server = new ScriptedServer(OK, hangUp(), OK)) {
            OkHttpClient client = client();
            client.newCall(get(server.uri("/").toString())).execute().close();
            Request keyed = post(server.uri("/").toString())
                    .newBuilder()
                    .header("Idempotency-Key", "1")
                    .build();

            try (Response response = client.newCall(keyed).execute()) {
                assertThat(response.code()).isEqualTo(200);
                assertThat(HeadwayInterceptor.trace(response).attempts()).hasSize(1);
            }
            assertThat(server.targets()).containsExactly("GET /", "POST /", "POST /");
        }
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
        try (ScriptedServer server = new ScriptedServer(atOnce, atOnce, atOnce, atOnce, hangUp())) {
            // Without Headway, whose slow start is not the subject here.
            OkHttpClient plain = new OkHttpClient();
            CountDownLatch answered = new CountDownLatch(pooled);
            for (int i = 0; i < pooled; i++) {
                plain.newCall(get(server.uri("/").toString())).enqueue(new Callback() {
                    @Override
                    public void onFailure(Call call, IOException e) {}

                    @Override
                    public void onResponse(Call call, Response response) {
                        response.close();
                        answered.countDown();
                    }
                });
            }
            answered.await();
            assertThat(plain.connectionPool().connectionCount()).isEqualTo(pooled);
            OkHttpClient client = plain.newBuilder()
                    .addInterceptor(HeadwayInterceptor.of(headway()))
                    .build();

            assertThatThrownBy(() ->
                            client.newCall(post(server.uri("/").toString())).execute())
                    .isInstanceOf(IOException.class);
            assertThat(server.targets()).filteredOn("POST /"::equals).hasSize(1);
            plain.dispatcher().executorService().shutdown();
        }
    }

    @Test
    void postThatTheFirstOfTwoAddressesTookIsSentOnce() throws IOException {
        try (ScriptedServer server = new ScriptedServer("127.0.0.2", hangUp())) {
            OkHttpClient client = client().newBuilder()
                    .dns(host -> List.of(InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.3")))
                    .build();
            String url = "http://two.example:" + server.port() + "/";

            assertThatThrownBy(() -> client.newCall(post(url)).execute()).isInstanceOf(IOException.class);
            assertThat(server.targets()).containsExactly("POST /");
        }
    }

    @Test
    void postStillFallsBackToTheNextAddressThatAccepts() throws IOException {
        try (ScriptedServer server = new ScriptedServer("127.0.0.3", OK)) {
            OkHttpClient client = client().newBuilder()
                    .dns(host -> List.of(InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.3")))
                    .build();
            String url = "http://two.example:" + server.port() + "/";

            try (Response response = client.newCall(post(url)).execute()) {
                assertThat(response.code()).isEqualTo(200);
                assertThat(HeadwayInterceptor.trace(response).attempts()).hasSize(1);
            }
        }
    }

    @Test
    void postWhoseRedirectTargetRefusesIsSentOnce() throws IOException {
        try (ClosedPort closed = new ClosedPort();
                ScriptedServer server = new ScriptedServer(status(303, "", "Location: " + closed.url("/done")))) {
            assertThatThrownBy(() ->
                            client().newCall(post(server.uri("/").toString())).execute())
                    .isInstanceOf(ConnectException.class);
            assertThat(server.targets()).containsExactly("POST /");
        }
    }

    @Test
    void postThatCouldNotConnectIsSentOnceTheServerIsThere() throws IOException {
        List<String> attempts = new ArrayList<>();
        try (ScriptedServer server = new ScriptedServer("127.0.0.3", OK)) {
            OkHttpClient client = client().newBuilder()
                    .dns(host -> List.of(InetAddress.getByName(attempts.isEmpty() ? "127.0.0.2" : "127.0.0.3")))
                    .addInterceptor(chain -> {
                        try {
                            return chain.proceed(chain.request());
                        } finally {
                            attempts.add("attempt");
                        }
                    })
                    .build();
            String url = "http://one.example:" + server.port() + "/";

            try (Response response = client.newCall(post(url)).execute()) {
                assertThat(response.code()).isEqualTo(200);
                assertThat(HeadwayInterceptor.trace(response).attempts()).hasSize(2);
            }
            assertThat(server.targets()).containsExactly("POST /");
        }
    }

    @Test
    void evidenceIsThatOfTheLastAttemptAlone() throws IOException {
        ScriptedServer.Answer busy = status(429, "", "Retry-After: 1", "Connection: close");
        try (ScriptedServer server = new ScriptedServer("127.0.0.3", busy)) {
            OkHttpClient client = client().newBuilder()
                    .dns(host ->
                            List.of(InetAddress.getByName(server.received().isEmpty() ? "127.0.0.3" : "127.0.0.2")))
                    .build();
            String url = "http://one.example:" + server.port() + "/";

            assertThatThrownBy(() -> client.newCall(post(url)).execute())
                    .isInstanceOf(ConnectException.class)
                    .satisfies(failure -> assertThat(failure.getSuppressed())
                            .filteredOn(CallTraceException.class::isInstance)
                            .singleElement()
                            .satisfies(trace -> assertThat(
                                            ((CallTraceException) trace).trace().attempts())
                                    .hasSize(5)));
        }
    }

    private static Headway headway() {
        return Headway.builder().time(VirtualTime.automatic()).build();
    }

    private static OkHttpClient client() {
        return new OkHttpClient.Builder()
                .addInterceptor(HeadwayInterceptor.of(headway()))
                .build();
    }

    private static Request get(String url) {
        return new Request.Builder().url(url).build();
    }

    private static Request post(String url) {
        return get(url).newBuilder()
                .post(RequestBody.create("text", MediaType.get("text/plain")))
                .build();
    }
}
