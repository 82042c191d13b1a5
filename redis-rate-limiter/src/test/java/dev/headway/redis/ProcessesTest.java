package dev.headway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Quota;
import dev.headway.testkit.RateLimitedApi;
import io.lettuce.core.RedisClient;
import java.io.BufferedReader;
import java.io.File;
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
import org.junit.jupiter.api.Test;

/** Processes that know nothing of one another, but for Redis. */
class ProcessesTest {

    private static final int PROCESSES = 4;
    private static final Pattern CALLS = Pattern.compile("cmdstat_evalsha:calls=(\\d+)");

    @Test
    void shareAFixedWindowFairlyAndAreNeverRefused() throws Exception {
        try (RedisProcess redis = new RedisProcess();
                RateLimitedApi api = RateLimitedApi.builder()
                        .limit(Quota.of(200).per(Duration.ofSeconds(2)))
                        .start()) {
            List<Integer> answered = run(redis, api, 50, 7500, 200, 2000);

            assertThat(api.refused()).isZero();
            double fairness = fairness(answered);
            assertThat(fairness).as("Jain's index of %s", answered).isGreaterThan(0.6);
            double asked = calls(redis) / (double) api.accepted();
            System.out.printf("%s answered, %.3f fair, %.3f scripts a call%n", answered, fairness, asked);
            assertThat(asked).isLessThan(0.3);
        }
    }

    static List<Integer> run(RedisProcess redis, RateLimitedApi api, int threads, long millis, int permits, long window)
            throws Exception {
        List<Process> processes = new ArrayList<>();
        List<BufferedReader> outputs = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                Process process = new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-cp",
                                classPath(),
                                "-XX:TieredStopAtLevel=1",
                                "-Dhttp.maxConnections=100",
                                Worker.class.getName(),
                                String.valueOf(redis.port()),
                                api.url("/").toString(),
                                String.valueOf(threads),
                                String.valueOf(millis),
                                String.valueOf(permits),
                                String.valueOf(window))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
                processes.add(process);
                outputs.add(
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
            }
            for (BufferedReader output : outputs) {
                assertThat(output.readLine()).isEqualTo("ready");
            }
            api.reset();
            for (Process process : processes) {
                process.getOutputStream().write('\n');
                process.getOutputStream().flush();
            }
            List<Integer> answered = new ArrayList<>();
            for (BufferedReader output : outputs) {
                String[] words = Objects.requireNonNull(output.readLine()).split(" ", 2);
                answered.add(Integer.valueOf(words[0]));
                assertThat(words[1]).as("failed").isEqualTo("0");
            }
            return answered;
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    /** Everything that this process has, whether as modules or not. */
    private static String classPath() {
        String tests = Path.of("target", "test-classes").toAbsolutePath().toString();
        return Stream.of(tests, System.getProperty("jdk.module.path"), System.getProperty("java.class.path"))
                .filter(Objects::nonNull)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static double fairness(List<Integer> shares) {
        double sum = 0;
        double squares = 0;
        for (int share : shares) {
            sum += share;
            squares += (double) share * share;
        }
        return sum * sum / (shares.size() * squares);
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
