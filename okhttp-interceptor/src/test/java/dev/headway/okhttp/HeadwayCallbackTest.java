package dev.headway.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.testkit.ScriptedServer;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** Callbacks of the factory's calls, as they must not be and as they may. */
class HeadwayCallbackTest extends CallFactoryTest {

    @Test
    void callbackThatFailsToReadHarmsNothing() throws Exception {
        ScriptedServer server = server(OK);
        HeadwayCallFactory factory = factory();
        AtomicInteger calls = new AtomicInteger();
        CompletableFuture<Response> got = new CompletableFuture<>();

        factory.newCall(get(server)).enqueue(callback(calls, response -> {
            response.close();
            got.complete(response);
            throw new IOException("of the callback");
        }));
        got.get(30, TimeUnit.SECONDS);
        factory.newCall(get(server)).execute().close();

        nothingIsLeftOf(factory);
        assertThat(calls).hasValue(1);
    }

    @Test
    void callbackThatThrowsIsHeardOfAndWhatItLeftOpenIsClosed() throws Exception {
        CompletableFuture<Throwable> uncaught = new CompletableFuture<>();
        ExecutorService threads = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task);
            thread.setUncaughtExceptionHandler((failed, e) -> uncaught.complete(e));
            return thread;
        });
        closes(threads::shutdown);
        OkHttpClient own =
                client.newBuilder().dispatcher(new Dispatcher(threads)).build();
        ScriptedServer server = server(socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
            socket.getInputStream().read();
        });
        HeadwayCallFactory factory = factory(own);
        AtomicInteger calls = new AtomicInteger();
        CompletableFuture<Response> got = new CompletableFuture<>();

        Call call = factory.newCall(get(server));
        call.enqueue(callback(calls, response -> {
            got.complete(response);
            throw new IllegalStateException("of the callback");
        }));

        assertThat(uncaught.get(30, TimeUnit.SECONDS)).hasMessage("of the callback");
        assertThat(call.isCanceled()).isTrue();
        Response response = got.join();
        assertThatThrownBy(() -> response.body().string()).isInstanceOf(IOException.class);
        response.close();
        nothingIsLeftOf(factory);
        assertThat(calls).hasValue(1);
    }

    @Test
    void callbackMayBeginTheNextCallAndWaitForIt() throws Exception {
        ScriptedServer server = server(OK);
        HeadwayCallFactory factory = factory();
        CompletableFuture<String> bodies = new CompletableFuture<>();

        factory.newCall(get(server)).enqueue(callback(new AtomicInteger(), response -> {
            String first = response.body().string();
            try (Response second = factory.newCall(get(server)).execute()) {
                bodies.complete(first + second.body().string());
            }
        }));

        assertThat(bodies.get(30, TimeUnit.SECONDS)).isEqualTo("okok");
    }

    @Test
    void callbackComesOnAThreadOfTheClientsAlsoAfterAWait() throws Exception {
        ScriptedServer server = server(BUSY, OK);
        Heard heard = enqueue(factory().newCall(get(server)));

        passTheWait(server);

        heard.response().close();
        assertThat(heard.thread().getName()).contains("OkHttp");
    }

    private interface Work {
        void with(Response response) throws IOException;
    }

    private static Callback callback(AtomicInteger calls, Work work) {
        return new Callback() {
            @Override
            public void onFailure(Call call, IOException e) {
                calls.incrementAndGet();
            }

            @Override
            public void onResponse(Call call, Response response) throws IOException {
                calls.incrementAndGet();
                work.with(response);
            }
        };
    }
}
