package dev.headway.jdk;

import static dev.headway.jdk.Fixture.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.TokenBucket;
import dev.headway.testkit.VirtualTime;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Thousands of calls that wait hold no thread, and nothing any more once they are cancelled, long before their time. */
@Timeout(120)
class ManyWaitingTest {

    private static final int CALLS = 20_000;

    private final VirtualTime still = new VirtualTime();
    private final List<Runnable> refusals = new ArrayList<>();

    /** Refuses what it is asked to send when it is told to. */
    private final HttpClient network = new ForwardingHttpClient(Fixture.plain()) {
        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
            CompletableFuture<HttpResponse<T>> answer = new CompletableFuture<>();
            refusals.add(() -> {
                BodySubscriber<T> subscriber = handler.apply(new HeldBodyTest.Info());
                subscriber.onSubscribe(new NoBody());
                subscriber.onComplete();
                answer.complete(new Refusal<>(
                        request, subscriber.getBody().toCompletableFuture().join()));
            });
            return answer;
        }
    };

    @Test
    void callsThatWaitForAPermitHoldNoThreadAndNothingOnceCancelled() throws Exception {
        HttpClient client = HeadwayHttpClient.wrap(network, api());
        CompletableFuture<?> first = client.sendAsync(get(URI.create("http://localhost/")), BodyHandlers.ofString());
        refuseAll();

        cancelAll(client, () -> {});
        assertThat(refusals).isEmpty();
        assertThat(first.cancel(true)).isTrue();
        assertThat(still.pending()).isZero();
    }

    @Test
    void callsThatWereRefusedHoldNoThreadAndNothingOnceCancelled() throws Exception {
        cancelAll(HeadwayHttpClient.wrap(network, api()), this::refuseAll);
        assertThat(still.pending()).isZero();
    }

    private Headway api() {
        return Headway.builder()
                .time(still)
                .limit(TokenBucket.perSecond(1_000_000).burst(1_000_000))
                .build();
    }

    private void refuseAll() {
        List<Runnable> all = List.copyOf(refusals);
        refusals.clear();
        all.forEach(Runnable::run);
    }

    private static void cancelAll(HttpClient client, Runnable answers) {
        int threads = Thread.activeCount();
        List<CompletableFuture<?>> calls = new ArrayList<>();
        WeakReference<?> held = begin(client, calls);
        answers.run();
        // Those of the pool that goes on after a wait, however many wait.
        assertThat(Thread.activeCount() - threads).isLessThan(50);
        assertThat(calls).noneMatch(CompletableFuture::isDone);

        calls.forEach(call -> call.cancel(true));

        calls.clear();
        awaitCleared(held);
    }

    /** The handler is whatever the caller holds on to: it is there while the calls wait. */
    private static WeakReference<?> begin(HttpClient client, List<CompletableFuture<?>> calls) {
        HttpRequest request = get(URI.create("http://localhost/"));
        byte[] large = new byte[1000];
        BodyHandler<byte[]> handler = BodyHandlers.replacing(large);
        for (int i = 0; i < CALLS; i++) {
            calls.add(client.sendAsync(request, handler));
        }
        return new WeakReference<>(large);
    }

    private static void awaitCleared(WeakReference<?> reference) {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (reference.get() != null) {
            assertThat(System.nanoTime() - giveUpAt).isNegative();
            System.gc();
        }
    }

    private record NoBody() implements Flow.Subscription {

        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    }

    private record Refusal<T>(HttpRequest request, T body) implements HttpResponse<T> {

        @Override
        public int statusCode() {
            return 429;
        }

        @Override
        public HttpHeaders headers() {
            return HttpHeaders.of(Map.of("Retry-After", List.of("60")), (name, value) -> true);
        }

        @Override
        public Optional<HttpResponse<T>> previousResponse() {
            return Optional.empty();
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
