package dev.headway.it.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** The BOM names what is published: each module that is, and nothing else. */
class BomTest {

    private static final Path ROOT = Path.of("..");
    private static final XPath XPATH = XPathFactory.newInstance().newXPath();

    @Test
    void namesEveryPublishedModule() throws Exception {
        List<String> modules = texts(pom(ROOT), "/project/modules/module").stream()
                .filter(module -> !module.equals("bom"))
                .filter(module ->
                        !"true".equals(text(pom(ROOT.resolve(module)), "/project/properties/maven.deploy.skip")))
                .map(module -> text(pom(ROOT.resolve(module)), "/project/artifactId"))
                .toList();

        assertThat(modules).hasSizeGreaterThan(5);
        assertThat(texts(pom(ROOT.resolve("bom")), "/project/dependencyManagement//artifactId"))
                .containsExactlyInAnyOrderElementsOf(modules);
    }

    @Test
    void hasTheVersionOfAll() throws Exception {
        assertThat(texts(pom(ROOT.resolve("bom")), "/project/dependencyManagement//version"))
                .isNotEmpty()
                .containsOnly("${project.version}");
    }

    private static Document pom(Path module) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(module.resolve("pom.xml").toFile());
        } catch (Exception e) {
            throw new AssertionError(module.toString(), e);
        }
    }

    private static String text(Document pom, String path) {
        return String.join("", texts(pom, path));
    }

    private static List<String> texts(Document pom, String path) {
        try {
            NodeList found = (NodeList) XPATH.evaluate(path, pom, XPathConstants.NODESET);
            return IntStream.range(0, found.getLength())
                    .mapToObj(i -> found.item(i).getTextContent().strip())
                    .toList();
        } catch (Exception e) {
            throw new AssertionError(path, e);
        }
    }
}
