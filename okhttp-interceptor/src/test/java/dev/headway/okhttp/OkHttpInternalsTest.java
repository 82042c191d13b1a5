package dev.headway.okhttp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The module may use what OkHttp exports, and nothing else. */
class OkHttpInternalsTest {

    @Tag("every-okhttp")
    @Test
    void codeUsesNothingThatOkHttpKeepsToItself() throws IOException, URISyntaxException {
        URI location = HeadwayInterceptor.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI();
        List<Path> classes;
        try (Stream<Path> files = Files.walk(Path.of(location))) {
            classes = files.filter(file -> file.toString().endsWith(".class")).toList();
        }

        assertThat(classes)
                .hasSizeGreaterThan(5)
                .allSatisfy(
                        file -> assertThat(Files.readString(file, ISO_8859_1)).doesNotContain("okhttp3/internal"));
    }

    @Test
    void testsRunOnTheModulePath() {
        assertThat(HeadwayInterceptor.class.getModule().getName()).isEqualTo("dev.headway.okhttp");
    }
}
