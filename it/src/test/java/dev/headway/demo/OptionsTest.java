package dev.headway.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

    @TempDir
    private Path directory;

    @Test
    void withoutAnyTheDemoCallsItsOwnApi() throws Exception {
        Options options = Options.of(properties());

        assertThat(options).isEqualTo(new Options(List.of(), 200, 200, null, 1));
    }

    @Test
    void everyOptionIsTaken() throws Exception {
        Options options = Options.of(properties(
                "demo.url", "https://example.com/a?b=c",
                "demo.calls", "30",
                "demo.threads", " 7 ",
                "demo.header", "Authorization:  Bearer secret "));

        assertThat(options.urls()).containsExactly(URI.create("https://example.com/a?b=c"));
        assertThat(options.calls()).isEqualTo(30);
        assertThat(options.threads()).isEqualTo(7);
        assertThat(options.header()).isEqualTo(Map.entry("Authorization", "Bearer secret"));
    }

    @Test
    void threadsAreNoMoreThanCalls() throws Exception {
        assertThat(Options.of(properties("demo.calls", "3")).threads()).isEqualTo(3);
        assertThat(Options.of(properties("demo.calls", "3", "demo.threads", "9"))
                        .threads())
                .isEqualTo(3);
    }

    @Test
    void fileOfUrlsMayHaveCommentsAndEmptyLines() throws Exception {
        Path file = file("# two", "http://example.com/1", "", "  https://example.com/2  ");

        Options options = Options.of(properties("demo.urls", file.toString()));

        assertThat(options.urls())
                .containsExactly(URI.create("http://example.com/1"), URI.create("https://example.com/2"));
    }

    @Test
    void propertiesOfOthersAreNoneOfItsBusiness() throws Exception {
        assertThat(Options.of(properties("java.version", "17", "demonstration", "x"))
                        .calls())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "demo.call | 3 | -Ddemo.call is not known; there are"
                        + " demo.url, demo.urls, demo.calls, demo.threads, demo.header, demo.workers.",
                "demo.calls | 0 | -Ddemo.calls must be a whole number from 1 to 1000000, not \"0\".",
                "demo.calls | 1000001 | -Ddemo.calls must be a whole number from 1 to 1000000, not \"1000001\".",
                "demo.calls | many | -Ddemo.calls must be a whole number from 1 to 1000000, not \"many\".",
                "demo.calls | '' | -Ddemo.calls must be a whole number from 1 to 1000000, not \"\".",
                "demo.calls | 99999999999 | -Ddemo.calls must be a whole number from 1 to 1000000, not \"99999999999\".",
                "demo.threads | -1 | -Ddemo.threads must be a whole number from 1 to 10000, not \"-1\".",
                "demo.url | ftp://example.com | -Ddemo.url must be an http or https URL, not \"ftp://example.com\".",
                "demo.url | example.com/a | -Ddemo.url must be an http or https URL, not \"example.com/a\".",
                "demo.url | http:///a | -Ddemo.url must be an http or https URL, not \"http:///a\".",
                "demo.url | 'http://a b/' | -Ddemo.url must be an http or https URL, not \"http://a b/\".",
                "demo.workers | 65 | -Ddemo.workers must be a whole number from 1 to 64, not \"65\".",
                "demo.header | secret | -Ddemo.header must look like \"Name: value\".",
                "demo.header | ': secret' | -Ddemo.header must look like \"Name: value\".",
                "demo.header | 'Na me: secret' | -Ddemo.header must look like \"Name: value\".",
            })
    void badOptionGetsOneSentence(String name, String value, String sentence) {
        assertThatThrownBy(() -> Options.of(properties(name, value)))
                .isExactlyInstanceOf(Options.BadOption.class)
                .hasMessage(sentence);
    }

    @Test
    void secretOfABadHeaderIsNotRepeated() {
        assertThatThrownBy(() -> Options.of(properties("demo.header", "Bearer s3cret")))
                .isExactlyInstanceOf(Options.BadOption.class)
                .message()
                .doesNotContain("s3cret");
    }

    @Test
    void urlAndUrlsExcludeEachOther() {
        assertThatThrownBy(() -> Options.of(properties("demo.url", "http://a/", "demo.urls", "b.txt")))
                .isExactlyInstanceOf(Options.BadOption.class)
                .hasMessage("Give either -Ddemo.url or -Ddemo.urls, not both.");
    }

    @Test
    void badFileOfUrlsGetsOneSentence() throws Exception {
        Path missing = directory.resolve("missing.txt");
        Path bad = file("http://example.com/1", "", "nonsense");
        Path empty = Files.writeString(directory.resolve("empty.txt"), "# nothing\n\n");

        assertThatThrownBy(() -> Options.of(properties("demo.urls", missing.toString())))
                .isExactlyInstanceOf(Options.BadOption.class)
                .hasMessageStartingWith("The file of -Ddemo.urls can not be read: ")
                .hasMessageContaining("missing.txt");
        assertThatThrownBy(() -> Options.of(properties("demo.urls", bad.toString())))
                .isExactlyInstanceOf(Options.BadOption.class)
                .hasMessage("Line 3 of " + bad + " must be an http or https URL, not \"nonsense\".");
        assertThatThrownBy(() -> Options.of(properties("demo.urls", empty.toString())))
                .isExactlyInstanceOf(Options.BadOption.class)
                .hasMessage("There is no URL in " + empty + ".");
    }

    @Test
    void pathThatIsNoneGetsOneSentence() {
        assertThatThrownBy(() -> Options.of(properties("demo.urls", "a\0b")))
                .isExactlyInstanceOf(Options.BadOption.class)
                .hasMessageStartingWith("The file of -Ddemo.urls can not be read: ");
    }

    private Path file(String... lines) throws IOException {
        return Files.write(directory.resolve("urls.txt"), List.of(lines));
    }

    private static Properties properties(String... namesAndValues) {
        Properties properties = new Properties();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.setProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        return properties;
    }
}
