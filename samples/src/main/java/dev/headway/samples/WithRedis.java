package dev.headway.samples;

import dev.headway.Headway;
import dev.headway.TokenBucket;
import dev.headway.okhttp.HeadwayInterceptor;
import dev.headway.redis.RedisRateLimiter;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Workers that take jobs from a queue and fetch. Each has a client of Redis, a limiter and a Headway of its own, as a process would,
 * and all together keep one limit; so do several runs of this program with the same API and Redis.
 */
public final class WithRedis {

    private static final int CALLS = 60;
    private static final int WORKERS = 3;

    private WithRedis() {}

    /**
     * Runs.
     *
     * @param arguments an API, and the address of a Redis; without the latter a Redis of its own, without both also an API
     */
    public static void main(String... arguments) throws Exception {
        try (OwnRedis own = arguments.length > 1 ? null : OwnRedis.start()) {
            String redis = own == null ? arguments[1] : own.url();
            Sample.run(api -> run(api, redis), arguments);
        }
    }

    static Tally run(URI api, String redis) throws Exception {
        Tally tally = new Tally();
        Queue<Integer> jobs =
                new ConcurrentLinkedQueue<>(IntStream.range(0, CALLS).boxed().toList());
        Callable<Void> worker = () -> work(api, redis, jobs, tally);
        ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
        try {
            for (Future<Void> work : threads.invokeAll(Collections.nCopies(WORKERS, worker))) {
                work.get();
            }
        } finally {
            threads.shutdown();
        }
        return tally;
    }

    private static Void work(URI api, String redis, Queue<Integer> jobs, Tally tally) throws IOException {
        try (RedisClient client = RedisClient.create(redis)) { // which closes the limiter's connection as well
            RedisRateLimiter limiter = RedisRateLimiter.builder(client)
                    .limit(TokenBucket.perSecond(50).burst(20))
                    .build();
            Headway headway = Headway.builder().limiter(limiter).listener(tally).build();
            OkHttpClient http = new OkHttpClient.Builder()
                    .addInterceptor(HeadwayInterceptor.of(headway))
                    .build();
            for (Integer job = jobs.poll(); job != null; job = jobs.poll()) {
                String url = api.resolve("things/" + job).toString();
                try (Response response =
                        http.newCall(new Request.Builder().url(url).build()).execute()) {
                    tally.successIf(response.isSuccessful());
                }
            }
            return null;
        }
    }
}
