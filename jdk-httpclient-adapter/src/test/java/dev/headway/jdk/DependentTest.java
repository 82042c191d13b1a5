package dev.headway.jdk;

import static dev.headway.jdk.Fixture.BUSY;
import static dev.headway.jdk.Fixture.OK;
import static dev.headway.jdk.Fixture.get;
import static dev.headway.jdk.Fixture.headway;
import static dev.headway.jdk.Fixture.plain;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.testkit.ScriptedServer;
import dev.headway.testkit.VirtualTime;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What hangs on the future of a call may block, as with the bare client, also until another call has waited. */
@Timeout(60)
class DependentTest {

    /** More than the threads that serve all waits. */
    private static final int MANY = 2 * Runtime.getRuntime().availableProcessors() + 2;

    private static final ScriptedServer.Answer STALLED = socket -> {
        ScriptedServer.write(socket, "HTTP/1.1 404 No\r\nContent-Length: 10\r\n\r\n1");
        new CountDownLatch(1).await();
    };

    @RegisterExtension
    final Fixture with = new Fixture();

    private final VirtualTime still = new VirtualTime();

    /** Needs a thread for the end of its wait. */
    private String waitingCall() {
        try {
            ScriptedServer server = with.server(BUSY, OK);
            return with.client()
                    .sendAsync(get(server), BodyHandlers.ofString())
                    .join()
                    .body();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private CompletableFuture<String> blockingDependent(CompletableFuture<HttpResponse<String>> call) {
        return call.handle((response, thrown) -> waitingCall());
    }

    private static void assertAllEnd(List<CompletableFuture<String>> dependents) throws Exception {
        for (CompletableFuture<String> each : dependents) {
            assertThat(each.get()).isEqualTo("ok");
        }
    }

    @Test
    void ofBodiesWhoseTimeIsOver() throws Exception {
        HttpClient client = with.client();
        List<CompletableFuture<String>> dependents = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            HttpRequest request = HttpRequest.newBuilder(with.server(STALLED).uri("/"))
                    .timeout(Duration.ofMillis(300))
                    .build();
            dependents.add(blockingDependent(client.sendAsync(request, BodyHandlers.ofString())));
        }

        assertAllEnd(dependents);
    }

    @Test
    void ofWaitsThatEndWithTheirClient() throws Exception {
        HeadwayHttpClient client = HeadwayHttpClient.wrap(plain(), headway(still, 3));
        List<CompletableFuture<String>> dependents = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            dependents.add(blockingDependent(client.sendAsync(get(with.server(BUSY)), BodyHandlers.ofString())));
        }
        // Of each call that of the limiter, and the longest that it may wait.
        still.awaitTasks(2 * MANY);

        client.close();

        assertAllEnd(dependents);
    }

    /** The bare client never completes a future on its executor. */
    @Test
    void ofAnErrorBodyWhereTheClientHasOneThread() throws Exception {
        ScriptedServer server = with.server(ScriptedServer.status(404, "no"), OK);
        HttpClient client = with.wrap(singleThreaded());

        CompletableFuture<String> dependent = client.sendAsync(get(server), BodyHandlers.ofString())
                .thenApply(response -> client.sendAsync(get(server), BodyHandlers.ofString())
                        .join()
                        .body());

        assertThat(dependent.get()).isEqualTo("ok");
    }

    /** Newer clients have come to their end then, too. */
    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void ofAWaitThatEndsWithItsClientWhereThatHasOneThread() throws Exception {
        HttpClient own = singleThreaded();
        HeadwayHttpClient client = HeadwayHttpClient.wrap(own, headway(still, 3));
        ScriptedServer server = with.server(BUSY, OK);
        CompletableFuture<String> dependent = client.sendAsync(get(server), BodyHandlers.ofString())
                .handle((response, thrown) -> with.wrap(own)
                        .sendAsync(get(server), BodyHandlers.ofString())
                        .join()
                        .body());
        still.awaitTasks(1);

        client.shutdown();

        assertThat(dependent.get()).isEqualTo("ok");
    }

    private HttpClient singleThreaded() {
        ExecutorService single = Executors.newSingleThreadExecutor();
        with.opened(single::shutdownNow);
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(single)
                .build();
    }

    @Test
    void waitGoesOnAlthoughTheExecutorHasNoThreadForIt() throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        with.opened(pool::shutdownNow);
        // The client's own threads, which let go of the refusal, are not to be hit.
        Thread timer = Thread.currentThread();
        AtomicBoolean exhausted = new AtomicBoolean();
        Executor executor = task -> {
            if (Thread.currentThread().equals(timer) && exhausted.compareAndSet(true, false)) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            pool.execute(task);
        };
        HttpClient own = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(executor)
                .build();
        ScriptedServer server = with.server(BUSY, OK);
        CompletableFuture<HttpResponse<String>> call =
                HeadwayHttpClient.wrap(own, headway(still, 3)).sendAsync(get(server), BodyHandlers.ofString());
        // That of the limiter, and the longest that the call may wait.
        still.awaitTasks(2);

        exhausted.set(true);
        still.advance(Duration.ofSeconds(2));

        assertThat(call.get().body()).isEqualTo("ok");
    }
}
