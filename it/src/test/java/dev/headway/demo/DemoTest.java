package dev.headway.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.TokenBucket;
import dev.headway.testkit.RateLimitHeaders;
import dev.headway.testkit.RateLimitedApi;
import dev.headway.testkit.RetryAfter;
import dev.headway.testkit.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DemoTest {

    @TempDir
    private Path directory;

    @Test
    void jobOnAnApiOfTheUsersEndsWithATableAndAPicture() throws Exception {
        Path picture = directory.resolve("timeline.svg");
        try (RateLimitedApi api = RateLimitedApi.builder()
                .limit(TokenBucket.perSecond(100).burst(5))
                .headers(RateLimitHeaders.X_RATELIMIT)
                .retryAfter(RetryAfter.MILLISECONDS)
                .start()) {
            String said = run(picture, api.url("/things").toString(), "10");

            assertThat(api.accepted()).isEqualTo(10);
            assertThat(said.lines().findFirst()).hasValue("10 calls on 3 threads to 127.0.0.1.");
            assertThat(said)
                    .contains("OkHttp + Headway, told nothing: 10 of 10 succeeded")
                    .contains("10/10")
                    .contains("Learned of http://127.0.0.1:")
                    .contains("The timeline is in " + picture)
                    .contains("and as a page in " + directory.resolve("timeline.html"));
            assertThat(Files.readString(picture)).startsWith("<svg ").endsWith("</svg>\n");
            assertThat(Files.readString(directory.resolve("timeline.html")))
                    .startsWith("<!DOCTYPE html>")
                    .contains("OkHttp + Headway, told nothing", "10 calls: 10 accepted")
                    .endsWith("</html>\n");
        }
    }

    @Test
    void jobThatFailsSaysWhatWasLost() throws Exception {
        Path picture = directory.resolve("timeline.svg");
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.status(404, "none"))) {
            String said = run(picture, server.uri("/nowhere").toString(), "2");

            assertThat(said)
                    .contains("0 of 2 succeeded, 2 lost")
                    .contains("The server told no limit in its header fields.");
            assertThat(picture).exists();
        }
    }

    @Test
    void severalProcessesDoOneJobWithAndWithoutRedis() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("demo.workers", "2");
        properties.setProperty("demo.calls", "31");
        properties.setProperty("demo.threads", "4");

        String said = run(directory.resolve("timeline.svg"), properties);

        assertThat(said)
                .contains("31 calls by 2 processes to an API that allows 100 in 2 seconds.")
                .containsPattern("2 processes, a limiter each +31/31 +0 +31 ")
                .containsPattern("2 processes, one limiter in Redis +31/31 +0 +31 ");
    }

    private static String run(Path picture, String url, String calls) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("demo.url", url);
        properties.setProperty("demo.calls", calls);
        properties.setProperty("demo.threads", "3");
        return run(picture, properties);
    }

    private static String run(Path picture, Properties properties) throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        new Demo(Options.of(properties), picture, new PrintStream(said, true, UTF_8)).run();
        return said.toString(UTF_8);
    }
}
