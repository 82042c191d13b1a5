package dev.headway.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.testkit.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OkHttp's own event sources over the call factory. They take one from OkHttp 5 on, and are not there in another version. */
@Timeout(60)
class EventStreamTest {

    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @Test
    void streamOpensAfterARefusalAndArrivesEventByEvent() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        try (ScriptedServer server =
                new ScriptedServer(ScriptedServer.status(429, "busy", "retry-after-ms: 50"), socket -> {
                    ScriptedServer.write(socket, HEAD + "data: 1\n\n");
                    read.await();
                    ScriptedServer.write(socket, "data: 2\n\n");
                    socket.close();
                })) {
            open(new OkHttpClient(), server);

            assertThat(next()).isEqualTo("open after 2");
            assertThat(next()).isEqualTo("1");
            read.countDown();
            assertThat(next()).isEqualTo("2");
            assertThat(next()).isEqualTo("closed");
        }
    }

    @Test
    void streamOutlivesTheCallTimeoutThatItTookBack() throws Exception {
        CountDownLatch later = new CountDownLatch(1);
        OkHttpClient limited =
                new OkHttpClient.Builder().callTimeout(Duration.ofSeconds(5)).build();
        try (ScriptedServer server = new ScriptedServer(socket -> {
                    ScriptedServer.write(socket, HEAD + "data: 1\n\n");
                    later.await();
                    ScriptedServer.write(socket, "data: 2\n\n");
                    socket.close();
                });
                ScriptedServer silent =
                        new ScriptedServer(socket -> socket.getInputStream().read())) {
            open(limited, server);
            assertThat(next()).isEqualTo("open after 1");
            assertThat(next()).isEqualTo("1");

            // Begun later, so once it has timed out the stream's time is over as well.
            assertThatThrownBy(
                            () -> limited.newCall(CallFactoryTest.get(silent)).execute())
                    .isInstanceOf(IOException.class)
                    .hasMessage("timeout");
            later.countDown();

            assertThat(next()).isEqualTo("2");
            assertThat(next()).isEqualTo("closed");
        }
    }

    private void open(OkHttpClient client, ScriptedServer server) {
        EventSources.createFactory(HeadwayCallFactory.of(client, dev.headway.Headway.create()))
                .newEventSource(CallFactoryTest.get(server), new EventSourceListener() {
                    @Override
                    public void onOpen(EventSource eventSource, Response response) {
                        events.add("open after "
                                + HeadwayInterceptor.trace(response).attempts().size());
                    }

                    @Override
                    public void onEvent(EventSource eventSource, String id, String type, String data) {
                        events.add(data);
                    }

                    @Override
                    public void onClosed(EventSource eventSource) {
                        events.add("closed");
                    }

                    @Override
                    public void onFailure(EventSource eventSource, Throwable t, Response response) {
                        events.add("failed " + t);
                    }
                });
    }

    private String next() throws InterruptedException {
        return String.valueOf(events.poll(30, TimeUnit.SECONDS));
    }
}
