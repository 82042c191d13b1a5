package dev.headway.internal.bodies;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentencesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Please retry after 55 seconds. | PT55S",
                "Rate limit reached for x: Limit 30000, Used 30000. Please try again in 524ms. | PT0.524S",
                "Please try again in 6m0s. | PT6M",
                "Please try again in 1.5s. | PT1.5S",
                "RETRY YOUR REQUEST AFTER 3 Minutes | PT3M",
                "Please wait for 2 hours | PT2H",
                "wait 1 day | PT24H",
                "Retry after: 30 secs | PT30S",
                "Please try again in 1 hour 30 minutes. | PT1H30M",
                "Try again in 1 day, 2 hours and 5 minutes and 7s. | P1DT2H5M7S",
                "Please try again in 1h 2m 3.5s | PT1H2M3.5S",
                "retry after 1h 2m3s | PT1H2M3S",
                "Retry after 5 seconds, 3 attempts remain | PT5S",
                "retry in 5 seconds, or wait 9 seconds | PT9S",
                "IP banned until 1767225630000. Please use streams. | PT30S",
                "EService: Throttled: 1767225615 | PT15S",
                "blocked until 1767225000 | PT0S"
            })
    void delaysAreReadInWords(String text, Duration delay) {
        assertThat(Sentences.delay(text, Answer.CLOCK)).isEqualTo(delay);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Please retry after the given amount of time.",
                "Too many requests, please try again later.",
                "Rate limit of 300 requests in 3600 seconds reached. Please try again later.",
                "Exceeded 2 calls per second for api client.",
                "Please wait a few minutes before you try again.",
                "retry 3 times",
                "retry after 55",
                "blocked until 2026",
                "retry after 1..2 seconds",
                "Allowed rate: 100000 requests per 10 minutes"
            })
    void whatIsNoDelayIsNone(String text) {
        assertThat(Sentences.delay(text, Answer.CLOCK)).isNull();
    }
}
