package dev.headway.internal.hints;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderFieldTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Retry-After",
                "RETRY-AFTER",
                "x-should-retry",
                "RateLimit",
                "x-ratelimit-limit",
                "X-Shopify-Shop-Api-Call-Limit",
                "x-mbx-used-weight-1m",
                "x-amzn-errortype",
            })
    void whatMaySayOfLimitsMatters(String name) {
        assertThat(HeaderField.mayMatter(name)).isTrue();
        assertThat(HeaderField.mayMatter(copy(name))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "r",
                "Content-Type",
                "Strict-Transport-Security",
                "Referrer-Policy",
                "X-Rate",
                "Refresh",
                "X-Retry-Count",
                "x-ratelimit-nearlimit",
                "x-mbx-used-weight",
                "RetR\u00ff",
            })
    void ordinaryNamesDoNot(String name) {
        assertThat(HeaderField.mayMatter(name)).isFalse();
        assertThat(HeaderField.mayMatter(copy(name))).isFalse();
        assertThat(HeaderField.of(name).noted()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Date", "date", "Age"})
    void theClockIsNotedButIsNoReasonToLook(String name) {
        assertThat(HeaderField.mayMatter(name)).isFalse();
        assertThat(HeaderField.of(name).noted()).isTrue();
    }

    @Test
    void aNameThatIsTooLongIsNotLookedAt() {
        assertThat(HeaderField.mayMatter("x-ratelimit-limit-" + "a".repeat(82))).isTrue();
        assertThat(HeaderField.mayMatter("x-ratelimit-limit-" + "a".repeat(83))).isFalse();
    }

    /** Most share their places with others: names that come later must not be taken for those that came first. */
    @Test
    void namesThatShareAPlaceAreToldApart() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 5000; i++) {
                assertThat(HeaderField.mayMatter("x-harmless-" + i + "-limit")).isFalse();
                assertThat(HeaderField.mayMatter("x-ratelimit-" + i + "-limit")).isTrue();
            }
        }
    }

    @Test
    void whatWasFoundOfANameStays() {
        for (String name : List.of("x-found-once", "x-ratelimit-found-once")) {
            HeaderField found = HeaderField.of(name);

            assertThat(HeaderField.of(copy(name))).isSameAs(found).isEqualTo(HeaderField.search(name));
        }
    }

    @SuppressWarnings("StringOperationCanBeSimplified")
    private static String copy(String name) {
        return new String(name);
    }
}
