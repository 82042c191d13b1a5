package dev.headway.internal.bodies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.ErrorKind;
import dev.headway.HintParser;
import dev.headway.internal.bodies.ErrorLine.What;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorTableTest {

    private static final ErrorTable TABLE = ErrorTable.load(List.of(), ErrorTableTest.class.getClassLoader());
    private static final ErrorReader READER = new ErrorReader(TABLE);

    @TempDir
    private Path folder;

    /** Of each line an error is made that stands where the line says, for each of its statuses. */
    @TestFactory
    Stream<DynamicTest> everyLineIsHeard() {
        return TABLE.lines().stream()
                .map(line -> DynamicTest.dynamicTest(
                        line.what() + " " + line.provider() + " " + line.place() + " " + line.value(),
                        () -> line.statuses().stream().forEach(status -> isHeard(line, status))));
    }

    private static void isHeard(ErrorLine line, int status) {
        switch (line.what()) {
            case CODE -> assertThat(error(line, status, "Some-Code_1").code()).isEqualTo("Some-Code_1");
            case SCOPE -> assertThat(error(line, status, "things").scope()).isEqualTo("things");
            case DELAY ->
                assertThat(error(line, status, "7").delay())
                        .isEqualTo(line.value().equals("ms") ? Duration.ofMillis(7) : Duration.ofSeconds(7));
            case SENTENCE ->
                // A 2xx that is not known as a throttle says no delay.
                assertThat(error(
                                        line,
                                        line.holdsFor(429) ? 429 : 200,
                                        "EService: Throttled: 1767225607, retry after 7 s")
                                .delay())
                        .isEqualTo(Duration.ofSeconds(7));
            case PAUSE ->
                assertThat(error(line, status, line.wanted().replace(ErrorLine.PART, ""))
                                .usualDelay())
                        .isEqualTo(line.pause());
            case WHOLE ->
                assertThat(error(line, status, line.wanted().replace(ErrorLine.PART, ""))
                                .whole())
                        .isTrue();
            case FATAL, EXHAUSTED, THROTTLED, TRANSIENT -> {
                boolean part = line.value().startsWith(ErrorLine.PART);
                ErrorHint error =
                        error(line, status, part ? "Sorry, " + line.value().substring(1) + ", bye" : line.value());
                assertThat(error.kind()).isEqualTo(line.what().kind());
                if (!part) {
                    assertThat(error.code()).isEqualTo(line.value());
                }
            }
        }
    }

    private static ErrorHint error(ErrorLine line, int status, String value) {
        String place = line.place().equals(ErrorLine.CODE) ? anyCodePlace(status) : line.place();
        return Answer.of(status, at(place, value)).error(READER);
    }

    private static String anyCodePlace(int status) {
        return status < 300 ? "/error/code" : "/code";
    }

    private static String at(String place, String value) {
        if (place.equals(Places.TEXT)) {
            return value;
        }
        if (place.startsWith("<")) {
            return "<a:E x=\"1\">" + place + value + place.replace("<", "</") + "</a:E>";
        }
        String body = "\"" + value + "\"";
        String[] tokens = place.substring(1).split("/", -1);
        for (int i = tokens.length - 1; i >= 0; i--) {
            body = tokens[i].equals("*")
                    ? "[null, " + body + "]"
                    : "{\"other\": 1, \"" + tokens[i] + "\": " + body + "}";
        }
        return body;
    }

    @Test
    void onlyStatusesWithSomethingToSayAreRead() {
        Stream.of(200, 400, 403, 409, 429, 503, 529)
                .forEach(status ->
                        assertThat(TABLE.reads(status)).as("%s", status).isTrue());
        Stream.of(-1, 0, 101, 301, 304, 401, 404, 405, 410, 412, 422, 501, 502, 504, 600, Integer.MAX_VALUE)
                .forEach(status ->
                        assertThat(TABLE.reads(status)).as("%s", status).isFalse());
    }

    @Test
    void aUsersLineGoesBeforeOurs() throws IOException {
        ErrorHint ours =
                Answer.of(429, "{\"error\":{\"code\":\"insufficient_quota\"}}").error(READER);
        assertThat(ours.kind()).isEqualTo(ErrorKind.EXHAUSTED);

        ErrorReader theirs = reader("""
                # our own quota is filled up every minute
                throttled  us  429  code  insufficient_quota
                code       us  422  /fault/0/name
                exhausted  us  422  code  Spent
                """);

        assertThat(Answer.of(429, "{\"error\":{\"code\":\"insufficient_quota\"}}")
                        .error(theirs)
                        .kind())
                .isEqualTo(ErrorKind.THROTTLED);
        assertThat(theirs.readsBody(422, Answer.of(422, ""))).isTrue();
        assertThat(Answer.of(422, "{\"fault\":[{},{\"name\":\"Spent\"}]}").error(theirs))
                .isEqualTo(new ErrorHint("Spent", ErrorKind.EXHAUSTED, null, null, null, false));
    }

    private ErrorReader reader(String users) throws IOException {
        Path file = Files.createDirectories(folder.resolve("META-INF/headway")).resolve("errors.txt");
        Files.writeString(file, users);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
            return new ErrorReader(ErrorTable.load(List.of(), loader, loader));
        }
    }

    @Test
    void aUserMayAlsoGiveLinesInCode() {
        HintParser parser = HintParser.withErrors("code us * /fault/name", "exhausted us 422 code Spent");
        Answer answer = Answer.of(422, "{\"fault\":{\"name\":\"Spent\"}}");

        assertThat(parser.readsBody(422, answer)).isTrue();
        assertThat(parser.parse(answer, Answer.CLOCK).errorKind()).hasValue(ErrorKind.EXHAUSTED);
        assertThat(HintParser.standard().readsBody(422, answer)).isFalse();
        assertThatThrownBy(() -> HintParser.withErrors("# mine", "exhausted us 42 code Spent"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("line:2: '42' is no status: write 429, 4xx, several with commas, or * for every error");
    }

    @Test
    void theSameFileIsReadOnce() throws IOException {
        Path file = Files.createDirectories(folder.resolve("META-INF/headway")).resolve("errors.txt");
        Files.writeString(file, "fatal us 499 code Gone\n");
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
            assertThat(ErrorTable.load(List.of(), loader, loader).lines())
                    .hasSize(TABLE.lines().size() + 1);
        }
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

        assertThat(ErrorTable.load(List.of(), stopped).lines()).isEqualTo(TABLE.lines());
    }

    @Test
    void aFileThatBreaksOffIsAsIfItWasNot() throws IOException {
        Path jar = folder.resolve("broken.jar");
        String name = "META-INF/headway/errors.txt";
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write("fatal us 499 code Gone\n".repeat(100).getBytes(StandardCharsets.UTF_8));
        }
        byte[] bytes = Files.readAllBytes(jar);
        // The first block's type is none.
        bytes[30 + name.length()] = (byte) 0xff;
        Files.write(jar, bytes);

        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            assertThat(ErrorTable.load(List.of(), loader).lines()).isEqualTo(TABLE.lines());
        }
    }

    @Test
    void aBadLineIsLeftOutAndSaysWhy() {
        List<ErrorLine> lines = new ArrayList<>();
        List<String> refused = new ArrayList<>();

        ErrorTable.parse(
                "mine.txt",
                List.of("# comment", "", "fatal us 499 code Gone", "fatal us", "  transient us 409 code Busy "),
                true,
                lines,
                refused);

        assertThat(lines).extracting(ErrorLine::value).containsExactly("Gone", "Busy");
        assertThat(refused).containsExactly("mine.txt:4: it has no four columns: what, provider, statuses, place");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "thrown us 429 code X | 'thrown' is none of",
                "fatal us 42 code X | '42' is no status",
                "fatal us 301 code X | '301' is no status",
                "fatal us 429, code X | '' is no status",
                "fatal us 3xx code X | '3xx' is no status",
                "fatal us 429 / X | '/' is no place",
                "fatal us 429 <a b> X | '<a' is no place",
                "fatal us 429 Code X | 'Code' is no place",
                "code us 429 code | 'code' is no place",
                "fatal us 429 code | the code, or ~ and a part of the text, is missing",
                "fatal us 429 code ~ | the code, or ~ and a part of the text, is missing",
                "pause us 429 /a X | a length in seconds, 30s, and what is looked for are missing",
                "pause us 429 /a 30s | a length in seconds, 30s, and what is looked for are missing",
                "delay us 429 /a minutes | 'minutes' is not known",
                "code us 429 /a number | 'number' is not known",
                "scope us 429 /a x | 'x' is not known"
            })
    void aLineThatCanNotBeUnderstoodIsRefused(String line, String reason) {
        assertThatThrownBy(() -> ErrorLine.parse(line, true))
                .isInstanceOf(ErrorLine.Bad.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/errors/0/code", "/errors/*/code", "/errors/12/code"})
    void aNumberInAPointerIsEveryElement(String pointer) {
        assertThat(Places.canonical(pointer)).isEqualTo("/errors/*/code");
    }

    @Test
    void aPointersEscapesAreUndone() throws ErrorLine.Bad {
        ErrorReader reader = new ErrorReader(new ErrorTable(List.of(ErrorLine.parse("code us * /a~1b/~0c", true))));

        assertThat(Answer.of(429, "{\"a/b\":{\"~c\":\"X\"}}").error(reader).code())
                .isEqualTo("X");
    }

    @Test
    void theMostCautiousOfOurLinesCounts() {
        assertThat(Answer.of(403, """
                        [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]
                        """).error(READER).kind()).isEqualTo(ErrorKind.EXHAUSTED);
        assertThat(What.FATAL).isLessThan(What.EXHAUSTED);
        assertThat(What.EXHAUSTED).isLessThan(What.THROTTLED);
        assertThat(What.THROTTLED).isLessThan(What.TRANSIENT);
    }
}
