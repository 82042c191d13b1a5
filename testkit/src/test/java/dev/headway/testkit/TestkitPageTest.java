package dev.headway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** docs/testkit.md: its example is the one that runs here, and it leaves nothing out. */
class TestkitPageTest {

    private static final Path PAGE = Path.of("../docs/testkit.md");

    @Test
    void showsTheExampleThatIsRun() throws IOException {
        String example = Files.readString(Path.of("src/test/java/dev/headway/testkit/example/OrdersTest.java"));

        assertThat(Files.readString(PAGE)).contains("```java\n" + example + "```");
    }

    @ParameterizedTest
    @EnumSource
    void namesEveryWayToCount(Counting counting) throws IOException {
        assertThat(Files.readString(PAGE)).contains("`" + counting + "`");
    }

    @ParameterizedTest
    @EnumSource
    void namesEveryDialect(RateLimitHeaders headers) throws IOException {
        assertThat(Files.readString(PAGE)).contains("`" + headers + "`");
    }

    @Test
    void showsTheOptionsOfTheCommandLine() throws IOException {
        String page = Files.readString(PAGE);

        assertThat(Arrays.stream(ProxyOptions.USAGE.split("\n")))
                .allSatisfy(line -> assertThat(page).contains(line));
    }
}
