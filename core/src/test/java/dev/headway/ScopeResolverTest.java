package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.spi.RequestFacts;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeResolverTest {

    private static final Scope ORIGIN = Scope.of(Asked.ORIGIN);

    /** SHA-256 of "abc", FIPS 180-2 appendix B.1. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223";

    @Nested
    class Header {

        private final ScopeResolver byKey = ScopeResolver.header("X-Api-Key");

        @Test
        void scopeIsNamedByOriginFieldAndHash() {
            assertThat(byKey.resolve(get().with("x-api-KEY", "abc")))
                    .hasToString("https://api.example.com:443 x-api-key=" + ABC)
                    .satisfies(scope -> assertThat(scope.whole()).isNull());
        }

        @Test
        void nameIsTheSameInEveryLocale() {
            Locale before = Locale.getDefault();
            try {
                Locale.setDefault(Locale.forLanguageTag("tr"));

                assertThat(ScopeResolver.header("X-API-ID").resolve(get().with("x-api-id", "abc")))
                        .hasToString("https://api.example.com:443 x-api-id=" + ABC);
            } finally {
                Locale.setDefault(before);
            }
        }

        @Test
        void sameValueIsTheSameScopeAndAnotherIsAnother() {
            Scope one = byKey.resolve(get().with("X-Api-Key", "abc"));

            assertThat(byKey.resolve(Asked.of("POST /other").with("X-Api-Key", "abc")))
                    .isEqualTo(one);
            assertThat(byKey.resolve(get().with("X-Api-Key", "Abc"))).isNotEqualTo(one);
            assertThat(byKey.resolve(get().with("X-Api-Key", "")))
                    .isNotEqualTo(one)
                    .isNotEqualTo(ORIGIN);
        }

        @Test
        void blanksAroundTheValueAreNoneOfIt() {
            assertThat(byKey.resolve(get().with("X-Api-Key", " abc\t")))
                    .isEqualTo(byKey.resolve(get().with("X-Api-Key", "abc")));
        }

        @Test
        void noSuchFieldIsTheOrigin() {
            assertThat(byKey.resolve(get().with("X-Other", "abc"))).isEqualTo(ORIGIN);
        }

        @Test
        void allLinesOfAFieldCountInOrder() {
            Scope two = byKey.resolve(get().with("X-Api-Key", "a").with("X-Api-Key", "b"));

            assertThat(two).hasToString("https://api.example.com:443 x-api-key=" + hash("a\nb"));
            assertThat(byKey.resolve(get().with("X-Api-Key", "b").with("X-Api-Key", "a")))
                    .isNotEqualTo(two);
            assertThat(byKey.resolve(get().with("X-Api-Key", "a"))).isNotEqualTo(two);
            assertThat(byKey.resolve(get().with("X-Api-Key", "ab"))).isNotEqualTo(two);
        }

        @Test
        void severalFieldsCountTogetherAndWhatIsMissingIsLeftOut() {
            ScopeResolver both = ScopeResolver.header("X-Api-Key", "X-Tenant", "x-api-key");

            assertThat(both.resolve(get().with("X-Tenant", "t").with("X-Api-Key", "abc")))
                    .hasToString("https://api.example.com:443 x-api-key=" + ABC + " x-tenant=" + hash("t"));
            assertThat(both.resolve(get().with("X-Tenant", "t")))
                    .hasToString("https://api.example.com:443 x-tenant=" + hash("t"));
        }

        @Test
        void whatIsNoNameIsRefused() {
            assertThatThrownBy(ScopeResolver::header)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Name at least one header field.");
            assertThatThrownBy(() -> ScopeResolver.header("X-Api-Key: abc"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("No header field can be called \"X-Api-Key: abc\".");
            assertThatThrownBy(() -> ScopeResolver.header("")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class Routes {

        @ParameterizedTest
        @CsvSource({
            "/users/1, /users/{id}",
            "/users/me, /users/me",
            "/users/1/posts, /users/{id}/posts",
            "/users/me/posts, /users/me/**",
            "/users/me/likes, /users/me/**",
            "/users/1/likes, /users/{id}/**",
            "/users, ''",
            "/, ''",
            "/files, /files/**",
            "/files/a/b/c, /files/**",
        })
        void mostSpecificTemplateCounts(String path, String template) {
            List<String> templates = Arrays.asList(
                    "/users/{id}",
                    "/users/me",
                    "/users/{id}/posts",
                    "/users/{id}/**",
                    "/users/me/**",
                    "/files/**",
                    "/users/me/posts/{id}");
            Random random = new Random(1);
            for (int i = 0; i < 20; i++) {
                Collections.shuffle(templates, random);
                assertThat(routed(path, templates.toArray(String[]::new))).isEqualTo(template);
            }
        }

        @Test
        void templateThatEndsGoesBeforeOneWithARest() {
            assertThat(routed("/files", "/files/**", "/files")).isEqualTo("/files");
            assertThat(routed("/files/1", "/files/**", "/files/{id}")).isEqualTo("/files/{id}");
        }

        @Test
        void methodCountsWhereTheTemplateNamesOne() {
            ScopeResolver routes = ScopeResolver.routes("/users/{id}", "GET /users/{id}", "POST /jobs");

            assertThat(routes.resolve(Asked.of("GET /users/1"))).hasToString(Asked.ORIGIN + " GET /users/{id}");
            assertThat(routes.resolve(Asked.of("PUT /users/1"))).hasToString(Asked.ORIGIN + " /users/{id}");
            assertThat(routes.resolve(Asked.of("GET /jobs"))).isEqualTo(ORIGIN);
            assertThat(routes.resolve(Asked.of("post /jobs"))).isEqualTo(ORIGIN);
        }

        @Test
        void pathIsMoreThanAMethod() {
            ScopeResolver routes = ScopeResolver.routes("/users/me", "GET /users/{id}");

            assertThat(routes.resolve(Asked.of("GET /users/me"))).hasToString(Asked.ORIGIN + " /users/me");
        }

        @Test
        void routeIsBesideTheOriginAndNotAPartOfIt() {
            assertThat(ScopeResolver.routes("/a").resolve(Asked.of("GET /a")).whole())
                    .isNull();
        }

        @ParameterizedTest
        @CsvSource({
            "/users/a%2Fb, /users/{id}",
            "/users%2Fme, /{all}",
            "/users/%6De, /users/me",
            "/users/%6de, /users/me",
            "/users//me, /users/me",
            "//users/me, /users/me",
            "/users/me/, /users/me",
            "/users/./me, /users/me",
            "/users/x/../me, /users/me",
            "/users/%2E%2e/users/me, /users/me",
            "/../users/me, /users/me",
            "/users/..%2Fme, /users/{id}",
            "/users/me;v=1, /users/{id}",
            "/Users/me, ''",
            "/users/ME, /users/{id}",
            "/users/gr%C3%BC%C3%9Fe, /users/grüße",
            "/users/grüße, /users/grüße",
            "/users/50%25, /users/50%25",
            "/users/50%, /users/50%25",
            "/users/%zz, /users/{id}",
            "/users/%ff%fe, /users/{id}",
            "'', /",
            "/., /",
            "//, /",
        })
        void strangePathsAreReadAsMostServersReadThem(String path, String template) {
            assertThat(routed(path, "/", "/users/me", "/users/{id}", "/users/grüße", "/users/50%25", "/{all}"))
                    .isEqualTo(template);
        }

        @Test
        void slashAtTheEndOfATemplateDoesNotCount() {
            assertThat(routed("/users/me", "/users/me/")).isEqualTo("/users/me/");
        }

        @Test
        void everythingMayBeARoute() {
            assertThat(routed("/", "/**")).isEqualTo("/**");
            assertThat(routed("/a/b", "/**", "/a")).isEqualTo("/**");
        }

        @Test
        void noPathThrows() {
            SplittableRandom random = new SplittableRandom(5);
            String letters = "/%2.eEfF;~aZ{}*?# \u0000\u00e9\ud83d\ude00";
            ScopeResolver routes = ScopeResolver.routes("/a/{b}/**", "/{a}", "/a", "/");
            for (int i = 0; i < 20_000; i++) {
                StringBuilder path = new StringBuilder();
                for (int length = random.nextInt(12); length > 0; length--) {
                    path.append(letters.charAt(random.nextInt(letters.length())));
                }
                assertThat(routes.resolve(new Asked("GET", path.toString(), List.of()))
                                .name())
                        .startsWith(Asked.ORIGIN);
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "users",
                    "https://api.example.com/users",
                    "get /users",
                    "GET users",
                    "GET  /users",
                    "/users?page={page}",
                    "/users#top",
                    "/users /me",
                    "/users/{id}.json",
                    "/users/{id",
                    "/users/{}",
                    "/users/{id:[0-9]+}",
                    "/users/{*rest}",
                    "/users/*",
                    "/users/**/posts",
                    "/users/**/",
                    "/users/a**",
                    "/users//posts",
                    "/users/../posts",
                    "/users/%2e",
                })
        void malformedTemplatesAreRefused(String template) {
            assertThatThrownBy(() -> ScopeResolver.routes("/fine", template))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("The route \"" + template + "\" is malformed: ")
                    .hasMessageEndingWith(".");
        }

        @Test
        void refusalSaysWhatIsWrong() {
            assertThatThrownBy(() -> ScopeResolver.routes("/users/{id}.json"))
                    .hasMessage("The route \"/users/{id}.json\" is malformed: "
                            + "a placeholder is a whole segment, and has only a name.");
            assertThatThrownBy(ScopeResolver::routes)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Give at least one route.");
        }

        @Test
        void twoThatMatchTheSameAreRefused() {
            assertThatThrownBy(() -> ScopeResolver.routes("/users/{id}", "/users/me", "/users/{name}/"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("The routes \"/users/{id}\" and \"/users/{name}/\" match the same requests.");
            assertThat(ScopeResolver.routes("GET /a", "POST /a", "/a", "/a/**")).isNotNull();
        }

        private static String routed(String path, String... templates) {
            Scope scope = ScopeResolver.routes(templates).resolve(new Asked("GET", path, List.of()));
            assertThat(scope.name()).startsWith(Asked.ORIGIN);
            return scope.name().substring(Asked.ORIGIN.length()).strip();
        }
    }

    @Nested
    class And {

        @Test
        void nextGoesOnFromWhatWasResolved() {
            ScopeResolver both = ScopeResolver.header("X-Api-Key").and(ScopeResolver.routes("/search"));

            assertThat(both.resolve(Asked.of("GET /search").with("X-Api-Key", "abc")))
                    .hasToString(Asked.ORIGIN + " x-api-key=" + ABC + " /search");
            assertThat(both.resolve(Asked.of("GET /other").with("X-Api-Key", "abc")))
                    .hasToString(Asked.ORIGIN + " x-api-key=" + ABC);
            assertThat(both.resolve(Asked.of("GET /search"))).hasToString(Asked.ORIGIN + " /search");
            assertThat(both.resolve(Asked.of("GET /other"))).isEqualTo(ORIGIN);
        }

        @Test
        void whatIsPartOfAWholeStaysSo() {
            Scope whole = Scope.of("everything");
            ScopeResolver both = ((ScopeResolver) request -> whole.part("mail")).and(ScopeResolver.routes("/send"));

            assertThat(both.resolve(Asked.of("GET /send")))
                    .hasToString("everything#mail /send")
                    .satisfies(scope -> assertThat(scope.whole()).isEqualTo(whole));
        }

        @Test
        void nextSeesTheSameRequest() {
            RequestFacts request = Asked.of("PUT /search").with("X-Tenant", "t");
            ScopeResolver seen = facts -> Scope.of(facts.method()
                    + facts.url()
                    + facts.origin()
                    + facts.headers("X-Tenant")
                    + facts.hasHeader("X-Other")
                    + facts.replayable()
                    + facts.policy()
                    + facts.timeLeftNanos());

            assertThat(ScopeResolver.header("X-Tenant").and(seen).resolve(request))
                    .isEqualTo(seen.resolve(request));
        }
    }

    private static Asked get() {
        return Asked.of("GET /things");
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, 32);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
