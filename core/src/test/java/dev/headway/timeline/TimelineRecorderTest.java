package dev.headway.timeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Concurrency;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.HeadwayListener.GateEvent;
import dev.headway.HeadwayListener.LimitEvent;
import dev.headway.LimitHint;
import dev.headway.Quota;
import dev.headway.RefusedException;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.WaitCause;
import dev.headway.testkit.VirtualTime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class TimelineRecorderTest {

    private static final Scope API = Scope.of("https://api.example.com:443");

    static {
        // Headway itself needs no XML.
        ModuleLayer.boot().findModule("java.xml").ifPresent(TimelineRecorderTest.class.getModule()::addReads);
    }

    private final VirtualTime time = new VirtualTime();

    @BeforeEach
    void date() {
        time.setInstant(Instant.parse("2026-03-01T12:00:00Z"));
    }

    // ---- golden files

    @Test
    void pageOfAFixedRunIsTheSameToTheLetter() throws Exception {
        assertThat(incident().html("An incident")).isEqualTo(golden("incident.html"));
    }

    @Test
    void pictureOfAFixedRunIsTheSameToTheLetter() throws Exception {
        assertThat(incident().svg("An incident")).isEqualTo(golden("incident.svg"));
    }

    @Test
    void numbersAreTheSameInEveryLocale() throws Exception {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            assertThat(incident().html("An incident")).isEqualTo(golden("incident.html"));
        } finally {
            Locale.setDefault(before);
        }
    }

    /** With {@code -Dtimeline.golden=write} a golden file is written anew, to be looked at before it is committed. */
    private String golden(String name) throws IOException {
        if ("write".equals(System.getProperty("timeline.golden"))) {
            TimelineRecorder recorder = incident();
            Files.writeString(
                    Path.of("src/test/resources/dev/headway/timeline", name),
                    name.endsWith("svg") ? recorder.svg("An incident") : recorder.html("An incident"));
        }
        try (InputStream file = Files.newInputStream(Path.of("src/test/resources/dev/headway/timeline", name))) {
            return new String(file.readAllBytes(), UTF_8);
        }
    }

    /** A limit is learned, halved by the user, refused, and the server fails; every kind of part, and a pause. */
    private TimelineRecorder incident() {
        VirtualTime clock = new VirtualTime();
        clock.setInstant(Instant.parse("2026-03-01T12:00:00Z"));
        TimelineRecorder recorder = TimelineRecorder.of(clock, 1000);
        recorder.told(TokenBucket.perSecond(10).burst(5), Concurrency.of(8));
        clock.advance(Duration.ofMillis(100));
        for (int i = 0; i < 20; i++) {
            Run run = i < 5 ? new Run() : new Run().wait(100L * (i - 4), WaitCause.PERMIT);
            recorder.done(run.attempt(20, 200).done(API));
            clock.advance(Duration.ofMillis(i < 5 ? 0 : 100));
        }
        recorder.limitLearned(new LimitEvent(
                API, new LimitHint("minute", 600L, 580L, Duration.ofSeconds(58), Duration.ofMinutes(1), "requests")));
        recorder.told(TokenBucket.perSecond(5));
        recorder.limitLearned(
                new LimitEvent(API, new LimitHint(null, 300L, 150L, Duration.ofSeconds(30), null, "requests")));
        recorder.gateClosed(new GateEvent(API.part("search"), Duration.ofSeconds(2)));
        clock.advance(Duration.ofSeconds(1));
        recorder.gateClosed(new GateEvent(API.part("search"), Duration.ofSeconds(2)));
        clock.advance(Duration.ofMillis(1900));
        recorder.gateOpened(API.part("search"));
        recorder.done(new Run()
                .attempt(30, 429)
                .wait(2000, WaitCause.SERVER_HINT)
                .attempt(40, 500)
                .wait(500, WaitCause.BACKOFF)
                .attempt(30, 200)
                .done(API));
        recorder.done(
                new Run().wait(2500, WaitCause.SCOPE_PAUSED).attempt(20, 200).done(API));
        recorder.done(new Run().attempt(10, 0).done(API, GiveUpReason.NOT_IDEMPOTENT));
        return recorder;
    }

    // ---- hostile names

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "' onload='alert(1)",
                "</style><style>*{display:none}</style>",
                "]]> & &amp; <!-- -->",
                "\u0000\u0007\uFFFE\uD800 control",
                "\u202Egnp.exe",
                "%s %n %d",
                "javascript:alert(1)",
            })
    void namesAreTextAndNothingElse(String hostile) throws Exception {
        TimelineRecorder recorder = TimelineRecorder.of(time, 1000);
        HeadwayListener lane = recorder.lane(hostile);
        for (HeadwayListener each : List.of(recorder, lane)) {
            each.done(new Run().attempt(10, 200).done(Scope.of(hostile)));
            each.gateClosed(new GateEvent(Scope.of(hostile).part(hostile), Duration.ofSeconds(1)));
            each.limitLearned(new LimitEvent(Scope.of(hostile), new LimitHint(hostile, 1L, 1L, null, null, hostile)));
        }
        String shown = hostile.replaceAll("[\u0000\u0007\uFFFE\uD800\u202E]", "\uFFFD");

        Document picture = parsed(recorder.svg(hostile));
        Document page = parsed(recorder.html(hostile).replaceFirst("<!DOCTYPE html>", ""));

        assertThat(picture.getDocumentElement().getAttribute("aria-label")).isEqualTo(shown);
        assertThat(texts(page, "h1")).containsExactly(shown);
        assertThat(texts(page, "h2")).containsExactly(shown, shown, "Totals");
        assertThat(texts(page, "td")).contains(shown + "#" + shown);
        for (Document document : List.of(picture, page)) {
            assertThat(names(document))
                    .isSubsetOf(
                            "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "ul", "li",
                            "svg", "g", "rect", "path", "text", "section", "div", "details", "summary", "table",
                            "thead", "tbody", "tr", "th", "td");
            assertThat(attributes(document)).noneMatch(name -> name.startsWith("on") || name.equals("src"));
            assertThat(document.getElementsByTagName("style").getLength()).isEqualTo(1);
        }
    }

    @Test
    void addressesAreNotKept() {
        TimelineRecorder recorder = TimelineRecorder.of(time, 1000);
        recorder.done(new Run().attempt(10, 200).done(API));

        assertThat(recorder.html("title") + recorder.svg("title")).doesNotContain("secret");
    }

    @Test
    void pageLoadsNothingAndRunsNothing() {
        String page = incident().html("title");

        assertThat(page).doesNotContain("<script", "<link", "@import", "url(", "src=", "href=");
        assertThat(page).contains("default-src 'none'");
        assertThat(Pattern.compile("https?://")
                        .matcher(page.replace(API.name(), ""))
                        .find())
                .isFalse();
    }

    @Test
    void lengthsBeyondAllTimeDoNoHarm() {
        TimelineRecorder recorder = TimelineRecorder.of(time, 1000);
        Duration ages = Duration.ofSeconds(Long.MAX_VALUE);
        recorder.limitLearned(new LimitEvent(
                API, new LimitHint("x".repeat(10_000), Long.MAX_VALUE, Long.MAX_VALUE, ages, ages, "requests")));
        recorder.limitLearned(new LimitEvent(
                API, new LimitHint(null, Long.MAX_VALUE, Long.MAX_VALUE, null, Duration.ofNanos(1), "requests")));

        assertThat(recorder.html("title")).contains(API.name());
        assertThat(recorder.svg("title")).contains(API.name()).doesNotContain("NaN", "Infinity");
    }

    // ---- what is shown

    @Test
    void nothingIsAPageToo() throws Exception {
        TimelineRecorder recorder = TimelineRecorder.create();

        assertThat(recorder.html("title")).contains("No call has ended yet.");
        assertThat(parsed(recorder.svg("title")).getDocumentElement().getTagName())
                .isEqualTo("svg");
    }

    @Test
    void partsOfAScopeAreInTheLaneOfTheWhole() {
        TimelineRecorder recorder = TimelineRecorder.of(time, 1000);
        recorder.done(new Run().attempt(10, 200).done(API));
        recorder.done(new Run().attempt(10, 200).done(API.part("a").part("b")));
        recorder.done(new Run().attempt(10, 200).done(Scope.of("other")));

        assertThat(recorder.html("title"))
                .contains(API + "</h2>\n<p>2 calls: 2 accepted", "other</h2>\n<p>1 call: 1 accepted")
                .doesNotContain("#a");
    }

    @Test
    void laneOfANameTakesEveryScopeAndHasItsOwnZero() {
        TimelineRecorder recorder = TimelineRecorder.of(time, 1000);
        recorder.lane("first").done(new Run().attempt(10, 200).done(API));
        time.advance(Duration.ofHours(1));
        recorder.lane("second").done(new Run().attempt(10, 200).done(API));
        recorder.lane("second").done(new Run().attempt(20, 429).done(Scope.of("other")));

        assertThat(recorder.html("title"))
                .contains("first</h2>\n<p>1 call: 1 accepted, 0 refused, 0 failed; 0.01 s")
                .contains("second</h2>\n<p>2 calls: 1 accepted, 1 refused, 0 failed; 0.02 s")
                .doesNotContain("other</");
    }

    @Test
    void pauseThatIsMovedIsOnePause() {
        TimelineRecorder recorder = TimelineRecorder.of(time, 1000);
        recorder.gateClosed(new GateEvent(API, Duration.ofSeconds(10)));
        time.advance(Duration.ofSeconds(2));
        recorder.gateClosed(new GateEvent(API, Duration.ofSeconds(10)));
        time.advance(Duration.ofSeconds(3));

        assertThat(recorder.html("title")).contains("1 pause<", "gate closed for 5.00 s");

        recorder.gateOpened(API);
        time.advance(Duration.ofSeconds(60));

        assertThat(recorder.html("title")).contains("1 pause<", "gate closed for 5.00 s");

        recorder.gateClosed(new GateEvent(API, Duration.ofSeconds(1)));
        time.advance(Duration.ofSeconds(60));

        assertThat(recorder.html("title")).contains("2 pauses<", "gate closed for 1.00 s");
    }

    @Test
    void tightestOfTheToldLimitsIsTheLine() {
        TimelineRecorder recorder = TimelineRecorder.of(time, 1000);
        TimelineRecorder.Lane lane = recorder.lane("lane");
        lane.told(TokenBucket.perSecond(10), Quota.of(240).per(Duration.ofMinutes(1)), Concurrency.of(3));
        lane.done(new Run().attempt(10, 200).done(API));

        assertThat(recorder.html("title"))
                .contains("limit as told 4<")
                .contains("10 per 1 s, burst 1; 240 in any 60 s; 3 at once");
    }

    @Test
    void limitThatCountsNoRequestsIsNoLine() {
        TimelineRecorder recorder = TimelineRecorder.of(time, 1000);
        recorder.done(new Run().attempt(10, 200).done(API));
        recorder.limitLearned(
                new LimitEvent(API, new LimitHint("tokens", 90_000L, null, null, Duration.ofMinutes(1), "tokens")));

        assertThat(recorder.html("title"))
                .contains("tokens: 90000 tokens in 60 s")
                .doesNotContain("limit as learned 1500");
    }

    @Test
    void nothingIsDrawnOutsideOfThePicture() throws Exception {
        Document picture = parsed(incident().svg("title"));

        double width = Double.parseDouble(picture.getDocumentElement().getAttribute("width"));
        double height = Double.parseDouble(picture.getDocumentElement().getAttribute("height"));
        Pattern block = Pattern.compile("M([\\d.]+) ([\\d.]+)h([\\d.]+)v([\\d.]+)");
        int blocks = 0;
        NodeList paths = picture.getElementsByTagName("path");
        for (int i = 0; i < paths.getLength(); i++) {
            var each = block.matcher(((Element) paths.item(i)).getAttribute("d"));
            while (each.find()) {
                blocks++;
                assertThat(Double.parseDouble(each.group(1)) + Double.parseDouble(each.group(3)))
                        .isLessThanOrEqualTo(width);
                assertThat(Double.parseDouble(each.group(2)) + Double.parseDouble(each.group(4)))
                        .isLessThanOrEqualTo(height);
            }
        }
        assertThat(blocks).isGreaterThan(40);
    }

    // ---- bounds

    @Test
    void onlyTheNewestPartsAreKeptAndTheTotalsStayTrue() {
        TimelineRecorder recorder = TimelineRecorder.of(time, 100);
        for (int i = 0; i < 10_000; i++) {
            time.advance(Duration.ofMillis(10));
            recorder.done(new Run().wait(5, WaitCause.PERMIT).attempt(1, 200).done(API));
        }

        String page = recorder.html("title");

        assertThat(page).contains("10000 calls: 10000 accepted", "the oldest 9950 are not shown", "50.00 s</td>");
        assertThat(page.length()).isLessThan(20_000);
    }

    @Test
    void scopesWithoutEndShareALane() {
        TimelineRecorder recorder = TimelineRecorder.of(time, 1_000_000);
        for (int i = 0; i < 1000; i++) {
            recorder.done(new Run().attempt(1, 200).done(Scope.of("scope " + i)));
            recorder.lane("lane " + i);
        }
        String page = recorder.html("title");

        assertThat(page.split("<section", -1)).hasSize(TimelineRecorder.MAX_LANES + 1);
        assertThat(page).contains("all others</h2>\n<p>");
    }

    @Test
    void eventsWithoutEndAreTheNewestOnly() {
        TimelineRecorder recorder = TimelineRecorder.of(time, 10);
        for (int i = 0; i < 10_000; i++) {
            time.advance(Duration.ofMillis(10));
            recorder.told(TokenBucket.perSecond(i + 1));
            recorder.gateClosed(new GateEvent(API, Duration.ofMillis(5)));
            recorder.limitLearned(new LimitEvent(API, new LimitHint("name " + i, 1L, 1L, null, null, "requests")));
        }

        assertThat(recorder.html("title")).contains("256 told, 256 learned, 256 pauses");
    }

    @Test
    void nameOfAnyLengthIsCut() {
        TimelineRecorder recorder = TimelineRecorder.of(time, 10);
        recorder.done(new Run().attempt(1, 200).done(Scope.of("\uD83D\uDE80".repeat(100_000))));

        assertThat(recorder.html("title").length()).isLessThan(20_000);
        assertThat(recorder.svg("title")).contains("\uD83D\uDE80…");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1_000_001})
    void sizeOutOfRangeIsRefused(int maxParts) {
        assertThatThrownBy(() -> TimelineRecorder.of(time, maxParts))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxParts must be from 1 to 1000000, not " + maxParts);
    }

    // ---- threads

    @Test
    void manyThreadsLoseNothing() throws Exception {
        TimelineRecorder recorder = TimelineRecorder.of(time, 1000);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Scope scope = Scope.of("scope " + i % 2);
            threads.add(new Thread(() -> {
                for (int j = 0; j < 500; j++) {
                    recorder.done(new Run().attempt(1, 200).done(scope));
                    recorder.gateClosed(new GateEvent(scope, Duration.ofMillis(1)));
                    if (j % 100 == 0) {
                        assertThat(recorder.html("title")).endsWith("</html>\n");
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(30_000);
        }

        assertThat(recorder.html("title"))
                .contains("scope 0</h2>\n<p>2000 calls: 2000 accepted", "scope 1</h2>\n<p>2000 calls: 2000 accepted");
    }

    private static Document parsed(String text) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(text.getBytes(UTF_8)));
    }

    private static List<String> texts(Document document, String tag) {
        List<String> texts = new ArrayList<>();
        NodeList all = document.getElementsByTagName(tag);
        for (int i = 0; i < all.getLength(); i++) {
            texts.add(all.item(i).getTextContent());
        }
        return texts;
    }

    private static List<String> names(Document document) {
        List<String> names = new ArrayList<>();
        NodeList all = document.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            names.add(all.item(i).getNodeName());
        }
        return names;
    }

    private static List<String> attributes(Document document) {
        List<String> names = new ArrayList<>();
        NodeList all = document.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            var attributes = all.item(i).getAttributes();
            for (int j = 0; j < attributes.getLength(); j++) {
                names.add(attributes.item(j).getNodeName());
            }
        }
        return names;
    }

    // ---- over days

    @Test
    void aPauseWhoseCallsAreNotKeptDoesNotStretchThePage() throws Exception {
        TimelineRecorder recorder = TimelineRecorder.of(time, 100);
        Headway headway = recorded(recorder, RetryPolicy.none());
        assertThatThrownBy(() -> headway.call(Scope.of("a"), () -> {
                    throw new RefusedException(Duration.ofSeconds(1));
                }))
                .isInstanceOf(RefusedException.class);
        time.advance(Duration.ofDays(3));
        for (int i = 0; i < 200; i++) {
            headway.call(API, () -> "served");
            time.advance(Duration.ofMillis(100));
        }

        assertThat(recorder.html("Three days")).doesNotContain("72 h");
    }

    @Test
    void totalsCountAlsoWhatIsNotShownOfACall() throws Exception {
        VirtualTime automatic = VirtualTime.automatic();
        TimelineRecorder recorder = TimelineRecorder.of(automatic, 10);
        Headway headway = Headway.builder()
                .time(automatic)
                .listener(recorder)
                .retry(RetryPolicy.builder().maxAttempts(20).build())
                .build();
        AtomicInteger refusals = new AtomicInteger();

        String answer = headway.call(API, () -> {
            if (refusals.getAndIncrement() < 15) {
                throw new RefusedException(Duration.ofSeconds(1));
            }
            return "served";
        });

        assertThat(answer).isEqualTo("served");
        assertThat(recorder.html("A long call")).contains("1 accepted, 15 refused");
    }

    private Headway recorded(TimelineRecorder recorder, RetryPolicy policy) {
        return Headway.builder().time(time).listener(recorder).retry(policy).build();
    }
}
