package dev.headway.okhttp;

import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.testkit.ScriptedServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Calls of the factory that somebody ends. */
class HeadwayCallCancelTest extends CallFactoryTest {

    @Test
    void cancelWhileWaitingCallsBackOnceAndSendsNothingMore() throws Exception {
        ScriptedServer server = server(BUSY, OK);
        HeadwayCallFactory factory = factory();
        Call call = factory.newCall(get(server));
        Heard heard = enqueue(call);
        awaitWaiting(server, 1);

        call.cancel();
        call.cancel();

        assertThatThrownBy(heard::response)
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Canceled");
        assertThat(heard.thread()).isNotSameAs(Thread.currentThread());
        nothingIsLeftOf(factory);
        assertThat(call.isCanceled()).isTrue();
        assertThat(heard.calls()).containsExactly(call);
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void cancelWhileAnExecutedCallWaitsEndsIt() throws Exception {
        ScriptedServer server = server(BUSY, OK);
        HeadwayCallFactory factory = factory();
        Call call = factory.newCall(get(server));
        CompletableFuture<Response> executing = execute(call);
        time.awaitParked(1);

        call.cancel();

        assertThatThrownBy(() -> executing.get(30, TimeUnit.SECONDS)).hasRootCauseMessage("Canceled");
        nothingIsLeftOf(factory);
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void cancelDuringAnAttemptEndsIt() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        ScriptedServer server = server(silence(arrived));
        HeadwayCallFactory factory = factory();
        Call call = factory.newCall(get(server));
        Heard heard = enqueue(call);
        assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();

        call.cancel();

        assertThatThrownBy(heard::response).isInstanceOf(IOException.class);
        nothingIsLeftOf(factory);
        assertThat(heard.calls()).hasSize(1);
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void cancelInTheDispatchersQueueCallsBackAtOnceAndSendsNothing() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        ScriptedServer silent = server(silence(arrived));
        ScriptedServer server = server(OK);
        client.dispatcher().setMaxRequests(1);
        Call first = client.newCall(get(silent));
        Heard running = enqueue(first);
        assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();
        HeadwayCallFactory factory = factory();
        Call call = factory.newCall(get(server));
        Heard heard = enqueue(call);

        call.cancel();

        assertThatThrownBy(heard::response).hasMessage("Canceled");
        first.cancel();
        assertThatThrownBy(running::response).isInstanceOf(IOException.class);
        nothingIsLeftOf(factory);
        assertThat(server.targets()).isEmpty();
    }

    @Test
    void cancelAfterTheResponseEndsItsBody() throws Exception {
        ScriptedServer server = server(socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            socket.getInputStream().read();
        });
        Call call = factory().newCall(get(server));

        try (Response response = call.execute()) {
            assertThat(response.body().source().readUtf8(4)).isEqualTo("half");
            call.cancel();
            assertThatThrownBy(() -> response.body().source().readByte()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void callThatWasCancelledBeforeSendsNothing() throws Exception {
        ScriptedServer server = server(OK);
        HeadwayCallFactory factory = factory();
        Call executed = factory.newCall(get(server));
        Call enqueued = factory.newCall(get(server));
        executed.cancel();
        enqueued.cancel();

        assertThatThrownBy(executed::execute).hasMessage("Canceled");
        Heard heard = enqueue(enqueued);

        assertThatThrownBy(heard::response).hasMessage("Canceled");
        assertThat(server.targets()).isEmpty();
        nothingIsLeftOf(factory);
    }

    @Test
    void callThatTheDispatcherCancelsIsNotSentAgain() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        ScriptedServer server = server(silence(arrived));
        HeadwayCallFactory factory = factory();
        Heard heard = enqueue(factory.newCall(get(server)));
        assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();

        client.dispatcher().cancelAll();

        assertThatThrownBy(heard::response).isInstanceOf(IOException.class);
        nothingIsLeftOf(factory);
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void cancelAllReachesTheCallsThatWait() throws Exception {
        ScriptedServer server = server(BUSY);
        HeadwayCallFactory factory = factory();
        Heard enqueued = enqueue(factory.newCall(get(server)));
        awaitWaiting(server, 1);
        CompletableFuture<Response> executed = execute(factory.newCall(get(server)));
        time.awaitParked(1);

        factory.cancelAll();

        assertThatThrownBy(enqueued::response).hasMessage("Canceled");
        assertThatThrownBy(() -> executed.get(30, TimeUnit.SECONDS)).hasRootCauseMessage("Canceled");
        nothingIsLeftOf(factory);
    }

    @Test
    void cancelThatComesWithTheAnswerLeavesNoResponseOpen() throws Exception {
        ScriptedServer server = server(status(200, "a body that nobody reads"));
        CompletableFuture<Call> made = new CompletableFuture<>();
        Headway headway = Headway.builder()
                .time(time)
                .listener(new HeadwayListener() {
                    @Override
                    public void done(DoneEvent event) {
                        // The last moment before the response would be the caller's.
                        made.join().cancel();
                    }
                })
                .build();
        HeadwayCallFactory factory = HeadwayCallFactory.of(client, headway);
        Call call = factory.newCall(get(server));
        made.complete(call);

        Heard heard = enqueue(call);

        assertThatThrownBy(heard::response).hasMessage("Canceled");
        nothingIsLeftOf(factory);
    }

    /** The client answers while {@code enqueue} has not come back, so nobody knows the future yet that a cancel would end. */
    @Test
    void cancelThatComesWithTheAnswerBeforeTheCallHasBegunEndsIt() throws Exception {
        ScriptedServer server = server(status(200, "a body that nobody reads"));
        CompletableFuture<Call> made = new CompletableFuture<>();
        Headway headway = Headway.builder()
                .time(time)
                .listener(new HeadwayListener() {
                    @Override
                    public void done(DoneEvent event) {
                        made.join().cancel();
                    }
                })
                .build();
        OkHttpClient atOnce =
                client.newBuilder().dispatcher(new Dispatcher(new AtOnce())).build();
        Call call = HeadwayCallFactory.of(atOnce, headway).newCall(get(server));
        made.complete(call);

        Heard heard = enqueue(call);

        assertThatThrownBy(heard::response).hasMessage("Canceled");
        assertThat(heard.calls()).hasSize(1);
        eventually(() -> client.connectionPool().idleConnectionCount()
                == client.connectionPool().connectionCount());
    }

    private static final class AtOnce extends AbstractExecutorService {

        @Override
        public void execute(Runnable command) {
            command.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }
    }

    @RepeatedTest(50)
    void cancelAtAnyMomentCallsBackOnceAndLeavesNothing() throws Exception {
        ScriptedServer server = server(BUSY, status(500, "broken"), OK);
        Headway moves = Headway.builder()
                .retry(dev.headway.RetryPolicy.builder()
                        .backoff(dev.headway.Backoff.none())
                        .retryStatus(429)
                        .build())
                .build();
        HeadwayCallFactory factory = HeadwayCallFactory.of(client, moves);
        List<Heard> all = new ArrayList<>();
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            calls.add(factory.newCall(get(server)));
        }
        Thread canceller = new Thread(() -> calls.forEach(Call::cancel));
        canceller.start();
        calls.forEach(call -> all.add(enqueue(call)));
        canceller.join();

        for (Heard heard : all) {
            try {
                heard.response().close();
            } catch (IOException cancelled) {
                assertThat(cancelled).isInstanceOf(IOException.class);
            }
        }
        nothingIsLeftOf(factory);
        assertThat(all).allSatisfy(heard -> assertThat(heard.calls()).hasSize(1));
    }

    @Test
    void executeOnAnInterruptedThreadSendsNothingAgain() throws Exception {
        ScriptedServer server = server(BUSY, OK);
        HeadwayCallFactory factory = factory();
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> factory.newCall(get(server)).execute()).isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        assertThat(server.targets()).hasSizeLessThanOrEqualTo(1);
        nothingIsLeftOf(factory);
    }

    @Test
    void callWhoseDispatcherWasShutDownWhileItWaitedStillCallsBack() throws Exception {
        ScriptedServer server = server(BUSY, OK);
        HeadwayCallFactory factory = factory();
        Heard heard = enqueue(factory.newCall(get(server)));
        awaitWaiting(server, 1);

        client.dispatcher().executorService().shutdown();
        passTheWait(server);

        assertThatThrownBy(heard::response)
                .isInstanceOf(InterruptedIOException.class)
                .hasMessageContaining("rejected");
        nothingIsLeftOf(factory);
        assertThat(heard.calls()).hasSize(1);
    }

    @Test
    void cancelOfAWaitingCallWhoseDispatcherWasShutDownCallsBack() throws Exception {
        ScriptedServer server = server(BUSY);
        HeadwayCallFactory factory = factory();
        Call call = factory.newCall(get(server));
        Heard heard = enqueue(call);
        awaitWaiting(server, 1);

        client.dispatcher().executorService().shutdown();
        call.cancel();

        assertThatThrownBy(heard::response).hasMessage("Canceled");
        nothingIsLeftOf(factory);
    }

    @Test
    void callThatCanNotBeginIsForgotten() throws Exception {
        ScriptedServer server = server(OK);
        OkHttpClient broken = client.newBuilder()
                .eventListenerFactory(call -> {
                    throw new IllegalStateException("no listener");
                })
                .build();
        HeadwayCallFactory factory = factory(broken);

        assertThatThrownBy(() -> factory.newCall(get(server)).execute()).hasMessage("no listener");
        Heard heard = enqueue(factory.newCall(get(server)));

        assertThatThrownBy(heard::response)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no listener")
                .hasSuppressedException(new IllegalStateException("no listener"));
        nothingIsLeftOf(factory);
    }
}
