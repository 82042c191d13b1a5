package dev.headway.internal.hints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.internal.hints.Items.Item;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ItemsTest {

    @Test
    void aMemberMayHaveAWindow() {
        assertThat(Items.of("100, 60 ; w=60;burst=1000,5;window=1"))
                .containsExactly(
                        new Item("100", null),
                        new Item("60", Duration.ofMinutes(1)),
                        new Item("5", Duration.ofSeconds(1)));
    }

    @Test
    void quotedTextPartsNothing() {
        assertThat(Items.of("7;comment=\"a, \\\" b; w=3\";w=2, 8"))
                .containsExactly(new Item("7", Duration.ofSeconds(2)), new Item("8", null));
    }

    @ParameterizedTest
    @CsvSource({"7;w", "7;w=", "7;w=0", "7;w=-1", "7;w=x", "7;W=1", "7;", "7;;w =1"})
    void aWindowThatCanNotBeReadIsNone(String value) {
        assertThat(Items.of(value)).containsExactly(new Item("7", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,000", "200,2000", "1,5", "1,", "1, 2,3"})
    void aCommaThatMayBeAnythingMakesTheValueUnreadable(String value) {
        assertThat(Items.of(value)).isEmpty();
    }

    @Test
    void onlyTheFirstFewMembersAreRead() {
        assertThat(Items.of("1, ".repeat(300))).hasSizeLessThanOrEqualTo(16);
        assertThat(Items.of("1;".repeat(300))).hasSize(1);
    }
}
