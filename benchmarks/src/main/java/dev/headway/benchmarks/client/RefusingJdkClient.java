package dev.headway.benchmarks.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLSession;

/** Keeps what it is asked to send until it is told to refuse all of it, for an hour; touches no network. */
final class RefusingJdkClient extends StubJdkClient {

    private static final HttpHeaders HEADERS =
            HttpHeaders.of(Map.of("Retry-After", List.of("3600")), (name, value) -> true);

    private final List<Runnable> asked = new ArrayList<>();

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, HttpResponse.BodyHandler<T> handler, HttpResponse.PushPromiseHandler<T> pushes) {
        CompletableFuture<HttpResponse<T>> answer = new CompletableFuture<>();
        asked.add(() -> {
            HttpResponse.BodySubscriber<T> subscriber = handler.apply(new Info());
            subscriber.onSubscribe(new Empty(subscriber));
            answer.complete(new Refusal<>(
                    request, subscriber.getBody().toCompletableFuture().join()));
        });
        return answer;
    }

    void refuseAll() {
        List<Runnable> all = List.copyOf(asked);
        asked.clear();
        all.forEach(Runnable::run);
    }

    private record Empty(Flow.Subscriber<List<ByteBuffer>> subscriber) implements Flow.Subscription {

        @Override
        public void request(long n) {
            subscriber.onComplete();
        }

        @Override
        public void cancel() {}
    }

    private record Info() implements HttpResponse.ResponseInfo {

        @Override
        public int statusCode() {
            return 429;
        }

        @Override
        public HttpHeaders headers() {
            return HEADERS;
        }

        @Override
        public Version version() {
            return Version.HTTP_1_1;
        }
    }

    private record Refusal<T>(HttpRequest request, T body) implements HttpResponse<T> {

        @Override
        public int statusCode() {
            return 429;
        }

        @Override
        public Optional<HttpResponse<T>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public HttpHeaders headers() {
            return HEADERS;
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return request.uri();
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }
}
