package dev.headway.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headway.HeadwayConfig;
import dev.headway.HeadwayConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that would take for ever, all the memory, or another exception than theirs. */
@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileConfigTest {

    private static String api(String settings) {
        return "{\"apis\": {\"one\": {" + settings.replace('\'', '"') + "}}}";
    }

    private static String reason(String text) {
        HeadwayConfigException refusal =
                catchThrowableOfType(HeadwayConfigException.class, () -> HeadwayConfig.parse(text));
        return refusal.problems().get(0).reason();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "44 | 'retryIf': | {'not': | {'status': 404} | }",
                "22 | 'backoff': | {'byCause': {'failed': | 'none' | }}",
                "22 | 'backoff': | {'sum': [ | 'none' | ]}",
            })
    void whatIsNestedAsDeepAsItMayBeIsReadInTime(int times, String key, String open, String inside, String close) {
        String text = api("'retry': {" + key + open.repeat(times) + inside + close.repeat(times) + "}");

        assertThat(HeadwayConfig.parse(text).names()).containsExactly("one");
    }

    @Test
    void whatIsNestedDeeperIsRefused() {
        assertThat(reason("[".repeat(1_000_000))).contains("deeper than 50 levels");
    }

    @Test
    void aSumOfLengthsThatIsBeyondAllNumbersIsNone() {
        assertThat(reason(api("'maxWait': '" + "999999999d ".repeat(200_000) + "'")))
                .startsWith("This must be a length of time");
    }

    @Test
    void spacesTakeNoTime() {
        String spaces = " ".repeat(1_000_000);

        assertThat(reason(api("'limits': '1" + spaces + "x'"))).startsWith("This must be a rate");
        assertThat(reason(api("'maxWait': '1" + spaces + "x'"))).startsWith("This must be a length of time");
        assertThat(HeadwayConfig.parse(api("'limits': '1" + spaces + "per" + spaces + "s'"))
                        .names())
                .hasSize(1);
    }

    @Test
    void aFileThatIsTooLongSaysSo(@TempDir Path folder) throws IOException {
        for (String name : new String[] {"long.json", "long.yaml"}) {
            Path file = Files.writeString(folder.resolve(name), " ".repeat(5_000_000) + api("'pace': 'even'"));

            HeadwayConfigException refusal =
                    catchThrowableOfType(HeadwayConfigException.class, () -> HeadwayConfig.load(file));

            assertThat(refusal).hasMessageEndingWith(name + ":1:1: The file is longer than 4000000 characters.");
        }
    }

    @Test
    void aByteOrderMarkCountsForNothing(@TempDir Path folder) throws IOException {
        Path json = Files.writeString(folder.resolve("mark.json"), "\uFEFF" + api("'pace': 'even'"));
        Path yaml = Files.writeString(folder.resolve("mark.yaml"), "\uFEFFapis:\r\n  one: {pace: even}\r\n");

        assertThat(HeadwayConfig.load(json).names()).containsExactly("one");
        assertThat(HeadwayConfig.load(yaml).names()).containsExactly("one");
    }
}
