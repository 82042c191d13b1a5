package dev.headway.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.TokenBucket;
import dev.headway.testkit.RateLimitedApi;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program with a module descriptor, and the same one without, compiled and run as a user would: by javac and java. */
@Timeout(120)
class ConsumerModuleTest {

    private static final Path SOURCES = Path.of("src", "test", "consumer");
    private static final Path DESCRIPTOR = SOURCES.resolve("module-info.java");
    private static final Path PROGRAM = SOURCES.resolve(Path.of("example", "Consumer.java"));

    /** What a user has: Headway, and what it brings or needs. */
    private static final Pattern NEEDED = Pattern.compile(
            ".*[/\\\\](core|okhttp-interceptor|jdk-httpclient-adapter)[/\\\\]target[/\\\\].*|"
                    + ".*[/\\\\](okhttp-jvm|okio-jvm|kotlin-stdlib|slf4j-api|slf4j-nop|jackson-core|jspecify)-[^/\\\\]*\\.jar");

    @TempDir
    Path directory;

    @Test
    void modulePath() throws Exception {
        run("javac", "-p", needed(), "-d", classes(), DESCRIPTOR.toString(), PROGRAM.toString());

        try (RateLimitedApi server = server()) {
            String path = classes() + File.pathSeparator + needed();
            List<String> lines = run(
                    "java",
                    "-p",
                    path,
                    "-m",
                    "example.consumer/example.Consumer",
                    server.url("/").toString());

            assertThat(lines).containsExactly("module example.consumer, module dev.headway", "200", "200", "200");
        }
    }

    @Test
    void classPath() throws Exception {
        run("javac", "-cp", needed(), "-d", classes(), PROGRAM.toString());

        try (RateLimitedApi server = server()) {
            String path = classes() + File.pathSeparator + needed();
            List<String> lines =
                    run("java", "-cp", path, "example.Consumer", server.url("/").toString());

            assertThat(lines).hasSize(4).endsWith("200", "200", "200");
            assertThat(lines.get(0)).matches("unnamed module @\\w+, unnamed module @\\w+");
        }
    }

    private String classes() {
        return directory.resolve("classes").toString();
    }

    private static RateLimitedApi server() {
        return RateLimitedApi.builder()
                .limit(TokenBucket.perSecond(1000).burst(10))
                .start();
    }

    private static String needed() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> NEEDED.matcher(entry).matches())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Returns what a tool of the JDK prints. */
    private List<String> run(String tool, String... arguments) throws Exception {
        Path output = directory.resolve("output");
        Path errors = directory.resolve("errors");
        List<String> command = new ArrayList<>(List.of(arguments));
        command.add(0, Path.of(System.getProperty("java.home"), "bin", tool).toString());
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("%s has ended", tool)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .as("%s: %s", tool, Files.readString(errors))
                .isZero();
        return Files.readAllLines(output);
    }
}
