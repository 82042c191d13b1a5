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

import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.TokenBucket;
import dev.headway.testkit.ScriptedServer;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing ends the waits, and then the wrapped client, where that has an end. */
@Timeout(60)
class CloseTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    @RegisterExtension
    final Fixture with = new Fixture();

    /** Its time stands still: a call that waits does so until somebody ends it. */
    private final VirtualTime still = new VirtualTime();

    enum Closing {
        CLOSE {
            @Override
            void end(HeadwayHttpClient client) {
                client.close();
            }
        },
        SHUTDOWN {
            @Override
            void end(HeadwayHttpClient client) {
                client.shutdown();
            }
        },
        SHUTDOWN_NOW {
            @Override
            void end(HeadwayHttpClient client) {
                client.shutdownNow();
            }
        },
        CLOSE_A_VIEW {
            @Override
            void end(HeadwayHttpClient client) {
                client.with(RetryPolicy.none()).close();
            }
        };

        abstract void end(HeadwayHttpClient client);
    }

    private CompletableFuture<? extends HttpResponse<String>> begin(Way way, HttpClient client, ScriptedServer server) {
        return way == Way.SEND
                ? async(() -> client.send(get(server), BodyHandlers.ofString()))
                : client.sendAsync(get(server), BodyHandlers.ofString());
    }

    private void awaitWait(Way way, int number) throws InterruptedException {
        if (way == Way.SEND) {
            still.awaitParked(number);
        } else {
            still.awaitTasks(number);
        }
    }

    private static void assertClosed(Throwable failure) {
        Throwable thrown = failure instanceof CompletionException wrapper ? wrapper.getCause() : failure;
        assertThat(thrown).isExactlyInstanceOf(IOException.class).hasMessage("The client is closed.");
    }

    @ParameterizedTest
    @EnumSource
    void waitForTheNextAttemptEndsAtOnce(Closing how) throws Exception {
        for (Way way : Way.values()) {
            ScriptedServer server = with.server(BUSY, OK);
            HeadwayHttpClient client = HeadwayHttpClient.wrap(plain(), headway(still, 3));
            CompletableFuture<?> call = begin(way, client, server);
            awaitWait(way, 1);

            how.end(client);

            assertClosed(failureOf(call));
            assertThat(client.awaitTermination(LONG)).isTrue();
            assertThat(client.isTerminated()).isTrue();
            assertThat(still.pending()).isZero();
            still.advance(Duration.ofMinutes(10));
            assertThat(server.targets()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void waitForAPermitEndsAtOnceAndThePermitGoesBack(Way way) throws Exception {
        ScriptedServer server = with.server(OK);
        Headway api = Headway.builder()
                .time(still)
                .limit(TokenBucket.perSecond(1).burst(1))
                .build();
        HeadwayHttpClient client = HeadwayHttpClient.wrap(plain(), api);
        HeadwayHttpClient other = HeadwayHttpClient.wrap(plain(), api);
        begin(way, client, server).get();
        CompletableFuture<?> waits = begin(way, client, server);
        awaitWait(way, 1);
        CompletableFuture<? extends HttpResponse<String>> behind = begin(way, other, server);
        awaitWait(way, 2);

        client.close();

        assertClosed(failureOf(waits));
        assertThat(server.targets()).hasSize(1);
        // What the call would have had is the next one's.
        still.advance(Duration.ofMillis(1100));
        assertThat(behind.get().body()).isEqualTo("ok");
        assertThat(server.targets()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsTakenAfterwards(Way way) throws Exception {
        ScriptedServer server = with.server(OK);
        HeadwayHttpClient client = with.client();
        HeadwayHttpClient view = client.with(RetryPolicy.none());
        HttpClient second = with.wrap(new ForwardingHttpClient(client));

        client.close();
        client.close();

        assertClosed(failureOf(begin(way, client, server)));
        assertClosed(failureOf(begin(way, view, server)));
        assertThatThrownBy(() -> way.call(second, post(server), BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
        assertThat(view.isTerminated()).isTrue();
        assertThat(server.targets()).isEmpty();
    }

    /** An attempt that is on its way when the client is shut down. */
    @ParameterizedTest
    @EnumSource
    void attemptOnItsWayComesToItsEnd(Way way) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch shut = new CountDownLatch(1);
        ScriptedServer server = with.server(BUSY, socket -> {
            asked.countDown();
            shut.await();
            OK.to(socket);
        });
        HeadwayHttpClient client = with.client();
        CompletableFuture<? extends HttpResponse<String>> call = begin(way, client, server);
        asked.await();

        client.shutdown();
        shut.countDown();

        assertThat(call.get().body()).isEqualTo("ok");
        assertThat(client.awaitTermination(LONG)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void attemptOnItsWayIsTheLast(Way way) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch shut = new CountDownLatch(1);
        ScriptedServer server = with.server(socket -> {
            asked.countDown();
            shut.await();
            BUSY.to(socket);
        });
        HeadwayHttpClient client = with.client();
        CompletableFuture<?> call = begin(way, client, server);
        asked.await();

        client.shutdown();
        assertThat(client.awaitTermination(Duration.ofMillis(1)))
                .isEqualTo(Runtime.version().feature() < 21);
        shut.countDown();

        assertClosed(failureOf(call));
        assertThat(server.targets()).hasSize(1);
        assertThat(client.awaitTermination(LONG)).isTrue();
    }

    @Test
    void openClientIsNotTerminated() throws Exception {
        HeadwayHttpClient client = with.client();

        assertThat(client.isTerminated()).isFalse();
        assertThat(client.awaitTermination(Duration.ofMillis(1))).isFalse();
        assertThat(client.awaitTermination(Duration.ofMillis(-1))).isFalse();
    }

    @Test
    void waitForTheEndHearsTheInterrupt() {
        HeadwayHttpClient client = with.client();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> client.awaitTermination(LONG)).isInstanceOf(InterruptedException.class);
    }

    /** What the closing thread runs is ours alone: a caller's own work on the failure may close the client, too. */
    @Test
    void callThatIsEndedMayCloseItsClient() throws Exception {
        ScriptedServer server = with.server(BUSY, OK);
        HeadwayHttpClient client = HeadwayHttpClient.wrap(plain(), headway(still, 3));
        CompletableFuture<Boolean> closed = client.sendAsync(get(server), BodyHandlers.ofString())
                .handle((response, thrown) -> {
                    client.close();
                    return true;
                });
        still.awaitTasks(1);

        client.close();

        assertThat(closed.get()).isTrue();
    }

    /** Newer clients wait for their own threads then: whoever closes one must not be one of them. */
    @Test
    void whoeverHearsOfALateErrorBodyMayCloseTheClient() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        ScriptedServer server = with.server(socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 404 No\r\nContent-Length: 3\r\n\r\nno");
            begun.await();
            ScriptedServer.write(socket, "!");
        });
        HeadwayHttpClient client = with.client();
        CompletableFuture<String> closed = client.sendAsync(get(server), info -> {
                    begun.countDown();
                    return BodySubscribers.ofString(UTF_8);
                })
                .thenApply(response -> {
                    client.close();
                    return response.body();
                });

        assertThat(closed.get()).isEqualTo("no!");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void wrappedClientIsClosedToo() throws Exception {
        ScriptedServer server = with.server(OK);
        HttpClient own = plain();

        with.wrap(own).close();

        assertThatThrownBy(() -> own.send(get(server), BodyHandlers.ofString())).isInstanceOf(IOException.class);
        assertThat(server.targets()).isEmpty();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void shutdownNowEndsWhatIsOnItsWay() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CompletableFuture<Integer> end = new CompletableFuture<>();
        ScriptedServer server = with.server(socket -> {
            asked.countDown();
            end.complete(socket.getInputStream().read());
        });
        HeadwayHttpClient client = with.client();
        CompletableFuture<?> call = client.sendAsync(get(server), BodyHandlers.ofString());
        asked.await();

        client.shutdownNow();

        assertThat(end.get()).isEqualTo(-1);
        assertThat(failureOf(call)).isInstanceOf(IOException.class);
        assertThat(client.awaitTermination(LONG)).isTrue();
        assertThat(server.targets()).hasSize(1);
    }
}
