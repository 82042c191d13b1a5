package dev.headway.it.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** No page of the repository leads nowhere. What lies on other machines is not asked for. */
class LinksTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Set<String> NOT_OURS = Set.of("target", "node_modules", ".git");
    private static final Pattern BLOCK_OF_CODE = Pattern.compile("(?ms)^ *```.*?^ *```$");
    private static final Pattern CODE = Pattern.compile("`[^`\n]+`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");

    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return NOT_OURS.contains(folder.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".md")) {
                    pages.add(ROOT.relativize(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return pages;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void linksLeadSomewhere(Path page) throws IOException {
        assertThat(broken(page)).isEmpty();
    }

    /** Every page of {@code docs} stands in its index. */
    @Test
    void theIndexHasAllPages() throws IOException {
        String index = Files.readString(ROOT.resolve("docs/README.md"));

        assertThat(pages())
                .filteredOn(page -> page.startsWith("docs") && !page.endsWith("README.md"))
                .isNotEmpty()
                .allSatisfy(page -> assertThat(index).contains("](" + page.getFileName() + ")"));
    }

    @ParameterizedTest
    @CsvSource({
        "What a hostile server can do?, what-a-hostile-server-can-do",
        "`Headway`: the way of one call, headway-the-way-of-one-call",
        "4. [Signal](x.md) - what, 4-signal---what"
    })
    void anchorIsMadeOfAHeading(String heading, String anchor) {
        assertThat(anchor(heading)).isEqualTo(anchor);
    }

    private static List<String> broken(Path page) throws IOException {
        List<String> broken = new ArrayList<>();
        String text = prose(page);
        for (Matcher link = LINK.matcher(text); link.find(); ) {
            String target = link.group(1);
            if (!target.matches("[a-z]+:.*") && !leadsSomewhere(page, target)) {
                broken.add(target);
            }
        }
        return broken;
    }

    private static boolean leadsSomewhere(Path page, String target) throws IOException {
        int hash = target.indexOf('#');
        String path = hash < 0 ? target : target.substring(0, hash);
        Path file = path.isEmpty()
                ? ROOT.resolve(page)
                : ROOT.resolve(page).resolveSibling(path).normalize();
        if (!Files.exists(file)) {
            return false;
        }
        return hash < 0 || anchors(file).contains(target.substring(hash + 1));
    }

    private static Set<String> anchors(Path file) throws IOException {
        Map<String, Integer> seen = new HashMap<>();
        String text = BLOCK_OF_CODE.matcher(Files.readString(file)).replaceAll("");
        return HEADING.matcher(text)
                .results()
                .map(heading -> anchor(heading.group(1)))
                .map(anchor -> {
                    int before = seen.merge(anchor, 1, Integer::sum) - 1;
                    return before == 0 ? anchor : anchor + "-" + before;
                })
                .collect(Collectors.toSet());
    }

    /** As the platforms that show such pages make it: words in lower case, without marks, hyphens for blanks. */
    private static String anchor(String heading) {
        return heading.replaceAll("\\[([^]]*)\\]\\([^)]*\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .strip()
                .replace(' ', '-');
    }

    private static String prose(Path page) throws IOException {
        String text =
                BLOCK_OF_CODE.matcher(Files.readString(ROOT.resolve(page))).replaceAll("");
        return CODE.matcher(text).replaceAll("");
    }
}
