package dev.headway.it.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.it.architecture.Decisions.Finding;
import dev.headway.it.architecture.Decisions.Rule;
import dev.headway.jdk.HeadwayHttpClient;
import dev.headway.okhttp.HeadwayInterceptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Adapters and drivers carry out; core alone decides. Read from the compiled classes, so that no way of writing it hides it;
 * {@link Decisions} says what is looked for.
 */
@Tag("every-okhttp")
class ArchitectureTest {

    /** Reviewed: numbers that are no statuses. */
    private static final Set<Finding> ALLOWED =
            Set.of(new Finding(Rule.STATUS, "OriginScopes.scope", "443")); // the port of https

    private static final Set<String> DRIVERS = Set.of("BlockingDriver", "FutureDriver", "BlockingWait");

    @ParameterizedTest
    @ValueSource(classes = {HeadwayInterceptor.class, HeadwayHttpClient.class})
    void adapterDecidesNothingItself(Class<?> adapter) throws Exception {
        List<byte[]> classes = classes(adapter, file -> true);

        assertThat(classes).as("classes of the adapter").hasSizeGreaterThan(5);
        assertThat(findings(classes)).isSubsetOf(ALLOWED);
    }

    @Test
    void driverDecidesNothingItself() throws Exception {
        List<byte[]> classes = classes(
                Headway.class,
                file -> file.contains("/spi/") && DRIVERS.contains(file.replaceAll(".*/|\\.class|\\$.*", "")));

        assertThat(classes).as("classes of the drivers").hasSizeGreaterThanOrEqualTo(DRIVERS.size());
        // A driver's loop is where attempts follow each other: that is its work.
        assertThat(findings(classes))
                .filteredOn(finding -> finding.rule() != Rule.RESEND)
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyRuleFindsWhoBreaksIt(Rule rule) throws Exception {
        List<String> broken = switch (rule) {
            case STATUS -> List.of("KEPT", "compares", "comparesText", "comparesClass", "switches", "switches");
            case CLOCK -> List.of("readsTheClock", "refersToTheClock", "readsTheWallClock", "hasAClock");
            case WAIT -> List.of("sleeps", "parks");
            case CHANCE -> List.of("throwsDice");
            case RESEND -> List.of("sendsInALoop");
        };

        assertThat(findings(fixture()))
                .filteredOn(finding -> finding.rule() == rule)
                .extracting(finding -> finding.where().replace("DecidesForItself.", ""))
                .containsAll(broken);
    }

    @Test
    void whoBreaksNoRuleIsLeftAlone() throws Exception {
        assertThat(findings(fixture()))
                .extracting(Finding::where)
                .doesNotContain("DecidesForItself.sendsOnce", "DecidesForItself.wakes");
    }

    private static List<byte[]> fixture() throws Exception {
        return classes(DecidesForItself.class, file -> file.endsWith("/DecidesForItself.class"));
    }

    private static List<Finding> findings(List<byte[]> classes) {
        List<Finding> findings = new ArrayList<>();
        classes.forEach(each -> findings.addAll(Decisions.in(each)));
        return findings;
    }

    /** The class files beside a class: in a directory while Maven tests, in a jar once it has packed. */
    private static List<byte[]> classes(Class<?> of, Predicate<String> wanted) throws IOException, URISyntaxException {
        Path location =
                Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(location)) {
            return classes(location, wanted);
        }
        try (FileSystem jar = FileSystems.newFileSystem(location)) {
            return classes(jar.getPath("/"), wanted);
        }
    }

    private static List<byte[]> classes(Path root, Predicate<String> wanted) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.endsWith("module-info.class"))
                    .filter(file -> wanted.test(file.toString().replace('\\', '/')))
                    .map(ArchitectureTest::bytes)
                    .toList();
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
