package dev.headway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.HintParser;
import dev.headway.LimitHint;
import dev.headway.RateLimitHint;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a server counts, written in each dialect and read back by Headway. */
class DialectsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:03.500Z");
    private static final Duration WINDOW = Duration.ofHours(1);

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void headwayReadsWhatTheServerCounts(RateLimitHeaders headers) {
        String slots = headers.lines().stream().collect(Collectors.joining());
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 200; i++) {
            long limit = 1 + random.nextLong(100_000);
            long remaining = random.nextLong(limit + 1);
            long reset = 1 + random.nextLong(WINDOW.toNanos());
            Verdict verdict = new Verdict(remaining > 0, limit, remaining, reset);

            RateLimitHint hint = read(headers.form(), verdict);

            assertThat(hint.limits()).hasSize(1);
            LimitHint read = hint.limits().get(0);
            assertThat(read.limit()).isEqualTo(limit);
            assertThat(read.remaining()).isEqualTo(remaining);
            assertThat(read.used()).isEqualTo(slots.contains("{used}") ? limit - remaining : null);
            assertThat(read.window()).isEqualTo(slots.contains("{window") ? WINDOW : null);
            assertThat(read.resetAfter() != null).isEqualTo(slots.contains("{reset"));
            if (read.resetAfter() != null) {
                // A date may be a second late, since Date has whole seconds, and is itself rounded up to one.
                assertThat(read.resetAfter())
                        .isBetween(
                                Duration.ofNanos(reset), Duration.ofNanos(reset).plusSeconds(2));
            }
        }
    }

    @Test
    void partsAreNamed() {
        Verdict verdict = new Verdict(true, 100, 42, 1);

        assertThat(read(RateLimitHeaders.GITHUB.form(), verdict).partition()).contains("core");
        assertThat(read(RateLimitHeaders.DISCORD.form(), verdict).partition()).contains("testkit");
        assertThat(read(RateLimitHeaders.GITLAB.form(), verdict).partition()).contains("testkit");
        assertThat(read(RateLimitHeaders.DATADOG.form(), verdict).partition()).contains("testkit");
    }

    @Test
    void everySlotIsFilledAndRoundedUp() {
        HeaderLines lines = new HeaderLines(List.of(
                "A: {limit}/{remaining}/{used}",
                "B: {reset}/{reset-ms}/{reset-decimal}/{reset-duration}",
                "C: {reset-epoch}/{reset-epoch-ms}/{reset-epoch-decimal}",
                "D: {reset-iso}",
                "E: {reset-date}",
                "F: {window}/{window-ms}"));

        Map<String, String> fields =
                lines.of(new Verdict(true, 100, 42, 90_500_000_001L), Duration.ofSeconds(1, 1), NOW);

        assertThat(fields)
                .isEqualTo(Map.of(
                        "A", "100/42/58",
                        "B", "91/90501/90.501/1m30.501s",
                        "C", "1767225695/1767225694001/1767225694.001",
                        "D", "2026-01-01T00:01:35Z",
                        "E", "Thu, 01 Jan 2026 00:01:35 GMT",
                        "F", "2/1001"));
    }

    @Test
    void linesThatCanNotBeFilledAreRefused() {
        assertThatThrownBy(() -> RateLimitedApi.builder().headers("X-Left {remaining}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("X-Left {remaining}");
        assertThatThrownBy(() -> RateLimitedApi.builder().headers("X-Left: {left}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("{left}");
    }

    private static RateLimitHint read(HeaderLines lines, Verdict verdict) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Date", HttpDates.format(NOW));
        fields.putAll(lines.of(verdict, WINDOW, NOW));
        return HintParser.standard()
                .parse(new Answer(verdict.accepted() ? 200 : 429, fields), InstantSource.fixed(NOW.plusSeconds(99)));
    }
}
