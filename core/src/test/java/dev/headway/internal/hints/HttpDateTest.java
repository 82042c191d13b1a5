package dev.headway.internal.hints;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sun, 06 Nov 1994 08:49:37 GMT | 1994-11-06T08:49:37Z",
                "Sunday, 06-Nov-94 08:49:37 GMT | 1994-11-06T08:49:37Z",
                "Sun Nov  6 08:49:37 1994 | 1994-11-06T08:49:37Z",
                "Sun Nov 16 08:49:37 1994 | 1994-11-16T08:49:37Z",
            })
    void readsTheThreeFormsOfTheRfc(String text, Instant moment) {
        assertThat(at("1994-12-01T00:00:00Z", text)).isEqualTo(moment);
    }

    /** The usual form is not read as the others are, and must come to the same. */
    @Test
    void everyDayIsReadInTheUsualForm() {
        DateTimeFormatter usual = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                .withZone(ZoneOffset.UTC);
        for (int day = 0; day < 2000; day++) {
            Instant moment = Instant.parse("2023-01-01T03:04:05Z").plus(Duration.ofMinutes(day * 1439L));
            String text = usual.format(moment);

            assertThat(at("2026-01-01T00:00:00Z", text)).isEqualTo(moment);
            assertThat(at("2026-01-01T00:00:00Z", text.replace("GMT", "UTC"))).isEqualTo(moment);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Mon, 06 Nov 1994 08:49:37 GMT | 1994-11-06T08:49:37Z",
                "06 Nov 1994 08:49:37 GMT | 1994-11-06T08:49:37Z",
                "Sun, 6 Nov 1994 08:49:37 GMT | 1994-11-06T08:49:37Z",
                "Sun, 06 Nov 1994 08:49:37 UTC | 1994-11-06T08:49:37Z",
                "Sun, 06 Nov 1994 08:49:37 +0000 | 1994-11-06T08:49:37Z",
                "Sun, 06 Nov 1994 08:49:37 -0130 | 1994-11-06T10:19:37Z",
                "sun, 06 nov 1994 08:49:37 gmt | 1994-11-06T08:49:37Z",
                "Sat, 31 Dec 2016 23:59:60 GMT | 2017-01-01T00:00:00Z",
                "Thu, 29 Feb 2024 00:00:00 GMT | 2024-02-29T00:00:00Z",
                "Tue Feb 16 2021 09:02:42 GMT+0100 (Central European Standard Time) | 2021-02-16T08:02:42Z",
                "Tue Feb 16 2021 09:02:42 GMT | 2021-02-16T09:02:42Z",
            })
    void readsWhatIsNear(String text, Instant moment) {
        assertThat(at("2026-01-01T00:00:00Z", text)).isEqualTo(moment);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-03-01T12:00:00Z | Sunday, 01-Mar-76 12:00:00 GMT | 2076-03-01T12:00:00Z",
                "2026-03-01T12:00:00Z | Sunday, 01-Mar-76 12:00:01 GMT | 1976-03-01T12:00:01Z",
                "2026-03-01T12:00:00Z | Thursday, 06-Nov-80 08:49:37 GMT | 1980-11-06T08:49:37Z",
                "2026-03-01T12:00:00Z | Sunday, 01-Mar-26 12:00:30 GMT | 2026-03-01T12:00:30Z",
                "1999-12-31T23:59:50Z | Saturday, 01-Jan-00 00:00:00 GMT | 2000-01-01T00:00:00Z",
                "2099-12-31T23:59:50Z | Friday, 01-Jan-00 00:00:00 GMT | 2100-01-01T00:00:00Z",
            })
    void aYearOfTwoDigitsIsAtMostFiftyYearsAhead(String now, String text, Instant moment) {
        assertThat(at(now, text)).isEqualTo(moment);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Sun, 06 Nov 1994 08:49:37",
                "Sun, 06 Nov 1994 08:49:37 PST",
                "Sun, 31 Feb 1994 08:49:37 GMT",
                "Sun, 00 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nuv 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 24:49:37 GMT",
                "Sun, 06 Nov 1994 08:60:37 GMT",
                "Sun, 06 Nov 1994 08:49:61 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMT+9900",
                "Sun, 06 Nov 194 08:49:37 GMT",
                "Sun, \u0660\u0666 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMT\u0000",
                "Tue Feb 16 2021 09:02:42 GMT (",
            })
    void readsNothingElse(String text) {
        assertThat(at("2026-01-01T00:00:00Z", text)).isNull();
    }

    private static @Nullable Instant at(String now, String text) {
        return HttpDate.parse(text, InstantSource.fixed(Instant.parse(now)));
    }
}
