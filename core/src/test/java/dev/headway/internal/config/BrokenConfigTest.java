package dev.headway.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headway.HeadwayConfig;
import dev.headway.HeadwayConfigException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file in {@code broken} gets exactly the message in the file beside it. */
class BrokenConfigTest {

    private static final String MESSAGE = ".message";

    static Stream<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder())) {
            List<Path> files = all.filter(file -> !file.toString().endsWith(MESSAGE))
                    .sorted()
                    .toList();
            return files.stream();
        }
    }

    private static Path folder() {
        URL folder = BrokenConfigTest.class.getResource("/dev/headway/config/broken");
        try {
            return Path.of(Objects.requireNonNull(folder).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void isRefusedWithItsMessage(Path file) throws IOException {
        HeadwayConfigException refusal =
                catchThrowableOfType(HeadwayConfigException.class, () -> HeadwayConfig.load(file));

        assertThat(refusal).isNotNull();
        String name = Objects.requireNonNull(file.getFileName()).toString();
        String message = String.valueOf(refusal.getMessage()).replace(file.toString(), name) + "\n";
        assertThat(message).isEqualTo(Files.readString(Path.of(file + MESSAGE)));
    }

    @Test
    void thereAreMoreThanThirty() throws IOException {
        assertThat(files()).hasSizeGreaterThan(30);
    }
}
