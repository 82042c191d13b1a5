package dev.headway.jdk;

import static dev.headway.jdk.Fixture.BUSY;
import static dev.headway.jdk.Fixture.OK;
import static dev.headway.jdk.Fixture.async;
import static dev.headway.jdk.Fixture.failureOf;
import static dev.headway.jdk.Fixture.get;
import static dev.headway.jdk.Fixture.headway;
import static dev.headway.jdk.Fixture.plain;
import static dev.headway.jdk.Fixture.post;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.testkit.ScriptedServer;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class CancelTest {

    @RegisterExtension
    final Fixture with = new Fixture();

    /** Its time stands still: a call that waits does so until the test lets it. */
    private final VirtualTime still = new VirtualTime();

    /** Ways in which the caller of {@code sendAsync} ends a call. */
    enum End {
        CANCEL {
            @Override
            void end(CompletableFuture<?> call) {
                call.cancel(true);
            }
        },
        CANCEL_SOFTLY {
            @Override
            void end(CompletableFuture<?> call) {
                call.cancel(false);
            }
        },
        CANCEL_A_DEPENDENT {
            @Override
            void end(CompletableFuture<?> call) {
                call.thenApply(response -> "mapped")
                        .thenCompose(CompletableFuture::completedFuture)
                        .cancel(true);
            }
        },
        CANCEL_A_COPY {
            @Override
            void end(CompletableFuture<?> call) {
                call.copy().cancel(true);
            }
        },
        TIME_OUT {
            @Override
            void end(CompletableFuture<?> call) {
                call.orTimeout(1, TimeUnit.MILLISECONDS);
            }
        },
        COMPLETE {
            @Override
            void end(CompletableFuture<?> call) {
                call.complete(null);
            }
        },
        COMPLETE_EXCEPTIONALLY {
            @Override
            void end(CompletableFuture<?> call) {
                call.completeExceptionally(new IllegalStateException("mine"));
            }
        };

        abstract void end(CompletableFuture<?> call);
    }

    // ---- the future

    @ParameterizedTest
    @EnumSource
    void endingACallInAWaitSendsNothingMore(End how) throws Exception {
        ScriptedServer server = with.server(BUSY, OK);
        CompletableFuture<HttpResponse<String>> call = client().sendAsync(get(server), BodyHandlers.ofString());
        still.awaitTasks(1);

        how.end(call);
        ended(call);

        await(() -> still.pending() == 0);
        still.advance(Duration.ofMinutes(10));
        assertThat(server.targets()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void endingACallInAnAttemptClosesItsExchangeAndSendsNothingMore(End how) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        ScriptedServer server = with.server(BUSY, socket -> {
            asked.countDown();
            closed.complete(socket.getInputStream().read());
        });
        CompletableFuture<HttpResponse<String>> call = client().sendAsync(get(server), BodyHandlers.ofString());
        still.awaitTasks(1);
        still.advance(Duration.ofSeconds(2));
        asked.await();

        how.end(call);
        ended(call);

        assertThat(closed.get()).isEqualTo(-1);
        assertThat(still.pending()).isZero();
        assertThat(server.targets()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void endingACallWhileItsErrorBodyIsDeliveredClosesItsExchangeAndTellsTheSubscriber(End how) throws Exception {
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        ScriptedServer server = with.server(socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 404 No\r\nContent-Length: 10\r\n\r\n1");
            closed.complete(socket.getInputStream().read());
        });
        Listener listener = new Listener();
        CompletableFuture<HttpResponse<String>> call = client().sendAsync(get(server), info -> listener);
        listener.begun.get();

        how.end(call);
        ended(call);

        assertThat(closed.get()).isEqualTo(-1);
        assertThat(listener.ended.get()).isInstanceOf(IOException.class);
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void endingACallWhoseHandlerBlocksEndsItAtOnce() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        CompletableFuture<String> entered = new CompletableFuture<>();
        ScriptedServer server = with.server(ScriptedServer.status(404, "no"));
        CompletableFuture<HttpResponse<String>> call = client().sendAsync(get(server), info -> {
            entered.complete("entered");
            try {
                over.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return BodySubscribers.ofString(UTF_8);
        });
        entered.get();

        call.cancel(true);

        assertThat(call).isCancelled();
        over.countDown();
    }

    private static void ended(CompletionStage<?> call) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        call.whenComplete((value, thrown) -> done.countDown());
        done.await();
    }

    private interface Condition {
        boolean holds();
    }

    /** The end of a call may be brought about on another thread. */
    private static void await(Condition condition) {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.holds()) {
            assertThat(System.nanoTime() - giveUpAt).isNegative();
            Thread.onSpinWait();
        }
    }

    @Test
    void cancelledFutureFailsAsTheClientsOwn() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        ScriptedServer server = with.server(socket -> never.await());
        CompletableFuture<?> own = plain().sendAsync(get(server), BodyHandlers.ofString());
        CompletableFuture<?> call = client().sendAsync(get(server), BodyHandlers.ofString());

        assertThat(call.cancel(true)).isEqualTo(own.cancel(true)).isTrue();

        assertThat(call).isCancelled();
        assertThatThrownBy(call::get).isExactlyInstanceOf(CancellationException.class);
    }

    @Test
    void responseThatComesAfterTheEndIsReleased() throws Exception {
        for (int status : new int[] {200, 404}) {
            releasedLate(status, BodyHandlers.ofInputStream());
            releasedLate(status, BodyHandlers.ofLines());
            releasedLate(status, BodyHandlers.ofPublisher());
        }
    }

    private <B> void releasedLate(int status, BodyHandler<B> bodyHandler) throws Exception {
        CompletableFuture<HttpResponse<Object>> late = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                return false;
            }
        };
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        ScriptedServer server = with.server(socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 " + status + " Late\r\nContent-Length: 1000000\r\n\r\n1");
            closed.complete(socket.getInputStream().read());
        });
        HttpClient slow = new ForwardingHttpClient(plain()) {
            @Override
            @SuppressWarnings("unchecked")
            public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                    HttpRequest request, BodyHandler<T> handler, HttpResponse.PushPromiseHandler<T> pushes) {
                CompletionStage<HttpResponse<T>> sent = super.sendAsync(request, handler, pushes);
                sent.whenComplete((response, thrown) -> late.complete((HttpResponse<Object>) response));
                return (CompletableFuture<HttpResponse<T>>) (CompletableFuture<?>) late;
            }
        };
        CompletableFuture<?> call =
                HeadwayHttpClient.wrap(slow, headway(still, 3)).sendAsync(get(server), bodyHandler);

        call.cancel(true);
        late.get();

        // Closed at once, or when the time to drain it is over.
        assertThat(closed.get()).isEqualTo(-1);
    }

    /** Of a connection that others use, only the stream ends. */
    @Test
    void endingACallWhileItsErrorBodyIsDeliveredLeavesTheHttp2Connection() throws Exception {
        Http2Server server = with.opened(new Http2Server());
        HttpClient client = HeadwayHttpClient.wrap(server.client(), headway(still, 3));
        for (int i = 0; i < 50; i++) {
            server.enqueue(new MockResponse.Builder()
                    .code(404)
                    .body("x".repeat(2_000_000))
                    .build());
            server.enqueue(new MockResponse.Builder().body("ok").build());
            Listener listener = new Listener();
            CompletableFuture<HttpResponse<String>> call = client.sendAsync(get(server.uri()), info -> listener);
            listener.begun.get();

            call.cancel(true);

            listener.ended.get();
            assertThat(client.send(get(server.uri()), BodyHandlers.ofString()).body())
                    .isEqualTo("ok");
        }
        assertThat(server.connections()).isEqualTo(1);
    }

    /** Trap 45: the JDK client closes the connection of the finished exchange, which another call may have by then. */
    @Test
    void cancellingADependentOfAFinishedCallHarmsNoOther() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        ScriptedServer server = with.server(OK, socket -> {
            asked.countDown();
            cancelled.await();
            OK.to(socket);
        });
        HttpClient client = client();
        CompletableFuture<HttpResponse<String>> finished = client.sendAsync(get(server), BodyHandlers.ofString());
        CompletableFuture<Object> dependent = finished.thenCompose(response -> new CompletableFuture<>());
        finished.get();
        CompletableFuture<HttpResponse<String>> other = client.sendAsync(post(server), BodyHandlers.ofString());
        asked.await();

        dependent.cancel(true);
        cancelled.countDown();

        assertThat(other.get().body()).isEqualTo("ok");
        assertThat(server.targets()).containsExactly("GET /", "POST /");
        assertThat(server.connections()).containsExactly(0, 0);
    }

    @Test
    void cancellingADependentOfAFinishedCallWhoseBodyWasHeldHarmsNoOther() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        ScriptedServer server = with.server(ScriptedServer.status(404, "no"), socket -> {
            asked.countDown();
            cancelled.await();
            OK.to(socket);
        });
        HttpClient client = client();
        CompletableFuture<HttpResponse<String>> finished = client.sendAsync(get(server), BodyHandlers.ofString());
        CompletableFuture<Object> dependent = finished.thenCompose(response -> new CompletableFuture<>());
        finished.get();
        CompletableFuture<HttpResponse<String>> other = client.sendAsync(post(server), BodyHandlers.ofString());
        asked.await();

        dependent.cancel(true);
        cancelled.countDown();

        assertThat(other.get().body()).isEqualTo("ok");
        assertThat(server.targets()).containsExactly("GET /", "POST /");
    }

    /** Bodies are longer than what the sockets hold: an answer that nobody reads or drops does not end. */
    @ParameterizedTest
    @EnumSource
    void endRacingWithAnswersLeavesNothingBehind(Way way) throws Exception {
        for (int status : List.of(200, 404, 429)) {
            AtomicInteger open = new AtomicInteger();
            ScriptedServer.Answer page = ScriptedServer.status(status, "p".repeat(10_000_000));
            ScriptedServer server = with.server(socket -> {
                open.incrementAndGet();
                try {
                    page.to(socket);
                } finally {
                    open.decrementAndGet();
                }
            });
            HttpClient client = HeadwayHttpClient.wrap(plain(), headway(with.moving(), 2));
            for (int i = 0; i < 60; i++) {
                if (way == Way.SEND) {
                    interruptRacing(client, server, i * 20_000);
                } else {
                    cancelRacing(client, server, i * 20_000);
                }
            }
            await(() -> open.get() == 0);
            // No permit was lost.
            client.send(get(server), BodyHandlers.discarding());
        }
    }

    /** The client's own {@code send} loses a response when the interrupt comes just before it returns. */
    @Test
    void streamThatTheClientLosesToAnInterruptIsClosed() throws Exception {
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        ScriptedServer server = with.server(socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n1");
            closed.complete(socket.getInputStream().read());
        });
        HttpClient losing = new ForwardingHttpClient(plain()) {
            @Override
            public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
                    throws IOException, InterruptedException {
                HttpResponse<T> lost = super.send(request, handler);
                throw new InterruptedException("lost " + lost.statusCode());
            }
        };

        assertThatThrownBy(() -> with.wrap(losing).send(get(server), BodyHandlers.ofInputStream()))
                .isInstanceOf(InterruptedException.class);

        assertThat(closed.get()).isEqualTo(-1);
    }

    private static void cancelRacing(HttpClient client, ScriptedServer server, int spins) throws Exception {
        CompletableFuture<HttpResponse<InputStream>> call = client.sendAsync(get(server), BodyHandlers.ofInputStream());
        spin(spins);
        if (!call.cancel(true) && !call.isCompletedExceptionally()) {
            call.get().body().close();
        }
    }

    private static void interruptRacing(HttpClient client, ScriptedServer server, int spins) throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        CompletableFuture<?> call = async(() -> {
            thread.complete(Thread.currentThread());
            client.send(get(server), BodyHandlers.ofInputStream()).body().close();
            return "closed";
        });
        Thread calling = thread.get();
        spin(spins);
        calling.interrupt();
        ended(call);
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    // ---- the thread

    @Test
    void interruptEndsAWaitAndNothingIsSentAfter() throws Exception {
        ScriptedServer server = with.server(BUSY, OK);
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        HttpClient client = client();
        CompletableFuture<?> call = async(() -> {
            thread.complete(Thread.currentThread());
            return client.send(get(server), BodyHandlers.ofString());
        });
        still.awaitParked(1);

        thread.get().interrupt();

        assertThat(failureOf(call)).isExactlyInstanceOf(InterruptedException.class);
        assertThat(still.pending()).isZero();
        still.advance(Duration.ofMinutes(10));
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void interruptEndsAnAttemptAndNothingIsSentAfter() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        ScriptedServer server = with.server(socket -> {
            asked.countDown();
            closed.complete(socket.getInputStream().read());
        });
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        HttpClient client = client();
        CompletableFuture<?> call = async(() -> {
            thread.complete(Thread.currentThread());
            return client.send(get(server), BodyHandlers.ofString());
        });
        asked.await();

        thread.get().interrupt();

        assertThat(failureOf(call)).isExactlyInstanceOf(InterruptedException.class);
        assertThat(closed.get()).isEqualTo(-1);
        assertThat(server.targets()).hasSize(1);
    }

    @Test
    void interruptEndsTheDeliveryOfAnErrorBody() throws Exception {
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        ScriptedServer server = with.server(socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 404 No\r\nContent-Length: 10\r\n\r\n1");
            closed.complete(socket.getInputStream().read());
        });
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        Listener listener = new Listener();
        HttpClient client = client();
        CompletableFuture<?> call = async(() -> {
            thread.complete(Thread.currentThread());
            return client.send(get(server), info -> listener);
        });
        listener.begun.get();

        thread.get().interrupt();

        assertThat(failureOf(call)).isExactlyInstanceOf(InterruptedException.class);
        assertThat(closed.get()).isEqualTo(-1);
        assertThat(listener.ended.get()).isInstanceOf(IOException.class);
    }

    @Test
    void interruptBeforeTheCallSendsNothing() throws Exception {
        ScriptedServer server = with.server(OK);
        HttpClient client = client();
        CompletableFuture<?> call = async(() -> {
            Thread.currentThread().interrupt();
            return client.send(get(server), BodyHandlers.ofString());
        });

        assertThat(failureOf(call)).isExactlyInstanceOf(InterruptedException.class);
        assertThat(server.targets()).isEmpty();
    }

    // ---- what comes when it is not wanted any more

    /** The client's timer may strike while the response's header fields arrive. */
    @ParameterizedTest
    @EnumSource
    void responseOfAnAttemptThatTimedOutDoesNotReachTheHandler(Way way) throws Exception {
        ScriptedServer server = with.server(ScriptedServer.status(200, "late"), OK);
        AtomicInteger asked = new AtomicInteger();
        HttpClient racing = new ForwardingHttpClient(plain()) {
            private boolean timedOut;

            @Override
            public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
                    throws IOException, InterruptedException {
                if (!timedOut) {
                    timedOut = true;
                    later = () -> {
                        try {
                            super.send(request, handler);
                        } catch (IOException | InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    };
                    throw new HttpTimeoutException("request timed out");
                }
                later.run();
                return super.send(request, handler);
            }

            private Runnable later = () -> {};

            @Override
            public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                    HttpRequest request, BodyHandler<T> handler, HttpResponse.PushPromiseHandler<T> pushes) {
                try {
                    return CompletableFuture.completedFuture(send(request, handler));
                } catch (IOException | InterruptedException e) {
                    return CompletableFuture.failedFuture(e);
                }
            }
        };

        HttpResponse<String> response = way.call(with.wrap(racing), get(server), info -> {
            asked.incrementAndGet();
            return BodySubscribers.ofString(UTF_8);
        });

        assertThat(response.body()).isEqualTo("ok");
        assertThat(asked).hasValue(1);
        assertThat(server.targets()).hasSize(2);
    }

    private HttpClient client() {
        return HeadwayHttpClient.wrap(plain(), headway(still, 3));
    }

    /** Hears the first byte and the end. */
    private static final class Listener implements BodySubscriber<String> {

        final CompletableFuture<String> begun = new CompletableFuture<>();
        final CompletableFuture<Throwable> ended = new CompletableFuture<>();

        @Override
        public CompletionStage<String> getBody() {
            return new CompletableFuture<>();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            begun.complete("begun");
        }

        @Override
        public void onError(Throwable throwable) {
            ended.complete(throwable);
        }

        @Override
        public void onComplete() {
            ended.complete(new AssertionError("complete"));
        }
    }
}
