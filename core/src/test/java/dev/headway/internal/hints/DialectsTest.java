package dev.headway.internal.hints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.LimitHint;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialectsTest {

    private static final URL OURS = Dialects.files().get(0);

    private final List<String> warnings = new ArrayList<>();

    @TempDir
    private Path directory;

    /** What they then say is checked line by line in {@link CorpusTest}. */
    @TestFactory
    Stream<DynamicTest> everyLineOfOursReadsAResponse() {
        List<Reply> replies = Stream.concat(Corpus.lines().stream(), Corpus.examples().stream())
                .map(Corpus::reply)
                .toList();
        return ours().lines().stream()
                .map(line -> DynamicTest.dynamicTest(
                        line.provider() + ", " + line.header(),
                        () -> assertThat(replies).anyMatch(reply -> reads(line, reply))));
    }

    private static boolean reads(DialectLine line, Reply reply) {
        for (int i = 0; i < reply.fields().size(); i += 2) {
            String star = line.starOf(reply.fields().get(i).toLowerCase(Locale.ROOT));
            if (star != null) {
                Reading reading = line.readingFor(star);
                Findings findings = new Findings(true, false, new ServerClock(null, reply.clock()));
                return (reading.when() == null || reply.has(reading.when()))
                        && reading.read(reply.fields().get(i + 1), findings);
            }
        }
        return false;
    }

    private Dialects ours() {
        return Dialects.of(Dialects.files(), warnings::add);
    }

    @Test
    void noLineOfOursIsLeftOutOrWithoutASource() {
        assertThat(ours().lines())
                .hasSizeGreaterThan(50)
                .allSatisfy(line -> assertThat(line.source()).startsWith("https://"));
        assertThat(warnings).isEmpty();
    }

    @Test
    void aFileOnTheClassPathIsRead() {
        assertThat(Reply.of(200, "X-MADE-UP-LEFT", "3", "x-made-up-reset", "1500")
                        .limit())
                .isEqualTo(new LimitHint("made-up", null, 3L, Duration.ofMillis(1500), null, "requests"));
    }

    @Test
    void allFilesAreFoundEachOnceAndOursLast() throws IOException {
        URL first = file("a/META-INF/headway/dialects.txt", "");
        URL second = file("b/META-INF/headway/dialects.txt", "");
        URL[] roots = {
            directory.resolve("a").toUri().toURL(),
            directory.resolve("b").toUri().toURL()
        };

        try (URLClassLoader loader = new URLClassLoader(roots, null)) {
            assertThat(Dialects.files(null, loader, loader)).containsExactly(first, second, OURS);
        }
    }

    @Test
    void aUsersLineGoesBeforeOursAndBeforeTheShape() throws IOException {
        URL file = file("dialects.txt", """
                Mine | X-RateLimit-Resource | {partition}
                Prisjakt | X-Rate-Limit-Reset | {reset} in=ms
                """);
        Dialects dialects = Dialects.of(List.of(file, OURS), warnings::add);

        assertThat(dialects.of("x-ratelimit-resource"))
                .extracting(Reading::template)
                .satisfies(template ->
                        assertThat(template.has(Template.Slot.PARTITION)).isTrue());
        assertThat(limits(dialects, "x-rate-limit-reset", "600000"))
                .containsExactly(new LimitHint(null, null, null, Duration.ofMinutes(10), null, "requests"));
        assertThat(dialects.of("ratelimit-name")).isNotNull();
        assertThat(dialects.of("x-other")).isNull();
        assertThat(warnings).isEmpty();
    }

    @Test
    void aUsersPatternGoesBeforeOurWholeNamesAndNotBeforeItsOwn() throws IOException {
        URL file = file("dialects.txt", """
                Mine | X-RateLimit-* | {partition}
                Mine | X-RateLimit-Name | {scope}
                """);
        Dialects dialects = Dialects.of(List.of(file, OURS), warnings::add);

        assertThat(has(dialects, "x-ratelimit-resource", Template.Slot.PARTITION))
                .isTrue();
        assertThat(has(dialects, "x-ratelimit-name", Template.Slot.SCOPE)).isTrue();
        assertThat(has(dialects, "ratelimit-name", Template.Slot.RESOURCE)).isTrue();
    }

    private static boolean has(Dialects dialects, String header, Template.Slot slot) {
        Reading reading = dialects.of(header);
        return reading != null && reading.template().has(slot);
    }

    private static List<LimitHint> limits(Dialects dialects, String header, String value) {
        Findings findings =
                new Findings(false, false, new ServerClock(null, Reply.of(200).clock()));
        Reading reading = dialects.of(header);
        assertThat(reading != null && reading.read(value, findings)).isTrue();
        return findings.limits();
    }

    /** An application server's loader that was stopped throws, and the context class loader may be such a one. */
    @Test
    void aClassLoaderThatThrowsIsAsIfItKnewNoFile() {
        ClassLoader stopped = new ClassLoader(null) {
            @Override
            public Enumeration<URL> getResources(String name) {
                throw new IllegalStateException("stopped");
            }
        };

        assertThat(Dialects.files(stopped)).containsExactly(OURS);
    }

    @Test
    void aBadLineIsLeftOutWithFileNumberAndReason() throws IOException {
        URL file = file("dialects.txt", "# fine\n\nA | X-A | {limits}\nB | X-B | {limit}\r\nC | X-B | {used}\n");
        Dialects dialects = Dialects.of(List.of(file), warnings::add);

        assertThat(dialects.lines()).extracting(DialectLine::provider).containsExactly("B");
        assertThat(warnings)
                .containsExactly(
                        file + ", line 3 is left out: unknown slot {limits}",
                        file + ", line 5 is left out: B has X-B as {limit}, not {used}");
    }

    @Test
    void aFileThatCanNotBeReadIsLeftOut() throws IOException {
        URL missing = directory.resolve("none.txt").toUri().toURL();

        assertThat(Dialects.of(List.of(missing), warnings::add).lines()).isEmpty();
        assertThat(warnings).singleElement().asString().startsWith(missing + " can not be read: ");
    }

    @Test
    void twoProvidersMayShareAHeaderThatSaysTheSame() throws IOException {
        URL file = file("dialects.txt", "A | X-B | {limit}\nB | x-b | {limit}\n");

        assertThat(Dialects.of(List.of(file), warnings::add).lines()).hasSize(2);
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "A | X-A ! has 3 or 4 columns, this 2",
                "A | X-A | {limit} | source | more ! has 3 or 4 columns, this 5",
                "| X-A | {limit} ! no provider",
                "A | X A | {limit} ! no name of a header: X A",
                "A | * | {limit} ! no name of a header: *",
                "A | X-*-* | {limit} ! no name of a header: X-*-*",
                "A | X-A | ! no {slot} in",
                "A | X-A | limit ! no {slot} in",
                "A | X-A | {limit ! unknown slot",
                "A | X-A | {limit}{used} ! nothing before {used} to tell where it begins",
                "A | X-A | {limit}/{limit} ! {limit} twice",
                "A | X-A | {limit}/ ! only a character and ... may stand behind the last slot, not /",
                "A | X-A | {limit} name ! an option is key=value, not name",
                "A | X-A | {limit} name= ! an option is key=value, not name=",
                "A | X-A | {limit} name=a name=b ! option twice: name=b",
                "A | X-A | {limit} colour=red ! unknown option [colour]",
                "A | X-A | {limit} window=soon ! no length of a window: soon",
                "A | X-A | {limit} window=0 ! no length of a window: 0",
                "A | X-A | {limit} window=1s,2s ! as many windows as names, or one",
                "A | X-A | {reset} in=h ! in=s or in=ms, not h",
                "A | X-A | {reset} remaining=none ! remaining= takes a number, not none",
                "A | X-A | {limit} separator=,, ! separator= takes one character, not ,,",
            })
    void whatIsWrongIsSaid(String line, String reason) {
        assertThatThrownBy(() -> DialectLine.parse(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aStarStandsForAnyText() {
        DialectLine line = DialectLine.parse("A | X-*-Left | {remaining} name=the-*");

        assertThat(line.starOf("x-daily-left")).isEqualTo("daily");
        assertThat(line.starOf("x--left")).isNull();
        assertThat(line.starOf("x-left")).isNull();
        assertThat(line.starOf("x-daily-left-over")).isNull();
        assertThat(line.readingFor("daily").names()).containsExactly(List.of("the-daily"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{used}/{limit} | 3/10 | 3 of 10",
                "{used}/{limit} | 3 / 10 | 3 of 10",
                "{used}/{limit} | 3 |",
                "{used}/{limit} | 3/x |",
                "{used}/{limit} | 3/10/2 |",
                "{used}/{limit}(... | 3/10 | 3 of 10",
                "{used}/{limit}(... | 3/10(x) | 3 of 10",
                "a={used};b={limit} | a=3; b = 10 | 3 of 10",
                "a={used};b={limit} | b=10;a=3 |",
            })
    void theTemplateIsTheShapeOfTheValue(String template, String value, @Nullable String told) {
        Reading reading = DialectLine.parse("A | X-A | " + template).readingFor("");
        Findings findings =
                new Findings(false, false, new ServerClock(null, Reply.of(200).clock()));

        assertThat(reading.read(value, findings)).isEqualTo(told != null);
        assertThat(findings.limits())
                .extracting(limit -> limit.used() + " of " + limit.limit())
                .isEqualTo(told != null ? List.of(told) : List.of());
    }

    @Test
    void aMemberOfAnotherShapeIsAsIfAbsent() {
        assertThat(Reply.of(200, "X-App-Rate-Limit", "20:1, what, 100:120")
                        .hint()
                        .limits())
                .extracting(LimitHint::limit)
                .containsExactly(20L, 100L);
    }

    /** Else a header that others use for one number would be two limits. */
    @Test
    void namesByPlaceNeedAsManyMembers() {
        assertThat(Reply.of(200, "X-RateLimit-Limit", "10", "X-RateLimit-Usage", "3")
                        .limit())
                .isEqualTo(new LimitHint(null, 10L, 7L, 3L, null, null, "requests"));
        assertThat(Reply.of(200, "X-RateLimit-Limit", "10,20", "X-RateLimit-Usage", "3,4")
                        .hint()
                        .limits())
                .extracting(LimitHint::name)
                .containsExactly("15min", "day");
    }

    @Test
    void aLineWithAConditionIsMeantOnlyBesideTheOtherHeader() {
        assertThat(Reply.of(200, "X-RateLimit-Limit", "200,2000").hint().limits())
                .isEmpty();
        assertThat(Reply.of(200, "RateLimit-Remaining", "5").limit().name()).isNull();
        assertThat(Reply.of(200, "RateLimit-Remaining", "5", "RateLimit-DailyLimit", "9")
                        .limit()
                        .name())
                .isEqualTo("daily");
    }

    private URL file(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return file.toUri().toURL();
    }
}
