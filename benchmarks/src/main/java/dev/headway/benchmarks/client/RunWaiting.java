package dev.headway.benchmarks.client;

import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.TokenBucket;
import dev.headway.jdk.HeadwayHttpClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * {@code RunWaiting}: what a {@code sendAsync} holds while it waits, and how long it takes to cancel all. -Dcalls=100000
 *
 * <p>Calls wait for a permit, because the server has paused the scope for an hour; or for their next attempt, because each was
 * refused itself. Bytes are those of the heap after a collection, the future that the caller holds among them, by the number of
 * calls. The caller's request and handler are one for all, and no network is touched.
 */
public final class RunWaiting {

    private static final HttpRequest REQUEST =
            HttpRequest.newBuilder(URI.create("http://localhost/things")).build();

    private RunWaiting() {}

    public static void main(String[] args) throws Exception {
        int calls = Integer.getInteger("calls", 100_000);
        for (int round = 0; round < 3; round++) {
            measure("for a permit", calls, false);
            measure("after a refusal", calls, true);
        }
    }

    private static void measure(String what, int calls, boolean eachRefused) throws Exception {
        RetryPolicy patient = RetryPolicy.builder()
                .maxElapsed(Duration.ofDays(1))
                .maxServerWait(Duration.ofDays(1))
                .build();
        RefusingJdkClient network = new RefusingJdkClient();
        HttpClient client = HeadwayHttpClient.wrap(
                network,
                Headway.builder()
                        .retry(patient)
                        .limit(TokenBucket.perSecond(1_000_000).burst(1_000_000))
                        .build());
        CompletableFuture<?>[] futures = new CompletableFuture<?>[calls];
        CompletableFuture<?> first = client.sendAsync(REQUEST, BodyHandlers.ofString());
        if (!eachRefused) {
            network.refuseAll();
        }
        int threads = Thread.activeCount();
        long before = heap();
        for (int i = 0; i < calls; i++) {
            futures[i] = client.sendAsync(REQUEST, BodyHandlers.ofString());
        }
        network.refuseAll();
        long during = heap();
        long done = Arrays.stream(futures).filter(CompletableFuture::isDone).count();
        long began = System.nanoTime();
        for (CompletableFuture<?> future : futures) {
            future.cancel(true);
        }
        long took = System.nanoTime() - began;
        int more = Thread.activeCount() - threads;
        first.cancel(true);
        Arrays.fill(futures, null);
        long after = heap();
        System.out.printf(
                "%-16s %,d wait, %,d bytes each; all cancelled in %,d ms, %,d bytes each left; %d more threads%n",
                what,
                calls - done,
                (during - before) / calls,
                TimeUnit.NANOSECONDS.toMillis(took),
                Math.max(0, after - before) / calls,
                more);
    }

    private static long heap() throws InterruptedException {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(50);
            Runtime runtime = Runtime.getRuntime();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }
}
