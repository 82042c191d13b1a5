package dev.headway.redis;

import dev.headway.Quota;
import dev.headway.testkit.RateLimitedApi;
import io.lettuce.core.RedisClient;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Four processes of many threads on one Redis and one API; as a program, at the sizes that docs/distributed.md tells of. */
final class Processes {

    private static final int PROCESSES = 4;
    private static final int THREADS = 50;
    /** The default. */
    private static final Duration TIMEOUT = Duration.ofMillis(50);

    private static final Duration UNNOTICED = Duration.ofSeconds(1);
    private static final Pattern CALLS = Pattern.compile("cmdstat_evalsha:calls=(\\d+)");

    private Processes() {}

    /**
     * What came of it.
     *
     * @param answered by each process
     * @param failed calls, of all
     * @param refused by the API
     * @param ofQuota what was accepted, as a part of what the API would have
     * @param whileGone what was accepted in all but the first second in which Redis was gone
     * @param scripts for each accepted call, since Redis was started last
     */
    record Outcome(List<Integer> answered, int failed, int refused, double ofQuota, int whileGone, double scripts) {

        /** Jain's index: 1 where all had the same, 1/n where one had all. */
        double fairness() {
            double sum = 0;
            double squares = 0;
            for (int share : answered) {
                sum += share;
                squares += (double) share * share;
            }
            return sum * sum / (answered.size() * squares);
        }

        @Override
        public String toString() {
            return String.format(
                    "answered %s, failed %d, refused %d, %.3f of the quota, Jain's index %.3f, scripts a call %.3f",
                    answered, failed, refused, ofQuota, fairness(), scripts);
        }
    }

    /** Three rounds of each case. */
    public static void main(String[] args) throws Exception {
        Quota large = Quota.of(500).per(Duration.ofSeconds(5));
        Quota small = Quota.of(100).per(Duration.ofSeconds(1));
        for (int round = 0; round < 3; round++) {
            System.out.println("500 in 5 s: " + run(large, Duration.ofSeconds(30), Duration.ZERO, TIMEOUT));
            System.out.println("100 in 1 s: " + run(small, Duration.ofSeconds(20), Duration.ZERO, TIMEOUT));
            System.out.println("500 in 5 s, Redis gone for 5 s: "
                    + run(large, Duration.ofSeconds(30), Duration.ofSeconds(5), TIMEOUT));
        }
    }

    /**
     * Runs them.
     *
     * @param quota of the API, in fixed windows
     * @param length how long they call
     * @param gone for how long Redis is killed in the middle
     * @param timeout after how long Redis counts as not answering
     */
    static Outcome run(Quota quota, Duration length, Duration gone, Duration timeout) throws Exception {
        List<Process> processes = new ArrayList<>();
        List<BufferedReader> outputs = new ArrayList<>();
        try (RedisProcess redis = new RedisProcess();
                RateLimitedApi api = RateLimitedApi.builder().limit(quota).start()) {
            for (int i = 0; i < PROCESSES; i++) {
                Process process = begin(redis, api, quota, length, timeout);
                processes.add(process);
                outputs.add(
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
            }
            for (BufferedReader output : outputs) {
                String ready = output.readLine();
                if (!"ready".equals(ready)) {
                    throw new IllegalStateException("A process said " + ready);
                }
            }
            api.reset();
            for (Process process : processes) {
                process.getOutputStream().write('\n');
                process.getOutputStream().flush();
            }
            int whileGone = 0;
            if (!gone.isZero()) {
                Thread.sleep(length.minus(gone).dividedBy(2).toMillis());
                redis.kill();
                Thread.sleep(UNNOTICED.toMillis());
                whileGone = -api.accepted();
                Thread.sleep(gone.minus(UNNOTICED).toMillis());
                whileGone += api.accepted();
                redis.start();
            }
            List<Integer> answered = new ArrayList<>();
            int failed = 0;
            for (BufferedReader output : outputs) {
                String[] words = Objects.requireNonNull(output.readLine()).split(" ", 2);
                answered.add(Integer.valueOf(words[0]));
                failed += Integer.parseInt(words[1]);
            }
            double possible = quota.permits()
                    * (length.toNanos() / (double) quota.window().toNanos());
            double scripts = calls(redis) / (double) api.accepted();
            return new Outcome(answered, failed, api.refused(), api.accepted() / possible, whileGone, scripts);
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    private static Process begin(RedisProcess redis, RateLimitedApi api, Quota quota, Duration length, Duration timeout)
            throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dhttp.maxConnections=100",
                        Worker.class.getName(),
                        String.valueOf(redis.port()),
                        api.url("/").toString(),
                        String.valueOf(THREADS),
                        String.valueOf(length.toMillis()),
                        String.valueOf(quota.permits()),
                        String.valueOf(quota.window().toMillis()),
                        String.valueOf(timeout.toMillis()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Everything that this process has, whether as modules or not. */
    private static String classPath() {
        String tests = Path.of("target", "test-classes").toAbsolutePath().toString();
        return Stream.of(tests, System.getProperty("jdk.module.path"), System.getProperty("java.class.path"))
                .filter(Objects::nonNull)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static long calls(RedisProcess redis) {
        RedisClient client = redis.client();
        try (var connection = client.connect()) {
            Matcher calls = CALLS.matcher(connection.sync().info("commandstats"));
            return calls.find() ? Long.parseLong(calls.group(1)) : 0;
        } finally {
            client.shutdown();
        }
    }
}
