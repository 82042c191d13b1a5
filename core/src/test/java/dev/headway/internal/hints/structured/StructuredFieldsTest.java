package dev.headway.internal.hints.structured;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.internal.hints.structured.BareItem.Bytes;
import dev.headway.internal.hints.structured.BareItem.Flag;
import dev.headway.internal.hints.structured.BareItem.Text;
import dev.headway.internal.hints.structured.BareItem.Token;
import dev.headway.internal.hints.structured.BareItem.Whole;
import dev.headway.internal.hints.structured.Member.InnerList;
import dev.headway.internal.hints.structured.Member.Item;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The working group's own vectors, {@code structured-fields/*.json}, and the bounds that they leave open. */
class StructuredFieldsTest {

    private static final List<String> FILES = List.of(
            "binary",
            "boolean",
            "date",
            "dictionary",
            "display-string",
            "examples",
            "item",
            "key-generated",
            "list",
            "listlist",
            "number",
            "number-generated",
            "param-dict",
            "param-list",
            "param-listlist",
            "string",
            "string-generated",
            "token",
            "token-generated");

    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private static final List<String> NESTED =
            List.of("a", "a;b=1;c", "\"x\"", "(1 2);q=?0", ":aGk=:", "@1", "%\"%c3%bc\"");

    @TestFactory
    Stream<DynamicContainer> readsTheVectors() {
        return FILES.stream()
                .map(file -> DynamicContainer.dynamicContainer(
                        file,
                        vectors(file)
                                .map(vector -> DynamicTest.dynamicTest(
                                        vector.get("name").asString(), () -> check(vector)))));
    }

    private static Stream<JsonNode> vectors(String file) {
        try (InputStream in = StructuredFieldsTest.class.getResourceAsStream("/structured-fields/" + file + ".json")) {
            return new JsonMapper().readTree(in).valueStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(JsonNode vector) {
        String text = String.join(
                ", ", vector.get("raw").valueStream().map(JsonNode::asString).toList());
        Object parsed = parsed(vector.get("header_type").asString(), text);
        if (vector.path("must_fail").asBoolean(false)) {
            assertThat(parsed).isNull();
        } else if (parsed != null || !vector.path("can_fail").asBoolean(false)) {
            assertThat(parsed).isEqualTo(expected(vector));
        }
    }

    private static @Nullable Object parsed(String type, String text) {
        return switch (type) {
            case "list" -> {
                List<Member> list = StructuredFields.list(text, false);
                yield list == null
                        ? null
                        : list.stream().map(StructuredFieldsTest::plain).toList();
            }
            case "dictionary" -> {
                Map<String, Member> dictionary = StructuredFields.dictionary(text, false);
                yield dictionary == null
                        ? null
                        : dictionary.entrySet().stream()
                                .map(entry -> List.of(entry.getKey(), plain(entry.getValue())))
                                .toList();
            }
            default -> {
                Item item = StructuredFields.item(text, false);
                yield item == null ? null : plain(item);
            }
        };
    }

    private static List<Object> plain(Member member) {
        List<Object> parameters = new ArrayList<>();
        member.parameters().forEach((key, value) -> parameters.add(List.of(key, value)));
        Object value = member instanceof Item item
                ? item.value()
                : ((InnerList) member)
                        .items().stream().map(StructuredFieldsTest::plain).toList();
        return List.of(value, parameters);
    }

    private static Object expected(JsonNode vector) {
        JsonNode expected = vector.get("expected");
        return switch (vector.get("header_type").asString()) {
            case "list" ->
                expected.valueStream().map(StructuredFieldsTest::member).toList();
            case "dictionary" ->
                expected.valueStream()
                        .map(entry -> List.of(entry.get(0).asString(), member(entry.get(1))))
                        .toList();
            default -> member(expected);
        };
    }

    private static List<Object> member(JsonNode member) {
        JsonNode first = member.get(0);
        Object value = first.isArray()
                ? first.valueStream().map(StructuredFieldsTest::member).toList()
                : bare(first);
        List<List<Object>> parameters = member.get(1)
                .valueStream()
                .map(parameter -> List.<Object>of(parameter.get(0).asString(), bare(parameter.get(1))))
                .toList();
        return List.of(value, parameters);
    }

    private static BareItem bare(JsonNode value) {
        if (value.isObject()) {
            JsonNode content = value.get("value");
            return switch (value.get("__type").asString()) {
                case "token" -> new Token(content.asString());
                case "binary" -> new Bytes(Base64.getEncoder().encodeToString(base32(content.asString())));
                case "date" -> new BareItem.Date(content.asLong());
                default -> new BareItem.DisplayText(content.asString());
            };
        }
        if (value.isBoolean()) {
            return new Flag(value.asBoolean());
        }
        if (value.isIntegralNumber()) {
            return new Whole(value.asLong());
        }
        if (value.isNumber()) {
            return new BareItem.Fraction(
                    value.decimalValue().multiply(BigDecimal.valueOf(1000)).longValueExact());
        }
        return new Text(value.asString());
    }

    private static byte[] base32(String text) {
        String digits = text.replace("=", "");
        BigInteger bits = BigInteger.ZERO;
        for (int i = 0; i < digits.length(); i++) {
            bits = bits.shiftLeft(5).or(BigInteger.valueOf(BASE32.indexOf(digits.charAt(i))));
        }
        int length = digits.length() * 5 / 8;
        BigInteger whole = bits.shiftRight(digits.length() * 5 - length * 8);
        byte[] bytes = new byte[length];
        for (int i = length - 1; i >= 0; i--) {
            bytes[i] = whole.byteValue();
            whole = whole.shiftRight(8);
        }
        return bytes;
    }

    @Test
    void takesWhatTheRfcAsksEveryParserToTake() {
        String key = "k".repeat(64);

        assertThat(StructuredFields.list("a, ".repeat(1023) + "a", false)).hasSize(1024);
        assertThat(StructuredFields.list("(" + "a ".repeat(255) + "a)", false))
                .singleElement()
                .satisfies(list -> assertThat(((InnerList) list).items()).hasSize(256));
        assertThat(StructuredFields.dictionary(key + "=1", false)).containsOnlyKeys(key);
        assertThat(StructuredFields.item("a;" + key, false))
                .isEqualTo(new Item(new Token("a"), Map.of(key, Flag.TRUE)));
        assertThat(StructuredFields.item('"' + "\\\"".repeat(1024) + '"', false))
                .isEqualTo(new Item(new Text("\"".repeat(1024)), Map.of()));
        assertThat(StructuredFields.item("t".repeat(512), false))
                .isEqualTo(new Item(new Token("t".repeat(512)), Map.of()));
        assertThat(StructuredFields.item(":" + "AAAA".repeat(5462) + ":", false))
                .isEqualTo(new Item(new Bytes("AAAA".repeat(5462)), Map.of()));
    }

    /** RFC 9651 lets a parser decide on bits that the padding hides; the drafts' own examples have them. */
    @Test
    void lostBitsOfAByteSequenceAreLeftAlone() {
        assertThat(StructuredFields.item(":sdfjLJUOUH==:", false))
                .isEqualTo(StructuredFields.item(":sdfjLJUOUA==:", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a ;b=1", "a;b =1", "a;b= 1", "a\t;\tb=1", "a ; b = 1"})
    void blanksInParametersAreForTheLenientOnly(String text) {
        assertThat(StructuredFields.item(text, false)).isNull();
        if (!text.contains(";\t")) {
            assertThat(StructuredFields.item(text, true))
                    .isEqualTo(new Item(new Token("a"), Map.of("b", new Whole(1))));
        }
    }

    @Test
    void leniencyTakesNothingElse() {
        assertThat(StructuredFields.list("a b", true)).isNull();
        assertThat(StructuredFields.list("a,", true)).isNull();
        assertThat(StructuredFields.list("a ;", true)).isNull();
        assertThat(StructuredFields.list("a , b", true)).hasSize(2);
        assertThat(StructuredFields.dictionary("a =1", true)).isNull();
    }

    @Test
    void nothingMakesItThrow() {
        SplittableRandom random = new SplittableRandom(1);
        String odd = "\"\\:;=,()?@%*-.01aZ \t\u0000\u007f\u00e9\u0661\ud83d";
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int parts = 1 + random.nextInt(8); parts > 0; parts--) {
                text.append(
                        random.nextBoolean()
                                ? NESTED.get(random.nextInt(NESTED.size()))
                                : odd.charAt(random.nextInt(odd.length())));
            }
            boolean lenient = random.nextBoolean();
            StructuredFields.list(text.toString(), lenient);
            StructuredFields.dictionary(text.toString(), lenient);
            StructuredFields.item(text.toString(), lenient);
        }
    }
}
