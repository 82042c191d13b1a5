package dev.headway.benchmarks.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One process of the crowd. Commands come on standard input, one line is answered to each: {@code OPEN name port key permits
 * windowMillis}, {@code RUN threads startMillis warmMillis millis journal|-}, {@code CLOSE}; it ends with its input.
 */
public final class RedisWorker {

    /** What a server would do that sees each call: writes down when it came, by the engine's own clock. */
    private static final String JOURNAL = """
            local t = redis.call('TIME')
            return redis.call('RPUSH', KEYS[1], string.format('%.0f', t[1] * 1000000 + t[2]))
            """;

    private final SharedLimiter limiter;
    private final RedisClient client;
    private final RedisCommands<String, String> redis;
    private final String journal;

    private RedisWorker(String[] words) {
        int port = Integer.parseInt(words[2]);
        limiter = SharedLimiters.create(
                words[1], port, words[3], Long.parseLong(words[4]), Duration.ofMillis(Long.parseLong(words[5])));
        client = RedisClient.create("redis://127.0.0.1:" + port);
        redis = client.connect().sync();
        journal = redis.scriptLoad(JOURNAL);
    }

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        RedisWorker worker = null;
        String line;
        while ((line = in.readLine()) != null) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "OPEN" -> {
                    worker = new RedisWorker(words);
                    System.out.println("OK");
                }
                case "RUN" -> System.out.println(worker.run(words));
                default -> {
                    worker.close();
                    System.out.println("OK");
                }
            }
            System.out.flush();
        }
        System.exit(0);
    }

    private void close() throws Exception {
        limiter.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }

    private String run(String[] words) throws InterruptedException {
        int threads = Integer.parseInt(words[1]);
        long lead = Long.parseLong(words[2]) - System.currentTimeMillis();
        long begin = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(lead);
        long from = begin + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[3]));
        long to = from + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[4]));
        String list = words[5];
        AtomicLong granted = new AtomicLong();
        AtomicLong refused = new AtomicLong();
        AtomicLong errors = new AtomicLong();
        AtomicLong all = new AtomicLong();
        CountDownLatch done = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                long grants = 0;
                long refusals = 0;
                long failures = 0;
                long total = 0;
                awaitTime(begin);
                for (long now = begin; now < to; now = System.nanoTime()) {
                    try {
                        boolean ok = limiter.acquire();
                        total++;
                        if (now >= from && System.nanoTime() < to) {
                            grants += ok ? 1 : 0;
                            refusals += ok ? 0 : 1;
                        }
                        if (ok && !list.equals("-")) {
                            redis.evalsha(journal, ScriptOutputType.INTEGER, list);
                        }
                    } catch (Exception e) {
                        failures++;
                    }
                }
                granted.addAndGet(grants);
                refused.addAndGet(refusals);
                errors.addAndGet(failures);
                all.addAndGet(total);
                done.countDown();
            });
            thread.setDaemon(true);
            thread.start();
        }
        done.await();
        return granted + " " + refused + " " + errors + " " + all;
    }

    private static void awaitTime(long begin) {
        while (System.nanoTime() < begin) {
            Thread.yield();
        }
    }
}
