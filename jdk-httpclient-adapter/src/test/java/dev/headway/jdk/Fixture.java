package dev.headway.jdk;

import static java.util.Objects.requireNonNull;

import dev.headway.Backoff;
import dev.headway.CallTrace;
import dev.headway.CallTraceException;
import dev.headway.Headway;
import dev.headway.HintParser;
import dev.headway.RetryPolicy;
import dev.headway.spi.TimeSource;
import dev.headway.testkit.ScriptedServer;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Servers, clients and times of a test, all closed after it. */
final class Fixture implements AfterEachCallback {

    static final ScriptedServer.Answer OK = ScriptedServer.status(200, "ok");
    static final ScriptedServer.Answer BUSY = ScriptedServer.status(429, "busy", "Retry-After: 1");
    static final ScriptedServer.Answer BROKEN = ScriptedServer.status(500, "broken");

    private static final Duration SOON = Duration.ofMinutes(1);

    private final HintParser hints;
    /** Also what the tests' own threads open. */
    private final List<AutoCloseable> opened = new CopyOnWriteArrayList<>();

    Fixture() {
        this(HintParser.standard());
    }

    /** With another parser, for the clients that it makes, which sees the bodies of successes, too. */
    Fixture(HintParser hints) {
        this.hints = hints;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        opened.clear();
    }

    <C extends AutoCloseable> C opened(C resource) {
        opened.add(resource);
        return resource;
    }

    ScriptedServer server(ScriptedServer.Answer... answers) throws IOException {
        return opened(new ScriptedServer(answers));
    }

    /** A time that goes on by itself, but not to the deadline of a call, which is further away. For calls of either way. */
    TimeSource moving() {
        VirtualTime time = new VirtualTime();
        Thread mover = new Thread(() -> {
            while (true) {
                try {
                    time.awaitTask(SOON);
                    time.runNext(SOON);
                } catch (InterruptedException over) {
                    return;
                } catch (AssertionError nothing) {
                    // The test is busy with something else for longer than is waited for a task.
                }
            }
        });
        mover.setDaemon(true);
        mover.start();
        opened(mover::interrupt);
        return new Moving(time);
    }

    /** Threads that park are moved on like timers. */
    private record Moving(VirtualTime time) implements TimeSource {

        @Override
        public long nanoTime() {
            return time.nanoTime();
        }

        @Override
        public Instant instant() {
            return time.instant();
        }

        @Override
        public void park(long nanos) {
            Thread parked = Thread.currentThread();
            CountDownLatch due = new CountDownLatch(1);
            Timer timer = time.schedule(nanos, () -> {
                due.countDown();
                LockSupport.unpark(parked);
            });
            if (due.getCount() > 0) {
                LockSupport.park(this);
            }
            timer.cancel();
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            return time.schedule(delayNanos, task);
        }
    }

    static HttpClient plain() {
        return plain(HttpClient.Redirect.NEVER);
    }

    static HttpClient plain(HttpClient.Redirect redirects) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(redirects)
                .build();
    }

    HeadwayHttpClient client() {
        return client(3);
    }

    HeadwayHttpClient client(int attempts) {
        return wrap(plain(), moving(), attempts);
    }

    HeadwayHttpClient wrap(HttpClient client) {
        return wrap(client, moving(), 3);
    }

    HeadwayHttpClient wrap(HttpClient client, TimeSource time, int attempts) {
        return HeadwayHttpClient.wrap(
                client,
                Headway.builder()
                        .hints(hints)
                        .time(time)
                        .retry(policy(attempts).toBuilder()
                                .throttlesInSuccess(hints instanceof BodyReader)
                                .build())
                        .build());
    }

    static Headway headway(TimeSource time, int attempts) {
        return Headway.builder().time(time).retry(policy(attempts)).build();
    }

    static RetryPolicy policy(int attempts) {
        RetryPolicy.Builder policy = RetryPolicy.builder().maxAttempts(attempts);
        return attempts == 1
                ? policy.build()
                : policy.backoff(Backoff.fixed(Duration.ofSeconds(1))).build();
    }

    static HttpRequest get(URI uri) {
        return HttpRequest.newBuilder(uri).build();
    }

    static HttpRequest get(ScriptedServer server) {
        return get(server.uri("/"));
    }

    static HttpRequest post(URI uri) {
        return HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString("text")).build();
    }

    static HttpRequest post(ScriptedServer server) {
        return post(server.uri("/"));
    }

    static List<Integer> statuses(HttpResponse<?> response) {
        List<Integer> statuses = new ArrayList<>();
        for (CallTrace.Attempt attempt : HeadwayHttpClient.trace(response).attempts()) {
            statuses.add(attempt.status().orElse(0));
        }
        return statuses;
    }

    /** The trace that an exception carries. */
    static CallTrace trace(Throwable failure) {
        for (Throwable suppressed : failure.getSuppressed()) {
            if (suppressed instanceof CallTraceException carrier) {
                return carrier.trace();
            }
        }
        throw new AssertionError("No trace", failure);
    }

    /** A port that nobody listens on, and that nobody else gets during the test. */
    int closedPort() throws IOException {
        Socket taken = opened(new Socket());
        taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return taken.getLocalPort();
    }

    static void drip(Socket socket, String drop, CountDownLatch until) throws Exception {
        while (!until.await(10, TimeUnit.MILLISECONDS)) {
            ScriptedServer.write(socket, drop);
        }
    }

    interface Work<T> {
        T run() throws Exception;
    }

    static <T> CompletableFuture<T> async(Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(work.run());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    static Throwable failureOf(CompletableFuture<?> result) throws InterruptedException {
        try {
            result.get();
        } catch (ExecutionException e) {
            return requireNonNull(e.getCause());
        }
        throw new AssertionError("The call did not fail");
    }
}
