package dev.headway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.TokenBucket;
import dev.headway.testkit.RateLimitedApi;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/timeline.md tells the reader to write. */
class OwnRunTest {

    @TempDir
    private Path directory;

    @Test
    @Timeout(30)
    void programMakesItsPage() throws Exception {
        Path page = directory.resolve("timeline.html");
        try (RateLimitedApi api = RateLimitedApi.builder()
                .limit(TokenBucket.perSecond(50).burst(5))
                .start()) {
            OwnRun.main(api.url("/").toString(), page.toString());

            assertThat(Files.readString(page))
                    .contains(
                            "<h1>Twenty calls</h1>", "127.0.0.1:" + api.url("/").getPort())
                    .contains("20 calls: ", " accepted", "told: 50 per 1 s, burst 5");
        }
    }

    @Test
    void documentationShowsThisProgram() throws Exception {
        String program = Files.readString(Path.of("src/test/java/dev/headway/demo/OwnRun.java"));

        assertThat(Files.readString(Path.of("..", "docs", "timeline.md")))
                .contains(program.substring(program.indexOf("import")));
    }
}
