package dev.headway.it.comingfrom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page shows what the tests beside this one have run, and the README what the page shows. */
class ComingFromPageTest {

    private static final Path SOURCES = Path.of("src/test/java/dev/headway/it/comingfrom");
    private static final Pattern REGION =
            Pattern.compile("(?m)^( *)// begin (\\S+)\\n(.*?)^ *// end\\n", Pattern.DOTALL);
    private static final Pattern SHOWN =
            Pattern.compile("(?m)^<!-- (\\w+) (\\S+) -->\\n```java\\n(.*?)^```\\n", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    @Test
    void thePageShowsEveryRegionAsItWasRun() throws IOException {
        Map<String, String> shown = new LinkedHashMap<>();
        Matcher block = SHOWN.matcher(Files.readString(Path.of("../docs/coming-from.md")));
        while (block.find()) {
            shown.put(block.group(1) + " " + block.group(2), block.group(3));
        }

        assertThat(shown).containsExactlyInAnyOrderEntriesOf(regions()).hasSizeGreaterThan(15);
    }

    /** The last cell of each row is code that the page has, in whatever lines. */
    @Test
    void theReadmesTableIsOfThePage() throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        String section = readme.substring(readme.indexOf("## Coming from"));
        String all = withoutBlanks(String.join("\n", regions().values()));
        List<String> rows = new ArrayList<>();
        for (String line :
                section.substring(0, section.indexOf("\n## ")).lines().toList()) {
            String last = line.startsWith("| ") ? line.substring(line.lastIndexOf(" | ")) : "";
            Matcher code = CODE.matcher(last);
            while (code.find()) {
                rows.add(code.group(1));
                assertThat(all).contains(withoutBlanks(code.group(1)));
            }
        }

        assertThat(rows).hasSizeGreaterThan(12);
    }

    private static Map<String, String> regions() throws IOException {
        Map<String, String> regions = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.sorted().toList()) {
                Matcher region = REGION.matcher(Files.readString(file));
                while (region.find()) {
                    String name = file.getFileName().toString().replace(".java", "") + " " + region.group(2);
                    regions.put(name, region.group(3).replaceAll("(?m)^" + region.group(1), ""));
                }
            }
        }
        return regions;
    }

    private static String withoutBlanks(String code) {
        return code.replaceAll("\\s", "");
    }
}
