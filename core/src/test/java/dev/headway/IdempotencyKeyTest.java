package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {

    @Test
    void aValueIsARandomUuidUnlessTheUserGivesOne() {
        IdempotencyKey key = IdempotencyKey.header("Idempotency-Key");

        UUID first = UUID.fromString(key.newValue());
        assertThat(first.version()).isEqualTo(4);
        assertThat(key.newValue()).isNotEqualTo(first.toString());
        assertThat(IdempotencyKey.header("A", () -> "mine").newValue()).isEqualTo("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "ä", "a\r\n", "a\u0000"})
    void aNameMustBeOneOfAHeaderField(String name) {
        assertThatThrownBy(() -> IdempotencyKey.header(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("This is no name of a header field: \"" + name + "\".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nb", "\u00e4", "\u007f"})
    void aValueThatCanNotBeSentIsRefusedAndNotQuoted(String value) {
        IdempotencyKey key = IdempotencyKey.header("Key", () -> value);

        assertThatThrownBy(key::newValue)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("A value of the field Key must be of visible ASCII characters.");
    }

    @Test
    void itIsEqualByNameAndSupplier() {
        Supplier<String> values = () -> "x";

        assertThat(IdempotencyKey.header("A", values)).isEqualTo(IdempotencyKey.header("A", values));
        assertThat(IdempotencyKey.header("A", values)).isNotEqualTo(IdempotencyKey.header("B", values));
        assertThat(IdempotencyKey.header("A", values)).hasToString("IdempotencyKey[A]");
    }
}
