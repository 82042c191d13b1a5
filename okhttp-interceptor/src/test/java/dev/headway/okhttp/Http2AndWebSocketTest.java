package dev.headway.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Headway;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import mockwebserver3.junit5.StartStop;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class Http2AndWebSocketTest {

    private static final int INTERNAL_ERROR = 2;
    private static final int REFUSED_STREAM = 7;

    @StartStop
    private final MockWebServer server = new MockWebServer();

    @Test
    void postOfARefusedStreamIsSentAgain() throws IOException {
        speakHttp2();
        server.enqueue(reset(REFUSED_STREAM));
        server.enqueue(new MockResponse.Builder().body("ok").build());

        try (Response response = http2Client().newCall(post()).execute()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(response.body().string()).isEqualTo("ok");
            assertThat(HeadwayInterceptor.trace(response).attempts()).hasSize(2);
        }
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void postOfAStreamThatBrokeIsSentOnce() throws IOException {
        speakHttp2();
        server.enqueue(reset(INTERNAL_ERROR));
        server.enqueue(new MockResponse.Builder().body("ok").build());

        assertThatThrownBy(() -> http2Client().newCall(post()).execute())
                .isInstanceOf(IOException.class)
                .hasMessage("stream was reset: INTERNAL_ERROR");
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void postWhoseRedirectTargetRefusesTheStreamIsSentOnce() throws IOException {
        speakHttp2();
        server.enqueue(new MockResponse.Builder()
                .code(303)
                .addHeader("Location", "/done")
                .build());
        server.enqueue(reset(REFUSED_STREAM));
        server.enqueue(new MockResponse.Builder().body("ok").build());

        assertThatThrownBy(() -> http2Client().newCall(post()).execute())
                .isInstanceOf(IOException.class)
                .hasMessage("stream was reset: REFUSED_STREAM");
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void refusedStreamOnAWarmConnectionIsAnAttemptOfItsOwn() throws IOException {
        speakHttp2();
        server.enqueue(new MockResponse.Builder().body("warm").build());
        server.enqueue(reset(REFUSED_STREAM));
        server.enqueue(new MockResponse.Builder().body("ok").build());
        OkHttpClient client = http2Client();
        client.newCall(get()).execute().close();

        try (Response response = client.newCall(post()).execute()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(HeadwayInterceptor.trace(response).attempts()).hasSize(2);
        }
    }

    @Test
    void trailersOfARepeatedCallAreThere() throws IOException {
        speakHttp2();
        server.enqueue(busy());
        server.enqueue(new MockResponse.Builder()
                .body("hello")
                .trailers(Headers.of("X-T", "end"))
                .build());

        try (Response response = http2Client().newCall(get()).execute()) {
            assertThat(HeadwayInterceptor.trace(response).attempts()).hasSize(2);
            assertThat(response.body().string()).isEqualTo("hello");
            assertThat(response.trailers().get("X-T")).isEqualTo("end");
        }
    }

    @Test
    void trailersOfABodyThatWasLookedAtAreThere() throws IOException {
        speakHttp2();
        server.enqueue(new MockResponse.Builder()
                .code(400)
                .body("hello")
                .trailers(Headers.of("X-T", "end"))
                .build());
        BodyReader reader = new BodyReader();
        OkHttpClient client = client(Headway.builder().hints(reader).build())
                .newBuilder()
                .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                .build();

        try (Response response = client.newCall(get()).execute()) {
            assertThat(reader.seen()).containsExactly("hello");
            assertThat(response.body().string()).isEqualTo("hello");
            assertThat(response.trailers().get("X-T")).isEqualTo("end");
        }
    }

    @Test
    void webSocketOpensWhateverTheParserWants() throws Exception {
        server.enqueue(new MockResponse.Builder()
                .webSocketUpgrade(new WebSocketListener() {})
                .build());
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        BodyReader reader = new BodyReader();
        OkHttpClient client = client(Headway.builder().hints(reader).build());

        WebSocket webSocket = client.newWebSocket(get(), recorder(events));

        assertThat(events.take()).startsWith("open 101");
        assertThat(reader.seen()).containsExactly("");
        webSocket.cancel();
        client.dispatcher().executorService().shutdown();
    }

    @Test
    void webSocketOpensAfterARefusal() throws Exception {
        server.enqueue(busy());
        server.enqueue(new MockResponse.Builder()
                .webSocketUpgrade(new WebSocketListener() {
                    @Override
                    public void onMessage(WebSocket webSocket, String text) {
                        webSocket.send("echo " + text);
                        webSocket.close(1000, "done");
                    }
                })
                .build());
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        OkHttpClient client = client(VirtualTime.automatic());

        WebSocket webSocket = client.newWebSocket(get(), recorder(events));

        assertThat(events.take()).isEqualTo("open 101 after 2");
        webSocket.send("hello");
        assertThat(events.take()).isEqualTo("message echo hello");
        webSocket.close(1000, "done");
        assertThat(events.take()).isEqualTo("closed");
        client.dispatcher().executorService().shutdown();
    }

    @Test
    void cancelOfAWebSocketEndsAWait() throws Exception {
        server.enqueue(busy());
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        VirtualTime still = new VirtualTime();
        OkHttpClient client = client(still);
        WebSocket webSocket = client.newWebSocket(get(), recorder(events));
        still.awaitParked(1);

        webSocket.cancel();

        assertThat(events.take()).isEqualTo("failure Canceled");
        assertThat(server.getRequestCount()).isEqualTo(1);
        client.dispatcher().executorService().shutdown();
    }

    private static WebSocketListener recorder(BlockingQueue<String> events) {
        return new WebSocketListener() {
            @Override
            public void onOpen(WebSocket webSocket, Response response) {
                int attempts = HeadwayInterceptor.trace(response).attempts().size();
                events.add("open " + response.code() + " after " + attempts);
            }

            @Override
            public void onMessage(WebSocket webSocket, String text) {
                events.add("message " + text);
            }

            @Override
            public void onClosed(WebSocket webSocket, int code, String reason) {
                events.add("closed");
            }

            @Override
            public void onFailure(WebSocket webSocket, Throwable t, Response response) {
                events.add("failure " + t.getMessage());
            }
        };
    }

    private static MockResponse busy() {
        return new MockResponse.Builder()
                .code(429)
                .addHeader("Retry-After", "5")
                .build();
    }

    private static MockResponse reset(int code) {
        return new MockResponse.Builder()
                .onResponseStart(new SocketEffect.CloseStream(code))
                .build();
    }

    private void speakHttp2() {
        server.setProtocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
    }

    private static OkHttpClient http2Client() {
        return client(VirtualTime.automatic())
                .newBuilder()
                .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                .build();
    }

    private static OkHttpClient client(VirtualTime time) {
        return client(Headway.builder().time(time).build());
    }

    private static OkHttpClient client(Headway headway) {
        return new OkHttpClient.Builder()
                .addInterceptor(HeadwayInterceptor.of(headway))
                .build();
    }

    private Request get() {
        return new Request.Builder().url(server.url("/")).build();
    }

    private Request post() {
        return get().newBuilder()
                .post(RequestBody.create("text", MediaType.get("text/plain")))
                .build();
    }
}
