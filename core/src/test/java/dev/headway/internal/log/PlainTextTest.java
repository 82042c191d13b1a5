package dev.headway.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {

    @Test
    void usualTextStaysAsItIs() {
        assertThat(PlainText.of("GET https://api.example.com/größe?")).isEqualTo("GET https://api.example.com/größe?");
        assertThat(PlainText.of("")).isEmpty();
        assertThat(PlainText.of("\uD83D\uDE00")).isEqualTo("\uD83D\uDE00");
    }

    @Test
    void whatWouldMakeALineLookLikeAnotherIsEscaped() {
        assertThat(PlainText.of("a\r\n2026 WARN b")).isEqualTo("a\\u000d\\u000a2026 WARN b");
        assertThat(PlainText.of("\u001B[31mred")).isEqualTo("\\u001b[31mred");
        assertThat(PlainText.of("\u0085\u2028\u2029\u007F")).isEqualTo("\\u0085\\u2028\\u2029\\u007f");
        assertThat(PlainText.of("nip\u202Egnp")).isEqualTo("nip\\u202egnp");
        assertThat(PlainText.of("half \uD83D")).isEqualTo("half \\ud83d");
        // A tag of the supplementary planes.
        assertThat(PlainText.of("\uDB40\uDC41")).isEqualTo("\\udb40\\udc41");
    }

    @Test
    void longTextIsCut() {
        assertThat(PlainText.of("x".repeat(10_000))).isEqualTo("x".repeat(500) + "...");
        assertThat(PlainText.of("\n".repeat(10_000))).hasSize(6 * 500 + 3);
    }
}
