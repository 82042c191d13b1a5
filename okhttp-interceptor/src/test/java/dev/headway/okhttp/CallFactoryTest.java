package dev.headway.okhttp;

import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.testkit.ScriptedServer;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** What the tests of the call factory have in common: servers, a time that stands still, and how to wait for real. */
@Tag("every-okhttp")
@Timeout(60)
abstract class CallFactoryTest {

    static final ScriptedServer.Answer OK = status(200, "ok");
    static final ScriptedServer.Answer BUSY = status(429, "busy", "Retry-After: 5");
    static final ScriptedServer.Answer BUSY_FOR_A_MINUTE = status(429, "busy", "Retry-After: 60");

    final VirtualTime time = new VirtualTime();
    final OkHttpClient client = new OkHttpClient();

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        client.dispatcher().executorService().shutdown();
    }

    /** Closes it after the test, in the order of these calls. */
    final void closes(AutoCloseable resource) {
        opened.add(resource);
    }

    final ScriptedServer server(ScriptedServer.Answer... answers) throws IOException {
        ScriptedServer server = new ScriptedServer(answers);
        closes(server);
        return server;
    }

    /** Reads the request and never answers; ends when the client hangs up. */
    static ScriptedServer.Answer silence(CountDownLatch arrived) {
        return socket -> {
            arrived.countDown();
            socket.getInputStream().read();
        };
    }

    final Headway headway() {
        return Headway.builder().time(time).build();
    }

    final HeadwayCallFactory factory() {
        return factory(client);
    }

    final HeadwayCallFactory factory(OkHttpClient sending) {
        return HeadwayCallFactory.of(sending, headway());
    }

    static HeadwayCallFactory moving(OkHttpClient sending) {
        return HeadwayCallFactory.of(
                sending, Headway.builder().time(VirtualTime.automatic()).build());
    }

    static Request get(ScriptedServer server) {
        return get(server.uri("/").toString());
    }

    static Request get(String url) {
        return new Request.Builder().url(url).build();
    }

    static Request post(ScriptedServer server) {
        return post(server.uri("/").toString());
    }

    static Request post(String url) {
        return get(url).newBuilder()
                .post(RequestBody.create("text", MediaType.get("text/plain")))
                .build();
    }

    final Heard enqueue(Call call) {
        Heard heard = new Heard();
        call.enqueue(heard);
        return heard;
    }

    /** Executes on a thread of its own. */
    static CompletableFuture<Response> execute(Call call) {
        CompletableFuture<Response> end = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                end.complete(call.execute());
            } catch (IOException | RuntimeException e) {
                end.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return end;
    }

    /** Waits, for real, until the server has answered so often and the client has put all of it away. */
    final void awaitWaiting(ScriptedServer server, int answered) {
        eventually(() -> server.received().size() == answered
                && client.dispatcher().runningCallsCount() == 0
                && time.pending() > 0);
    }

    /** Lets the wait for the server's moment pass. */
    final void passTheWait(ScriptedServer server) {
        awaitWaiting(server, 1);
        time.advance(Duration.ofSeconds(6));
    }

    /** Waits, for real. */
    static void eventually(BooleanSupplier condition) {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(giveUpAt - System.nanoTime()).as("time left").isPositive();
            LockSupport.parkNanos(100_000);
        }
    }

    /** No call is known any more, no timer is left, and the client holds no connection for anybody. */
    final void nothingIsLeftOf(HeadwayCallFactory factory) {
        eventually(() -> factory.active() == 0 && time.pending() == 0);
        eventually(() -> client.dispatcher().runningCallsCount() == 0);
        // The pool may just be closing some.
        eventually(() -> client.connectionPool().idleConnectionCount()
                == client.connectionPool().connectionCount());
    }
}
