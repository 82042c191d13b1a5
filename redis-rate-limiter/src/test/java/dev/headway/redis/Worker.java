package dev.headway.redis;

import dev.headway.Headway;
import dev.headway.Quota;
import dev.headway.RefusedException;
import dev.headway.Scope;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A process of many threads that call an API as often as they may; prints how often it was answered, and how often it failed. */
final class Worker {

    private Worker() {}

    /**
     * Runs.
     *
     * @param args port of Redis, the API's address, threads, milliseconds, the quota: how many in how many milliseconds, and
     *     after how many milliseconds Redis counts as not answering
     */
    public static void main(String[] args) throws Exception {
        URI api = URI.create(args[1]);
        int threads = Integer.parseInt(args[2]);
        long millis = Long.parseLong(args[3]);
        RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", Integer.parseInt(args[0])));
        RedisRateLimiter limiter = RedisRateLimiter.builder(client)
                .limit(Quota.of(Long.parseLong(args[4])).per(Duration.ofMillis(Long.parseLong(args[5]))))
                .expectedWorkers(4)
                .timeout(Duration.ofMillis(Long.parseLong(args[6])))
                .build();
        Headway headway = Headway.builder().limiter(limiter).build();
        Scope scope = Scope.ofOrigin(api);
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        headway.call(Scope.of("to be connected " + ProcessHandle.current().pid()), () -> null);
        warmUp(api, threads);
        // All begin when the process that started them says so.
        System.out.println("ready");
        if (System.in.read() < 0) {
            return;
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                while (System.nanoTime() - end < 0) {
                    try {
                        headway.call(scope, () -> get(api));
                        answered.incrementAndGet();
                    } catch (Exception e) {
                        failed.incrementAndGet();
                    }
                }
            });
            thread.setDaemon(true);
            thread.start();
            all.add(thread);
        }
        for (Thread thread : all) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
        }
        System.out.println(answered + " " + failed);
        System.exit(0);
    }

    /** Connections and code, so that what is measured is the limiter. */
    private static void warmUp(URI api, int threads) throws InterruptedException {
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                for (int calls = 0; calls < 20; calls++) {
                    try {
                        get(api);
                    } catch (IOException e) {
                        // Refused: that does not matter yet.
                    }
                }
            });
            thread.start();
            all.add(thread);
        }
        for (Thread thread : all) {
            thread.join();
        }
    }

    private static Void get(URI api) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) api.toURL().openConnection();
        if (connection.getResponseCode() == 429) {
            String after = connection.getHeaderField("Retry-After");
            drain(connection.getErrorStream());
            throw after == null
                    ? new RefusedException()
                    : new RefusedException(Duration.ofSeconds(Long.parseLong(after)));
        }
        drain(connection.getInputStream());
        return null;
    }

    private static void drain(InputStream body) throws IOException {
        try (body) {
            body.readAllBytes();
        }
    }
}
