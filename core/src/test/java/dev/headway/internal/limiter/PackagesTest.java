package dev.headway.internal.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limiter is read from above: each of its packages uses those after it, none before. */
class PackagesTest {

    private static final Path LIMITER = Path.of("src/main/java/dev/headway/internal/limiter");

    /** From above; the first is the limiter's own. */
    private static final List<String> ORDER = List.of("", "scope", "decide", "learn", "rules");

    private static final Pattern USED =
            Pattern.compile("^import (?:static )?dev\\.headway\\.internal\\.limiter\\.([a-z]*)", Pattern.MULTILINE);

    @ParameterizedTest
    @ValueSource(strings = {"", "scope", "decide", "learn", "rules"})
    void eachUsesOnlyThoseAfterIt(String name) throws IOException {
        List<String> after = ORDER.subList(ORDER.indexOf(name) + 1, ORDER.size());

        assertThat(used(name)).filteredOn(used -> !after.contains(used)).isEmpty();
    }

    private static List<String> used(String name) throws IOException {
        try (Stream<Path> files = Files.list(LIMITER.resolve(name))) {
            return files.filter(Files::isRegularFile)
                    .flatMap(PackagesTest::imported)
                    .distinct()
                    .toList();
        }
    }

    private static Stream<String> imported(Path file) {
        try {
            return USED.matcher(Files.readString(file)).results().map((MatchResult found) -> found.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
