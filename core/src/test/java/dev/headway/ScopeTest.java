package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScopeTest {

    @Test
    void theSameTextIsTheSameScope() {
        Scope scope = Scope.of("github");

        assertThat(scope)
                .isEqualTo(Scope.of(new String("github")))
                .hasSameHashCodeAs(Scope.of(new String("github")))
                .hasToString("github")
                .isNotEqualTo(Scope.of("GitHub"))
                .isNotEqualTo("github");
        assertThat(Set.of(scope)).contains(Scope.of("github"));
        assertThat(scope.name()).isEqualTo("github");
    }

    @Test
    @SuppressWarnings("NullAway") // what only a caller without a null checker can pass
    void aScopeHasAName() {
        assertThatThrownBy(() -> Scope.of(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void anOriginIgnoresCaseInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));

            assertThat(Scope.ofOrigin("HTTPS", "API.GITHUB.com", 443))
                    .isEqualTo(Scope.ofOrigin("https", "api.github.com", 443))
                    .hasToString("https://api.github.com:443");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void schemeHostAndPortTellOriginsApart() {
        Scope scope = Scope.ofOrigin("https", "api.example.com", 443);

        assertThat(scope)
                .isNotEqualTo(Scope.ofOrigin("http", "api.example.com", 443))
                .isNotEqualTo(Scope.ofOrigin("https", "www.example.com", 443))
                .isNotEqualTo(Scope.ofOrigin("https", "api.example.com", 8443));
    }

    @Test
    void anIpv6AddressIsOneOriginWithAndWithoutBrackets() {
        assertThat(Scope.ofOrigin("https", "2001:DB8::1", 443))
                .isEqualTo(Scope.ofOrigin("https", "[2001:db8::1]", 443))
                .hasToString("https://[2001:db8::1]:443");
    }

    @Test
    void originOfAUriHasTheSchemesPortWhereItNamesNone() {
        assertThat(Scope.ofOrigin(URI.create("https://API.example.com/a?b=c")))
                .isEqualTo(Scope.ofOrigin("https", "api.example.com", 443));
        assertThat(Scope.ofOrigin(URI.create("http://[::1]:8080"))).isEqualTo(Scope.ofOrigin("http", "::1", 8080));
        assertThat(Scope.ofOrigin(URI.create("HTTP://api.example.com")))
                .isEqualTo(Scope.ofOrigin("http", "api.example.com", 80));
        for (String none : List.of("/path", "ftp://example.com", "mailto:secret@example.com", "https:/path")) {
            assertThatThrownBy(() -> Scope.ofOrigin(URI.create(none)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("A scope needs an http or https URI with a host");
        }
    }
}
