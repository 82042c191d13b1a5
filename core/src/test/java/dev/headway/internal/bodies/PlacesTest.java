package dev.headway.internal.bodies;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which texts are places, so that a line with any other is left out and told of. */
class PlacesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text | text",
                "/a | /a",
                "/errors/0/code | /errors/*/code",
                "/errors/*/code | /errors/*/code",
                "/errors/9/0 | /errors/*/*",
                "/v1//2a | /v1//2a",
                "<Code> | <Code>",
                "<_a> | <_a>",
                "<a-Z_0.9z> | <a-Z_0.9z>",
                "/ |",
                "<> |",
                "<a |",
                "<0a> |",
                "<-a> |",
                "<a b> |",
                "<a:b> |",
                "<a/> |",
                "<\u00e4> |",
                "<a\u00e4> |",
                "Code |",
            })
    void canonical(String text, @Nullable String place) {
        assertThat(Places.canonical(text)).isEqualTo(place);
    }
}
