package dev.headway.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Scope;
import dev.headway.testkit.ScriptedServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What core learns of requests and responses. */
class JdkExchangeTest {

    private final OriginScopes scopes = new OriginScopes();

    @Test
    void scopeIsTheOriginWithThePortThatIsUsed() {
        assertThat(scope("http://api.example.com/things?q=1")).isEqualTo("http://api.example.com:80");
        assertThat(scope("https://api.example.com/")).isEqualTo("https://api.example.com:443");
        assertThat(scope("https://api.example.com:8443/")).isEqualTo("https://api.example.com:8443");
        assertThat(scope("https://user:secret@api.example.com")).isEqualTo("https://api.example.com:443");
    }

    @Test
    void scopeIsTheSameInAnyCase() {
        assertThat(scope("HTTPS://API.Example.COM/")).isEqualTo("https://api.example.com:443");
        assertThat(scope("HTTP://API.Example.COM/")).isEqualTo("http://api.example.com:80");
    }

    @Test
    void scopeOfAnAddressIsThatOfOtherClients() {
        assertThat(scope("http://[2001:db8::1]:8080/"))
                .isEqualTo(Scope.ofOrigin("http", "2001:db8::1", 8080).name());
        assertThat(scope("http://[::1]/")).isEqualTo("http://[::1]:80");
    }

    @Test
    void lastOriginIsRemembered() {
        Scope first = scopes.of(URI.create("http://a.example/1"));

        assertThat(scopes.of(URI.create("http://a.example/2"))).isSameAs(first);
        assertThat(scopes.of(URI.create("http://b.example/"))).isNotEqualTo(first);
        assertThat(scopes.of(URI.create("http://a.example:81/"))).isNotEqualTo(first);
        assertThat(scopes.of(URI.create("https://a.example/"))).isNotEqualTo(first);
        assertThat(scopes.of(URI.create("http://a.example/3"))).isEqualTo(first);
    }

    @Test
    void urlHasNeitherUserInfoNorQueryNorFragment() {
        assertThat(exchange("https://user:secret@api.example.com:8443/a%20b/c?key=secret#secret")
                        .url())
                .isEqualTo("https://api.example.com:8443/a%20b/c");
        assertThat(exchange("http://api.example.com").url()).isEqualTo("http://api.example.com");
        assertThat(exchange("http://[::1]:80/?key=secret").url()).isEqualTo("http://[::1]:80/");
    }

    @Test
    void factsAreThoseOfTheRequest() {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://api.example.com/"))
                .header("Idempotency-Key", "1")
                .method("PATCH", BodyPublishers.ofString("text"))
                .build();
        JdkExchange<String> exchange = exchange(request);

        assertThat(exchange.method()).isEqualTo("PATCH");
        assertThat(exchange.hasHeader("idempotency-key")).isTrue();
        assertThat(exchange.hasHeader("Other")).isFalse();
        assertThat(exchange.replayable()).isTrue();
        assertThat(exchange.policy()).isNull();
        assertThat(exchange.timeLeftNanos()).isEmpty();
        assertThat(exchange("http://api.example.com/").replayable()).isTrue();
    }

    @Test
    void linesOfAHeaderAreListedInOrder() {
        JdkExchange<String> exchange = exchange(HttpRequest.newBuilder(URI.create("http://api.example.com/"))
                .header("X-Api-Key", "b")
                .header("x-api-key", "a")
                .build());

        assertThat(exchange.headers("x-API-key")).containsExactly("b", "a");
        assertThat(exchange.headers("X-Api")).isEmpty();
    }

    @Test
    void answerIsThatOfTheServer() throws Exception {
        try (ScriptedServer server =
                new ScriptedServer(ScriptedServer.status(418, "", "Retry-After: 5", "X-Two: a", "X-Two: b"))) {
            JdkAnswer answer = new JdkAnswer(
                    Fixture.plain().send(HttpRequest.newBuilder(server.uri("/")).build(), BodyHandlers.discarding()),
                    scopes);
            List<String> visited = new ArrayList<>();
            answer.forEach((name, value) -> visited.add(name.toLowerCase(Locale.ROOT) + ": " + value));

            assertThat(answer.status()).isEqualTo(418);
            assertThat(answer.local()).isFalse();
            assertThat(visited).contains("retry-after: 5", "x-two: a", "x-two: b");
            assertThat(answer.anyName(name -> name.equalsIgnoreCase("X-Two"))).isTrue();
            assertThat(answer.anyName(name -> name.equalsIgnoreCase("X-Three"))).isFalse();
        }
    }

    private String scope(String uri) {
        return scopes.of(URI.create(uri)).name();
    }

    private JdkExchange<String> exchange(String uri) {
        return exchange(HttpRequest.newBuilder(URI.create(uri)).build());
    }

    private JdkExchange<String> exchange(HttpRequest request) {
        SharedClient shared = new SharedClient(Fixture.plain(), scopes, new WaitingCalls());
        return new JdkExchange<>(shared, request, BodyHandlers.ofString(), null);
    }
}
