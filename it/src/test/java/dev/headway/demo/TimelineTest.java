package dev.headway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.demo.DoneCall.Kind;
import dev.headway.demo.DoneCall.Part;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class TimelineTest {

    private static final String NASTY = "<one> & \"two\" 'three' ]]>";

    @Test
    void pictureIsWellFormedWhateverTheNames() throws Exception {
        Document picture = parsed(Timeline.svg(NASTY, List.of(lane(NASTY, 3, OptionalDouble.of(2)))));

        Element root = picture.getDocumentElement();
        assertThat(root.getTagName()).isEqualTo("svg");
        assertThat(root.getAttribute("aria-label")).isEqualTo(NASTY);
        assertThat(texts(picture)).contains(NASTY).anyMatch(text -> text.startsWith(NASTY + ": 3 of 3 succeeded"));
    }

    @Test
    void everyPartIsDrawn() throws Exception {
        Document picture = parsed(Timeline.svg("title", List.of(lane("lane", 5, OptionalDouble.empty()))));

        for (Kind kind : Kind.values()) {
            // One more in the legend.
            assertThat(rects(picture, kind.name().toLowerCase(Locale.ROOT)))
                    .as("%s", kind)
                    .hasSize(6);
        }
    }

    @Test
    void nothingIsDrawnOutsideOfThePicture() throws Exception {
        Document picture = parsed(
                Timeline.svg("title", List.of(lane("a", 5, OptionalDouble.of(9)), lane("b", 1, OptionalDouble.of(1)))));

        double width = Double.parseDouble(picture.getDocumentElement().getAttribute("width"));
        NodeList all = picture.getElementsByTagName("rect");
        for (int i = 0; i < all.getLength(); i++) {
            Element rect = (Element) all.item(i);
            if (rect.hasAttribute("x")) {
                double x = Double.parseDouble(rect.getAttribute("x"));
                double length = Double.parseDouble(rect.getAttribute("width"));
                assertThat(x).isNotNegative();
                assertThat(length).isNotNegative();
                assertThat(x + length).isLessThanOrEqualTo(width);
            }
        }
    }

    @Test
    void pictureOfNothingIsAPictureToo() throws Exception {
        Document picture =
                parsed(Timeline.svg("title", List.of(new Lane("empty", List.of(), 0, 0, OptionalDouble.empty()))));

        assertThat(texts(picture)).contains("empty: 0 of 0 succeeded, 0 refused, 0.00 s");
    }

    @Test
    void numbersAreTheSameInEveryLocale() throws Exception {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            assertThat(texts(parsed(Timeline.svg("title", List.of(lane("lane", 1, OptionalDouble.of(0.5)))))))
                    .noneMatch(text -> text.matches(".*\\d,\\d.*"));
        } finally {
            Locale.setDefault(before);
        }
    }

    /** Calls, each of all kinds of parts, a tenth of a second long. */
    private static Lane lane(String name, int calls, OptionalDouble minimum) {
        List<DoneCall> done = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            List<Part> parts = new ArrayList<>();
            long at = i * 1_000_000_000L;
            for (Kind kind : Kind.values()) {
                parts.add(new Part(kind, at, at + 100_000_000));
                at += 100_000_000;
            }
            done.add(new DoneCall(i, i * 1_000_000_000L, at, true, parts));
        }
        return new Lane(name, done, calls, 0, minimum);
    }

    private static Document parsed(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> texts(Document picture) {
        List<String> texts = new ArrayList<>();
        NodeList all = picture.getElementsByTagName("text");
        for (int i = 0; i < all.getLength(); i++) {
            texts.add(all.item(i).getTextContent());
        }
        return texts;
    }

    private static List<Element> rects(Document picture, String style) {
        List<Element> found = new ArrayList<>();
        NodeList all = picture.getElementsByTagName("rect");
        for (int i = 0; i < all.getLength(); i++) {
            Element rect = (Element) all.item(i);
            if (rect.getAttribute("class").equals(style)) {
                found.add(rect);
            }
        }
        return found;
    }
}
