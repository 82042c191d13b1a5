package dev.headway.spi;

import static dev.headway.ScopeResolver.header;
import static dev.headway.ScopeResolver.routes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Asked;
import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.Scope;
import dev.headway.ScopeResolver;
import dev.headway.Signal;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A call belongs to what the user's resolver says, in everything that happens to it. */
class ScopesTest {

    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration OVER = PAUSE.plusMillis(100);
    private static final RequestFacts ONE = Asked.of("GET /a").with("X-Api-Key", "one-secret");
    private static final RequestFacts OTHER = Asked.of("GET /a").with("X-Api-Key", "other-secret");
    private static final RequestFacts NONE = Asked.of("GET /a");

    private final VirtualTime time = new VirtualTime();
    private final List<String> events = new ArrayList<>();
    private final List<String> gates = new ArrayList<>();

    @Test
    void refusalOfOneKeyDoesNotHoldAnother() {
        Headway api = headway(header("X-Api-Key"));
        end(api, ONE, refused());

        assertThat(waits(api, ONE)).isTrue();
        assertThat(waits(api, OTHER)).isFalse();
        assertThat(waits(api, NONE)).isFalse();
    }

    @Test
    void refusedRouteDoesNotHoldAnother() {
        Headway api = headway(routes("/users/{id}", "/jobs"));
        end(api, Asked.of("GET /users/1"), refused());

        assertThat(waits(api, Asked.of("PUT /users/2"))).isTrue();
        assertThat(waits(api, Asked.of("GET /jobs"))).isFalse();
        assertThat(waits(api, Asked.of("GET /other"))).isFalse();
    }

    @Test
    void refusalOutsideOfAllRoutesHoldsNoRoute() {
        Headway api = headway(routes("/jobs"));
        end(api, Asked.of("GET /other"), refused());

        assertThat(waits(api, Asked.of("GET /jobs"))).isFalse();
        assertThat(waits(api, Asked.of("GET /another"))).isTrue();
    }

    @Test
    void withoutAResolverOneRefusalHoldsTheOrigin() {
        Headway api = headway(null);
        end(api, ONE, refused());

        assertThat(waits(api, OTHER)).isTrue();
        assertThat(gates).containsExactly("closed " + Asked.ORIGIN);
    }

    @Test
    void resolverIsAskedOnceForACallHoweverManyAttempts() {
        List<RequestFacts> asked = new ArrayList<>();
        Headway api = headway(request -> {
            asked.add(request);
            return Scope.of("own");
        });
        Execution call = api.begin(ONE);
        for (int attempt = 1; attempt <= 3; attempt++) {
            assertThat(call.next()).isEqualTo(new Step.Send(attempt));
            call.record(refused());
            assertThat(call.next()).isInstanceOf(Step.Await.class);
            time.advance(OVER);
        }
        call.next();
        call.record(answer(200, null, false));
        call.next();

        assertThat(asked).containsExactly(ONE);
        assertThat(events).isNotEmpty().allMatch(event -> event.contains("own"));
        assertThat(gates).contains("closed own", "opened own").allMatch(gate -> gate.endsWith(" own"));
    }

    @Test
    void partThatAServerNamesIsAPartOfTheKeysScope() {
        Headway api = headway(header("X-Api-Key"));
        end(api, ONE, answer(200, "search", false));
        end(api, OTHER, answer(200, "search", false));

        end(api, ONE, answer(429, "search", false));

        assertThat(waits(api, ONE)).isTrue();
        assertThat(waits(api, OTHER)).isFalse();
        assertThat(waits(api, Asked.of("GET /b").with("X-Api-Key", "one-secret")))
                .isFalse();
        assertThat(gates).singleElement().satisfies(gate -> assertThat(gate).endsWith("#search"));
    }

    @Test
    void refusalOfTheWholeIsOneOfTheKeyAlone() {
        Headway api = headway(header("X-Api-Key"));
        end(api, ONE, answer(200, "search", false));
        end(api, ONE, answer(429, "search", true));

        assertThat(waits(api, ONE)).isTrue();
        assertThat(waits(api, Asked.of("GET /b").with("X-Api-Key", "one-secret")))
                .isTrue();
        assertThat(waits(api, OTHER)).isFalse();
        assertThat(waits(api, NONE)).isFalse();
    }

    @Test
    void refusalOfAPartHoldsThatPartAlone() {
        Headway api = headway(ScopesTest::byDirectory);
        end(api, Asked.of("GET /a/x"), refused());

        assertThat(waits(api, Asked.of("GET /a/x"))).isTrue();
        assertThat(waits(api, Asked.of("GET /a/y"))).isFalse();
        assertThat(waits(api, Asked.of("GET /a"))).isFalse();
    }

    @Test
    void pauseOfAWholeHoldsThePartsOfItsParts() {
        Headway api = headway(ScopesTest::byDirectory);
        end(api, Asked.of("GET /a/x/1"), answer(200, null, false));
        end(api, Asked.of("GET /a"), refused());

        assertThat(waits(api, Asked.of("GET /a/x/1"))).isTrue();
        assertThat(waits(api, Asked.of("GET /a/x"))).isTrue();
        assertThat(waits(api, Asked.of("GET /a/never/asked/before"))).isTrue();
        assertThat(waits(api, Asked.of("GET /b/x/1"))).isFalse();

        time.advance(OVER);
        assertThat(waits(api, Asked.of("GET /a/x/1"))).isFalse();
    }

    @Test
    void pauseInTheMiddleHoldsWhatIsBelowAlone() {
        Headway api = headway(ScopesTest::byDirectory);
        end(api, Asked.of("GET /a/x"), refused());

        assertThat(waits(api, Asked.of("GET /a/x/1"))).isTrue();
        assertThat(waits(api, Asked.of("GET /a"))).isFalse();
    }

    @Test
    void refusalOfTheWholeHoldsTheOutermost() {
        Headway api = headway(ScopesTest::byDirectory);
        Execution call = api.begin(Asked.of("GET /a/x/1"));
        call.next();
        call.record(answer(429, "named", true));

        assertThat(gates).containsExactly("closed own#a");
        assertThat(waits(api, Asked.of("GET /a/y"))).isTrue();
        assertThat(call.next()).isInstanceOf(Step.Await.class);
        time.advance(OVER);
        assertThat(call.next()).isEqualTo(new Step.Send(2));
    }

    @Test
    void answerOfARedirectWithinTheOriginIsAboutTheResolvedScope() {
        Headway api = headway(header("X-Api-Key"));
        end(api, ONE, answer(429, null, false, Scope.of(Asked.ORIGIN)));

        assertThat(waits(api, ONE)).isTrue();
        assertThat(waits(api, OTHER)).isFalse();
        assertThat(waits(api, NONE)).isFalse();
    }

    @Test
    void answerOfARedirectToAnotherOriginIsAboutThatOrigin() {
        Headway api = headway(header("X-Api-Key"));
        end(api, ONE, answer(429, null, false, Scope.of("target")));

        assertThat(gates).containsExactly("closed target");
        assertThat(waits(api, ONE)).isFalse();
    }

    @Test
    void resolverThatThrowsOrReturnsNullLeavesTheOrigin() {
        for (ScopeResolver broken : List.<ScopeResolver>of(
                request -> {
                    throw new IllegalStateException("one-secret");
                },
                request -> {
                    throw new AssertionError("one-secret");
                },
                request -> ScopesTest.<RuntimeException>sneaky(new IOException("one-secret")),
                ScopesTest::nothing,
                ((ScopeResolver) ScopesTest::nothing).and(header("X-Api-Key")))) {
            gates.clear();
            Headway api = headway(broken);
            end(api, ONE, refused());

            assertThat(gates).containsExactly("closed " + Asked.ORIGIN);
            assertThat(waits(api, NONE)).isTrue();
        }
    }

    @Test
    void valueOfAHeaderIsInNoEvent() {
        Headway api = headway(header("X-Api-Key"));
        Execution call = api.begin(ONE);
        call.next();
        call.record(refused());
        call.next();
        time.advance(OVER);
        call.next();
        call.record(answer(429, "part", false));
        call.next();

        assertThat(events).hasSizeGreaterThan(2);
        assertThat(events.toString() + gates + call.trace()).doesNotContain("secret");
    }

    // ----

    /** {@code own#a} is the whole of {@code /a}, {@code own#a#x} that of {@code /a/x}. */
    private static Scope byDirectory(RequestFacts request) {
        String[] directories = ((Asked) request).path().substring(1).split("/", -1);
        Scope scope = Scope.of("own#" + directories[0]);
        for (int i = 1; i < directories.length; i++) {
            scope = scope.part(directories[i]);
        }
        return scope;
    }

    @SuppressWarnings("unchecked") // as a lambda in Kotlin may
    private static <T extends Throwable> Scope sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @SuppressWarnings("NullAway") // what only a caller without a null checker can return
    private static Scope nothing(RequestFacts request) {
        return null;
    }

    private Headway headway(@Nullable ScopeResolver scopes) {
        Headway.Builder builder = Headway.builder();
        if (scopes != null) {
            builder.scopes(scopes);
        }
        return builder.time(time)
                .hints(HintedAnswer.PARSER)
                .listener(new HeadwayListener() {
                    @Override
                    public void attempt(AttemptEvent event) {
                        events.add(event.toString());
                    }

                    @Override
                    public void waiting(WaitEvent event) {
                        events.add(event.toString());
                    }

                    @Override
                    public void done(DoneEvent event) {
                        events.add(event.toString());
                    }

                    @Override
                    public void gateClosed(GateEvent event) {
                        gates.add("closed " + event.scope());
                    }

                    @Override
                    public void gateOpened(Scope scope) {
                        gates.add("opened " + scope);
                    }
                })
                .build();
    }

    /** One attempt, after which the caller goes. */
    private static void end(Headway api, RequestFacts request, Signal.Response answer) {
        Execution call = api.begin(request);
        assertThat(call.next()).isInstanceOf(Step.Send.class);
        call.record(answer);
        call.cancel();
    }

    private static boolean waits(Headway api, RequestFacts request) {
        Execution call = api.begin(request);
        boolean waits = call.next() instanceof Step.Await;
        call.cancel();
        return waits;
    }

    private static HintedAnswer refused() {
        return answer(429, null, false);
    }

    private static HintedAnswer answer(int status, @Nullable String part, boolean whole) {
        return answer(status, part, whole, null);
    }

    private static HintedAnswer answer(int status, @Nullable String part, boolean whole, @Nullable Scope answered) {
        return HintedAnswer.of(status, part, whole, PAUSE, answered);
    }
}
