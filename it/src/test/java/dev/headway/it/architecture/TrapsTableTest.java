package dev.headway.it.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of traps names no test that is not there. */
class TrapsTableTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern NAMED = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

    /** The text of each test, by the name of its class; of equal names, both. */
    private static final Map<String, String> SOURCES = new HashMap<>();

    static List<String> named() throws IOException {
        List<Path> modules;
        try (Stream<Path> folders = Files.list(ROOT)) {
            modules = folders.map(folder -> folder.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList();
        }
        for (Path module : modules) {
            try (Stream<Path> files = Files.walk(module)) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    String type = file.getFileName().toString().replace(".java", "");
                    SOURCES.merge(type, Files.readString(file), String::concat);
                }
            }
        }
        return NAMED.matcher(Files.readString(ROOT.resolve("docs/traps.md")))
                .results()
                .map(MatchResult::group)
                .distinct()
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("named")
    void testIsThere(String named) {
        String type = named.replaceAll("`(\\w+)\\..*", "$1");
        String method = named.replaceAll(".*\\.(\\w+)`", "$1");

        assertThat(SOURCES).containsKey(type);
        assertThat(SOURCES.get(type)).contains(" void " + method + "(");
    }
}
