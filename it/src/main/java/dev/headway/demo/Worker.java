package dev.headway.demo;

import dev.headway.Headway;
import dev.headway.Scope;
import dev.headway.redis.RedisRateLimiter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One of several processes that do a job together; prints what came of each call. */
final class Worker {

    static final String READY = "ready";

    private static final PrintStream SILENT =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

    private Worker() {}

    /**
     * Runs.
     *
     * @param arguments the port of Redis, or that there is none; the API; how many calls; on how many threads; how many processes
     */
    public static void main(String[] arguments) throws Exception {
        URI url = URI.create(arguments[1]);
        int calls = Integer.parseInt(arguments[2]);
        int threads = Math.min(Integer.parseInt(arguments[3]), calls);
        Headway headway = headway(arguments[0], Integer.parseInt(arguments[4]));
        Options options = new Options(List.of(), calls, threads, null, 1);
        Caller caller = Caller.okHttp(headway);
        // Connected, and its classes loaded.
        headway.call(Scope.of("worker " + ProcessHandle.current().pid()), () -> READY);
        System.out.println(READY);
        if (System.in.read() < 0) {
            return;
        }
        List<DoneCall> done = Job.run(options, List.of(url), caller, new Progress(SILENT, "", calls));
        done.forEach(call -> System.out.println(call.line()));
        System.out.flush();
        // The client of Redis has threads of its own.
        System.exit(0);
    }

    private static Headway headway(String redis, int workers) {
        if (redis.equals(Workers.ALONE)) {
            return Headway.builder().limit(Workers.LIMIT).build();
        }
        RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", Integer.parseInt(redis)));
        return Headway.builder()
                .limiter(RedisRateLimiter.builder(client)
                        .limit(Workers.LIMIT)
                        .expectedWorkers(workers)
                        .build())
                .build();
    }
}
