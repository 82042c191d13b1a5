package dev.headway.internal.hints;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.headway.LimitHint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a line of a dialect says of a delay, and several counts in one value. */
class ReadingTest {

    @Test
    void aVendorsDelayCountsWhereTheStandardFieldSaysNothing() {
        Reading seconds = reading("Mine | X-Wait-For | {retry-after}");

        assertThat(delay(seconds, "12", null)).isEqualTo(Duration.ofSeconds(12));
        assertThat(delay(seconds, "12", "5")).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void oneInMillisecondsIsFinerThanTheStandardField() {
        Reading millis = reading("Mine | X-Wait-For | {retry-after} in=ms");

        assertThat(delay(millis, "12", null)).isEqualTo(Duration.ofMillis(12));
        assertThat(delay(millis, "12", "5")).isEqualTo(Duration.ofMillis(12));
    }

    @Test
    void aDelayThatIsNoneIsNotFound() {
        Findings findings = findings();

        assertThat(reading("Mine | X-Wait-For | {retry-after}").read("soon", findings))
                .isFalse();
        assertThat(findings.retryAfter()).isNull();
    }

    @Test
    void severalLimitsHaveWhatIsUsedOfEach() {
        assertThat(Reply.of(200, "X-RateLimit-Limit", "10, 20", "X-RateLimit-Used", "3, 5")
                        .hint()
                        .limits())
                .extracting(LimitHint::limit, LimitHint::used, LimitHint::remaining)
                .containsExactly(tuple(10L, 3L, 7L), tuple(20L, 5L, 15L));
    }

    private static Reading reading(String line) {
        return DialectLine.parse(line).readingFor("");
    }

    private static @Nullable Duration delay(Reading reading, String value, @Nullable String retryAfter) {
        Findings findings = findings();
        if (retryAfter != null) {
            findings.add(requireNonNull(FieldName.of("retry-after")), retryAfter);
        }
        assertThat(reading.read(value, findings)).isTrue();
        return findings.retryAfter();
    }

    private static Findings findings() {
        return new Findings(true, false, new ServerClock(null, Reply.of(200).clock()));
    }
}
