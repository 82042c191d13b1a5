package dev.headway.internal.hints;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Iso8601Test {

    @ParameterizedTest
    @CsvSource({
        "2025-10-08T15:00:00Z, 2025-10-08T15:00:00Z",
        "2025-10-08T15:00Z, 2025-10-08T15:00:00Z",
        "2025-10-08t15:00:00z, 2025-10-08T15:00:00Z",
        "2025-10-08 15:00:00 +01:00, 2025-10-08T14:00:00Z",
        "2025-10-08T15:00:00.123456789Z, 2025-10-08T15:00:00.123456789Z",
        "2025-10-08T15:00:00.5-0230, 2025-10-08T17:30:00.5Z",
        "2025-10-08T15:00+02, 2025-10-08T13:00:00Z",
        "2025-10-08T15:00:00.123, 2025-10-08T15:00:00.123Z",
    })
    void readsMoments(String text, Instant moment) {
        assertThat(Iso8601.parse(text)).isEqualTo(moment);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2025-10-08",
                "2025-13-08T15:00Z",
                "2025-02-29T15:00Z",
                "2025-10-08T25:00Z",
                "2025-10-08T15Z",
                "2025-10-08T15:00+19:00",
                "2025-10-08T15:00 CET",
                "12025-10-08T15:00Z",
                "-2025-10-08T15:00Z",
                "\u0662025-10-08T15:00Z",
                "2025-10-08T15:00:00.Z",
            })
    void readsNothingElse(String text) {
        assertThat(Iso8601.parse(text)).isNull();
    }
}
