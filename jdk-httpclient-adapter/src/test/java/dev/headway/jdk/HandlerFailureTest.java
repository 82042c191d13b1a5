package dev.headway.jdk;

import static dev.headway.jdk.Fixture.get;
import static dev.headway.jdk.Fixture.plain;
import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.testkit.ScriptedServer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A handler that fails, fails the call as it does with the bare client: on a 200, and on a body that was held back. */
@Timeout(60)
class HandlerFailureTest {

    @RegisterExtension
    final Fixture with = new Fixture();

    @ParameterizedTest
    @EnumSource
    void handlerThatThrowsFailsTheCallAsWithTheBareClient(Way way) throws Exception {
        same(way, info -> {
            throw new IllegalStateException("mine");
        });
        same(way, info -> {
            throw new IllegalArgumentException("mine");
        });
        same(way, info -> {
            throw new SecurityException("mine");
        });
        same(way, info -> {
            throw new UncheckedIOException(new IOException("mine"));
        });
        same(way, info -> {
            throw new CompletionException(new IOException("mine"));
        });
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("NullAway") // on purpose
    void handlerThatReturnsNullFailsTheCall(Way way) throws Exception {
        // The bare client of Java 25 hangs.
        for (int status : new int[] {200, 404}) {
            String thrown = thrown(way, with.client(), status, info -> null);
            assertThat(thrown).contains(NullPointerException.class.getName());
        }
    }

    @ParameterizedTest
    @EnumSource
    void subscriberThatThrowsFailsTheCallAsWithTheBareClient(Way way) throws Exception {
        same(way, info -> new Failing() {
            @Override
            public CompletionStage<String> getBody() {
                throw new IllegalStateException("mine");
            }
        });
        same(way, info -> new Failing() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                throw new IllegalStateException("mine");
            }
        });
        same(way, info -> new Failing() {
            @Override
            public void onNext(List<ByteBuffer> item) {
                throw new IllegalStateException("mine");
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void bodyFutureThatFailsFailsTheCallAsWithTheBareClient(Way way) throws Exception {
        for (Throwable failure : List.of(
                new IOException("mine"),
                new FileNotFoundException("mine"),
                new IllegalStateException("mine"),
                new IllegalArgumentException("mine"),
                new SecurityException("mine"),
                new HttpConnectTimeoutException("mine"),
                new HttpTimeoutException("mine"),
                new ConnectException("mine"),
                new SSLHandshakeException("mine"),
                new SSLException("mine"),
                new ProtocolException("mine"),
                new CancellationException("mine"),
                new CompletionException("outer", new IOException("mine")),
                new ExecutionException("outer", new IOException("mine")),
                new AssertionError("mine"))) {
            same(way, info -> new Failing() {
                @Override
                public CompletionStage<String> getBody() {
                    return CompletableFuture.failedFuture(failure);
                }
            });
        }
    }

    private void same(Way way, BodyHandler<String> handler) throws Exception {
        for (int status : new int[] {200, 404}) {
            // The client leaves the cause of a time-out away.
            assertThat(thrown(way, with.client(), status, handler)).startsWith(thrown(way, plain(), status, handler));
        }
    }

    /** The connection is fit for another call, or closed. */
    private String thrown(Way way, HttpClient client, int status, BodyHandler<String> handler) throws Exception {
        ScriptedServer server = with.server(status(status, "text"));
        try {
            way.call(client, get(server), handler);
        } catch (Exception e) {
            assertThat(server.targets()).hasSize(1);
            assertThat(client.send(get(server), BodyHandlers.ofString()).body()).isEqualTo("text");
            return chain(e);
        }
        throw new AssertionError("It did not fail.");
    }

    private static String chain(@Nullable Throwable thrown) {
        return thrown == null
                ? ""
                : thrown.getClass().getName() + ": " + thrown.getMessage() + "\n" + chain(thrown.getCause());
    }

    /** Reads all, and fails when it hears of a failure. */
    private abstract static class Failing implements BodySubscriber<String> {

        private final CompletableFuture<String> body = new CompletableFuture<>();

        @Override
        public CompletionStage<String> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {}

        @Override
        public void onError(Throwable throwable) {
            body.completeExceptionally(throwable);
        }

        @Override
        public void onComplete() {
            body.complete("complete");
        }
    }
}
