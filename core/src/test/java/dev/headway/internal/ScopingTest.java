package dev.headway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Asked;
import dev.headway.Scope;
import dev.headway.ScopeResolver;
import dev.headway.spi.RequestFacts;
import dev.headway.testkit.VirtualTime;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScopingTest {

    private static final RequestFacts REQUEST = Asked.of("GET /").with("X-Api-Key", "secret");

    private final VirtualTime time = new VirtualTime();
    private final List<String> log = new ArrayList<>();

    @Test
    void resolverThatThrowsIsToldAtMostOnceAMinute() {
        Scoping scoping = scoping(request -> {
            throw new IllegalStateException("broken");
        });
        for (int i = 0; i < 60; i++) {
            assertThat(scoping.scoped(REQUEST)).isSameAs(REQUEST);
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(log).hasSize(1);
        scoping.scoped(REQUEST);
        assertThat(log).hasSize(2);
    }

    @Test
    void warningNamesTheExceptionAndItsPlaceButNotItsMessage() {
        scoping(request -> Scope.of(
                        "" + Long.parseLong(request.headers("X-Api-Key").get(0))))
                .scoped(REQUEST);

        assertThat(log)
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("The ScopeResolver threw java.lang.NumberFormatException; "
                                + "the call's scope is its origin (said at most once a minute)")
                        .contains("ScopingTest.java")
                        .doesNotContain("secret"));
    }

    @Test
    @SuppressWarnings("NullAway") // what only a caller without a null checker can return
    void resolverThatReturnsNullIsTold() {
        Scoping scoping = scoping(request -> null);

        assertThat(scoping.scoped(REQUEST)).isSameAs(REQUEST);
        assertThat(log)
                .singleElement()
                .satisfies(line -> assertThat(line).startsWith("The ScopeResolver returned null; "));
    }

    @Test
    void resolverThatAnswersIsNotTold() {
        RequestFacts scoped = scoping(request -> Scope.of("own")).scoped(REQUEST);

        assertThat(scoped.scope()).isEqualTo(Scope.of("own"));
        assertThat(scoped.origin()).isEqualTo(REQUEST.scope());
        assertThat(scoped.toString()).doesNotContain("secret");
        assertThat(log).isEmpty();
    }

    private Scoping scoping(ScopeResolver resolver) {
        return new Scoping(resolver, time, (message, place) -> {
            StringWriter lines = new StringWriter();
            place.printStackTrace(new PrintWriter(lines, true));
            log.add(message + "\n" + lines);
        });
    }
}
