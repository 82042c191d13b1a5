package dev.headway.demo;

import dev.headway.Quota;
import dev.headway.testkit.RateLimitHeaders;
import dev.headway.testkit.RateLimitedApi;
import dev.headway.testkit.RetryAfter;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redis.embedded.RedisServer;

/** The same job by several processes at once: each with a limiter of its own, and all with one in Redis. */
final class Workers {

    /** The API of this demo: 100 requests in any two seconds. */
    static final Quota LIMIT = Quota.of(100).per(Duration.ofSeconds(2));

    static final String ALONE = "-";

    private final Options options;
    private final PrintStream out;

    Workers(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    List<Lane> run() throws IOException, InterruptedException {
        out.printf(
                "%d calls by %d processes to an API that allows %d in %d seconds.%n",
                options.calls(),
                options.workers(),
                LIMIT.permits(),
                LIMIT.window().toSeconds());
        int port = freePort();
        RedisServer redis =
                RedisServer.newRedisServer().port(port).bind("127.0.0.1").build();
        redis.start();
        try {
            return List.of(
                    lane(options.workers() + " processes, a limiter each", ALONE),
                    lane(options.workers() + " processes, one limiter in Redis", String.valueOf(port)));
        } finally {
            redis.stop();
        }
    }

    private Lane lane(String name, String redis) throws IOException, InterruptedException {
        List<Process> workers = new ArrayList<>();
        try (RateLimitedApi api = RateLimitedApi.builder()
                .limit(LIMIT)
                .headers(RateLimitHeaders.X_RATELIMIT)
                .retryAfter(RetryAfter.SECONDS)
                .start()) {
            for (int i = 0; i < options.workers(); i++) {
                workers.add(start(redis, api.url("/things"), share(i)));
            }
            List<DoneCall> calls = callsOf(workers);
            double windows = Math.floor((options.calls() - 1) / (double) LIMIT.permits());
            out.printf("%s: %d calls have ended.%n", name, calls.size());
            return new Lane(
                    name,
                    calls,
                    api.accepted() + api.refused(),
                    api.refused(),
                    OptionalDouble.of(windows * LIMIT.window().toSeconds()));
        } finally {
            workers.forEach(Process::destroyForcibly);
        }
    }

    private int share(int worker) {
        return options.calls() / options.workers() + (worker < options.calls() % options.workers() ? 1 : 0);
    }

    /** All begin when the last is ready. */
    private static List<DoneCall> callsOf(List<Process> workers) throws IOException, InterruptedException {
        List<BufferedReader> said = new ArrayList<>();
        for (Process worker : workers) {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(worker.getInputStream(), StandardCharsets.UTF_8));
            said.add(lines);
            if (!Worker.READY.equals(lines.readLine())) {
                throw new IOException("A process did not come up");
            }
        }
        for (Process worker : workers) {
            worker.getOutputStream().write('\n');
            worker.getOutputStream().flush();
        }
        List<DoneCall> calls = new ArrayList<>();
        for (int i = 0; i < workers.size(); i++) {
            for (String line = said.get(i).readLine();
                    line != null;
                    line = said.get(i).readLine()) {
                calls.add(DoneCall.parse(line));
            }
            if (workers.get(i).waitFor() != 0) {
                throw new IOException("A process failed");
            }
        }
        return calls;
    }

    private Process start(String redis, URI url, int calls) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath(),
                        Worker.class.getName(),
                        redis,
                        url.toString(),
                        String.valueOf(calls),
                        String.valueOf(Math.max(1, options.threads() / options.workers())),
                        String.valueOf(options.workers()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** What this program itself was loaded from, by whatever loader. */
    private static String classPath() {
        if (Workers.class.getClassLoader() instanceof URLClassLoader loader) {
            return Stream.of(loader.getURLs())
                    .map(url -> Path.of(URI.create(url.toString())).toString())
                    .collect(Collectors.joining(File.pathSeparator));
        }
        return Stream.of(System.getProperty("java.class.path"), System.getProperty("jdk.module.path"))
                .filter(path -> path != null && !path.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
