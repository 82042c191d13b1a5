package dev.headway.jdk;

import static dev.headway.jdk.Fixture.OK;
import static dev.headway.jdk.Fixture.async;
import static dev.headway.jdk.Fixture.failureOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.testkit.ScriptedServer;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code HttpRequest.timeout} until the caller has the body, which the client itself keeps only until the header fields. */
@Timeout(60)
class AttemptTimeTest {

    /** In real time: the header fields come before, also on a busy machine. */
    private static final Duration SHORT = Duration.ofSeconds(2);

    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final Fixture with = new Fixture();

    private final CompletableFuture<Integer> closed = new CompletableFuture<>();

    private static HttpRequest get(ScriptedServer server, Duration timeout) {
        return HttpRequest.newBuilder(server.uri("/")).timeout(timeout).build();
    }

    /** Says that it has ten bytes, and sends one. */
    private ScriptedServer.Answer stalled(int status) {
        return socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 " + status + " Status\r\nContent-Length: 10\r\n\r\n1");
            closed.complete(socket.getInputStream().read());
        };
    }

    private void assertTimesOut(Way way, HttpRequest request, BodyHandler<?> handler, int attempts) {
        assertThatThrownBy(() -> way.call(with.client(), request, handler))
                .isExactlyInstanceOf(HttpTimeoutException.class)
                .hasMessage("request timed out")
                .satisfies(
                        failure -> assertThat(Fixture.trace(failure).attempts()).hasSize(attempts));
    }

    /** The caller's handler has been asked: whatever it did with the first byte can not be undone by another attempt. */
    @ParameterizedTest
    @EnumSource
    void stalledBodyFailsItsCallAndIsNotRepeated(Way way) throws Exception {
        ScriptedServer server = with.server(stalled(200), OK);

        assertTimesOut(way, get(server, SHORT), BodyHandlers.ofString(), 1);
        assertThat(closed.get()).isEqualTo(-1);
        assertThat(server.targets()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void stalledBodyThatWasHeldBackAndDeliveredFailsItsCall(Way way) throws Exception {
        ScriptedServer server = with.server(stalled(404), OK);

        assertTimesOut(way, get(server, SHORT), BodyHandlers.ofString(), 1);
        assertThat(closed.get()).isEqualTo(-1);
        assertThat(server.targets()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void stalledBodyOnHttp2FailsItsCall(Way way) throws Exception {
        for (int status : new int[] {200, 404}) {
            Http2Server server = with.opened(new Http2Server());
            server.always(new MockResponse.Builder().body("ok").build());
            HttpClient client = with.wrap(server.client());
            // The handshake takes its time.
            server.enqueue(new MockResponse.Builder().body("ok").build());
            way.call(client, Fixture.get(server.uri()), BodyHandlers.ofString());
            server.enqueue(new MockResponse.Builder()
                    .code(status)
                    .body("x".repeat(1000))
                    .onResponseBody(SocketEffect.Stall.INSTANCE)
                    .build());
            HttpRequest request =
                    HttpRequest.newBuilder(server.uri()).timeout(SHORT).build();

            assertThatThrownBy(() -> way.call(client, request, BodyHandlers.ofString()))
                    .isExactlyInstanceOf(HttpTimeoutException.class)
                    .hasMessage("request timed out");
            // The connection lives on.
            assertThat(client.send(Fixture.get(server.uri()), BodyHandlers.ofString())
                            .body())
                    .isEqualTo("ok");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    /** The header fields decide. */
    @ParameterizedTest
    @EnumSource
    void stalledBodyOfARefusalDelaysNothing(Way way) throws Exception {
        ScriptedServer server = with.server(
                socket -> {
                    ScriptedServer.write(socket, "HTTP/1.1 429 Busy\r\nRetry-After: 1\r\nContent-Length: 10\r\n\r\n1");
                    closed.complete(socket.getInputStream().read());
                },
                OK);

        HttpResponse<String> response = way.call(with.client(), get(server, LONG), BodyHandlers.ofString());

        assertThat(Fixture.statuses(response)).containsExactly(429, 200);
        assertThat(closed.get()).isEqualTo(-1);
    }

    /** A finisher that reads blocks the thread that asks for the body. */
    @ParameterizedTest
    @EnumSource
    void handlerThatReadsTheWholeBodyIsEndedToo(Way way) throws Exception {
        BodyHandler<Integer> counting = info -> BodySubscribers.mapping(BodySubscribers.ofInputStream(), stream -> {
            try (stream) {
                return stream.readAllBytes().length;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        for (int status : new int[] {200, 404}) {
            assertTimesOut(way, get(with.server(stalled(status)), SHORT), counting, 1);
        }
        HttpResponse<Integer> response = way.call(with.client(), get(with.server(OK), LONG), counting);
        assertThat(response.body()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void responseThatIsInTimeIsTheClientsOwn(Way way) throws Exception {
        ScriptedServer server = with.server(ScriptedServer.status(200, "b".repeat(200_000)));

        HttpResponse<String> response = way.call(with.client(), get(server, LONG), BodyHandlers.ofString());

        assertThat(response.body()).hasSize(200_000);
        assertThat(response).isNotInstanceOf(DeliveredResponse.class);
    }

    @ParameterizedTest
    @EnumSource
    void handlerThatFailsFailsAsWithoutATimeout(Way way) throws Exception {
        for (int status : new int[] {200, 404}) {
            HttpRequest request = get(with.server(ScriptedServer.status(status, "text")), LONG);
            BodyHandler<String> failing = info -> BodySubscribers.mapping(BodySubscribers.ofString(UTF_8), text -> {
                throw new IllegalStateException("mine");
            });

            assertThatThrownBy(() -> way.call(with.client(), request, failing)).hasStackTraceContaining("mine");
        }
    }

    /**
     * On Java 17 before 17.0.16 the client neither ends such a call nor times it out (JDK-8286171); later ones hand the refusal
     * over.
     */
    @ParameterizedTest
    @EnumSource
    void refusalInsteadOfTheContinueThatWasExpectedDoesNotHang(Way way) throws Exception {
        ScriptedServer server = with.server(ScriptedServer.status(429, "busy"));
        HttpRequest request = HttpRequest.newBuilder(server.uri("/"))
                .timeout(SHORT)
                .expectContinue(true)
                .POST(BodyPublishers.ofString("text"))
                .build();
        HttpClient client = with.client(1);

        try {
            assertThat(way.call(client, request, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(429);
        } catch (HttpTimeoutException e) {
            assertThat(e).hasMessage("request timed out");
        }
    }

    @ParameterizedTest
    @EnumSource
    void continueThatWasExpectedLetsTheBodyGo(Way way) throws Exception {
        ScriptedServer server = with.server(
                ScriptedServer.raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        HttpRequest request = HttpRequest.newBuilder(server.uri("/"))
                .timeout(LONG)
                .expectContinue(true)
                .POST(BodyPublishers.noBody())
                .build();

        assertThat(way.call(with.client(), request, BodyHandlers.ofString()).body())
                .isEqualTo("ok");
    }

    @Test
    void interruptEndsACallThatExpectsToContinue() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        ScriptedServer server = with.server(socket -> {
            asked.countDown();
            closed.complete(socket.getInputStream().read());
        });
        HttpRequest request = HttpRequest.newBuilder(server.uri("/"))
                .timeout(LONG)
                .expectContinue(true)
                .POST(BodyPublishers.noBody())
                .build();
        HttpClient client = with.client();
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        CompletableFuture<?> call = async(() -> {
            thread.complete(Thread.currentThread());
            return client.send(request, BodyHandlers.ofString());
        });
        asked.await();

        thread.get().interrupt();

        assertThat(failureOf(call)).isExactlyInstanceOf(InterruptedException.class);
        assertThat(closed.get()).isEqualTo(-1);
        assertThat(server.targets()).hasSize(1);
    }

    /**
     * Below 17.0.16 and 21.0.6 the client forgets the timer of a redirected request, which then ends whatever its connection carries
     * by that time (JDK-8304701). Nobody but the client can take it back.
     */
    @ParameterizedTest
    @EnumSource
    @EnabledForJreRange(min = JRE.JAVA_25)
    void timerOfARedirectedRequestDoesNotEndTheNextOne(Way way) throws Exception {
        ScriptedServer server = with.server(ScriptedServer.status(302, "", "Location: /there"), OK, socket -> {
            // Longer than the time of the first.
            assertThat(new CountDownLatch(1).await(2500, TimeUnit.MILLISECONDS)).isFalse();
            OK.to(socket);
        });
        HttpClient client = with.wrap(Fixture.plain(HttpClient.Redirect.NORMAL));
        way.call(client, get(server, SHORT), BodyHandlers.ofString());

        assertThat(way.call(client, Fixture.post(server), BodyHandlers.ofString())
                        .body())
                .isEqualTo("ok");
        assertThat(server.targets()).containsExactly("GET /", "GET /there", "POST /");
        assertThat(server.connections()).containsExactly(0, 0, 0);
    }

    @Test
    void timerOfACallThatHasEndedHoldsNothing() throws Exception {
        HttpClient client = with.client();
        CountDownLatch asked = new CountDownLatch(1);
        ScriptedServer server = with.server(OK, ScriptedServer.status(404, "no"), socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1");
            asked.countDown();
            closed.complete(socket.getInputStream().read());
        });

        awaitCleared(handlerOf(client, server, call -> call.get()));
        awaitCleared(handlerOf(client, server, call -> call.get()));
        awaitCleared(handlerOf(client, server, call -> {
            asked.await();
            return call.cancel(true);
        }));
        assertThat(closed.get()).isEqualTo(-1);
    }

    private interface Ending {
        Object end(CompletableFuture<?> call) throws Exception;
    }

    /** What the caller's handler makes holds whatever the caller wants it to. */
    private static WeakReference<?> handlerOf(HttpClient client, ScriptedServer server, Ending ending)
            throws Exception {
        BodyHandler<String> handler = BodyHandlers.fromSubscriber(new Text(), text -> "made");
        assertThat(ending.end(client.sendAsync(get(server, LONG), handler))).isNotNull();
        return new WeakReference<>(handler);
    }

    private static void awaitCleared(WeakReference<?> reference) {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (reference.get() != null) {
            assertThat(System.nanoTime() - giveUpAt).isNegative();
            System.gc();
        }
    }

    private static final class Text implements Flow.Subscriber<List<ByteBuffer>> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {}

        @Override
        public void onError(Throwable throwable) {}

        @Override
        public void onComplete() {}
    }

    // ---- on a time that the test moves

    private final VirtualTime time = new VirtualTime();

    private <T> CompletableFuture<T> timed(BodySubscriber<T> subscriber) {
        TimedBody<T> body =
                new TimedBody<>(new HeldBodyTest.Info(), subscriber, new AttemptTime(LONG, time), Runnable::run);
        return body.getBody().toCompletableFuture();
    }

    @Test
    void timeEndsWithTheBody() {
        CompletableFuture<String> text = new CompletableFuture<>();

        CompletableFuture<String> made = timed(new Making<>(text));
        assertThat(time.pending()).isEqualTo(1);
        text.complete("text");

        assertThat(made).isCompletedWithValue("text");
        assertThat(time.pending()).isZero();
    }

    /** A stream is a body before its first byte: its reader has all the time it likes. */
    @Test
    void streamIsMadeAtOnceAndHasAllTheTime() {
        CompletableFuture<InputStream> made = timed(BodySubscribers.ofInputStream());

        assertThat(made).isCompleted();
        assertThat(time.pending()).isZero();
    }

    @Test
    void timeIsThatOfTheWholeAttempt() throws Exception {
        AttemptTime attempt = new AttemptTime(Duration.ofSeconds(10), time);
        time.advance(Duration.ofSeconds(9));
        CompletableFuture<String> result = new CompletableFuture<>();

        attempt.limit(result, 0, result::completeExceptionally);
        time.advance(Duration.ofSeconds(1));

        assertThat(failureOf(result)).isExactlyInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void timeMayBeLongerThanAnyClockCounts() {
        AttemptTime attempt = new AttemptTime(Duration.ofSeconds(Long.MAX_VALUE), time);
        CompletableFuture<String> result = new CompletableFuture<>();

        attempt.limit(result, 0, result::completeExceptionally);
        time.advance(Duration.ofDays(1000));

        assertThat(result).isNotDone();
    }

    private static final class Never<R> extends CompletableFuture<R> {

        boolean aborted;

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            aborted = true;
            return false;
        }
    }

    /** What the client may do with an exchange that is over although it does not end. */
    @Test
    void responseOfABoundedExchangeThatComesTooLateIsLetGo() throws Exception {
        Never<String> sent = new Never<>();
        CompletableFuture<String> late = new CompletableFuture<>();
        BoundedExchange<String> exchange =
                new BoundedExchange<>(sent, new AttemptTime(Duration.ofSeconds(1), time), late::complete);

        time.advance(Duration.ofSeconds(2));

        assertThat(failureOf(exchange)).isExactlyInstanceOf(HttpTimeoutException.class);
        sent.complete("late");
        assertThat(late).isCompletedWithValue("late");
    }

    @Test
    void boundedExchangeThatIsOverAbortsNothing() {
        Never<String> sent = new Never<>();
        BoundedExchange<String> exchange = new BoundedExchange<>(sent, new AttemptTime(LONG, time), late -> {});
        sent.complete("ok");

        assertThat(exchange.cancel(true)).isFalse();
        assertThat(exchange).isCompletedWithValue("ok");
        assertThat(sent.aborted).isFalse();
        assertThat(time.pending()).isZero();
    }

    private record Making<T>(CompletableFuture<T> made) implements BodySubscriber<T> {

        @Override
        public CompletionStage<T> getBody() {
            return made;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {}

        @Override
        public void onNext(List<ByteBuffer> item) {}

        @Override
        public void onError(Throwable throwable) {}

        @Override
        public void onComplete() {}
    }
}
